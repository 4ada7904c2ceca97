#pragma once

#include "session/heartbeat.hpp"
#include "session/reliable_log.hpp"
#include "support/pond.hpp"
#include "transport/host_pair.hpp"
#include "wire/control.hpp"
#include "wire/control_encoder.hpp"
#include "wire/hot.hpp"
#include "wire/people_encoder.hpp"

#include <engine_net/client.hpp>
#include <engine_net/simulated_network.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace engine_net::testing {

/// A server that says what a test wants, and knows of sessions no more than it must.
class ScriptedNode : private HostListener {
public:
    struct Peer {
        PeerId id;
        ReliableLog outgoing{};
        ReliableInbox incoming{};
        HeartbeatExchange heartbeats{};
    };

    ScriptedNode(SimulatedNetwork& network, std::uint16_t port)
        : port_(port)
        , host_(open_host(network, port, {.max_peers = 8, .accepts = true, .seed = port})) {}

    void step(Time now) {
        now_ = now;
        if (is_dead) return;
        host_->receive(now, *this);
        host_->flush(now);
    }
    [[nodiscard]] std::string address() const { return "10.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] std::string key() const { return to_text(host_->identity()); }
    void say(Channel channel, Bytes message) { host_->send(newest_, channel, message); }
    /// Encoded by `encode(offset)`, to the newest peer.
    template <class Encode>
    void log(Encode&& encode) {
        Peer& peer = peers_.at(newest_);
        const Bytes message = encode(peer.outgoing.next_offset());
        peer.outgoing.append(message);
        host_->send(newest_, Channel::events, message);
    }
    void welcome(RoomId room = {}, PresenceId presence = {}, bool resumed = false) {
        wire::ControlEncoder::Welcome welcome{SessionId{port_ * std::uint64_t{100} + ++sessions},
                                              secret_,
                                              60,
                                              30'000,
                                              resumed,
                                              0,
                                              0,
                                              room,
                                              presence,
                                              room_digest,
                                              30'000,
                                              Tick{1000u * port_}};
        welcome.user = "ada";
        welcome.ticket = ticket;
        say(Channel::control, encoder.welcome(welcome));
    }
    /// How many messages of a kind came.
    [[nodiscard]] std::size_t count(wire::Message kind) const {
        return static_cast<std::size_t>(std::ranges::count(heard, kind));
    }

    bool is_dead = false;
    std::function<void(const wire::Envelope&)> script; ///< hears what comes, of the newest peer
    std::vector<wire::Message> heard;                  ///< each once
    std::vector<std::uint8_t> ticket;
    std::uint64_t room_digest = 0;
    std::uint64_t sessions = 0;
    wire::ControlEncoder encoder;
    wire::PeopleEncoder people;

private:
    void on_connect(PeerId peer) override { peers_[peer] = {peer}; }
    void on_disconnect(PeerId peer) override { peers_.erase(peer); }
    void on_message(PeerId id, Channel channel, Bytes message) override {
        const auto peer = peers_.find(id);
        if (peer == peers_.end()) return;
        if (channel == Channel::inputs) return answer_heartbeat(peer->second, message);
        const wire::Envelope* const envelope = wire::decode_control(message);
        if (!envelope) return;
        if (envelope->offset() != 0 &&
            peer->second.incoming.accept(envelope->offset()) != ReliableInbox::Verdict::fresh)
            return;
        newest_ = id;
        heard.push_back(envelope->message_type());
        if (script) script(*envelope);
    }
    void answer_heartbeat(Peer& peer, Bytes message) {
        const auto heartbeat = wire::decode_heartbeat(message);
        if (!heartbeat) return;
        peer.outgoing.acknowledge(heartbeat->received());
        static_cast<void>(peer.heartbeats.take(*heartbeat, now_));
        std::vector<std::uint8_t> answer;
        const TickReport report{Tick{1000u * port_}};
        wire::encode_heartbeat(peer.heartbeats.next(now_, peer.incoming.received(), report),
                               answer);
        host_->send(peer.id, Channel::inputs, answer);
    }

    std::uint16_t port_;
    std::unique_ptr<Host> host_;
    std::map<PeerId, Peer> peers_;
    PeerId newest_;
    Time now_{};
    std::vector<std::uint8_t> secret_ = std::vector<std::uint8_t>(wire::secret_bytes, 7);
};

} // namespace engine_net::testing
