#include "replication/struct_leaves.hpp"

#include "replication/field_attributes.hpp"
#include "replication/scalar.hpp"

#include <utility>

namespace engine_net {
namespace {

/// Functions that return bool have set `error` when it is false.
class LeafReader {
public:
    LeafReader(const reflection::Schema& schema, const reflection::Object& object)
        : schema_(schema), object_(object) {}

    bool read() { return read_struct(object_, {}, 0, {}, 0); }

    std::vector<StructLeaf> leaves;
    SchemaError error;

private:
    using Initial = std::optional<double>;

    bool fail(const std::string& path, const std::string& reason) {
        error = error_at(object_, path, reason);
        return false;
    }

    bool read_struct(const reflection::Object& object,
                     const std::string& prefix,
                     std::size_t offset,
                     Initial outer,
                     int depth) {
        for (const reflection::Field* field : fields_of(object)) {
            const std::string path = prefix + field->name()->str();
            if (depth > max_struct_depth) return fail(path, "structs stand too deep in each other");
            const Initial own = initial_of(*field);
            const bool is_array = field->type()->base_type() == reflection::Array;
            const std::size_t count = is_array ? field->type()->fixed_length() : 1;
            for (std::size_t i = 0; i < count; ++i) {
                if (++visited_ > max_struct_fields)
                    return fail(path, "its struct has too many fields");
                StructLeaf leaf{.path = is_array ? path + "[" + std::to_string(i) + "]" : path,
                                .offset = offset + field->offset(),
                                .initial = own ? own : outer};
                if (!read_element(*field, i, std::move(leaf), depth)) return false;
            }
        }
        return true;
    }

    /// `leaf` is what is known of the element so far; it may be a struct yet.
    bool
    read_element(const reflection::Field& field, std::size_t index, StructLeaf leaf, int depth) {
        if (const auto scalar = scalar_of(element_of(*field.type()))) {
            leaf.scalar = *scalar;
            leaf.offset += index * size_of(*scalar);
            leaf.declared = enum_of(schema_, *field.type());
            const auto bytes = static_cast<std::size_t>(object_.bytesize());
            if (leaf.offset + size_of(*scalar) > bytes)
                return fail(leaf.path, "lies outside of its struct");
            if (leaves.size() == bytes) return fail(leaf.path, "lies upon other fields");
            leaves.push_back(std::move(leaf));
            return true;
        }
        const reflection::Object* nested = struct_of(schema_, *field.type());
        if (!nested) return fail(leaf.path, "is neither a number nor a struct");
        const std::size_t at = leaf.offset + index * static_cast<std::size_t>(nested->bytesize());
        return read_struct(*nested, leaf.path + ".", at, leaf.initial, depth + 1);
    }

    static Initial initial_of(const reflection::Field& field) {
        for (const auto& [key, value] : attributes_of(field)) {
            if (key == "default") return parse_real(value);
        }
        return std::nullopt;
    }

    const reflection::Schema& schema_;
    const reflection::Object& object_;
    int visited_ = 0;
};

} // namespace

Result<std::vector<StructLeaf>, SchemaError> read_leaves(const reflection::Schema& schema,
                                                         const reflection::Object& object) {
    LeafReader reader(schema, object);
    if (!reader.read()) return Unexpected(std::move(reader.error));
    return std::move(reader.leaves);
}

} // namespace engine_net
