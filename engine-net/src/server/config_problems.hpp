#pragma once

#include "replication/replicated_schema.hpp"

#include <engine_net/server.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace engine_net {

/// What is wrong with a room kind; nothing if all is well.
std::optional<std::string>
problem_of(const RoomKindConfig& config, const ReplicatedSchema& schema, std::uint32_t tick_rate);

std::optional<std::string> problem_of(const ClusterConfig& config);

} // namespace engine_net
