#pragma once

#include "transport/host.hpp"
#include "transport/open_socket.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace bench {

/// One end of ours, on 127.0.0.1: sends every peer the same each tick, and counts what comes.
class CountingHost final : private engine_net::HostListener {
public:
    CountingHost(const engine_net::HostConfig& config,
                 engine_net::Channel channel,
                 std::size_t message_bytes)
        : channel_(channel), message_(message_bytes, 0xA5) {
        auto socket = engine_net::open_socket(nullptr, "127.0.0.1", 0);
        if (!socket) return;
        auto host = engine_net::Host::open(config, std::move(*socket));
        if (host) host_ = std::move(*host);
    }
    [[nodiscard]] bool is_open() const { return host_ != nullptr; }
    [[nodiscard]] engine_net::Host& host() { return *host_; }

    /// Receives, and sends so many messages to each peer.
    void tick(engine_net::Time now,
              std::size_t messages = 1,
              engine_net::WorkerThreads* threads = nullptr) {
        host_->receive(now, *this);
        for (const engine_net::PeerId peer : peers_) {
            for (std::size_t i = 0; i < messages; ++i)
                sent_ += host_->send(peer, channel_, message_);
        }
        const engine_net::Time begun = engine_net::Clock::now();
        host_->flush(now, threads);
        flush_time_ = engine_net::Clock::now() - begun;
    }
    /// Of the last tick, on the clock.
    [[nodiscard]] double flush_us() const { return static_cast<double>(flush_time_.count()); }
    [[nodiscard]] std::size_t connected() const { return peers_.size(); }
    [[nodiscard]] std::uint64_t sent() const { return sent_; }
    [[nodiscard]] std::uint64_t received() const { return received_; }

private:
    void on_connect(engine_net::PeerId peer) override { peers_.push_back(peer); }
    void on_disconnect(engine_net::PeerId peer) override { std::erase(peers_, peer); }
    void on_message(engine_net::PeerId, engine_net::Channel, engine_net::Bytes) override {
        ++received_;
    }

    engine_net::Channel channel_;
    std::vector<std::uint8_t> message_;
    std::unique_ptr<engine_net::Host> host_;
    std::vector<engine_net::PeerId> peers_;
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
    engine_net::Duration flush_time_{0};
};

} // namespace bench
