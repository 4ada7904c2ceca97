#include "benchmark.hpp"
#include "crowd_theatre.hpp"

#include <cstdio>
#include <fstream>
#include <string>

namespace bench {

namespace {

using namespace engine_net;

constexpr MoverField::Size size{5000, 20};
constexpr std::uint32_t most_viewers = 200;
constexpr std::uint32_t clients = 16;
constexpr double radius = 100; ///< metres, for about 150 in sight
constexpr std::uint32_t bytes_per_second = 10'000;
constexpr std::uint32_t warm_up_ticks = 60;
/// Round trips of 50 to 200 ms.
constexpr std::size_t nearest_lag_ticks = 1;
constexpr std::size_t farthest_lag_ticks = 4;

/// Of this process, now; 0 where the system does not tell.
double resident_megabytes() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        double kilobytes = 0;
        if (word == "VmRSS:" && status >> kilobytes) return kilobytes / 1024;
    }
    return 0;
}

CrowdTheatre::Figures play(const ReplicatedSchema& schema,
                           std::uint32_t viewers,
                           std::uint32_t ticks,
                           double& megabytes) {
    const double before = resident_megabytes();
    CrowdTheatre theatre(schema,
                         {.field = size,
                          .viewers = viewers,
                          .clients = clients,
                          .nearest_lag_ticks = nearest_lag_ticks,
                          .farthest_lag_ticks = farthest_lag_ticks,
                          .bytes_per_second = bytes_per_second,
                          .interest = {.radius = radius}});
    for (std::uint32_t i = 0; i < warm_up_ticks; ++i) theatre.play(false);
    for (std::uint32_t i = 0; i < ticks; ++i) theatre.play(true);
    megabytes = resident_megabytes() - before;
    return theatre.figures();
}

} // namespace

bool measure_world(const Options& options, Report& report) {
    const std::vector<std::uint8_t> prior = train_crowd_prior(size);
    const auto schema = ReplicatedSchema::load(mover_schema(prior));
    if (!schema) return false;
    const auto ticks = static_cast<std::uint32_t>(options.seconds * size.ticks_per_second);
    double megabytes = 0;
    const double ms_50 =
        play(*schema, most_viewers / 4, ticks / 4, megabytes).replication_us / 1000;
    const double ms_100 =
        play(*schema, most_viewers / 2, ticks / 4, megabytes).replication_us / 1000;
    const CrowdTheatre::Figures figures = play(*schema, most_viewers, ticks, megabytes);
    report.add("replication_ms", figures.replication_us / 1000, 2);
    report.add("replication_ms_50_viewers", ms_50, 2);
    report.add("replication_ms_100_viewers", ms_100, 2);
    report.add("kbyte_per_viewer", figures.bytes_per_viewer_and_second / 1000, 2);
    report.add("oldest_seconds", figures.oldest_seconds, 2);
    report.add("in_sight", figures.in_sight);
    report.add("limited_percent", figures.limited_percent);
    report.add("shared_encodings_percent", figures.shared_percent);
    report.add("rss_mb", resident_megabytes());
    report.add("rss_mb_of_the_room_and_clients", megabytes);
    report.add("state_checks", figures.state_checks);
    report.add("mismatches", figures.mismatches);
    return figures.mismatches == 0 && figures.state_checks > 0;
}

} // namespace bench
