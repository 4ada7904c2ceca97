#include "leaf_table.hpp"

#include "replication/rotation.hpp"
#include "replication/scalar.hpp"
#include "replication/schema_view.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

using namespace engine_net;

namespace {

bool is_private(const EntityType& type, const StructLeaf& leaf) {
    const auto columns = std::span(type.columns).subspan(type.shared_columns);
    return std::ranges::any_of(columns, [&](const Column& column) {
        const std::size_t bytes =
            column.coding == Coding::rotation_largest ? sizeof(Quaternion) : 1;
        return leaf.offset >= column.offset && leaf.offset < column.offset + bytes;
    });
}

template <class Number>
std::string shortest(Number number) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
    return {text.data(), end.ptr};
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

std::string text_of(const StructLeaf& leaf, const std::uint8_t* state) {
    const std::uint8_t* const at = state + leaf.offset;
    switch (leaf.scalar) {
    case Scalar::f32: return shortest(load<float>(at));
    case Scalar::f64: return shortest(load<double>(at));
    case Scalar::u64: return shortest(load<std::uint64_t>(at));
    case Scalar::boolean:
    case Scalar::i8:
    case Scalar::u8:
    case Scalar::i16:
    case Scalar::u16:
    case Scalar::i32:
    case Scalar::u32:
    case Scalar::i64: break;
    }
    return shortest(load_whole(leaf.scalar, at));
}
