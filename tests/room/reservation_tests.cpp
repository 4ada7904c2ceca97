#include "room/hall.hpp"
#include "room/room_directory.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>

using namespace engine_net;
using namespace engine_net::testing;
using namespace std::chrono_literals;

namespace {

constexpr Time start{1h};
constexpr Duration linger{30s};

/// A server's rooms: halls of at most 4.
struct Rooms {
    Rooms() { directory.define(hall_kind(newest, 4, "hall")); }

    [[nodiscard]] const RoomKind& kind() const { return *directory.find_kind("hall"); }
    RoomInstance& create(RoomDirectory::NewRoom room = {}) {
        return *directory.create(kind(), std::move(room), Tick{10}, start);
    }
    PresenceId join(RoomInstance& room, bool has_reservation = false) {
        const PresenceId id{++last_presence};
        REQUIRE(room.join({.id = id,
                           .session = SessionId{id.value},
                           .name = "Ada",
                           .user = "user" + std::to_string(id.value),
                           .has_reservation = has_reservation}));
        directory.note_change(room);
        return id;
    }
    void join_with(RoomInstance& room, const std::string& code) {
        join(room, directory.has_reservation(code));
        directory.use_reservation(code);
    }
    [[nodiscard]] RoomInstance* with_seat(const std::string& user = "ada") const {
        return directory.find_with_seat(kind(), user);
    }

    Hall* newest = nullptr;
    RoomDirectory directory{{.max_rooms = 5, .tick_rate = 60, .input_window_ticks = 32}};
    std::uint32_t last_presence = 0;
};

} // namespace

TEST_CASE("reservation: a seat is kept for who has its code") {
    Rooms rooms;
    RoomInstance& room = rooms.create({.capacity = 2, .invite = "INVITE"});
    rooms.join(room);
    rooms.directory.reserve(room, "SEAT", start + 20s);
    CHECK(room.reserved() == 1);
    CHECK(room.players() == 1);
    CHECK(room.is_full());
    CHECK_FALSE(room.is_open());
    CHECK_FALSE(rooms.with_seat());
    CHECK(rooms.directory.has_reservation("SEAT"));
    CHECK(rooms.directory.has_reservation("seat"));
    CHECK_FALSE(rooms.directory.has_reservation("INVITE"));
    CHECK(rooms.directory.find_by_invite("sEAt") == &room);
    CHECK(rooms.directory.find_by_invite("INVITE") == &room);

    rooms.join_with(room, "seat");
    CHECK(room.reserved() == 0);
    CHECK(room.players() == 2);
    CHECK_FALSE(rooms.directory.has_reservation("SEAT"));
    CHECK_FALSE(rooms.directory.find_by_invite("SEAT"));
    CHECK(rooms.directory.find_by_invite("INVITE") == &room);
    rooms.directory.use_reservation("SEAT"); // used already
    CHECK(room.reserved() == 0);
}

TEST_CASE("reservation: a seat is free again when nobody came in time") {
    Rooms rooms;
    RoomInstance& room = rooms.create({.capacity = 2});
    rooms.directory.reserve(room, "LATE", start + 20s);
    rooms.directory.reserve(room, "SOON", start + 10s);
    CHECK_FALSE(rooms.with_seat());
    rooms.directory.expire_reservations(start + 9'999ms);
    CHECK(room.reserved() == 2);
    rooms.directory.expire_reservations(start + 10s);
    CHECK(room.reserved() == 1);
    CHECK_FALSE(rooms.directory.has_reservation("SOON"));
    CHECK(rooms.directory.has_reservation("LATE"));
    CHECK(rooms.with_seat() == &room);
    rooms.directory.expire_reservations(start + 1h);
    CHECK(room.reserved() == 0);
}

TEST_CASE("reservation: a room that seats are kept in is not over, though nobody is in it") {
    Rooms rooms;
    RoomInstance& room = rooms.create();
    rooms.directory.reserve(room, "SEAT", start + 60s);
    CHECK_FALSE(room.is_over(start + linger, linger));
    CHECK_FALSE(room.is_over(start + 1h, linger));
    rooms.directory.expire_reservations(start + 60s);
    CHECK(room.is_over(start + 60s, linger));
}

TEST_CASE("reservation: who comes to a room that seats were kept in keeps it, and it lingers") {
    Rooms rooms;
    RoomInstance& room = rooms.create();
    rooms.directory.reserve(room, "SEAT", start + 60s);
    rooms.join_with(room, "SEAT");
    rooms.directory.expire_reservations(start + 1h);
    CHECK_FALSE(room.is_over(start + 1h, linger));
    room.leave(room.presences().front()->id(), LeaveReason::left, start + 1h);
    CHECK_FALSE(room.is_over(start + 1h, linger));
    CHECK(room.is_over(start + 1h + linger, linger));
}

TEST_CASE("reservation: those of a room that is gone lead nowhere, and end in time") {
    Rooms rooms;
    RoomInstance& room = rooms.create();
    rooms.directory.reserve(room, "SEAT", start + 20s);
    rooms.directory.remove(room.id());
    CHECK_FALSE(rooms.directory.find_by_invite("SEAT"));
    rooms.directory.use_reservation("SEAT");
    CHECK_FALSE(rooms.directory.has_reservation("SEAT"));

    RoomInstance& other = rooms.create();
    rooms.directory.reserve(other, "OTHER", start + 20s);
    rooms.directory.remove(other.id());
    rooms.directory.expire_reservations(start + 20s);
    CHECK_FALSE(rooms.directory.has_reservation("OTHER"));
}

TEST_CASE("reservation: ten thousand seats that nobody comes for leave nothing behind (A23)") {
    Rooms rooms;
    Time now = start;
    for (int i = 0; i < 10'000; ++i) {
        RoomInstance* const room = rooms.directory.create(rooms.kind(), {}, Tick{10}, now);
        REQUIRE(room); // of at most five
        const std::string code = "CODE" + std::to_string(i);
        for (const char* seat : {"A", "B", "C", "D"})
            rooms.directory.reserve(*room, code + seat, now + 20s);
        REQUIRE_FALSE(rooms.with_seat());
        now += linger;
        REQUIRE_FALSE(room->is_over(now, linger));
        rooms.directory.expire_reservations(now);
        REQUIRE(room->is_over(now, linger));
        rooms.directory.remove(room->id());
        REQUIRE_FALSE(rooms.directory.has_reservation(code + "A"));
    }
    CHECK(rooms.directory.size() == 0);
    CHECK(rooms.directory.listed() == 0);
}

TEST_CASE("reservation: the same room keeps seats that nobody comes for any number of times") {
    Rooms rooms;
    RoomInstance& room = rooms.create();
    rooms.join(room);
    for (int i = 0; i < 10'000; ++i) {
        const Time now = start + std::chrono::seconds(i);
        rooms.directory.expire_reservations(now);
        REQUIRE(room.reserved() <= 2);
        rooms.directory.reserve(room, "CODE" + std::to_string(i), now + 2s);
    }
    rooms.directory.expire_reservations(start + 24h);
    CHECK(room.reserved() == 0);
    CHECK_FALSE(room.is_full());
}

TEST_CASE("room directory: a user that is banned from a room is led to another") {
    Rooms rooms;
    RoomInstance& fuller = rooms.create();
    const PresenceId host = rooms.join(fuller);
    const PresenceId bob = rooms.join(fuller);
    std::string detail;
    REQUIRE(fuller.command(host, RoomVerb::ban, bob, "no", detail) == wire::RequestError::none);
    CHECK(fuller.has_banned("user2"));
    CHECK_FALSE(fuller.has_banned("user1"));
    CHECK(fuller.take_outbox().kicks.size() == 1);
    fuller.leave(bob, LeaveReason::kicked, start);
    rooms.directory.note_change(fuller);
    CHECK(rooms.with_seat("user1") == &fuller);
    CHECK_FALSE(rooms.with_seat("user2"));
    const RoomInstance& other = rooms.create();
    CHECK(rooms.with_seat("user1") == &fuller);
    CHECK(rooms.with_seat("user2") == &other);
}

TEST_CASE("room directory: nobody is led to a room by invitation, though it is in the list") {
    Rooms rooms;
    RoomInstance& room = rooms.create({.is_by_invitation = true, .invite = "CODE"});
    CHECK_FALSE(rooms.with_seat());
    rooms.join(room);
    CHECK_FALSE(rooms.with_seat());
    CHECK(rooms.directory.page(0, 10, start).size() == 1);
    CHECK(rooms.directory.find_by_invite("code") == &room);
}
