#include "replay/recorded_entities.hpp"

#include "replication/admin_value.hpp"
#include "replication/rotation.hpp"
#include "replication/scalar.hpp"
#include "replication/schema_view.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>

namespace engine_net {

namespace {

bool is_private(const EntityType& type, const StructLeaf& leaf) {
    const auto columns = std::span(type.columns).subspan(type.shared_columns);
    return std::ranges::any_of(columns, [&](const Column& column) {
        const std::size_t bytes =
            column.coding == Coding::rotation_largest ? sizeof(Quaternion) : 1;
        return leaf.offset >= column.offset && leaf.offset < column.offset + bytes;
    });
}

} // namespace

std::vector<LeafTable> leaf_tables(const ReplicatedSchema& schema, Bytes compiled) {
    std::vector<LeafTable> tables;
    const reflection::Schema* const read = verified_schema(compiled);
    if (!read) return tables;
    tables.reserve(schema.types().size());
    for (const EntityType& type : schema.types()) {
        tables.push_back({&type});
        for (const reflection::Object* object : *read->objects()) {
            if (name_of(*object) != type.name) continue;
            auto leaves = read_leaves(*read, *object);
            if (!leaves) continue;
            std::erase_if(*leaves, [&](const StructLeaf& leaf) {
                return is_private(type, leaf);
            });
            tables.back().leaves = std::move(*leaves);
        }
    }
    return tables;
}

AdminEntities entities_of(const std::vector<LeafTable>& tables, const Frame& frame) {
    AdminEntities entities{.tick = frame.tick};
    entities.types.reserve(tables.size());
    entities.of_type.resize(tables.size());
    StructBytes state;
    for (std::size_t t = 0; t < tables.size(); ++t) {
        const LeafTable& table = tables[t];
        AdminEntityType& told = entities.types.emplace_back();
        told.name = table.type->name;
        std::ranges::transform(table.leaves, std::back_inserter(told.fields), &StructLeaf::path);
        const TypeFrame& rows = frame.types[t];
        for (std::size_t slot = 0; slot < rows.slots(); ++slot) {
            if (!rows.has(slot)) continue;
            dequantise(*table.type, rows.row(slot), state.data());
            AdminEntity& entity = entities.of_type[t].emplace_back();
            entity.id = rows.id[slot];
            entity.owner = rows.owner[slot];
            entity.values.reserve(table.leaves.size());
            for (const StructLeaf& leaf : table.leaves)
                entity.values.push_back(load_admin_value(leaf.scalar, state.data() + leaf.offset));
        }
    }
    return entities;
}

} // namespace engine_net
