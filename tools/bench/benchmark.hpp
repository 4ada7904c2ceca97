#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bench {

/// What one benchmark measured, in order.
class Report {
public:
    void add(std::string key, double value, int decimals = 1);
    void add(std::string key, std::uint64_t value);
    void add(std::string key, std::string_view text);

    /// `key: value` lines, or one JSON object.
    void print(bool as_json) const;
    [[nodiscard]] bool is_empty() const { return lines_.empty(); }

private:
    struct Line {
        std::string key;
        std::string value;
        bool is_text = false;
    };
    std::vector<Line> lines_;
};

struct Options {
    double seconds = 10; ///< of measuring, where a benchmark runs by time
    bool as_json = false;
    std::filesystem::path file; ///< to measure on; empty: the benchmark's own
};

/// False: it could not be run, or what it measured does not hold; why was printed.
using Benchmark = bool (*)(const Options& options, Report& report);

bool measure_asteroids(const Options& options, Report& report);
bool measure_cubes(const Options& options, Report& report);
bool measure_tick(const Options& options, Report& report);
bool measure_movers(const Options& options, Report& report);
bool measure_rooms(const Options& options, Report& report);
bool measure_crowd(const Options& options, Report& report);
bool measure_world(const Options& options, Report& report);
bool measure_lobby(const Options& options, Report& report);
bool measure_fanout(const Options& options, Report& report);
bool measure_datagram(const Options& options, Report& report);
bool measure_flood(const Options& options, Report& report);
bool measure_latency(const Options& options, Report& report);
bool measure_bridge(const Options& options, Report& report);
bool measure_spectators(const Options& options, Report& report);
bool measure_watched(const Options& options, Report& report);
bool measure_cluster(const Options& options, Report& report);
bool measure_nodes(const Options& options, Report& report);
bool measure_stock(const Options& options, Report& report);

} // namespace bench
