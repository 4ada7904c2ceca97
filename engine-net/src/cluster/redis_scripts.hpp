#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace engine_net::cluster {

/// What Redis does at once for a node. Each is given the prefix of all keys first, then what its
/// source names.
enum class RedisScript : std::uint8_t {
    enter,
    renew,
    leave,
    clean,
    put,
    replace_records,
    read_records,
    say,
    enter_channel,
    leave_channel,
    read_channel,
    claim,
    release,
    offer,
    reserve,
};
inline constexpr std::size_t redis_script_count = 15;

/// In Lua, as Redis is to load it.
std::string source_of(RedisScript script);

} // namespace engine_net::cluster
