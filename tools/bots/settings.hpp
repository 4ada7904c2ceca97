#pragma once

#include <engine_net/link_conditions.hpp>
#include <engine_net/log.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What bots is told by its options.
struct Settings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 7777;
    /// Of several servers on that host, which the players take in turn; empty: `port` alone.
    std::vector<std::uint16_t> ports{};
    std::uint32_t players = 100;
    std::uint32_t threads = 2;
    double seconds = 30;
    std::string scenario = "lobby";
    std::optional<std::uint64_t> seed{};
    engine_net::LinkSimulation net_sim{};
    engine_net::LogLevel log_level = engine_net::LogLevel::warning;
};

/// Nothing: go on. Otherwise the program ends with this code.
[[nodiscard]] std::optional<int>
read_settings(Settings& settings, int argc, const char* const* argv);
