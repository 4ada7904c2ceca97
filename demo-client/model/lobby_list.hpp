#pragma once

#include <engine_net/lobby.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

enum class LobbyColumn : std::uint8_t { name, kind, players, phase };

/// Which rooms of the lobby a player wants to see, and in which order.
struct LobbyFilter {
    std::string text{}; ///< somewhere in the name or the kind, capitals or not
    bool hides_full = false;
    LobbyColumn column = LobbyColumn::players;
    bool is_descending = true;
};

/// These rooms; equal ones by their id. Good as long as `rooms` is unchanged.
[[nodiscard]] std::vector<const engine_net::RoomSummary*>
chosen(const std::map<engine_net::RoomId, engine_net::RoomSummary>& rooms,
       const LobbyFilter& filter);

/// No seat is free.
[[nodiscard]] bool is_full(const engine_net::RoomSummary& room);

/// Its name, with what else a player should know of it: that it may be gone by now, that it has a
/// password, and which other server of the cluster has it.
[[nodiscard]] std::string label_for(const engine_net::RoomSummary& room);

/// How it stands with the room, in a word or two.
[[nodiscard]] const char* words_for(const engine_net::RoomSummary& room);
