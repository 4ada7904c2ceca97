#include "benchmark.hpp"
#include "cpu_time.hpp"
#include "room_match.hpp"
#include "room_theatre.hpp"
#include "rules/schema.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;

constexpr double tick_us = 1e6 / ship_tick_rate;
constexpr std::size_t first_rooms = 8;
constexpr std::size_t most_rooms = 400; ///< of ten players, in the 4,095 peers of a server
constexpr std::size_t more_rooms = 2;   ///< at a time, near the limit
constexpr double near_limit = 0.9;
constexpr std::uint32_t warm_up_ticks = 2 * ship_tick_rate;
constexpr std::uint32_t trial_ticks = ship_tick_rate / 2;
constexpr std::size_t rooms_for_threads = 24;
constexpr std::uint32_t timed_ticks = 1000;

void tell(const char* what) {
    std::fprintf(stderr, "bench: %s\n", what);
}

/// Opens rooms while a tick of all of them takes less than there is. False: why was printed.
bool fill(RoomMatch& match) {
    if (!match.open_rooms(first_rooms)) return false;
    const double room_us = match.play(warm_up_ticks) / first_rooms;
    const auto expected = static_cast<std::size_t>(near_limit * tick_us / room_us);
    const std::size_t start = std::clamp(expected, first_rooms + more_rooms, most_rooms);
    if (!match.open_rooms(start - match.rooms())) return false;
    match.play(warm_up_ticks);
    while (match.play(trial_ticks) < tick_us && match.rooms() + more_rooms <= most_rooms) {
        if (!match.open_rooms(more_rooms)) return false;
    }
    return true;
}

/// One core's worth of rooms.
bool measure_full_core(const Options& options, Report& report) {
    tell("opens rooms until a core is full");
    RoomMatch match(1);
    if (!match.start() || !fill(match)) return false;
    match.play(warm_up_ticks);
    const auto ticks = static_cast<std::uint32_t>(std::ceil(options.seconds * ship_tick_rate));
    const ServerStats before = match.stats();
    const std::uint64_t checks_before = match.state_checks();
    const double step_us = match.play(ticks);
    const ServerStats after = match.stats();

    const auto rooms = static_cast<double>(match.rooms());
    const double room_us = step_us / rooms;
    const auto snapshots = static_cast<double>(ticks) * rooms * ships_per_room;
    const std::uint64_t coded = after.snapshots_coded - before.snapshots_coded;
    const std::uint64_t inputs_late = after.refused.late_inputs - before.refused.late_inputs;
    report.add("rooms", static_cast<std::uint64_t>(std::floor(tick_us / room_us)));
    report.add("ms_per_room_tick", room_us / 1000, 4);
    report.add("rooms_measured", std::uint64_t{match.rooms()});
    report.add("players", std::uint64_t{after.players});
    report.add("step_ms", step_us / 1000, 2);
    report.add("simulate_to_encode_ms", static_cast<double>(after.simulation.p50_us) / 1000, 2);
    report.add("network_ms", static_cast<double>(after.network.p50_us) / 1000, 2);
    report.add("codings_per_room_tick", static_cast<double>(coded) / (ticks * rooms));
    report.add("bytes_per_snapshot",
               static_cast<double>(after.link.bytes_out - before.link.bytes_out) / snapshots);
    report.add("datagrams_in_per_player_and_tick",
               static_cast<double>(after.link.datagrams_in - before.link.datagrams_in) / snapshots,
               2);
    report.add("late_inputs", inputs_late);
    report.add("state_checks", match.state_checks() - checks_before);
    report.add("faults", match.faults());
    if (match.faults() == 0 && match.state_checks() > checks_before) return true;
    tell("what the players have is not what the server sent");
    return false;
}

/// The same rooms on one thread and on two, by turns, so that what disturbs one disturbs the other.
/// A tick on two threads takes as long as the one that has to wait for its core: where other
/// programs want the cores too, the lowest tenth tells more than the median.
bool measure_two_threads(Report& report) {
    tell("plays on one thread and on two");
    const auto schema = ReplicatedSchema::load(arena::schema());
    if (!schema) return false;
    RoomTheatre one(*schema, 1, rooms_for_threads);
    RoomTheatre two(*schema, 2, rooms_for_threads);
    std::vector<double> one_us;
    std::vector<double> two_us;
    for (std::uint32_t i = 0; i < warm_up_ticks; ++i) {
        one.play();
        two.play();
    }
    for (std::uint32_t i = 0; i < timed_ticks; ++i) {
        one_us.push_back(one.play());
        two_us.push_back(two.play());
    }
    report.add("two_threads_ratio", median(two_us) / median(one_us), 2);
    report.add("two_threads_ratio_undisturbed", lowest_tenth(two_us) / lowest_tenth(one_us), 2);
    report.add("one_thread_ms", median(one_us) / 1000, 2);
    report.add("two_threads_ms", median(two_us) / 1000, 2);
    const std::uint64_t mismatches = one.mismatches() + two.mismatches();
    if (mismatches == 0 && one.state_checks() > 0 && two.state_checks() > 0) return true;
    tell("what the viewers have is not what the rooms sent");
    return false;
}

} // namespace

bool measure_rooms(const Options& options, Report& report) {
    return measure_full_core(options, report) && measure_two_threads(report);
}

} // namespace bench
