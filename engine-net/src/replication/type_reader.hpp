#pragma once

#include "replication/field_table.hpp"
#include "replication/replicated_schema.hpp"
#include "replication/schema_view.hpp"

#include <engine_net/result.hpp>

namespace engine_net {

/// The field table of a struct marked `replicated`.
Result<EntityType, SchemaError> read_type(const reflection::Schema& schema,
                                          const reflection::Object& object);

} // namespace engine_net
