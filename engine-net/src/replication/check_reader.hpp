#pragma once

#include "replication/replicated_schema.hpp"
#include "replication/schema_view.hpp"
#include "replication/struct_check.hpp"

#include <engine_net/result.hpp>

namespace engine_net {

/// What a sane value of a struct looks like; any struct, fixed arrays within it too.
Result<StructCheck, SchemaError> read_check(const reflection::Schema& schema,
                                            const reflection::Object& object);

} // namespace engine_net
