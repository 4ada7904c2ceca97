#pragma once

#include "replication/field_table.hpp"
#include "replication/schema_view.hpp"

#include <engine_net/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace engine_net {

/// One scalar of a struct, however deep it stands in it.
struct StructLeaf {
    std::string path; ///< "hull.position.x", "slots[2]"
    Scalar scalar = Scalar::u8;
    std::size_t offset = 0;                     ///< in the struct's bytes, of which it lies within
    const reflection::Enum* declared = nullptr; ///< lives as long as the schema's bytes
    std::optional<double> initial{}; ///< the attribute `default`, its own or an outer one's
};

/// The scalars of any struct, replicated or not, in the order of their declaration; those of fixed
/// arrays too. `object` has a size that a struct can have.
Result<std::vector<StructLeaf>, SchemaError> read_leaves(const reflection::Schema& schema,
                                                         const reflection::Object& object);

} // namespace engine_net
