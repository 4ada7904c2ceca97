#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/request.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// What bots did, and how long it took.
struct Tally {
    std::uint64_t joins = 0; ///< seats that they got
    std::uint64_t resumes = 0;
    std::uint64_t matches = 0;    ///< that began with them
    std::uint64_t races_lost = 0; ///< seats that others got, or rooms that closed before
    std::uint64_t lobby_said = 0; ///< lines of chat that the server took
    std::uint64_t heard = 0;
    std::uint64_t commands = 0;  ///< ready, start, kick, ...
    std::uint64_t cancelled = 0; ///< waits for a match
    std::vector<engine_net::Duration> join_times{};
    std::vector<engine_net::Duration> resume_times{};
    std::map<std::string, std::uint64_t> refusals{}; ///< others, by what was said
    std::vector<std::string> faults{};               ///< what must not happen

    void add(const Tally& other);
};

struct Times {
    double mean_ms = 0;
    double p99_ms = 0;
};
/// Zero of none.
Times times_of(std::vector<engine_net::Duration> durations);
