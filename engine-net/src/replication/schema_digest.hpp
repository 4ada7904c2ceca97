#pragma once

#include "core/bytes.hpp"
#include "replication/field_table.hpp"
#include "replication/schema_view.hpp"

#include <cstdint>
#include <span>

namespace engine_net {

/// FNV-1a over a text: of all structs their layout and their enums' values, of replicated ones what
/// each column and field is. Tables, comments and the order of declarations change nothing, nor do
/// `wrap` and `teleport`, which say only how an entity is shown: priors and recordings hold
/// without.
std::uint64_t layout_digest_of(const reflection::Schema& schema, std::span<const EntityType> types);
/// The same, and of all tables and the names of enums' values too, of what fields wrap and which
/// tell of jumps, together with a prior.
std::uint64_t digest_of(const reflection::Schema& schema,
                        std::span<const EntityType> types,
                        std::uint64_t layout_digest,
                        Bytes prior);

} // namespace engine_net
