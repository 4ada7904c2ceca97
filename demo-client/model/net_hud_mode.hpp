#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// How much a player sees of its link.
enum class NetHudMode : std::uint8_t { off, text, graphs, breakdown };

/// By its name.
constexpr std::optional<NetHudMode> net_hud_mode(std::string_view name) {
    constexpr std::array<std::string_view, 4> names{"off", "text", "graphs", "breakdown"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<NetHudMode>(i);
    }
    return std::nullopt;
}
