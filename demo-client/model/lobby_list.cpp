#include "model/lobby_list.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <tuple>

using engine_net::RoomPhase;
using engine_net::RoomSummary;

namespace {

bool are_alike(char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
}

bool contains(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(), are_alike) !=
               text.end() ||
           part.empty();
}

bool is_wanted(const RoomSummary& room, const LobbyFilter& filter) {
    if (filter.hides_full && is_full(room)) return false;
    return contains(room.name, filter.text) || contains(room.kind, filter.text);
}

bool comes_first(const RoomSummary& a, const RoomSummary& b, LobbyColumn column) {
    switch (column) {
    case LobbyColumn::name: return a.name < b.name;
    case LobbyColumn::kind: return a.kind < b.kind;
    case LobbyColumn::players:
        return std::tie(a.players, a.capacity) < std::tie(b.players, b.capacity);
    case LobbyColumn::phase: return a.phase < b.phase;
    }
    return false;
}

} // namespace

std::vector<const RoomSummary*> chosen(const std::map<engine_net::RoomId, RoomSummary>& rooms,
                                       const LobbyFilter& filter) {
    std::vector<const RoomSummary*> wanted;
    wanted.reserve(rooms.size());
    for (const auto& [id, room] : rooms) {
        if (is_wanted(room, filter)) wanted.push_back(&room);
    }
    // In order of ids so far, which a stable sort keeps among equals.
    std::ranges::stable_sort(wanted, [&](const RoomSummary* a, const RoomSummary* b) {
        return filter.is_descending ? comes_first(*b, *a, filter.column)
                                    : comes_first(*a, *b, filter.column);
    });
    return wanted;
}

bool is_full(const RoomSummary& room) {
    return room.players >= room.capacity;
}

std::string label_for(const RoomSummary& room) {
    std::string label = room.name;
    if (room.is_uncertain) label += " ?";
    if (room.has_password) label += "   (password)";
    if (!room.node.empty()) label.append("   on ").append(room.node);
    return label;
}

const char* words_for(const RoomSummary& room) {
    if (room.is_locked) return "locked";
    if (is_full(room)) return "full";
    switch (room.phase) {
    case RoomPhase::waiting: return "gathering";
    case RoomPhase::countdown: return "starting";
    case RoomPhase::playing: return "playing";
    case RoomPhase::ended: return "between matches";
    }
    return "";
}
