#include "benchmark.hpp"
#include "cpu_time.hpp"
#include "crowd_theatre.hpp"
#include "plain_datagrams.hpp"

#include <cstdio>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;

constexpr std::uint32_t players = 100;
constexpr MoverField::Size size{players, 30};
constexpr std::uint32_t warm_up_ticks = 90;
/// Round trips of 33 to 200 ms.
constexpr std::size_t nearest_lag_ticks = 1;
constexpr std::size_t farthest_lag_ticks = 6;

/// The same datagrams by the system's calls alone. Nothing: no sockets.
class BareLoop {
public:
    [[nodiscard]] bool open() const { return from_.is_open() && to_.is_open(); }

    void send(const std::vector<CrowdTheatre::Datagram>& datagrams) {
        if (datagrams.empty()) return;
        std::size_t bytes = 0;
        for (const auto& datagram : datagrams) bytes += datagram.bytes.size();
        from_.set_receivers(std::vector(datagrams.size(), to_.address()), bytes / datagrams.size());
        const double begun = thread_cpu_us();
        from_.send();
        taken_us_.push_back(thread_cpu_us() - begun);
        to_.receive();
    }
    [[nodiscard]] double us() const { return median(taken_us_); }

private:
    PlainSocket from_;
    PlainSocket to_;
    std::vector<double> taken_us_;
};

} // namespace

bool measure_crowd(const Options& options, Report& report) {
    const std::vector<std::uint8_t> prior = train_crowd_prior(size);
    const auto schema = ReplicatedSchema::load(mover_schema(prior));
    BareLoop bare;
    if (!schema || !bare.open()) return false;
    CrowdTheatre theatre(*schema,
                         {.field = size,
                          .viewers = players,
                          .clients = players,
                          .nearest_lag_ticks = nearest_lag_ticks,
                          .farthest_lag_ticks = farthest_lag_ticks});
    const auto ticks = static_cast<std::uint32_t>(options.seconds * size.ticks_per_second);
    for (std::uint32_t i = 0; i < warm_up_ticks; ++i) theatre.play(false);
    for (std::uint32_t i = 0; i < ticks; ++i) {
        theatre.play(true);
        bare.send(theatre.datagrams());
    }
    const CrowdTheatre::Figures figures = theatre.figures();
    report.add("replication_ms", figures.replication_us / 1000, 3);
    report.add("send_loop_ms", bare.us() / 1000, 3);
    report.add("ratio_to_send_loop", (figures.replication_us + bare.us()) / bare.us(), 2);
    report.add("shared_encodings_percent", figures.shared_percent);
    report.add("bytes_per_snapshot", figures.bytes_per_viewer_and_second / size.ticks_per_second);
    report.add("state_checks", figures.state_checks);
    report.add("mismatches", figures.mismatches);
    return figures.mismatches == 0 && figures.state_checks > 0;
}

} // namespace bench
