#pragma once

#include "replication/field_table.hpp"
#include "replication/replicated_schema.hpp"
#include "replication/struct_leaves.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// The numbers that a type's entities are exported with: those that everyone may see, by name.
struct LeafTable {
    const engine_net::EntityType* type = nullptr;
    std::vector<engine_net::StructLeaf> leaves{};
};

/// One for each replicated type. `compiled` is what `schema` was read from, and outlives it.
std::vector<LeafTable> leaf_tables(const engine_net::ReplicatedSchema& schema,
                                   engine_net::Bytes compiled);
/// As text that reads back as the same number.
std::string text_of(const engine_net::StructLeaf& leaf, const std::uint8_t* state);
