#include "wire/node_messages.hpp"
#include "wire/saved_room.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::wire;

namespace {

SavedRoom sample() {
    SavedRoom room;
    room.id = RoomId{77};
    room.kind = "pond";
    room.schema_digest = 0x1234567890ABCDEF;
    room.name = "the deep end";
    room.capacity = 8;
    room.is_private = true;
    room.is_match = true;
    room.password = "frog";
    room.invite = "ABCDEFGH";
    room.metadata = {1, 2, 3};
    room.seed = 99;
    room.moves = 3;
    room.age = std::chrono::minutes(7);
    room.is_locked = true;
    room.phase = engine_net::RoomPhase::countdown;
    room.host = PresenceId{5};
    room.is_started_by_host = true;
    room.start_in = 120;
    room.saved_at = Tick{4'000'000'000};
    room.banned = {"eve", "mallory"};
    room.state = {{9, 8, 7}, 4};
    for (const std::uint32_t id : {5U, 9U}) {
        SavedRoom::Member member;
        member.member = {.id = PresenceId{id},
                         .user = "user-" + std::to_string(id),
                         .name = "name-" + std::to_string(id),
                         .colour = 0xFF8800,
                         .is_ready = id == 5,
                         .is_muted = id == 9,
                         .team = id};
        member.session = SessionId{std::uint64_t{id} << 52};
        member.snapshot_rate = id;
        member.private_state = {{static_cast<std::uint8_t>(id)}, 2};
        room.members.push_back(std::move(member));
    }
    room.reservations.push_back({"QRSTUV", std::chrono::seconds(20), 1});
    room.game = std::vector<std::uint8_t>(1000, 0x5A);
    return room;
}

const tables::SavedRoom* decode(const std::vector<std::uint8_t>& bytes) {
    const tables::NodeMessage* const message = decode_node_message(bytes);
    return message ? message->saying_as_SavedRoom() : nullptr;
}

bool is_taken(const std::function<void(SavedRoom&)>& change) {
    SavedRoom room = sample();
    change(room);
    return decode(encode_saved_room(room)) != nullptr;
}

} // namespace

TEST_CASE("saved room: comes back as it went") {
    const std::vector<std::uint8_t> bytes = encode_saved_room(sample());
    REQUIRE(decode(bytes));
    const SavedRoom room = saved_room_of(*decode(bytes));
    CHECK(encode_saved_room(room) == bytes);
    CHECK(room.members.size() == 2);
    CHECK(room.members[1].member.name == "name-9");
    CHECK(room.age == std::chrono::minutes(7));
    CHECK(room.reservations.front().left == std::chrono::seconds(20));
    CHECK(room.game == sample().game);
}

TEST_CASE("saved room: what can't be in one is refused") {
    CHECK(is_taken([](SavedRoom&) {}));
    const std::vector<std::function<void(SavedRoom&)>> wrong{
        [](SavedRoom& room) {
            room.id = {};
        },
        [](SavedRoom& room) {
            room.kind.clear();
        },
        [](SavedRoom& room) {
            room.name = "two\nlines";
        },
        [](SavedRoom& room) {
            room.password.assign(max_password_bytes + 1, 'x');
        },
        [](SavedRoom& room) {
            room.invite.assign(max_invite_bytes + 1, 'X');
        },
        [](SavedRoom& room) {
            room.metadata.resize(max_metadata_bytes + 1);
        },
        [](SavedRoom& room) {
            room.capacity = max_room_capacity + 1;
        },
        [](SavedRoom& room) {
            room.phase = static_cast<engine_net::RoomPhase>(4);
        },
        [](SavedRoom& room) {
            room.banned.insert(std::string(max_user_bytes + 1, 'x'));
        },
        [](SavedRoom& room) {
            room.state.bytes.resize(max_state_bytes + 1);
        },
        [](SavedRoom& room) {
            room.game.resize(max_saved_game_bytes + 1);
        },
        [](SavedRoom& room) {
            room.members[1].member.id = room.members[0].member.id;
        },
        [](SavedRoom& room) {
            room.members[0].member.id = {};
        },
        [](SavedRoom& room) {
            room.members[0].member.name.clear();
        },
        [](SavedRoom& room) {
            room.members[0].private_state.bytes.resize(max_state_bytes + 1);
        },
        [](SavedRoom& room) {
            room.reservations[0].code.clear();
        }};
    for (std::size_t i = 0; i < wrong.size(); ++i) {
        CAPTURE(i);
        CHECK_FALSE(is_taken(wrong[i]));
    }
}

TEST_CASE("node messages: who waits has no more properties than a ticket may have") {
    WaitingPlayer player{.session = SessionId{1}, .request = 1, .kind = "pond", .name = "ada"};
    for (std::size_t i = 0; i < max_ticket_properties; ++i)
        player.properties.emplace("key-" + std::to_string(i), "value");
    CHECK(decode_node_message(encode_waiting(player)));
    player.properties.emplace("one-more", "value");
    CHECK_FALSE(decode_node_message(encode_waiting(player)));
}

TEST_CASE("saved room: one that is cut anywhere, or has any bit wrong, does no harm") {
    SavedRoom small = sample();
    small.game.resize(8);
    const std::vector<std::uint8_t> good = encode_saved_room(small);
    for (std::size_t length = 0; length < good.size(); ++length) {
        const std::vector<std::uint8_t> cut(good.begin(),
                                            good.begin() + static_cast<std::ptrdiff_t>(length));
        if (const tables::SavedRoom* const room = decode(cut)) (void)saved_room_of(*room);
    }
    std::size_t taken = 0;
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
        std::vector<std::uint8_t> damaged = good;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const tables::SavedRoom* const room = decode(damaged);
        if (!room) continue;
        ++taken;
        CHECK(saved_room_of(*room).members.size() <= 2 * max_room_capacity);
    }
    CHECK(taken < 8 * good.size());
}
