#include "replication/foreign_schema.hpp"

#include "replication/schema_match.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace engine_net {
namespace {

/// Enough to tell two versions apart.
std::string short_text(std::uint64_t digest) {
    std::array<char, 9> text{};
    std::snprintf(text.data(), text.size(), "%08x", static_cast<unsigned>(digest >> 32));
    return text.data();
}

/// What stands in a struct's place where nothing is known of it.
std::vector<std::uint8_t> blank_of(const ReplicatedSchema& schema,
                                   const StructCheck& check,
                                   const std::vector<StructLeaf>& leaves) {
    const auto type = schema.find_type(check.name);
    if (!type) return blank_struct(leaves, check.struct_bytes);
    const EntityType& entity = schema.types()[*type];
    std::vector<std::uint8_t> blank(entity.struct_bytes);
    dequantise(entity, entity.blank.data(), blank.data());
    return blank;
}

/// A room shows entities; who knows none of its types is in the wrong game.
std::string foreign_types(const ReplicatedSchema& own, const ReplicatedSchema& server) {
    const auto types = server.types();
    const bool knows_one = std::ranges::any_of(types, [&](const EntityType& type) {
        return own.find_check(type.name) != nullptr;
    });
    if (types.empty() || knows_one) return {};
    return types.front().name + " and all else that is replicated there is unknown here";
}

} // namespace

Result<std::unique_ptr<const ForeignSchema>, SchemaError>
ForeignSchema::load(const OwnSchema& own, CompiledSchema server) {
    auto schema = ReplicatedSchema::load(server);
    if (!schema) return Unexpected(SchemaError{"the server's schema: " + schema.error().text});
    const std::string both = "the client's schema (" + short_text(own.loaded.digest()) +
                             ", \"here\") does not go with the server's (" +
                             short_text(schema->digest()) + ", \"there\"): ";
    std::string mismatch = foreign_types(own.loaded, *schema);
    const bool has_both = !own.compiled.bytes.empty() && !server.bytes.empty();
    if (mismatch.empty() && has_both) {
        mismatch =
            mismatch_of(*verified_schema(own.compiled.bytes), *verified_schema(server.bytes));
    }
    if (!mismatch.empty()) return Unexpected(SchemaError{both + mismatch});

    std::unique_ptr<ForeignSchema> loaded(new ForeignSchema(std::move(*schema)));
    if (has_both) loaded->convert_all(own, server);
    return std::unique_ptr<const ForeignSchema>(std::move(loaded));
}

void ForeignSchema::convert_all(const OwnSchema& own, const CompiledSchema& server) {
    std::map<std::string, std::vector<StructLeaf>> servers;
    const reflection::Schema& there = *verified_schema(server.bytes);
    for (const reflection::Object* object : *there.objects()) {
        // What has no check has no size that a struct can have.
        if (!schema_.find_check(name_of(*object))) continue;
        if (auto leaves = read_leaves(there, *object))
            servers.emplace(name_of(*object), std::move(*leaves));
    }
    const reflection::Schema& here = *verified_schema(own.compiled.bytes);
    for (const reflection::Object* object : *here.objects()) {
        const std::string name = name_of(*object);
        const StructCheck* own_check = own.loaded.find_check(name);
        const auto found = servers.find(name);
        if (!own_check || found == servers.end()) continue;
        const auto leaves = read_leaves(here, *object);
        if (!leaves) continue;
        const StructCheck& check = *schema_.find_check(name);
        conversions_.emplace(
            name,
            Conversions{
                {found->second, *leaves, *own_check, blank_of(own.loaded, *own_check, *leaves)},
                {*leaves, found->second, check, blank_of(schema_, check, found->second)}});
    }
}

const StructConversion* ForeignSchema::to_own(std::string_view name) const {
    const auto found = conversions_.find(name);
    return found == conversions_.end() ? nullptr : &found->second.to_own;
}

const StructConversion* ForeignSchema::from_own(std::string_view name) const {
    const auto found = conversions_.find(name);
    return found == conversions_.end() ? nullptr : &found->second.from_own;
}

} // namespace engine_net
