#include "asteroid_match.hpp"
#include "benchmark.hpp"
#include "match_prior.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <vector>

namespace bench {

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t measured_seed = 1;
constexpr std::uint64_t training_seed = 2;
constexpr std::uint32_t training_ticks = 60 * asteroid_tick_rate;
/// Lags of 2 and 3 ticks: an ack is on its way 60 ms and waits up to 33 ms before.
constexpr std::array trained_classes{std::size_t{1}, std::size_t{2}};
/// Until the viewer has acked a tick, and the older references are all there.
constexpr Duration joining_time = 2s;
constexpr Duration measured_time = 60s;

std::optional<ReplicatedSchema> load(CompiledSchema compiled) {
    auto schema = ReplicatedSchema::load(compiled);
    if (schema) return std::move(*schema);
    std::fprintf(stderr, "bench: %s\n", schema.error().text.c_str());
    return std::nullopt;
}

std::vector<std::uint8_t> train(const ReplicatedSchema& schema) {
    std::fprintf(stderr, "training the priors on a match of another seed\n");
    return prior_of_match(
        schema, AsteroidField(training_seed), training_ticks, asteroid_tick_rate, trained_classes);
}

struct Figures {
    double kbyte_per_s = 0;
    double bytes_per_snapshot = 0;
    double join_bytes = 0;
    double lag_ticks = 0;
    double encode_us = 0;
    double decode_us = 0;
    std::uint64_t mismatches = 0;
};

Figures play(const ReplicatedSchema& schema) {
    AsteroidMatch match(schema, measured_seed);
    match.play(joining_time);
    const std::uint64_t join_bytes = match.bytes();
    const std::uint64_t joining_ticks = match.ticks();
    const std::uint64_t joining_lag = match.lag();
    match.play(measured_time);

    const auto bytes = static_cast<double>(match.bytes() - join_bytes);
    const auto ticks = static_cast<double>(match.ticks() - joining_ticks);
    return {.kbyte_per_s = bytes / 1000 / std::chrono::duration<double>(measured_time).count(),
            .bytes_per_snapshot = bytes / ticks,
            .join_bytes = static_cast<double>(join_bytes),
            .lag_ticks = static_cast<double>(match.lag() - joining_lag) / ticks,
            .encode_us = match.encode_us(),
            .decode_us = match.decode_us(),
            .mismatches = match.mismatches()};
}

} // namespace

bool measure_asteroids(const Options&, Report& report) {
    const auto untrained_schema = load(asteroid_schema());
    if (!untrained_schema) return false;
    const std::vector<std::uint8_t> prior = train(*untrained_schema);
    const auto schema = load(asteroid_schema(prior));
    if (!schema) return false;

    std::fprintf(stderr, "playing with the prior, then without\n");
    const Figures trained = play(*schema);
    const Figures untrained = play(*untrained_schema);
    const std::uint64_t mismatches = trained.mismatches + untrained.mismatches;
    report.add("kbyte_per_s", trained.kbyte_per_s, 2);
    report.add("untrained_kbyte_per_s", untrained.kbyte_per_s, 2);
    report.add("mismatches", mismatches);
    report.add("encode_us", trained.encode_us);
    report.add("decode_us", trained.decode_us);
    report.add("bytes_per_snapshot", trained.bytes_per_snapshot);
    report.add("first_2_s_kbyte", trained.join_bytes / 1000, 2);
    report.add("lag_ticks", trained.lag_ticks, 2);
    return mismatches == 0;
}

} // namespace bench
