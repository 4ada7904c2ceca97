#pragma once

#include "core/bytes.hpp"
#include "replication/frame.hpp"
#include "replication/replicated_schema.hpp"
#include "replication/struct_leaves.hpp"

#include <engine_net/admin.hpp>

#include <vector>

namespace engine_net {

/// The numbers of a type's entities that everyone may see, by name.
struct LeafTable {
    const EntityType* type = nullptr;
    std::vector<StructLeaf> leaves{};
};

/// One for each replicated type. `compiled` is what `schema` was read from, and outlives it.
std::vector<LeafTable> leaf_tables(const ReplicatedSchema& schema, Bytes compiled);

/// A tick's entities by the words of their schema, whose `tables` are in the order of its types.
AdminEntities entities_of(const std::vector<LeafTable>& tables, const Frame& frame);

} // namespace engine_net
