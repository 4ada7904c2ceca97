#pragma once

#include "replication/field_table.hpp"
#include "replication/replicated_schema.hpp"
#include "replication/schema_view.hpp"

#include <engine_net/result.hpp>

#include <optional>
#include <string>
#include <vector>

namespace engine_net {

/// A field as read, before velocities and private ones have found their place.
struct ReadField {
    Field field;
    std::vector<Column> columns;
    std::string velocity_of; ///< full name of a field, or empty
    std::optional<double> initial;
    bool is_code = false; ///< a bool or an enum: no value between two others means anything
    int depth = 0;        ///< how long a chain of velocities it begins

    [[nodiscard]] bool is_number() const;
    [[nodiscard]] bool is_angle() const;
};

/// Flattens a struct into its fields, in the order of their declaration. `velocity_of` names what
/// it named, whether there is such a field or not.
Result<std::vector<ReadField>, SchemaError> read_fields(const reflection::Schema& schema,
                                                        const reflection::Object& object);

} // namespace engine_net
