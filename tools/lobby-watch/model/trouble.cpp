#include "lobby-watch/model/trouble.hpp"

#include <algorithm>
#include <chrono>

using namespace std::chrono_literals;

namespace watch {

using engine_net::AdminMember;
using engine_net::AdminRoom;
using engine_net::Duration;

namespace {

constexpr Duration felt_round_trip = 150ms;
constexpr Duration spoiling_round_trip = 300ms;
constexpr std::uint32_t much_waiting_bytes = 16 * 1024;

} // namespace

std::string_view message(Trouble trouble) {
    switch (trouble) {
    case Trouble::none: return "";
    case Trouble::full: return "no seat is free";
    case Trouble::paused: return "the game stands still";
    case Trouble::far: return "the round trip is over 150 ms";
    case Trouble::slow: return "one tick in a hundred takes over half of its time";
    case Trouble::behind: return "it falls behind with what it is sent";
    case Trouble::very_far: return "the round trip is over 300 ms";
    case Trouble::too_slow: return "one tick in a hundred takes more time than it has";
    case Trouble::away: return "the link is lost, the seat held";
    }
    return "";
}

bool is_bad(Trouble trouble) {
    return trouble >= Trouble::behind;
}

Trouble trouble_of_tick(std::uint64_t us, std::uint32_t tick_rate) {
    constexpr std::uint64_t second_us = 1'000'000;
    if (us * tick_rate > second_us) return Trouble::too_slow;
    return 2 * us * tick_rate > second_us ? Trouble::slow : Trouble::none;
}

Trouble trouble_of_round_trip(Duration round_trip) {
    if (round_trip > spoiling_round_trip) return Trouble::very_far;
    return round_trip > felt_round_trip ? Trouble::far : Trouble::none;
}

Trouble trouble_of(const AdminRoom& room, std::uint32_t tick_rate) {
    const Trouble ticks = trouble_of_tick(room.tick_p99_us, tick_rate);
    if (ticks != Trouble::none) return ticks;
    if (room.is_paused) return Trouble::paused;
    const engine_net::RoomSummary& seats = room.summary;
    const bool is_full = seats.capacity > 0 && seats.players >= seats.capacity;
    return is_full ? Trouble::full : Trouble::none;
}

Trouble trouble_of(const AdminMember& member, std::uint32_t tick_rate) {
    if (!member.member.is_connected) return Trouble::away;
    const bool is_behind =
        member.bytes_waiting > much_waiting_bytes || 2 * member.snapshot_age > tick_rate;
    const Trouble link = is_behind && tick_rate > 0 ? Trouble::behind : Trouble::none;
    return std::max(link, trouble_of_round_trip(member.round_trip));
}

} // namespace watch
