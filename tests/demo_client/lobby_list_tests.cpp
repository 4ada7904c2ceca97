#include "model/lobby_list.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace engine_net;

namespace {

struct Lobby {
    std::map<RoomId, RoomSummary> rooms;
    LobbyFilter filter{.column = LobbyColumn::name, .is_descending = false};

    RoomSummary& add(const std::string& name, const std::string& kind, std::uint32_t players) {
        const RoomId id{static_cast<std::uint32_t>(rooms.size() + 1)};
        RoomSummary& room = rooms[id];
        room = {.id = id, .kind = kind, .name = name, .players = players, .capacity = 8};
        return room;
    }
    [[nodiscard]] std::string shown() const {
        std::string names;
        for (const RoomSummary* room : chosen(rooms, filter)) names += room->name + ' ';
        return names;
    }
};

Lobby three_rooms() {
    Lobby lobby;
    lobby.add("Beta", "arena", 8);
    lobby.add("alpha", "match", 2);
    lobby.add("Gamma", "arena", 5);
    return lobby;
}

} // namespace

TEST_CASE("lobby_list: without a filter all rooms are there, by the column that was chosen") {
    Lobby lobby = three_rooms();
    CHECK(lobby.shown() == "Beta Gamma alpha ");
    lobby.filter.column = LobbyColumn::players;
    CHECK(lobby.shown() == "alpha Gamma Beta ");
    lobby.filter.is_descending = true;
    CHECK(lobby.shown() == "Beta Gamma alpha ");
}

TEST_CASE("lobby_list: rooms that are alike stand in the order of their ids, in either direction") {
    Lobby lobby = three_rooms();
    lobby.filter.column = LobbyColumn::kind;
    CHECK(lobby.shown() == "Beta Gamma alpha ");
    lobby.filter.is_descending = true;
    CHECK(lobby.shown() == "alpha Beta Gamma ");
}

TEST_CASE("lobby_list: a text is looked for in name and kind, capitals or not") {
    Lobby lobby = three_rooms();
    lobby.filter.text = "MA";
    CHECK(lobby.shown() == "Gamma alpha "); // of the kind "match"
    lobby.filter.text = "eta";
    CHECK(lobby.shown() == "Beta ");
    lobby.filter.text = "nothing like it";
    CHECK(lobby.shown().empty());
}

TEST_CASE("lobby_list: full rooms can be hidden") {
    Lobby lobby = three_rooms();
    lobby.filter.hides_full = true;
    CHECK(lobby.shown() == "Gamma alpha ");
}

TEST_CASE("lobby_list: a room says that it may be gone, and on which other server it is") {
    RoomSummary room{};
    room.name = "one";
    CHECK(label_for(room) == "one");
    room.has_password = true;
    room.is_uncertain = true;
    room.node = "node-2";
    CHECK(label_for(room) == "one ?   (password)   on node-2");
}

TEST_CASE("lobby_list: what keeps a player out is told before how far the match is") {
    Lobby lobby;
    RoomSummary& room = lobby.add("one", "match", 3);
    room.phase = RoomPhase::waiting;
    CHECK(std::string(words_for(room)) == "gathering");
    room.players = room.capacity;
    CHECK(std::string(words_for(room)) == "full");
    room.is_locked = true;
    CHECK(std::string(words_for(room)) == "locked");
}
