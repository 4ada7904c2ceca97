#include "client/room_list.hpp"
#include "core/random.hpp"
#include "room/hall.hpp"
#include "room/room_watch.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

constexpr std::uint32_t request = 7;

/// A directory, one who watches it, and what that one's client knows.
struct Lobby {
    explicit Lobby(std::size_t max_rooms = 100'000)
        : directory({.max_rooms = max_rooms, .tick_rate = 60, .input_window_ticks = 8}) {
        directory.define(hall_kind(newest, 4, "hall"));
        list.watch(request);
    }
    RoomInstance& create() {
        return *directory.create(*directory.find_kind("hall"), {}, Tick{}, Time{});
    }
    void join(RoomInstance& room) {
        REQUIRE(room.join({.id = PresenceId{++last_presence},
                           .session = SessionId{last_presence},
                           .name = "ada"}));
        directory.note_change(room);
    }
    void leave(RoomInstance& room) {
        room.leave(room.presences().front()->id(), LeaveReason::left, Time{});
        directory.note_change(room);
    }
    /// The messages that it took, at most `most`.
    std::size_t tell(std::size_t most = 1'000'000) {
        std::size_t sent = 0;
        if (!watch) watch = std::make_unique<RoomWatch>(request, directory);
        watch->send(directory, Time{}, most, encoder, [&](Bytes message) {
            ++sent;
            REQUIRE(list.receive(message));
        });
        return sent;
    }
    /// What the client knows that is not so, or nothing.
    [[nodiscard]] std::string difference() const {
        if (!list.is_whole()) return "the list is not whole";
        if (list.rooms().size() != directory.size()) return "another number of rooms";
        for (const auto& [id, room] : directory.rooms()) {
            const auto known = list.rooms().find(id);
            if (known == list.rooms().end()) return "a room is missing";
            if (known->second.players != room->players()) return "a room has other players";
        }
        return {};
    }

    Hall* newest = nullptr;
    RoomDirectory directory;
    std::unique_ptr<RoomWatch> watch;
    wire::ControlEncoder encoder;
    RoomList list;
    std::uint32_t last_presence = 0;
};

void change_something(Lobby& lobby, Random& random) {
    const auto& rooms = lobby.directory.rooms();
    const std::uint64_t what = random.next_below(4);
    if (rooms.empty() || what == 0) {
        lobby.create();
        return;
    }
    auto any = rooms.begin();
    std::advance(any, static_cast<std::ptrdiff_t>(random.next_below(rooms.size())));
    RoomInstance& room = *any->second;
    if (what == 1 && room.players() < 4) return lobby.join(room);
    if (what == 2 && room.players() > 0) return lobby.leave(room);
    if (room.players() == 0) lobby.directory.remove(room.id());
}

} // namespace

TEST_CASE("room watch: the list comes whole, then each change, by itself") {
    Lobby lobby;
    CHECK(lobby.tell() == 1); // an empty list is whole, too
    CHECK(lobby.list.is_whole());
    CHECK(lobby.tell() == 0);
    RoomInstance& room = lobby.create();
    lobby.join(room);
    lobby.join(room);
    CHECK(lobby.tell() == 1); // as it is now, once
    CHECK(lobby.list.rooms().at(room.id()).players == 2);
    CHECK(lobby.difference() == "");
    lobby.directory.remove(room.id());
    CHECK(lobby.tell() == 1);
    CHECK(lobby.list.rooms().empty());
}

TEST_CASE("room watch: with any changes while the list comes, it ends up right") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Lobby lobby;
        Random random(seed);
        for (int i = 0; i < 60; ++i) lobby.create();
        for (int i = 0; i < 200; ++i) {
            change_something(lobby, random);
            lobby.tell(random.next_below(2));
        }
        lobby.tell();
        const std::string difference = lobby.difference();
        REQUIRE_MESSAGE(difference.empty(), "seed ", seed, ": ", difference);
    }
}

TEST_CASE("room watch: a change costs one message, whether there are ten rooms or ten thousand") {
    for (const int rooms : {10, 10'000}) {
        Lobby lobby;
        for (int i = 0; i < rooms; ++i) lobby.create();
        lobby.tell();
        REQUIRE(lobby.difference() == "");
        lobby.join(*lobby.directory.rooms().begin()->second);
        CHECK(lobby.tell() == 1);
        CHECK(lobby.difference() == "");
    }
}

TEST_CASE("room watch: who falls behind what is kept of changes gets the list anew") {
    Lobby lobby;
    std::vector<RoomInstance*> rooms;
    rooms.reserve(30);
    for (int i = 0; i < 30; ++i) rooms.push_back(&lobby.create());
    lobby.tell();
    for (std::size_t i = 0; i <= max_room_changes; i += 2) {
        lobby.join(*rooms[i % 30]);
        lobby.leave(*rooms[i % 30]);
    }
    lobby.directory.remove(rooms.back()->id());
    CHECK(lobby.tell(1) == 1);
    CHECK_FALSE(lobby.list.is_whole());
    lobby.tell();
    CHECK(lobby.difference() == "");
}

TEST_CASE("room list: news of another request and what is no news change nothing") {
    Lobby lobby;
    lobby.create();
    lobby.tell();
    std::vector<std::uint8_t> message;
    ByteWriter writer(message);
    writer.write(wire::RoomNewsHeader(wire::BulkKind::room_news, 1, 1, request + 1));
    writer.write_bytes(lobby.encoder.room_news({}, {}));
    CHECK(lobby.list.receive(message));
    CHECK(lobby.list.rooms().size() == 1);
    for (std::size_t size = 0; size < message.size(); ++size)
        lobby.list.receive(Bytes(message).first(size));
    CHECK_FALSE(lobby.list.receive(Bytes(message).first(8)));
    message[1] = 2;
    CHECK_FALSE(lobby.list.receive(message));
    CHECK(lobby.list.rooms().size() == 1);
}
