#include "replication/replicated_schema.hpp"

#include "replication/check_reader.hpp"
#include "replication/schema_digest.hpp"
#include "replication/type_reader.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {
namespace {

/// Schemas are wide, not deep: an attribute stands five tables deep.
constexpr flatbuffers::uoffset_t max_depth = 16;
constexpr flatbuffers::uoffset_t max_tables = 16'384;

const reflection::Schema* verified_schema(Bytes bytes) {
    if (bytes.size() > max_schema_bytes) return nullptr;
    flatbuffers::Verifier verifier(bytes.data(), bytes.size(), max_depth, max_tables);
    if (!reflection::VerifySchemaBuffer(verifier)) return nullptr;
    return reflection::GetSchema(bytes.data());
}

/// Sizes that the layout of a struct can have. The offsets within it are checked field by field.
std::string problem_with(const reflection::Object& object) {
    if (object.bytesize() <= 0 || object.bytesize() > static_cast<std::int32_t>(max_struct_bytes)) {
        return "has " + std::to_string(object.bytesize()) + " bytes, not 1 to " +
               std::to_string(max_struct_bytes);
    }
    return {};
}

SchemaError error_of(const reflection::Object& object, const std::string& reason) {
    return {file_prefix(object) + name_of(object) + ": " + reason};
}

} // namespace

Result<ReplicatedSchema, SchemaError> ReplicatedSchema::load(CompiledSchema compiled) {
    ReplicatedSchema loaded;
    if (compiled.bytes.empty()) return loaded;
    const reflection::Schema* schema = verified_schema(compiled.bytes);
    if (!schema) {
        return Unexpected(SchemaError{"not a compiled schema (.bfbs) of at most " +
                                      std::to_string(max_schema_bytes) + " bytes"});
    }
    for (const reflection::Object* object : *schema->objects()) {
        const bool is_replicated = has_attribute(*object, "replicated");
        if (is_replicated && !object->is_struct())
            return Unexpected(error_of(*object, "only structs can be replicated, not tables"));
        if (!object->is_struct()) continue;

        const std::string problem = problem_with(*object);
        if (!problem.empty() && !is_replicated)
            continue; // no input and no part of an entity either
        if (!problem.empty()) return Unexpected(error_of(*object, problem));
        auto check = read_check(*schema, *object);
        if (!check) return Unexpected(check.error());
        loaded.checks_.push_back(std::move(*check));
        if (!is_replicated) continue;

        if (loaded.types_.size() == max_entity_types) {
            return Unexpected(error_of(*object,
                                       "is beyond the " + std::to_string(max_entity_types) +
                                           " types that one schema may replicate"));
        }
        auto type = read_type(*schema, *object);
        if (!type) return Unexpected(type.error());
        loaded.types_.push_back(std::move(*type));
    }
    std::sort(
        loaded.types_.begin(), loaded.types_.end(), [](const EntityType& a, const EntityType& b) {
            return a.name < b.name;
        });
    std::sort(loaded.checks_.begin(),
              loaded.checks_.end(),
              [](const StructCheck& a, const StructCheck& b) {
                  return a.name < b.name;
              });
    loaded.digest_ = digest_of(*schema, loaded.types_);
    return loaded;
}

std::optional<std::size_t> ReplicatedSchema::find_type(std::string_view name) const {
    for (std::size_t i = 0; i < types_.size(); ++i) {
        if (types_[i].name == name) return i;
    }
    return std::nullopt;
}

bool ReplicatedSchema::is_sane(std::string_view name, Bytes bytes) const {
    const auto found = std::lower_bound(checks_.begin(),
                                        checks_.end(),
                                        name,
                                        [](const StructCheck& check, std::string_view wanted) {
                                            return check.name < wanted;
                                        });
    return found != checks_.end() && found->name == name && found->is_sane(bytes);
}

} // namespace engine_net
