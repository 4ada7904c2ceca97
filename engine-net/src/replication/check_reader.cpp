#include "replication/check_reader.hpp"

#include "replication/scalar.hpp"
#include "replication/struct_leaves.hpp"

#include <utility>

namespace engine_net {

Result<StructCheck, SchemaError> read_check(const reflection::Schema& schema,
                                            const reflection::Object& object) {
    const auto leaves = read_leaves(schema, object);
    if (!leaves) return Unexpected(leaves.error());
    StructCheck check{name_of(object), static_cast<std::size_t>(object.bytesize()), {}};
    for (const StructLeaf& leaf : *leaves) {
        ScalarCheck one{leaf.scalar, leaf.offset, {}, false};
        if (leaf.declared) {
            one.declared = values_of(*leaf.declared);
            one.bit_flags = is_flags(*leaf.declared);
            if (one.declared.empty())
                return Unexpected(error_at(object, leaf.path, "its enum has no values"));
        }
        const bool admits_all =
            one.declared.empty() && !is_floating(one.scalar) && one.scalar != Scalar::boolean;
        if (!admits_all) check.scalars.push_back(std::move(one));
    }
    return check;
}

} // namespace engine_net
