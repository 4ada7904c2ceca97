#include "tally.hpp"

#include <algorithm>
#include <numeric>

void Tally::add(const Tally& other) {
    joins += other.joins;
    resumes += other.resumes;
    matches += other.matches;
    races_lost += other.races_lost;
    lobby_said += other.lobby_said;
    heard += other.heard;
    commands += other.commands;
    cancelled += other.cancelled;
    join_times.insert(join_times.end(), other.join_times.begin(), other.join_times.end());
    resume_times.insert(resume_times.end(), other.resume_times.begin(), other.resume_times.end());
    for (const auto& [what, count] : other.refusals) refusals[what] += count;
    faults.insert(faults.end(), other.faults.begin(), other.faults.end());
}

Times times_of(std::vector<engine_net::Duration> durations) {
    if (durations.empty()) return {};
    std::ranges::sort(durations);
    const auto sum = std::accumulate(durations.begin(), durations.end(), engine_net::Duration(0));
    const auto ms = [](engine_net::Duration duration) {
        return static_cast<double>(duration.count()) / 1000;
    };
    return {ms(sum) / static_cast<double>(durations.size()),
            ms(durations[durations.size() * 99 / 100])};
}
