#include "replication/check_reader.hpp"

#include "replication/scalar.hpp"

#include <utility>

namespace engine_net {
namespace {

class CheckReader {
public:
    CheckReader(const reflection::Schema& schema, const reflection::Object& object)
        : schema_(schema), object_(object) {}

    bool read(StructCheck& check) {
        check.name = name_of(object_);
        check.struct_bytes = static_cast<std::size_t>(object_.bytesize());
        return read_struct(object_, 0, 0, check);
    }
    SchemaError error;

private:
    bool fail(const reflection::Field& field, const std::string& reason) {
        error = error_at(object_, field.name()->str(), reason);
        return false;
    }

    bool read_struct(const reflection::Object& object,
                     std::size_t offset,
                     int depth,
                     StructCheck& check) {
        for (const reflection::Field* field : fields_of(object)) {
            if (depth > max_struct_depth)
                return fail(*field, "structs stand too deep in each other");
            const reflection::Type& type = *field->type();
            const std::size_t count =
                type.base_type() == reflection::Array ? type.fixed_length() : 1;
            for (std::size_t i = 0; i < count; ++i) {
                if (++visited_ > max_struct_fields)
                    return fail(*field, "its struct has too many fields");
                if (!read_element(*field, offset + field->offset(), i, depth, check)) return false;
            }
        }
        return true;
    }

    bool read_element(const reflection::Field& field,
                      std::size_t offset,
                      std::size_t index,
                      int depth,
                      StructCheck& check) {
        if (const auto scalar = scalar_of(element_of(*field.type()))) {
            return read_scalar(field, *scalar, offset + index * size_of(*scalar), check);
        }
        const reflection::Object* nested = struct_of(schema_, *field.type());
        if (!nested) return fail(field, "is neither a number nor a struct");
        const auto bytes = static_cast<std::size_t>(nested->bytesize());
        return read_struct(*nested, offset + index * bytes, depth + 1, check);
    }

    bool read_scalar(const reflection::Field& field,
                     Scalar scalar,
                     std::size_t offset,
                     StructCheck& check) {
        if (offset + size_of(scalar) > check.struct_bytes)
            return fail(field, "lies outside of its struct");
        ScalarCheck one;
        one.scalar = scalar;
        one.offset = offset;
        if (const reflection::Enum* declared = enum_of(schema_, *field.type())) {
            one.declared = values_of(*declared);
            one.bit_flags = is_flags(*declared);
            if (one.declared.empty()) return fail(field, "its enum has no values");
        }
        if (one.declared.empty() && !is_floating(scalar) && scalar != Scalar::boolean) return true;
        check.scalars.push_back(std::move(one));
        return true;
    }

    const reflection::Schema& schema_;
    const reflection::Object& object_;
    int visited_ = 0;
};

} // namespace

Result<StructCheck, SchemaError> read_check(const reflection::Schema& schema,
                                            const reflection::Object& object) {
    StructCheck check;
    CheckReader reader(schema, object);
    if (!reader.read(check)) return Unexpected(std::move(reader.error));
    return check;
}

} // namespace engine_net
