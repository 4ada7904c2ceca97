#pragma once

#include <engine_net/client.hpp>

#include <cstdint>
#include <optional>
#include <string>

/// What a player says of itself before it connects.
struct MenuForm {
    std::string name{};
    std::string address{}; ///< "host", or "host:port"
    std::uint32_t colour = 0;

    [[nodiscard]] static MenuForm of(const engine_net::ClientConfig& config);
    /// Writes it there; or says what is wrong with it, and changes nothing.
    [[nodiscard]] std::optional<std::string> write_to(engine_net::ClientConfig& config) const;
};
