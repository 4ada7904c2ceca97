#include "replication/field_reader.hpp"

#include "replication/column_rules.hpp"
#include "replication/scalar.hpp"

#include <array>
#include <cmath>
#include <utility>

namespace engine_net {
namespace {

bool is_same_coding(const ReadField& a, const ReadField& b) {
    return a.columns.size() == 1 && b.columns.size() == 1 &&
           a.columns[0].coding == b.columns[0].coding &&
           a.columns[0].scalar == b.columns[0].scalar &&
           a.field.interpolation == b.field.interpolation &&
           a.field.owner_only == b.field.owner_only && a.field.spawn_only == b.field.spawn_only &&
           a.field.wraps == b.field.wraps && a.field.is_teleport == b.field.is_teleport &&
           a.velocity_of.empty() && b.velocity_of.empty() && a.initial == b.initial &&
           a.is_code == b.is_code;
}

/// The full name of another field of the same struct.
std::string sibling(const std::string& path, const std::string& name) {
    return path.substr(0, path.rfind('.') + 1) + name;
}

/// What a field of one column is called in the struct at `path`, which it stands in.
std::string name_within(const std::string& path, const Field& field) {
    const std::string name = field.name.substr(path.size() + 1);
    return field.parts.empty() ? name : name + "." + field.parts[0];
}

/// Why the ends of a field's range can't meet, or nothing.
std::string problem_with_wrap(const ReadField& read, const FieldAttributes& attributes) {
    if (read.field.interpolation != Interpolation::linear || !attributes.range)
        return "wrap is for numbers with a range and interpolate \"linear\"";
    const Column& column = read.columns[0];
    if (column.lo == column.hi) return "wrap needs a range of more than one value";
    if (column.coding == Coding::whole) return {};
    const auto is_end = [&](const std::string& end, std::int32_t number) {
        return std::abs(*parse_real(end) - (column.origin + number * column.step)) <
               column.step / 1024;
    };
    if (!is_end(attributes.range->first, column.lo) || !is_end(attributes.range->second, column.hi))
        return "wrap needs a range whose ends are multiples of the step";
    return {};
}

/// Why a field can't tell of jumps, or nothing.
std::string problem_with_teleport(const ReadField& read, const FieldAttributes& attributes) {
    const Scalar scalar = read.columns[0].scalar;
    const bool is_unsigned = scalar == Scalar::u8 || scalar == Scalar::u16 || scalar == Scalar::u32;
    if (read.is_code || !is_unsigned) return "teleport is for ubyte, ushort and uint";
    if (attributes.spawn_only) return "is a teleport that never changes, since it is spawn_only";
    if (attributes.owner_only) return "is for the owner alone, but tells all how the entity moves";
    return {};
}

/// Every function that returns bool has set `error` when it is false.
class FieldReader {
public:
    FieldReader(const reflection::Schema& schema, const reflection::Object& object)
        : schema_(schema), object_(object) {}

    bool read() {
        if (!read_struct(object_, {}, 0, {}, 0)) return false;
        if (fields.empty()) return fail({}, "has no fields to replicate");
        return true;
    }

    std::vector<ReadField> fields;
    SchemaError error;

private:
    bool fail(const std::string& field, const std::string& reason) {
        error = error_at(object_, field, reason);
        return false;
    }

    bool read_struct(const reflection::Object& object,
                     const std::string& prefix,
                     std::size_t offset,
                     const FieldAttributes& outer,
                     int depth) {
        if (depth > max_struct_depth) {
            const std::string limit = std::to_string(max_struct_depth);
            return fail(prefix, "structs stand more than " + limit + " deep in each other");
        }
        for (const reflection::Field* field : fields_of(object)) {
            const std::string path = prefix + field->name()->str();
            if (++visited_ > max_struct_fields) return fail(path, "its struct has too many fields");
            auto [attributes, reason] = read_attributes(attributes_of(*field));
            if (!reason.empty()) return fail(path, reason);
            attributes = attributes.within(outer);
            if (!read_field(*field, path, offset + field->offset(), attributes, depth))
                return false;
        }
        return true;
    }

    bool read_field(const reflection::Field& field,
                    const std::string& path,
                    std::size_t offset,
                    const FieldAttributes& attributes,
                    int depth) {
        if (const auto scalar = scalar_of(field.type()->base_type()))
            return read_scalar(field, *scalar, path, offset, attributes);
        if (field.type()->base_type() == reflection::Array) {
            return fail(path,
                        "fixed arrays can't be replicated (browsers can't read them): use a struct "
                        "of fields");
        }
        const reflection::Object* nested = struct_of(schema_, *field.type());
        if (!nested) return fail(path, "only numbers, bools, enums and structs can be replicated");
        if (attributes.rotation_bits) return read_rotation(*nested, path, offset, attributes);

        const std::size_t first = fields.size();
        if (!read_struct(*nested, path + ".", offset, attributes, depth + 1)) return false;
        return join(first, path, attributes);
    }

    bool read_scalar(const reflection::Field& field,
                     Scalar scalar,
                     const std::string& path,
                     std::size_t offset,
                     const FieldAttributes& attributes) {
        if (offset + size_of(scalar) > static_cast<std::size_t>(object_.bytesize()))
            return fail(path, "lies outside of its struct");
        ScalarField read{.scalar = scalar, .offset = static_cast<std::uint16_t>(offset)};
        if (const reflection::Enum* declared = enum_of(schema_, *field.type())) {
            const auto values = values_of(*declared);
            if (values.empty()) return fail(path, "its enum has no values");
            read.is_enum = true;
            read.enum_lo = values.front();
            const bool flags = is_flags(*declared);
            if (flags) read.enum_lo = 0;
            for (const std::int64_t value : values) {
                read.enum_hi = flags ? read.enum_hi | value : value;
            }
        }
        ReadField result;
        result.is_code = read.is_enum || scalar == Scalar::boolean;
        if (std::string reason = add_columns(read, attributes, result.columns); !reason.empty())
            return fail(path, reason);
        return add_field(std::move(result), path, attributes);
    }

    bool read_rotation(const reflection::Object& nested,
                       const std::string& path,
                       std::size_t offset,
                       const FieldAttributes& attributes) {
        constexpr std::array<const char*, 4> names{"x", "y", "z", "w"};
        const auto parts = fields_of(nested);
        bool is_quaternion = parts.size() == names.size();
        for (std::size_t i = 0; is_quaternion && i < names.size(); ++i) {
            is_quaternion = parts[i]->name()->str() == names[i] &&
                            parts[i]->type()->base_type() == reflection::Float &&
                            parts[i]->offset() == 4 * i;
        }
        if (!is_quaternion) return fail(path, "rotation is for a struct of four floats x, y, z, w");
        if (attributes.says_how_exactly())
            return fail(path, "rotation goes without step, range, bits and angle");
        if (attributes.initial)
            return fail(path, "a rotation's default is always none at all, (0, 0, 0, 1)");
        if (attributes.velocity_of) return fail(path, "a rotation can't be a velocity");
        if (offset + 16 > static_cast<std::size_t>(object_.bytesize()))
            return fail(path, "lies outside of its struct");
        ReadField result;
        add_rotation(static_cast<std::uint16_t>(offset), *attributes.rotation_bits, result.columns);
        return add_field(std::move(result), path, attributes);
    }

    bool add_field(ReadField read, const std::string& path, const FieldAttributes& attributes) {
        read.field.name = path;
        read.field.owner_only = attributes.owner_only;
        read.field.spawn_only = attributes.spawn_only;
        if (attributes.initial) read.initial = parse_real(*attributes.initial);
        if (attributes.velocity_of) read.velocity_of = sibling(path, *attributes.velocity_of);

        const Interpolation wanted = attributes.interpolation.value_or(Interpolation::none);
        const bool is_rotation = read.columns[0].coding == Coding::rotation_largest;
        if (wanted == Interpolation::rotation && !is_rotation)
            return fail(path, "interpolate \"rotation\" is for rotations");
        if (wanted == Interpolation::angle && !read.is_angle())
            return fail(path, "interpolate \"angle\" is for angles");
        if (wanted == Interpolation::linear && !read.is_number())
            return fail(path, "interpolate \"linear\" is for numbers of at most 32 bits");
        read.field.interpolation = wanted;
        read.field.wraps = attributes.wrap;
        read.field.is_teleport = attributes.teleport;
        std::string problem = attributes.wrap ? problem_with_wrap(read, attributes) : "";
        if (problem.empty() && attributes.teleport)
            problem = problem_with_teleport(read, attributes);
        if (!problem.empty()) return fail(path, problem);

        columns_ += read.columns.size();
        if (columns_ > max_columns) {
            const std::string limit = std::to_string(max_columns);
            return fail(path, "is beyond the " + limit + " columns that one type may have");
        }
        fields.push_back(std::move(read));
        return true;
    }

    /// The fields from `first` on, all of one struct, become one field where they are coded alike.
    bool join(std::size_t first, const std::string& path, const FieldAttributes& attributes) {
        const std::size_t count = fields.size() - first;
        bool is_alike = count >= 1 && count <= 4;
        for (std::size_t i = first; is_alike && i < fields.size(); ++i) {
            is_alike = is_same_coding(fields[first], fields[i]);
        }
        if (!is_alike && attributes.velocity_of) {
            return fail(path, "velocity_of is for a number or a struct of up to four like numbers");
        }
        if (!is_alike) return true;
        std::vector<std::string> parts;
        for (std::size_t i = first; i < fields.size(); ++i) {
            parts.push_back(name_within(path, fields[i].field));
            if (i > first) fields[first].columns.push_back(fields[i].columns[0]);
        }
        fields.resize(first + 1);
        fields[first].field.parts = std::move(parts);
        fields[first].field.name = path;
        if (attributes.velocity_of) {
            fields[first].velocity_of = sibling(path, *attributes.velocity_of);
        }
        return true;
    }

    const reflection::Schema& schema_;
    const reflection::Object& object_;
    std::size_t columns_ = 0;
    int visited_ = 0;
};

} // namespace

bool ReadField::is_number() const {
    const Coding coding = columns[0].coding;
    return !is_code && (coding == Coding::whole || coding == Coding::scaled);
}

bool ReadField::is_angle() const {
    return columns[0].coding == Coding::angle;
}

Result<std::vector<ReadField>, SchemaError> read_fields(const reflection::Schema& schema,
                                                        const reflection::Object& object) {
    FieldReader reader(schema, object);
    if (!reader.read()) return Unexpected(std::move(reader.error));
    return std::move(reader.fields);
}

} // namespace engine_net
