#pragma once

#include "core/bytes.hpp"
#include "replication/field_table.hpp"
#include "replication/schema_view.hpp"

#include <cstdint>
#include <span>

namespace engine_net {

/// FNV-1a over a text: of all structs their layout and their enums' values, of replicated ones what
/// each column and field is. Tables, comments and the order of declarations change nothing.
std::uint64_t digest_of(const reflection::Schema& schema, std::span<const EntityType> types);
/// Of a schema together with its prior.
std::uint64_t digest_with(std::uint64_t digest, Bytes prior);

} // namespace engine_net
