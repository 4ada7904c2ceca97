#pragma once

#include <string_view>

/// The library's version, for the preprocessor. Until 1.0.0 the API may change with the minor
/// number; `CHANGELOG.md` says how.
#define ENGINE_NET_VERSION_MAJOR 0
#define ENGINE_NET_VERSION_MINOR 1
#define ENGINE_NET_VERSION_PATCH 0

namespace engine_net {

/// The same, for a person. Which ends understand each other is `protocol_version`'s matter.
inline constexpr std::string_view version = "0.1.0";

} // namespace engine_net
