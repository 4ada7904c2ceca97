#include "benchmark.hpp"
#include "mover_field.hpp"
#include "mover_match.hpp"
#include "mover_replication.hpp"

#include <cmath>
#include <cstdio>
#include <optional>

namespace bench {

namespace {

using namespace engine_net;

constexpr std::uint32_t replication_ticks = 1000;
constexpr std::uint32_t warm_up_seconds = 3;
constexpr std::uint32_t calibration_seconds = 3;

void tell(const char* what) {
    std::fprintf(stderr, "bench: %s\n", what);
}

struct MatchFigures {
    ServerFigures server;
    std::uint64_t mismatches = 0;
    std::uint64_t state_checks = 0;
};

/// Nothing: it could not be played, and why was printed.
std::optional<double> play_untrained() {
    MoverMatch match(mover_schema());
    if (!match.start()) return std::nullopt;
    match.play(warm_up_seconds);
    return match.play(calibration_seconds).bytes_per_snapshot;
}

std::optional<MatchFigures> play_trained(CompiledSchema schema, std::uint32_t seconds) {
    MoverMatch match(schema);
    if (!match.start()) return std::nullopt;
    match.play(warm_up_seconds);
    const ServerFigures alone = match.play(calibration_seconds);
    if (!match.start_bare(alone.traffic)) return std::nullopt;
    match.play(1);
    MatchFigures figures{match.play(seconds)};
    match.stop();
    figures.mismatches = match.mismatches() + match.snapshots_refused();
    figures.state_checks = match.state_checks();
    return figures;
}

} // namespace

bool measure_movers(const Options& options, Report& report) {
    tell("trains on a match of another seed");
    const std::vector<std::uint8_t> prior = train_mover_prior();
    const CompiledSchema schema = mover_schema(prior);
    tell("replication alone");
    const auto replication = measure_mover_replication(schema, replication_ticks);
    if (!replication) return false;
    tell("a server over UDP, with ENet alone beside it");
    const auto match = play_trained(schema, static_cast<std::uint32_t>(std::ceil(options.seconds)));
    if (!match) return false;
    tell("a server without a prior");
    const auto untrained = play_untrained();
    if (!untrained) return false;

    const ServerFigures& server = match->server;
    report.add("bytes_per_snapshot", server.bytes_per_snapshot);
    report.add("bytes_out_per_snapshot", server.bytes_out_per_snapshot);
    report.add("cpu_us_per_viewer", replication->viewer_us, 2);
    report.add("describe_us", replication->describe_us);
    report.add("server_us_per_viewer", server.server_us, 2);
    report.add("enet_us_per_viewer", server.enet_us, 2);
    report.add("ratio_to_enet", server.server_us / server.enet_us, 2);
    report.add("ratio_shared_percent", server.shared_percent);
    report.add("body_bytes_per_snapshot", replication->body_bytes);
    report.add("untrained_bytes_per_snapshot", *untrained);
    report.add("enet_bytes_per_snapshot", server.enet_bytes_per_snapshot);
    report.add("datagrams_out_per_snapshot", server.traffic.down_datagrams, 3);
    report.add("datagrams_in_per_snapshot", server.traffic.up_datagrams, 3);
    report.add("bytes_of_datagram_in", server.traffic.up_bytes);
    report.add("prior_bytes", std::uint64_t{prior.size()});
    report.add("state_checks", match->state_checks);
    const std::uint64_t mismatches = match->mismatches + replication->mismatches;
    report.add("mismatches", mismatches);
    if (mismatches == 0 && match->state_checks > 0) return true;
    report.print(options.as_json);
    tell("what the viewers have is not what the server sent");
    return false;
}

} // namespace bench
