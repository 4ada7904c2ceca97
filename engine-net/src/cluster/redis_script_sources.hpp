#pragma once

#include <string_view>

/// Parts that a script is put together from.
namespace engine_net::cluster::lua {

extern const std::string_view seats; ///< what `offer` and `reserve` do to rooms, and `clean`
extern const std::string_view claim;
extern const std::string_view release;
extern const std::string_view offer;
extern const std::string_view reserve;

} // namespace engine_net::cluster::lua
