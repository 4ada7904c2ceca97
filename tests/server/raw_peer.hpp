#pragma once

#include "support/pond.hpp"
#include "transport/host_pair.hpp"
#include "wire/control.hpp"
#include "wire/control_encoder.hpp"
#include "wire/hot.hpp"

#include <engine_net/server.hpp>
#include <engine_net/simulated_network.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine_net::testing {

/// A server of ponds, and peers that send it whatever a test wants.
struct RawServer {
    SimulatedNetwork network{{.seed = 1, .link = {.delay = 5ms}}};
    test_game::Books books;
    std::vector<test_game::Pond*> ponds; ///< every one ever made, oldest first
    std::vector<std::string> warnings;
    Server server;
    Time now{1s};

    explicit RawServer(const std::function<void(ServerConfig&)>& change = {})
        : server(config(change)) {
        server.define_room("pond", test_game::schema(), {}, [this] {
            auto pond = std::make_unique<test_game::Pond>(books, 0);
            ponds.push_back(pond.get());
            return pond;
        });
        network.advance_to(now);
        static_cast<void>(server.start().has_value());
    }

    ServerConfig config(const std::function<void(ServerConfig&)>& change) {
        ServerConfig config;
        config.network = &network;
        config.seed = 1;
        config.log = [this](LogLevel, std::string_view text) {
            warnings.emplace_back(text);
        };
        if (change) change(config);
        return config;
    }
};

/// One of them. What it hears is decoded as a client would.
class RawPeer {
public:
    explicit RawPeer(RawServer& at)
        : at_(at), host_(open_client(at.network)), peer_(*host_->connect(server_address, at.now)) {
        run(50ms);
    }

    void run(Duration time) {
        for (const Time end = at_.now + time; at_.now < end;) {
            at_.now += 1ms;
            at_.network.advance_to(at_.now);
            at_.server.step(at_.now);
            host_->receive(at_.now, heard_);
            host_->flush(at_.now);
        }
    }
    /// Sends, and gives the server time to answer.
    void send(Channel channel, Bytes message) {
        host_->send(peer_, channel, message);
        run(30ms);
    }
    void hello(const std::string& name = "Eve") {
        send(Channel::control, encoder.hello(protocol_version, {name}, nullptr));
    }
    /// Takes a seat in a new pond, without a word more than that needs.
    void join(std::uint64_t schema_digest, wire::JoinMode mode = wire::JoinMode::create) {
        hello();
        send(Channel::control, encoder.confirm());
        send(Channel::events,
             encoder.join_room(next_offset(), {1, mode, {}, "pond", "", 0, schema_digest}));
    }
    std::uint32_t next_offset() { return ++offset_; }

    /// All that it has heard, undecoded.
    [[nodiscard]] const std::vector<Heard::Message>& heard() const { return heard_.messages; }
    [[nodiscard]] bool is_connected() const { return heard_.disconnected.empty(); }
    /// The newest message of a kind.
    template <class Table>
    const Table* newest() {
        const Table* found = nullptr;
        for (const Heard::Message& message : heard_.messages) {
            const wire::Envelope* envelope =
                is_reliable(message.channel) ? wire::decode_control(message.bytes) : nullptr;
            const Table* table = envelope ? envelope->message_as<Table>() : nullptr;
            if (table) found = table;
        }
        return found;
    }

    wire::ControlEncoder encoder;

private:
    RawServer& at_;
    std::unique_ptr<Host> host_;
    Heard heard_;
    PeerId peer_;
    std::uint32_t offset_ = 0;
};

} // namespace engine_net::testing
