#pragma once

#include "replication/field_attributes.hpp"
#include "replication/field_table.hpp"
#include "replication/replicated_schema.hpp"

#include <flatbuffers/reflection.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace engine_net {

/// How deep structs may stand in structs, so that no crafted schema costs much.
inline constexpr int max_struct_depth = 8;
/// Fields within one struct, inner ones too: each has a byte of its own at each depth.
inline constexpr int max_struct_fields = max_struct_depth * static_cast<int>(max_struct_bytes);

/// What a `.bfbs` holds, or null: not one, or larger than `max_schema_bytes`. It lives as long as
/// `bytes`.
const reflection::Schema* verified_schema(Bytes bytes);
/// Names and scalars as a verified `.bfbs` has them. Indices in it are checked here: the verifier
/// does not know what they mean.
std::string name_of(const reflection::Object& object);
/// "arena.fbs: arena.Ship.heading: reason"; without the file when flatc was not told to keep it,
/// and without the field when that is empty.
SchemaError
error_at(const reflection::Object& object, const std::string& field, const std::string& reason);
/// In the order of their declaration.
std::vector<const reflection::Field*> fields_of(const reflection::Object& object);
std::vector<AttributeText> attributes_of(const reflection::Field& field);
bool has_attribute(const reflection::Object& object, const char* name);
std::optional<Scalar> scalar_of(reflection::BaseType type);
/// The type itself, or what a fixed array is made of.
reflection::BaseType element_of(const reflection::Type& type);
/// The struct that a field, or an element of it, is, or null.
const reflection::Object* struct_of(const reflection::Schema& schema, const reflection::Type& type);
/// The enum that it is, or null.
const reflection::Enum* enum_of(const reflection::Schema& schema, const reflection::Type& type);
/// As it is written in a schema: "float", "arena.Vec2", "[arena.Name]".
std::string text_of(const reflection::Schema& schema, const reflection::Type& type);
/// Whether its values are bits to be joined. flatc keeps the mark `bit_flags` only when told to
/// (--bfbs-builtins); but it takes no other enum without a 0 in a struct.
bool is_flags(const reflection::Enum& declared);
/// Its values in ascending order.
std::vector<std::int64_t> values_of(const reflection::Enum& declared);

} // namespace engine_net
