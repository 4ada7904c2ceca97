#include "replication/replicated_schema.hpp"

#include "replication/check_reader.hpp"
#include "replication/schema_digest.hpp"
#include "replication/type_reader.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {
namespace {

/// Sizes that the layout of a struct can have. The offsets within it are checked field by field.
std::string problem_with(const reflection::Object& object) {
    if (object.bytesize() <= 0 || object.bytesize() > static_cast<std::int32_t>(max_struct_bytes)) {
        return "has " + std::to_string(object.bytesize()) + " bytes, not 1 to " +
               std::to_string(max_struct_bytes);
    }
    return {};
}

struct Tables {
    std::vector<EntityType> types;
    std::vector<StructCheck> checks;
};

Result<Done, SchemaError>
add_type(const reflection::Schema& schema, const reflection::Object& object, Tables& tables) {
    if (tables.types.size() == max_entity_types) {
        const std::string limit = std::to_string(max_entity_types);
        return Unexpected(error_at(
            object, {}, "is beyond the " + limit + " types that one schema may replicate"));
    }
    auto type = read_type(schema, object);
    if (!type) return Unexpected(type.error());
    tables.types.push_back(std::move(*type));
    return Done{};
}

Result<Done, SchemaError>
add_object(const reflection::Schema& schema, const reflection::Object& object, Tables& tables) {
    const bool is_replicated = has_attribute(object, "replicated");
    if (is_replicated && !object.is_struct()) {
        return Unexpected(error_at(object, {}, "only structs can be replicated, not tables"));
    }
    if (!object.is_struct()) return Done{};

    const std::string problem = problem_with(object);
    if (!problem.empty() && is_replicated) return Unexpected(error_at(object, {}, problem));
    if (!problem.empty()) return Done{}; // neither an input nor a part of an entity
    if (is_replicated) {
        if (auto added = add_type(schema, object, tables); !added) return added;
    }
    auto check = read_check(schema, object);
    if (!check) return Unexpected(check.error());
    tables.checks.push_back(std::move(*check));
    return Done{};
}

} // namespace

Result<ReplicatedSchema, SchemaError> ReplicatedSchema::load(CompiledSchema compiled) {
    ReplicatedSchema loaded;
    if (compiled.bytes.empty()) return loaded;
    const reflection::Schema* schema = verified_schema(compiled.bytes);
    if (!schema) {
        const std::string limit = std::to_string(max_schema_bytes);
        return Unexpected(
            SchemaError{"not a compiled schema (.bfbs) of at most " + limit + " bytes"});
    }
    if (compiled.prior.size() > max_prior_bytes) {
        return Unexpected(
            SchemaError{"its prior has more than " + std::to_string(max_prior_bytes) + " bytes"});
    }
    Tables tables;
    for (const reflection::Object* object : *schema->objects()) {
        if (auto added = add_object(*schema, *object, tables); !added) {
            return Unexpected(added.error());
        }
    }
    std::ranges::sort(tables.types, {}, &EntityType::name);
    std::ranges::sort(tables.checks, {}, &StructCheck::name);
    loaded.layout_digest_ = layout_digest_of(*schema, tables.types);
    loaded.digest_ = digest_of(*schema, tables.types, loaded.layout_digest_, compiled.prior);
    if (!compiled.prior.empty()) {
        const CodeBook book(tables.types, 1);
        auto priors = Priors::read(book, loaded.layout_digest_, compiled.prior);
        if (!priors)
            return Unexpected(SchemaError{"its prior is of another schema: train it anew"});
        loaded.priors_ = std::move(*priors);
    }
    loaded.types_ = std::move(tables.types);
    loaded.checks_ = std::move(tables.checks);
    return loaded;
}

std::optional<std::size_t> ReplicatedSchema::find_type(std::string_view name) const {
    for (std::size_t i = 0; i < types_.size(); ++i) {
        if (types_[i].name == name) return i;
    }
    return std::nullopt;
}

bool ReplicatedSchema::is_sane(std::string_view name, Bytes bytes) const {
    const StructCheck* check = find_check(name);
    return check && check->is_sane(bytes);
}

const StructCheck* ReplicatedSchema::find_check(std::string_view name) const {
    const auto found = std::ranges::lower_bound(checks_, name, {}, &StructCheck::name);
    return found != checks_.end() && found->name == name ? &*found : nullptr;
}

} // namespace engine_net
