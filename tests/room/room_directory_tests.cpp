#include "room/hall.hpp"
#include "room/room_directory.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace engine_net::testing;
using namespace std::chrono_literals;

namespace {

constexpr Time start{1h};

/// A server's rooms: halls of at most 4, and barns of at most 2.
struct Rooms {
    Hall* newest = nullptr;
    RoomDirectory directory{{.max_rooms = 5, .tick_rate = 60, .input_window_ticks = 32}};
    std::uint32_t last_presence = 0;

    Rooms() {
        directory.define(hall_kind(newest, 4, "hall"));
        directory.define(hall_kind(newest, 2, "barn"));
    }
    [[nodiscard]] const RoomKind& kind(std::string_view name) const {
        return *directory.find_kind(name);
    }
    RoomInstance* create(RoomDirectory::NewRoom room = {}, std::string_view name = "hall") {
        return directory.create(kind(name), std::move(room), Tick{10}, start);
    }
    void fill(RoomInstance& room, int players) {
        for (int i = 0; i < players; ++i) {
            const PresenceId id{++last_presence};
            REQUIRE(room.join({.id = id, .session = SessionId{id.value}, .name = "Ada"}));
            directory.note_change(room);
        }
    }
};

std::vector<std::uint32_t> ids_of(const std::vector<RoomSummary>& page) {
    std::vector<std::uint32_t> ids;
    ids.reserve(page.size());
    for (const RoomSummary& line : page) ids.push_back(line.id.value);
    return ids;
}

} // namespace

TEST_CASE("room directory: a kind is found by its whole name") {
    Rooms rooms;
    REQUIRE(rooms.directory.find_kind("hall"));
    CHECK(rooms.directory.find_kind("hall")->name == "hall");
    CHECK(rooms.directory.find_kind("barn")->capacity == 2);
    CHECK_FALSE(rooms.directory.find_kind("hal"));
    CHECK_FALSE(rooms.directory.find_kind("halls"));
    CHECK_FALSE(rooms.directory.find_kind(""));
}

TEST_CASE("room directory: a room is what was asked for") {
    Rooms rooms;
    RoomInstance* room = rooms.create({.name = "Ada's", .capacity = 3, .seed = 77});
    REQUIRE(room);
    CHECK(rooms.directory.find(room->id()) == room);
    CHECK(&room->kind() == &rooms.kind("hall"));
    const RoomSummary line = room->summary(start + 2s);
    CHECK(line.id == room->id());
    CHECK(line.kind == "hall");
    CHECK(line.name == "Ada's");
    CHECK(line.players == 0);
    CHECK(line.capacity == 3);
    CHECK(line.age == 2s);
    CHECK(room->settings().seed == 77);
    CHECK(room->settings().tick_rate == 60);
    CHECK(room->settings().input_window_ticks == 32);
    CHECK(room->tick() == Tick{10});
}

TEST_CASE("room directory: a room has at most its kind's seats, and by default as many") {
    Rooms rooms;
    CHECK(rooms.create()->settings().capacity == 4);
    CHECK(rooms.create({.capacity = 1})->settings().capacity == 1);
    CHECK(rooms.create({.capacity = 4})->settings().capacity == 4);
    CHECK(rooms.create({.capacity = 5})->settings().capacity == 4);
    CHECK(rooms.create({.capacity = UINT32_MAX})->settings().capacity == 4);
}

TEST_CASE("room directory: a room without a name that can be shown is called by kind and number") {
    Rooms rooms;
    CHECK(rooms.create()->settings().name == "hall 1");
    CHECK(rooms.create({.name = "\xFF\xFE"})->settings().name == "hall 2");
    CHECK(rooms.create({.name = " "})->settings().name == "hall 3");
    CHECK(rooms.create({.name = "a\xE2\x80\xAE"})->settings().name == "hall 4");
    CHECK(rooms.create({.name = std::string(max_name_bytes + 1, 'x')})->settings().name ==
          "hall 5");
}

TEST_CASE("room directory: a number after the longest kind's name does not make it too long") {
    Rooms rooms;
    rooms.directory.define(hall_kind(rooms.newest, 2, std::string(max_name_bytes, 'k')));
    const RoomInstance* room = rooms.create({}, std::string(max_name_bytes, 'k'));
    CHECK(room->settings().name == std::string(max_name_bytes, 'k'));
}

TEST_CASE("room directory: one more than max_rooms is refused, until one is gone") {
    Rooms rooms;
    for (int i = 0; i < 5; ++i) REQUIRE(rooms.create());
    CHECK_FALSE(rooms.create());
    CHECK(rooms.directory.size() == 5);
    rooms.directory.remove(RoomId{2});
    CHECK(rooms.directory.size() == 4);
    CHECK_FALSE(rooms.directory.find(RoomId{2}));
    const RoomInstance* room = rooms.create();
    REQUIRE(room);
    CHECK(room->id() == RoomId{6}); // an id is never used again
}

TEST_CASE("room directory: no room has the id 0, nor one that is unknown") {
    Rooms rooms;
    rooms.create();
    CHECK_FALSE(rooms.directory.find(RoomId{}));
    CHECK_FALSE(rooms.directory.find(RoomId{99}));
}

TEST_CASE("room directory: the fullest room with a seat is found") {
    Rooms rooms;
    const RoomKind& hall = rooms.kind("hall");
    CHECK_FALSE(rooms.directory.find_with_seat(hall, "ada"));
    RoomInstance* empty = rooms.create();
    CHECK(rooms.directory.find_with_seat(hall, "ada") == empty);
    RoomInstance* fuller = rooms.create();
    rooms.fill(*fuller, 3);
    RoomInstance* full = rooms.create({.capacity = 1});
    rooms.fill(*full, 1);
    RoomInstance* other_kind = rooms.create({}, "barn");
    rooms.fill(*other_kind, 1);
    CHECK(rooms.directory.find_with_seat(hall, "ada") == fuller);
    CHECK(rooms.directory.find_with_seat(rooms.kind("barn"), "ada") == other_kind);

    SUBCASE("the next one when it is full") {
        rooms.fill(*fuller, 1);
        CHECK(rooms.directory.find_with_seat(hall, "ada") == empty);
    }
    SUBCASE("the older one of two as full") {
        rooms.fill(*empty, 3);
        CHECK(rooms.directory.find_with_seat(hall, "ada") == empty);
    }
    SUBCASE("no room that its game has ended") {
        const PresenceId id = fuller->presences().front()->id();
        fuller->receive_event(id, Hall::note_of("close"));
        CHECK(rooms.directory.find_with_seat(hall, "ada") == empty);
    }
}

TEST_CASE("room directory: pages follow each other by id") {
    Rooms rooms;
    for (int i = 0; i < 5; ++i) rooms.create();
    rooms.directory.remove(RoomId{2});
    CHECK(ids_of(rooms.directory.page(0, 2, start)) == std::vector<std::uint32_t>{1, 3});
    CHECK(ids_of(rooms.directory.page(2, 2, start)) == std::vector<std::uint32_t>{4, 5});
    CHECK(ids_of(rooms.directory.page(3, 2, start)) == std::vector<std::uint32_t>{5});
    CHECK(ids_of(rooms.directory.page(0, 100, start)).size() == 4);
    CHECK(rooms.directory.page(4, 2, start).empty());
    CHECK(rooms.directory.page(UINT32_MAX, 2, start).empty());
    CHECK(rooms.directory.page(0, 0, start).empty());
}
