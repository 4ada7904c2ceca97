#include "replication/replicated_schema.hpp"
#include "server/raw_peer.hpp"
#include "wire/bulk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string_view>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

constexpr std::string_view secret = "the treasure is under the old oak";

bool has_heard(const RawPeer& peer, std::string_view text) {
    return std::ranges::any_of(peer.heard(), [&](const Heard::Message& message) {
        const std::string_view bytes(reinterpret_cast<const char*>(message.bytes.data()),
                                     message.bytes.size());
        return bytes.find(text) != std::string_view::npos;
    });
}

/// Two peers in one pond.
struct Two {
    RawServer at;
    RawPeer ada{at};
    RawPeer eve{at};

    Two() {
        const std::uint64_t digest = ReplicatedSchema::load(test_game::schema())->digest();
        ada.join(digest);
        eve.join(digest, wire::JoinMode::join_or_create);
        REQUIRE(at.ponds.size() == 1);
    }
    void run(Duration time) {
        for (Duration done{0}; done < time; done += 20ms) {
            ada.run(10ms);
            eve.run(10ms);
        }
    }
    static PresenceId presence_of(RawPeer& peer) {
        return PresenceId{peer.newest<wire::JoinAnswer>()->presence()};
    }
};

std::optional<wire::StatePiece> state_piece_in(const Heard::Message& message) {
    return message.channel == Channel::bulk ? wire::decode_state_piece(message.bytes)
                                            : std::nullopt;
}

} // namespace

TEST_CASE("private state: nobody else ever gets a byte of it") {
    Two two;
    const auto hers = test_game::board(std::string(secret), 4'000);
    two.at.ponds.front()->show_to(Two::presence_of(two.ada), bytes_of(hers));
    two.at.ponds.front()->show(bytes_of(test_game::board("for everyone", 4'000)));
    two.run(1s);
    CHECK(has_heard(two.ada, secret));
    CHECK_FALSE(has_heard(two.eve, secret));
    CHECK(has_heard(two.ada, "for everyone"));
    CHECK(has_heard(two.eve, "for everyone"));
    for (const Heard::Message& message : two.eve.heard()) {
        const auto piece = state_piece_in(message);
        if (!piece) continue;
        CHECK(piece->header.kind() == wire::BulkKind::room_state);
        CHECK(piece->header.presence() == Two::presence_of(two.eve).value);
    }
}

TEST_CASE("states: only a peer that has confirmed its welcome is sent any") {
    RawServer at;
    RawPeer ada(at);
    ada.hello();
    ada.send(Channel::events,
             ada.encoder.join_room(ada.next_offset(),
                                   {1,
                                    wire::JoinMode::create,
                                    {},
                                    "pond",
                                    "",
                                    0,
                                    ReplicatedSchema::load(test_game::schema())->digest()}));
    REQUIRE(at.ponds.size() == 1);
    at.ponds.front()->show(bytes_of(test_game::board("for everyone")));
    ada.run(500ms);
    CHECK_FALSE(has_heard(ada, "for everyone"));
    ada.send(Channel::control, ada.encoder.confirm());
    ada.run(100ms);
    CHECK(has_heard(ada, "for everyone"));
}

TEST_CASE("states: a few kB travel in a tick, and little waits for a peer") {
    Two two;
    two.run(500ms);
    const std::uint64_t before = two.at.server.stats().link.bytes_out;
    const std::string title = "for everyone";
    two.at.ponds.front()->show(bytes_of(test_game::board(title, test_game::most_marks(title))));
    two.ada.run(17ms);
    const std::uint64_t in_a_tick = two.at.server.stats().link.bytes_out - before;
    CHECK(in_a_tick > 2 * 4'000);
    CHECK(in_a_tick < 2 * 6'000);
    // Eve reads and acknowledges nothing meanwhile.
    two.ada.run(600ms);
    const auto waiting = static_cast<std::size_t>(
        std::ranges::count_if(two.ada.heard(), [](const Heard::Message& message) {
            return state_piece_in(message).has_value();
        }));
    CHECK(waiting == 59);
    two.eve.run(1ms);
    const auto read = static_cast<std::size_t>(
        std::ranges::count_if(two.eve.heard(), [](const Heard::Message& message) {
            return state_piece_in(message).has_value();
        }));
    CHECK(read <= max_bytes_waiting_before_bulk / max_message_bytes);
}
