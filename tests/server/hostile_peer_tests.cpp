#include "core/random.hpp"
#include "replication/replicated_schema.hpp"
#include "server/raw_peer.hpp"
#include "wire/bulk.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

std::uint64_t pond_digest() {
    return ReplicatedSchema::load(test_game::schema())->digest();
}

std::vector<std::uint8_t> noise(std::size_t bytes, std::uint64_t seed) {
    Random random(seed);
    std::vector<std::uint8_t> noise(bytes);
    for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>(random.next());
    return noise;
}

/// A seat taken, and what the server told of it.
struct Seated {
    RawServer at;
    RawPeer peer{at};

    Seated() {
        peer.join(pond_digest());
        REQUIRE(peer.newest<wire::JoinAnswer>());
        REQUIRE(at.books.log == std::vector<std::string>{"join Eve"});
    }
    [[nodiscard]] RefusedStats refused() const { return at.server.stats().refused; }

    void send_inputs(Tick newest, std::uint8_t count, std::uint8_t input_bytes) {
        const wire::JoinAnswer& answer = *peer.newest<wire::JoinAnswer>();
        std::vector<std::uint8_t> message;
        wire::encode_input({wire::HotKind::input,
                            count,
                            input_bytes,
                            1,
                            0xFFFFFFFF,
                            newest.value,
                            0xABCD, // an ack of what was never sent
                            static_cast<std::uint16_t>(answer.presence()),
                            1,
                            0,
                            640},
                           std::vector<std::uint8_t>(std::size_t{count} * input_bytes, 1),
                           message);
        peer.send(Channel::inputs, message);
    }
};

} // namespace

TEST_CASE("server: a peer that says nothing is dropped after the handshake timeout") {
    RawServer at([](ServerConfig& config) {
        config.handshake_timeout = 1s;
    });
    RawPeer peer(at);
    CHECK(at.server.stats().peers == 1);
    peer.run(900ms);
    CHECK(at.server.stats().peers == 1);
    peer.run(200ms);
    CHECK(at.server.stats().peers == 0);
    CHECK(at.server.stats().sessions == 0);
}

TEST_CASE("server: another wire version is refused, naming both") {
    RawServer at;
    RawPeer peer(at);
    peer.send(Channel::control, peer.encoder.hello(protocol_version + 6, {"Eve"}, nullptr));
    const auto* refuse = peer.newest<wire::Refuse>();
    REQUIRE(refuse);
    CHECK(refuse->reason() == wire::RefuseReason::protocol_version);
    CHECK(refuse->detail()->str() == "the server speaks version 1, the client 7");
    CHECK(at.server.stats().sessions == 0);
    peer.run(2s);
    CHECK(at.server.stats().peers == 0);
}

TEST_CASE("server: a name that can't be shown is refused") {
    for (const std::string name : {"", " ", "a\nb", "a\xE2\x80\xAE"}) {
        RawServer at;
        RawPeer peer(at);
        peer.hello(name);
        const auto* refuse = peer.newest<wire::Refuse>();
        REQUIRE(refuse);
        CHECK(refuse->reason() == wire::RefuseReason::bad_name);
        CHECK(at.server.stats().sessions == 0);
    }
}

TEST_CASE("server: a resume that opens nothing gets one and the same answer (A06)") {
    RawServer at;
    RawPeer held(at);
    held.hello("Ada");
    const auto* welcome = held.newest<wire::Welcome>();
    REQUIRE(welcome);
    const std::vector<std::uint8_t> right(welcome->secret()->begin(), welcome->secret()->end());

    SessionId session{welcome->session()};
    std::vector<std::uint8_t> secret = right;
    std::uint32_t received = 0;
    SUBCASE("a wrong secret") {
        secret[0] ^= 1;
    }
    SUBCASE("an empty one") {
        secret.clear();
    }
    SUBCASE("a short one") {
        secret.pop_back();
    }
    SUBCASE("another session") {
        session.value ^= 1;
    }
    SUBCASE("no session") {
        session = {};
    }
    SUBCASE("more received than was sent") {
        received = 1;
    }

    RawPeer peer(at);
    const wire::ControlEncoder::Resume resume{session, secret, received, false};
    peer.send(Channel::control, peer.encoder.hello(protocol_version, {"Eve"}, &resume));
    const auto* refuse = peer.newest<wire::Refuse>();
    REQUIRE(refuse);
    CHECK(refuse->reason() == wire::RefuseReason::resume_refused);
    CHECK(refuse->detail()->str() == "no such session: start over");
    CHECK_FALSE(peer.newest<wire::Welcome>());
    CHECK(at.server.stats().sessions == 1);
    CHECK(at.server.stats().resumes == 0);
    held.run(10ms);
    CHECK_FALSE(held.newest<wire::Refuse>());
}

TEST_CASE("server: a secret that is too long is no message at all") {
    RawServer at;
    RawPeer peer(at);
    for (const std::size_t bytes : {std::size_t{17}, std::size_t{60'000}}) {
        const std::vector<std::uint8_t> secret(bytes, 1);
        const wire::ControlEncoder::Resume resume{SessionId{1}, secret, 0, false};
        peer.send(Channel::control, peer.encoder.hello(protocol_version, {"Eve"}, &resume));
    }
    CHECK(at.server.stats().refused.malformed_messages == 2);
    CHECK_FALSE(peer.newest<wire::Welcome>());
}

TEST_CASE("server: whoever does not begin with a hello is counted, and dropped in the end") {
    RawServer at([](ServerConfig& config) {
        config.max_errors_per_peer = 4;
    });
    RawPeer peer(at);
    peer.send(Channel::control, peer.encoder.confirm());
    peer.send(Channel::events, peer.encoder.leave_room(1));
    peer.send(Channel::inputs, noise(40, 1));
    peer.send(Channel::bulk, noise(40, 2));
    CHECK(at.server.stats().refused.unexpected_messages == 4);
    CHECK(at.server.stats().refused.peers_dropped == 0);
    peer.send(Channel::control, noise(40, 3));
    CHECK(at.server.stats().refused.malformed_messages == 1);
    CHECK(at.server.stats().refused.peers_dropped == 1);
    REQUIRE(peer.newest<wire::Refuse>());
    CHECK(peer.newest<wire::Refuse>()->reason() == wire::RefuseReason::protocol_error);
    CHECK(at.warnings.size() == 1);
    peer.run(2s);
    CHECK(at.server.stats().peers == 0);
}

TEST_CASE(
    "server: a schema that no room has is not answered but counted, others come at their pace") {
    Seated one;
    const auto bulk = [&] {
        return std::ranges::count_if(one.peer.heard(), [](const auto& message) {
            return wire::bulk_kind_of(message.bytes) == wire::BulkKind::schema;
        });
    };
    one.peer.send(Channel::events, one.peer.encoder.request_schema(one.peer.next_offset(), 12345));
    CHECK(one.refused().unexpected_messages == 1);
    CHECK(bulk() == 0);
    // However often it asks, it gets no more than a tick may carry.
    for (int i = 0; i < 50; ++i) {
        one.peer.send(Channel::events,
                      one.peer.encoder.request_schema(one.peer.next_offset(), pond_digest()));
    }
    CHECK(one.refused().unexpected_messages == 1);
    CHECK(bulk() >= 2);
    CHECK(bulk() <= 50 * 2 * static_cast<std::ptrdiff_t>(max_bulk_pieces_per_tick));
}

TEST_CASE("server: a player that goes over its allowance of errors loses its seat, and is told") {
    Seated one;
    for (std::uint64_t i = 0; i < 16; ++i) one.peer.send(Channel::control, noise(50, i));
    CHECK(one.refused().malformed_messages == 16);
    CHECK(one.refused().peers_dropped == 0);
    CHECK(one.at.server.stats().players == 1);
    one.peer.send(Channel::control, noise(50, 99));
    CHECK(one.refused().peers_dropped == 1);
    REQUIRE(one.peer.newest<wire::Goodbye>());
    CHECK(one.peer.newest<wire::Goodbye>()->reason() == wire::LeaveReason::protocol_error);
    CHECK(one.at.books.log.back() ==
          "leave Eve: " + std::string(message(LeaveReason::protocol_error)));
    CHECK(one.at.server.stats().sessions == 0);
}

TEST_CASE("server: a second hello changes nothing") {
    Seated one;
    one.peer.hello("Mallory");
    CHECK(one.refused().unexpected_messages == 1);
    CHECK(one.at.server.stats().sessions == 1);
    CHECK(one.at.books.log.size() == 1);
}

TEST_CASE("server: a message that only servers send is counted") {
    Seated one;
    one.peer.send(Channel::control, one.peer.encoder.refuse(wire::RefuseReason::replaced, ""));
    one.peer.send(Channel::control, one.peer.encoder.state_check(Tick{1}, 2));
    one.peer.send(
        Channel::events,
        one.peer.encoder.room_left(one.peer.next_offset(), RoomId{1}, LeaveReason::kicked, "you"));
    one.peer.send(Channel::snapshots, noise(100, 1));
    CHECK(one.refused().unexpected_messages == 4);
    CHECK(one.at.server.stats().players == 1);
}

TEST_CASE("server: a logged message is applied once, and never out of order") {
    Seated one;
    flatbuffers::FlatBufferBuilder call;
    call.Finish(test_game::CreateCall(call, 7));
    const RoomId room{one.peer.newest<wire::JoinAnswer>()->room()};
    const auto send = [&](std::uint32_t offset) {
        one.peer.send(Channel::events,
                      one.peer.encoder.event(offset, room, engine_net::bytes_of(call)));
    };
    send(2); // 1 was the join
    send(2);
    send(1);
    CHECK(one.at.books.calls.size() == 1);
    CHECK(one.refused().unexpected_messages == 0);
    send(4);
    send(UINT32_MAX);
    CHECK(one.at.books.calls.size() == 1);
    CHECK(one.refused().unexpected_messages == 2);
    send(3);
    CHECK(one.at.books.calls.size() == 2);
}

TEST_CASE("server: an event for another room is dropped, a broken one is counted") {
    Seated one;
    flatbuffers::FlatBufferBuilder call;
    call.Finish(test_game::CreateCall(call, 7));
    const RoomId room{one.peer.newest<wire::JoinAnswer>()->room()};
    std::vector<std::uint8_t> message;
    wire::encode_event(RoomId{room.value + 1}, engine_net::bytes_of(call), message);
    one.peer.send(Channel::inputs, message);
    one.peer.send(Channel::events,
                  one.peer.encoder.event(
                      one.peer.next_offset(), RoomId{room.value + 1}, engine_net::bytes_of(call)));
    CHECK(one.refused().malformed_messages == 0);
    one.peer.send(Channel::events,
                  one.peer.encoder.event(one.peer.next_offset(), room, noise(64, 1)));
    message.clear();
    wire::encode_event(room, noise(64, 2), message);
    one.peer.send(Channel::inputs, message);
    CHECK(one.refused().malformed_messages == 2);
    CHECK(one.at.books.calls.empty());
}

TEST_CASE("server: inputs out of the window, of a wrong size or for another seat are not applied") {
    Seated one;
    const Tick tick = one.at.server.stats().tick;
    SUBCASE("late") {
        one.send_inputs(tick - 100, 1, 2);
        CHECK(one.refused().late_inputs == 1);
    }
    SUBCASE("late by nearly half of all ticks") {
        one.send_inputs(tick + (INT32_MIN + 1'000), 1, 2);
        CHECK(one.refused().late_inputs == 1);
    }
    SUBCASE("early") {
        one.send_inputs(tick + 1'000, 1, 2);
        CHECK(one.refused().early_inputs == 1);
    }
    SUBCASE("of a wrong size") {
        one.send_inputs(tick + 5, 1, 3);
        CHECK(one.refused().malformed_inputs == 1);
    }
    SUBCASE("for another seat") {
        std::vector<std::uint8_t> message;
        const std::vector<std::uint8_t> input(2, 1);
        wire::encode_input(
            {wire::HotKind::input, 1, 2, 0, 0, (tick + 5).value, 0, 4'444, 1, 0, 640},
            input,
            message);
        one.peer.send(Channel::inputs, message);
    }
    one.peer.run(500ms);
    CHECK(one.at.books.inputs == 0);
    // And one that is as it should be still counts.
    one.send_inputs(one.at.server.stats().tick + 4, 1, 2);
    one.peer.run(200ms);
    CHECK(one.at.books.inputs == 1);
}

TEST_CASE("server: heartbeats that lie about what they received and when harm nobody else") {
    Seated one;
    std::uint16_t sequence = 0;
    for (const std::uint64_t clock : {std::uint64_t{0}, std::uint64_t{1} << 53, UINT64_MAX}) {
        std::vector<std::uint8_t> message;
        wire::encode_heartbeat({wire::HotKind::heartbeat,
                                1,
                                ++sequence,
                                UINT32_MAX,
                                clock,
                                clock,
                                UINT32_MAX,
                                UINT32_MAX,
                                UINT32_MAX,
                                INT32_MIN,
                                UINT32_MAX,
                                0,
                                UINT32_MAX,
                                UINT16_MAX,
                                UINT16_MAX},
                               message);
        one.peer.send(Channel::inputs, message);
    }
    CHECK(one.refused().malformed_messages == 1);
    CHECK(one.at.server.stats().players == 1);
}

TEST_CASE("server: noise on every channel costs the sender its seat, and the others nothing") {
    Seated one;
    RawPeer bob(one.at);
    bob.hello("Bob");
    bob.send(Channel::control, bob.encoder.confirm());
    Random random(5);
    for (std::uint64_t i = 0; i < 200; ++i) {
        const auto channel = static_cast<Channel>(random.next_below(channel_count));
        one.peer.send(channel, noise(1 + random.next_below(200), i));
    }
    CHECK(one.refused().peers_dropped == 1);
    CHECK(one.at.server.stats().players == 0);
    CHECK(one.at.server.stats().sessions == 1);
    CHECK(bob.newest<wire::Welcome>());
    CHECK_FALSE(bob.newest<wire::Goodbye>());
}

TEST_CASE("server: sessions that linger fill it, but who has one can come back") {
    RawServer at([](ServerConfig& config) {
        config.max_peers = 2;
        config.session_timeout = 1s;
        config.grace_time = 1h;
    });
    SessionId id;
    std::vector<std::uint8_t> secret;
    for (int i = 0; i < 4; ++i) {
        RawPeer peer(at);
        peer.hello();
        const auto* welcome = peer.newest<wire::Welcome>();
        REQUIRE(welcome);
        id = SessionId{welcome->session()};
        secret.assign(welcome->secret()->begin(), welcome->secret()->end());
        peer.run(1100ms); // silent, so given up
    }
    CHECK(at.server.stats().sessions == 4);
    RawPeer fifth(at);
    fifth.hello();
    REQUIRE(fifth.newest<wire::Refuse>());
    CHECK(fifth.newest<wire::Refuse>()->reason() == wire::RefuseReason::server_full);
    fifth.run(2s);

    RawPeer back(at);
    const wire::ControlEncoder::Resume resume{id, secret, 0, false};
    back.send(Channel::control, back.encoder.hello(protocol_version, {"Eve"}, &resume));
    CHECK(back.newest<wire::Welcome>());
    CHECK(at.server.stats().sessions == 4);
}
