#include "server/config_problems.hpp"

#include "core/assert.hpp"
#include "replication/interest.hpp"
#include "server/cluster_gate.hpp"
#include "server/loop.hpp"
#include "transport/secret_source.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>

namespace engine_net {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds longest_grace = 24h;
constexpr std::chrono::milliseconds longest_rewind = 1s;
constexpr std::chrono::milliseconds longest_countdown = 10min;
constexpr std::chrono::milliseconds longest_keyframe_interval = 60s;
constexpr std::chrono::milliseconds longest_spectator_delay = 10min;

bool is_key_or_none(const std::string& key) {
    return key.empty() || parse_admin_key(key);
}

std::optional<std::string> problem_of_keys(const ServerConfig& config) {
    if (!is_key_or_none(config.admin.key) || !is_key_or_none(config.admin.read_key))
        return "admin: a key is 64 hexadecimal digits, as make_admin_key gives them";
    if (!config.identity.empty() && !parse_secret_key(config.identity))
        return "identity must be 64 hexadecimal digits, as make_server_key gives them";
    if (config.auth == Auth::open) return std::nullopt;
    if (config.authenticate) return "authenticate has no say with Auth::token: leave it unset";
    return problem_of(config.tokens);
}

template <class Value>
bool is_within(Value value, Value least, Value most) {
    return value >= least && value <= most;
}

/// For which something is kept for players.
std::optional<std::string> problem_of_kept_times(const ServerConfig& config) {
    if (!is_within(config.grace_time, 0ms, longest_grace)) return "grace_time must be 0 to 24 h";
    if (!is_within(config.reservation_time, 100ms, longest_grace))
        return "reservation_time must be 100 ms to 24 h";
    if (!is_within(config.drain_time, 0ms, longest_grace)) return "drain_time must be 0 to 24 h";
    return std::nullopt;
}

std::optional<std::string> problem_of_bans(const std::vector<std::string>& addresses) {
    BannedAddresses banned;
    for (const std::string& text : addresses) {
        if (!banned.add(text))
            return "banned_addresses: \"" + text + "\" is no address and no network in digits";
    }
    return std::nullopt;
}

std::optional<std::string> problem_of_cluster(const ServerConfig& config) {
    if (!config.cluster) return std::nullopt;
    if (config.max_rooms >= rooms_of_a_node) return "max_rooms must be below 1048576 in a cluster";
    return problem_of(*config.cluster);
}

} // namespace

std::string make_server_key() {
    SecretBytes key;
    SecretSource(std::nullopt).fill(key.view());
    return to_text(key.view());
}

std::optional<std::string> ServerConfig::validate() const {
    if (!is_within(tick_rate, 1u, max_tick_rate))
        return "tick_rate must be 1 to 240 ticks per second";
    if (snapshot_rate > tick_rate) return "snapshot_rate must be at most tick_rate";
    if (!is_within(max_peers, 1u, 32'000u)) return "max_peers must be 1 to 32000";
    if (max_rooms < 1) return "max_rooms must be at least 1";
    if (!is_within(max_catch_up_ticks, 1u, 60u)) return "max_catch_up_ticks must be 1 to 60";
    if (!is_within(room_threads, 1u, max_room_threads)) return "room_threads must be 1 to 64";
    if (!is_within(input_window_ticks, 1u, 256u)) return "input_window_ticks must be 1 to 256";
    if (heartbeat_interval < 20ms || heartbeat_interval > 5s)
        return "heartbeat_interval must be 20 ms to 5 s";
    if (session_timeout <= 2 * heartbeat_interval)
        return "session_timeout must be more than two heartbeat intervals";
    if (empty_room_linger < 0ms) return "empty_room_linger must not be negative";
    if (handshake_timeout < 100ms) return "handshake_timeout must be at least 100 ms";
    if (limits.requests_per_second < 1 || limits.publishes_per_second < 1 ||
        limits.chats_per_second < 1 || limits.refusals < 1)
        return "limits: each must be at least 1";
    if (state_check_interval < 10ms) return "state_check_interval must be at least 10 ms";
    if (auto problem = problem_of_cluster(*this)) return problem;
    if (auto problem = problem_of_kept_times(*this)) return problem;
    if (auto problem = problem_of_keys(*this)) return problem;
    if (auto problem = problem_of_bans(banned_addresses)) return problem;
    if (!log) return "log must be callable";
    return std::nullopt;
}

namespace {

/// What is wrong with who is shown what; nothing if all is well.
std::optional<std::string> problem_of(const InterestConfig& interest,
                                      const ReplicatedSchema& schema) {
    if (!(interest.radius >= 0)) return "interest.radius must be 0, for no bound, or more";
    const bool has_positions = std::ranges::any_of(schema.types(), [&](const EntityType& type) {
        return position_columns(type, interest.position).count > 0;
    });
    if (interest.radius > 0 && !has_positions) {
        return "interest.radius needs a position: no entity type has a field \"" +
               interest.position + "\" of two or three floats with a step";
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string>
problem_of(const RoomKindConfig& config, const ReplicatedSchema& schema, std::uint32_t tick_rate) {
    constexpr std::uint32_t least_bytes = 1000;
    if (config.capacity < 1 || config.capacity > max_room_capacity)
        return "capacity must be 1 to 1024";
    if (config.spectators > max_room_capacity) return "spectators must be at most 1024";
    if (config.start.min_players > config.capacity)
        return "start.min_players must be at most the capacity";
    if (!is_within(config.start.countdown, 0ms, longest_countdown))
        return "start.countdown must be 0 to 10 min";
    if (config.matchmaking) {
        if (const auto problem = config.matchmaking->validate()) return "matchmaking." + *problem;
        if (config.matchmaking->players() > config.capacity)
            return "matchmaking: a match has more players than the room has seats";
    }
    if (config.snapshot_rate > tick_rate) return "snapshot_rate must be at most the tick rate";
    if (config.repeated_input_ticks > max_repeated_inputs)
        return "repeated_input_ticks must be 0 to 120";
    if (!is_within(config.max_rewind, 0ms, longest_rewind))
        return "max_rewind must be 0 to 1000 ms";
    if (!is_within(config.keyframe_interval, 100ms, longest_keyframe_interval))
        return "keyframe_interval must be 100 ms to 60 s";
    if (!is_within(config.spectator_delay, 0ms, longest_spectator_delay))
        return "spectator_delay must be 0 to 10 min";
    if (config.bytes_per_second > 0 && config.bytes_per_second < least_bytes)
        return "bytes_per_second must be 0, for no bound, or at least 1000";
    if (config.grace_time && !is_within(*config.grace_time, 0ms, longest_grace))
        return "grace_time must be 0 to 24 h";
    return problem_of(config.interest, schema);
}

} // namespace engine_net
