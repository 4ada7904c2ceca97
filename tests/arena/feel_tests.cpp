#include "arena/gunner.hpp"
#include "arena/simulated_arena.hpp"
#include "rules/ship_prediction.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

using namespace arena;
using namespace std::chrono_literals;
using engine_net::Client;

namespace {

/// Of the first client's socket; the others follow.
constexpr std::uint16_t first_port = 49'152;

/// A link as players know it: its round trip and by how much that varies.
struct Preset {
    const char* name;
    std::chrono::milliseconds round_trip;
    std::chrono::milliseconds spread; ///< either way
    double loss = 0;
};

engine_net::LinkConditions link_of(const Preset& preset) {
    return {.delay = (preset.round_trip - preset.spread) / 2,
            .jitter = preset.spread,
            .loss = preset.loss};
}

/// What it is like to play: figures of a duel.
struct Feel {
    double late_inputs = 0; ///< share of them
    double input_delay_ms = 0;
    double mean_error = 0; ///< units of the field
    double p99_error = 0;
    double corrections_per_minute = 0;
    double interpolation_delay_ms = 0;
    double starved = 0; ///< share of frames
    int shots = 0;
    int hits = 0;
    [[nodiscard]] double hit_rate() const { return shots > 0 ? double{1} * hits / shots : 0; }
};

Feel play(const Preset& preset, bool compensates, std::chrono::seconds time) {
    SimulatedArena arena({.link = link_of(preset),
                          .kind = {.spectators = 1,
                                   .repeated_input_ticks = repeated_input_ticks,
                                   .max_rewind = compensates ? 800ms : 0ms},
                          .rules = {.asteroid_mass = 0}});
    Client& shooter = arena.add_player("shooter");
    Client& target = arena.add_player("target");
    // Someone with a perfect link sees all that happens.
    Client& witness = arena.add_spectator("witness");
    arena.network.set_conditions_of(first_port + 2, {}, {});
    int hits = 0;
    witness.on_event<Event>([&](const Event& event) {
        const bool is_hit = event.kind() == EventKind::hit || event.kind() == EventKind::destroyed;
        if (is_hit && event.who() == shooter.presence().value) ++hits;
    });
    Gunner gunner(shooter);
    Runner runner(target);
    std::vector<double> errors;
    std::uint64_t checked = 0;
    std::uint64_t corrections = 0;
    const auto play_for = [&](engine_net::Duration duration, bool counts) {
        for (const auto end = arena.now + duration; arena.now < end;) {
            arena.run(4ms);
            gunner.play(arena.now);
            runner.play(arena.now);
            const engine_net::PredictionStats now = target.stats().prediction;
            if (counts && now.checked > checked)
                errors.push_back(now.corrections > corrections ? now.newest_error : 0);
            checked = now.checked;
            corrections = now.corrections;
        }
    };
    target.predict(ship_prediction(target));
    play_for(3s, false);
    const engine_net::ClientStats before = target.stats();
    const std::uint64_t late = arena.server.stats().refused.late_inputs;
    gunner.set_shooting(true);
    play_for(time, true);

    const engine_net::ClientStats after = target.stats();
    Feel feel;
    gunner.set_shooting(false);
    play_for(1s, false);
    feel.shots = gunner.shots();
    feel.hits = hits;
    const auto frames = static_cast<double>(after.shown_frames - before.shown_frames);
    feel.starved = static_cast<double>(after.starved_frames - before.starved_frames) / frames;
    feel.interpolation_delay_ms = static_cast<double>(after.interpolation_delay.count()) / 1000;
    feel.input_delay_ms = runner.mean_input_delay_ms();
    const auto inputs = static_cast<double>(2 * (after.inputs_sent - before.inputs_sent));
    feel.late_inputs =
        static_cast<double>(arena.server.stats().refused.late_inputs - late) / inputs;
    for (const double error : errors) feel.mean_error += error / static_cast<double>(errors.size());
    std::ranges::sort(errors);
    feel.p99_error = errors.empty() ? 0 : errors[errors.size() * 99 / 100];
    feel.corrections_per_minute =
        static_cast<double>(after.prediction.corrections - before.prediction.corrections) * 60 /
        static_cast<double>(time.count());
    return feel;
}

std::string row(const Preset& preset, const Feel& with, const Feel& without) {
    char text[200];
    std::snprintf(
        text,
        sizeof text,
        "%-8s loss %2.0f %%: input delay %.0f ms, late inputs %.2f %%, error mean %.3f p99 %.2f, "
        "corrections/min %.0f, interpolation %.0f ms, starved %.2f %%, hits %d/%d, "
        "without %d/%d",
        preset.name,
        preset.loss * 100,
        with.input_delay_ms,
        with.late_inputs * 100,
        with.mean_error,
        with.p99_error,
        with.corrections_per_minute,
        with.interpolation_delay_ms,
        with.starved * 100,
        with.hits,
        with.shots,
        without.hits,
        without.shots);
    return text;
}

} // namespace

TEST_CASE("feel: at 200 ms what is on target on the screen hits, with lag compensation alone") {
    const Preset preset{"200+-80", 200ms, 80ms, 0.02};
    const Feel with = play(preset, true, 120s);
    const Feel without = play(preset, false, 120s);
    MESSAGE(row(preset, with, without));
    CHECK(with.shots > 5);
    CHECK(with.hit_rate() >= 0.95);
    CHECK(without.hit_rate() < 0.5);
    CHECK(with.late_inputs < 0.01);
}

TEST_SUITE("long, many seeds") {
    TEST_CASE("feel: on every kind of link inputs are in time and shots hit") {
        int shots = 0;
        int hits = 0;
        for (const double loss : {0.0, 0.02, 0.1}) {
            for (const Preset& link : {Preset{"lan", 1ms, 0ms},
                                       Preset{"60+-20", 60ms, 20ms},
                                       Preset{"120+-40", 120ms, 40ms},
                                       Preset{"200+-80", 200ms, 80ms}}) {
                Preset preset = link;
                preset.loss = loss;
                const Feel with = play(preset, true, 180s);
                const Feel without = play(preset, false, 180s);
                MESSAGE(row(preset, with, without));
                CHECK(with.late_inputs < 0.01);
                if (link.round_trip == 60ms && loss < 0.1) CHECK(with.starved < 0.01);
                if (link.round_trip == 200ms) CHECK(without.hit_rate() < 0.5);
                shots += with.shots;
                hits += with.hits;
            }
        }
        CHECK(shots > 100);
        CHECK(hits >= shots * 0.95);
    }
}
