// How long 64 bytes take there and back over loopback, with both ends asking for them all the time.

#include "bare_enet.hpp"
#include "benchmark.hpp"
#include "cpu_time.hpp"
#include "transport/host.hpp"
#include "transport/open_socket.hpp"
#include "transport/secure/datagram_key.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;
using namespace std::chrono_literals;

constexpr std::size_t ball_bytes = 64;
constexpr Duration patience = 5s;
constexpr int rounds = 20; ///< each way in turn, so that what else runs meets all of them alike
constexpr int hits_a_round_to_warm_up = 50;

/// One end of a game of ping-pong.
class End {
public:
    End() = default;
    virtual ~End() = default;
    End(const End&) = delete;
    End& operator=(const End&) = delete;
    virtual void hit() = 0;
    /// Whether the ball has come.
    virtual bool look() = 0;
};

class BareEnd final : public End {
public:
    explicit BareEnd(Address to = {}) : socket_(open_socket(nullptr, "127.0.0.1", 0)), to_(to) {}

    [[nodiscard]] bool is_open() const { return static_cast<bool>(socket_); }
    [[nodiscard]] Address address() const { return (*socket_)->local_address(); }
    void hit() override { (*socket_)->send(to_, ball_); }
    bool look() override {
        const auto received = (*socket_)->receive(buffer_);
        if (received.status != DatagramSocket::Status::ok) return false;
        to_ = received.from;
        return true;
    }

private:
    Result<std::unique_ptr<DatagramSocket>, SocketError> socket_;
    Address to_;
    std::array<std::uint8_t, ball_bytes> ball_{};
    std::array<std::uint8_t, 4096> buffer_{};
};

class SealedEnd final : public End, private HostListener {
public:
    SealedEnd(bool accepts, bool has_fast_aes) {
        auto socket = open_socket(nullptr, "127.0.0.1", 0);
        if (!socket) return;
        auto host =
            Host::open({.accepts = accepts, .has_fast_aes = has_fast_aes}, std::move(*socket));
        if (host) host_ = std::move(*host);
    }
    [[nodiscard]] Host* host() { return host_.get(); }
    [[nodiscard]] bool is_connected() const { return peer_.is_set(); }
    void hit() override {
        host_->send(peer_, Channel::inputs, ball_);
        host_->flush(Clock::now());
    }
    bool look() override {
        has_come_ = false;
        host_->receive(Clock::now(), *this);
        return has_come_;
    }
    void tick() {
        look();
        host_->flush(Clock::now());
    }

private:
    void on_connect(PeerId peer) override { peer_ = peer; }
    void on_disconnect(PeerId) override { peer_ = {}; }
    void on_message(PeerId, Channel, Bytes) override { has_come_ = true; }

    std::unique_ptr<Host> host_;
    PeerId peer_;
    bool has_come_ = false;
    std::array<std::uint8_t, ball_bytes> ball_{};
};

class EnetEnd final : public End, private BareHost {
public:
    EnetEnd() : BareHost(open_server()) {}
    explicit EnetEnd(std::uint16_t port) : BareHost(open_client(port)) {}

    using BareHost::is_open;
    [[nodiscard]] std::uint16_t port() const { return host().address.port; }
    [[nodiscard]] bool is_connected() const { return connected() == 1; }
    void hit() override {
        send_to_all(ball_bytes);
        flush();
    }
    bool look() override { return receive() > 0; }
    void tick() {
        receive();
        flush();
    }

private:
    static ENetHost* open_server() {
        ENetAddress address{};
        enet_address_set_host(&address, "127.0.0.1");
        address.port = ENET_PORT_ANY;
        return enet_host_create(&address, 1, channel_count, 0, 0);
    }
    static ENetHost* open_client(std::uint16_t port) {
        ENetHost* const host = enet_host_create(nullptr, 1, channel_count, 0, 0);
        if (host == nullptr) return nullptr;
        ENetAddress address{};
        enet_address_set_host(&address, "127.0.0.1");
        address.port = port;
        enet_host_connect(host, &address, channel_count, 0);
        return host;
    }
};

template <class Ends>
bool connect(Ends& server, Ends& client) {
    const Time begun = Clock::now();
    while (!(server.is_connected() && client.is_connected())) {
        if (Clock::now() - begun > patience) return false;
        server.tick();
        client.tick();
    }
    return true;
}

/// A way that the ball goes, and what it took each time, in microseconds.
struct Way {
    std::string name;
    End* server;
    End* client;
    std::vector<double> times_us{};
};

/// False: a ball was lost.
bool play(Way& way, Duration time) {
    std::atomic<bool> is_over{false};
    std::thread server([&] {
        while (!is_over) {
            if (way.server->look()) way.server->hit();
        }
    });
    bool is_lost = false;
    const Time end = Clock::now() + time;
    for (int hits = 0; Clock::now() < end && !is_lost; ++hits) {
        const auto begun = std::chrono::steady_clock::now();
        way.client->hit();
        while (!way.client->look()) {
            is_lost = std::chrono::steady_clock::now() - begun > patience;
            if (is_lost) break;
        }
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - begun;
        if (hits >= hits_a_round_to_warm_up) way.times_us.push_back(took.count());
    }
    is_over = true;
    server.join();
    return !is_lost;
}

} // namespace

bool measure_latency(const Options& options, Report& report) {
    BareEnd bare_server;
    if (!bare_server.is_open()) return false;
    BareEnd bare_client(bare_server.address());
    EnetEnd enet_server;
    if (!bare_client.is_open() || !enet_server.is_open()) return false;
    EnetEnd enet_client(enet_server.port());
    SealedEnd aes_server(true, has_fast_aes());
    SealedEnd aes_client(false, has_fast_aes());
    SealedEnd chacha_server(true, false);
    SealedEnd chacha_client(false, false);
    for (SealedEnd* const end : {&aes_server, &aes_client, &chacha_server, &chacha_client}) {
        if (end->host() == nullptr) return false;
    }
    aes_client.host()->connect(aes_server.host()->local_address(), Clock::now());
    chacha_client.host()->connect(chacha_server.host()->local_address(), Clock::now());
    if (!enet_client.is_open() || !connect(enet_server, enet_client) ||
        !connect(aes_server, aes_client) || !connect(chacha_server, chacha_client)) {
        std::fprintf(stderr, "bench: not all could connect\n");
        return false;
    }

    std::array ways{Way{"raw", &bare_server, &bare_client},
                    Way{"enet", &enet_server, &enet_client},
                    Way{"sealed", &aes_server, &aes_client},
                    Way{"chacha20", &chacha_server, &chacha_client}};
    const auto each = std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(options.seconds / rounds / ways.size()));
    for (int round = 0; round < rounds; ++round) {
        for (Way& way : ways) {
            if (play(way, each)) continue;
            std::fprintf(stderr, "bench: a datagram of \"%s\" was lost\n", way.name.c_str());
            return false;
        }
    }
    for (const std::size_t percent : {50u, 99u}) {
        const std::string at = "_p" + std::to_string(percent);
        const double raw = percentile(ways[0].times_us, percent);
        report.add("latency_ratio" + at, percentile(ways[2].times_us, percent) / raw, 2);
        report.add("chacha20_ratio" + at, percentile(ways[3].times_us, percent) / raw, 2);
        report.add("enet_ratio" + at, percentile(ways[1].times_us, percent) / raw, 2);
        report.add("raw_us" + at, raw, 2);
    }
    report.add("cipher", has_fast_aes() ? "AES-256-GCM" : "ChaCha20-Poly1305");
    return true;
}

} // namespace bench
