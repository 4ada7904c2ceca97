#include "report.hpp"

#include <algorithm>
#include <cstdio>

namespace {

constexpr std::size_t most_told = 10;

void print_count(const char* what, std::uint64_t count) {
    std::printf("%-22s%llu\n", what, static_cast<unsigned long long>(count));
}

void print_times(const char* what, std::vector<engine_net::Duration> durations) {
    const Times times = times_of(std::move(durations));
    std::printf("%-22smean %.1f ms, p99 %.1f ms\n", what, times.mean_ms, times.p99_ms);
}

void print(const Tally& tally) {
    print_count("joins:", tally.joins);
    print_count("resumes:", tally.resumes);
    print_count("races lost:", tally.races_lost);
    print_count("matches played:", tally.matches);
    print_count("waits cancelled:", tally.cancelled);
    print_count("commands:", tally.commands);
    print_count("said in the lobby:", tally.lobby_said);
    print_count("heard:", tally.heard);
    print_times("join time:", tally.join_times);
    print_times("resume time:", tally.resume_times);
    for (const auto& [what, count] : tally.refusals) {
        std::printf("refused:              %llu times %s\n",
                    static_cast<unsigned long long>(count),
                    what.c_str());
    }
}

} // namespace

int report(const Tally& tally, const std::vector<std::string>& differences) {
    print(tally);
    for (std::size_t i = 0; i < std::min(differences.size(), most_told); ++i)
        std::printf("difference:           %s\n", differences[i].c_str());
    std::printf("differences: %zu\n", differences.size());
    return differences.empty() ? 0 : 1;
}
