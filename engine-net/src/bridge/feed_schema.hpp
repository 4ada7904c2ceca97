#pragma once

#include "replication/replicated_schema.hpp"

#include <cstdint>
#include <string>

namespace engine_net::bridge {

/// How the feed of a kind of rooms is to be read, and what is to be shown between two frames, as
/// `GET /api/kinds/{kind}/schema` gives it; see `BRIDGE.md`. Of what is for an entity's owner alone
/// it says nothing.
std::string feed_schema_json(const ReplicatedSchema& schema, std::uint32_t tick_rate);

} // namespace engine_net::bridge
