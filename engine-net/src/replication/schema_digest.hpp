#pragma once

#include "replication/field_table.hpp"
#include "replication/schema_view.hpp"

#include <cstdint>
#include <span>

namespace engine_net {

/// FNV-1a over a text: of all structs their layout and their enums' values, of replicated ones what
/// each column and field is. Tables, comments and the order of declarations change nothing.
std::uint64_t digest_of(const reflection::Schema& schema, std::span<const EntityType> types);

} // namespace engine_net
