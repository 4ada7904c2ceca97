#include "lobby-watch/model/room_table.hpp"
#include "lobby_watch/fake_source.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;
using watch::RoomColumn;
using watch::RoomTable;
using watch::Trouble;

namespace {

std::vector<std::uint32_t> ids_of(const RoomTable& table) {
    std::vector<std::uint32_t> ids;
    ids.reserve(table.size());
    for (std::size_t line = 0; line < table.size(); ++line)
        ids.push_back(table.at(line).id().value);
    return ids;
}

using Ids = std::vector<std::uint32_t>;

/// Three rooms of two kinds.
struct Lobby {
    FakeSource source;
    RoomTable table;
    Time now{1s};

    Lobby() {
        source.add_room(1, "duel", "Zoo");
        source.add_room(2, "arena", "Attic");
        source.add_room(3, "arena", "Moon base");
        room(1).tick_p99_us = 900;
        room(2).tick_p99_us = 100;
        room(3).tick_p99_us = 900;
        update();
    }
    AdminRoom& room(std::uint32_t id) { return source.all_rooms[{id}]; }
    void update() { table.update(now, source.all_rooms, 60); }
};

} // namespace

TEST_CASE("room_table: any column sorts both ways, equal rooms by their ids") {
    Lobby lobby;
    CHECK(ids_of(lobby.table) == Ids{1, 2, 3});
    lobby.table.sort_by(RoomColumn::name, false);
    CHECK(ids_of(lobby.table) == Ids{2, 3, 1});
    lobby.table.sort_by(RoomColumn::name, true);
    CHECK(ids_of(lobby.table) == Ids{1, 3, 2});
    lobby.table.sort_by(RoomColumn::tick_p99, true);
    CHECK(ids_of(lobby.table) == Ids{1, 3, 2});
    lobby.table.sort_by(RoomColumn::kind, false);
    CHECK(ids_of(lobby.table) == Ids{2, 3, 1});
    for (std::size_t column = 0; column < watch::room_column_count; ++column) {
        lobby.table.sort_by(static_cast<RoomColumn>(column), true);
        CHECK(lobby.table.size() == 3);
    }
}

TEST_CASE("room_table: the order stays when the rooms change") {
    Lobby lobby;
    lobby.table.sort_by(RoomColumn::tick_p99, true);
    lobby.room(2).tick_p99_us = 2000;
    lobby.update();
    CHECK(ids_of(lobby.table) == Ids{2, 1, 3});
    lobby.source.all_rooms.erase({1});
    lobby.update();
    CHECK(ids_of(lobby.table) == Ids{2, 3});
}

TEST_CASE("room_table: a filter lets through what has all of its words") {
    Lobby lobby;
    lobby.table.filter("ARENA");
    CHECK(ids_of(lobby.table) == Ids{2, 3});
    lobby.table.filter("arena moon");
    CHECK(ids_of(lobby.table) == Ids{3});
    lobby.table.filter("1");
    CHECK(ids_of(lobby.table) == Ids{1});
    lobby.room(2).is_paused = true;
    lobby.update();
    lobby.table.filter("paused");
    CHECK(ids_of(lobby.table) == Ids{2});
    lobby.table.filter("nowhere");
    CHECK(lobby.table.size() == 0);
    CHECK(lobby.table.rooms() == 3);
    lobby.table.filter("");
    CHECK(lobby.table.size() == 3);
}

TEST_CASE("room_table: bytes become rates of the last seconds") {
    Lobby lobby;
    for (int step = 0; step < 12; ++step) {
        lobby.now += 250ms;
        lobby.room(1).bytes_out += 500;
        lobby.update();
    }
    CHECK(lobby.table.at(0).bytes_out_per_s == doctest::Approx(2000));
    CHECK(lobby.table.at(1).bytes_out_per_s == 0);
    // A source that is told once a second counts as fast.
    for (int step = 0; step < 20; ++step) {
        lobby.now += 250ms;
        if (step % 4 == 0) lobby.room(1).bytes_out += 2000;
        lobby.update();
    }
    CHECK(lobby.table.at(0).bytes_out_per_s == doctest::Approx(2000).epsilon(0.2));
    lobby.now += 4s;
    lobby.update();
    CHECK(lobby.table.at(0).bytes_out_per_s == 0);
    // A server that was started anew counts from nothing.
    lobby.room(1).bytes_out = 1;
    lobby.update();
    CHECK(lobby.table.at(0).bytes_out_per_s == 0);
}

TEST_CASE("room_table: the worst that is to be known of a room") {
    Lobby lobby;
    AdminRoom room = lobby.room(1);
    CHECK(watch::trouble_of(room, 60) == Trouble::none);
    room.summary.players = room.summary.capacity;
    CHECK(watch::trouble_of(room, 60) == Trouble::full);
    room.is_paused = true;
    CHECK(watch::trouble_of(room, 60) == Trouble::paused);
    room.tick_p99_us = 9'000;
    CHECK(watch::trouble_of(room, 60) == Trouble::slow);
    room.tick_p99_us = 17'000;
    CHECK(watch::trouble_of(room, 60) == Trouble::too_slow);
    CHECK(watch::trouble_of(room, 0) == Trouble::paused);
}

TEST_CASE("room_table: what is saved is what is shown, in its order") {
    Lobby lobby;
    lobby.table.sort_by(RoomColumn::name, false);
    lobby.table.filter("arena");
    const watch::SavedTable saved = lobby.table.saved();
    REQUIRE(saved.rows.size() == 2);
    CHECK(std::get<std::string>(saved.rows[0][2]) == "Attic");
    CHECK(std::get<std::string>(saved.rows[1][2]) == "Moon base");
    CHECK(saved.rows[0].size() == saved.columns.size());
}
