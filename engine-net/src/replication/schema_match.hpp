#pragma once

#include "replication/schema_view.hpp"

#include <string>

namespace engine_net {

/// Why an end with the schema `own` can't understand one with `other`, or nothing: a struct's
/// field, an enum's value or a table's field that both have but not alike. What only one of them
/// has is well: structs follow each other field by field, by name, and tables by FlatBuffers' own
/// rules. The text goes on from "in the schemas, ": it names the place and says what each of them
/// has there, `own` as "here".
std::string mismatch_of(const reflection::Schema& own, const reflection::Schema& other);

} // namespace engine_net
