#include "replication/type_reader.hpp"

#include "replication/column_rules.hpp"
#include "replication/scalar.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace engine_net {
namespace {

/// A field as read, before velocities and private ones have found their place.
struct ReadField {
    Field field;
    std::vector<Column> columns;
    std::string velocity_of; ///< full name of a field, or empty
    std::optional<double> initial;
    bool is_code = false; ///< a bool or an enum: no value between two others means anything
    int depth = 0;        ///< how long a chain of velocities it begins
};

bool is_same_coding(const ReadField& a, const ReadField& b) {
    return a.columns.size() == 1 && b.columns.size() == 1 &&
           a.columns[0].coding == b.columns[0].coding &&
           a.columns[0].scalar == b.columns[0].scalar &&
           a.field.interpolation == b.field.interpolation &&
           a.field.owner_only == b.field.owner_only && a.field.spawn_only == b.field.spawn_only &&
           a.velocity_of.empty() && b.velocity_of.empty() && a.initial == b.initial &&
           a.is_code == b.is_code;
}

bool is_number(const ReadField& field) {
    const Coding coding = field.columns[0].coding;
    return !field.is_code && (coding == Coding::whole || coding == Coding::scaled);
}

bool is_angle(const ReadField& field) {
    return field.columns[0].coding == Coding::angle;
}

/// Flattens one struct. Every function that returns bool has set `error` when it is false.
class TypeReader {
public:
    TypeReader(const reflection::Schema& schema, const reflection::Object& object)
        : schema_(schema), object_(object) {}

    bool read(EntityType& type) {
        if (!read_struct(object_, {}, 0, {}, 0)) return false;
        if (fields_.empty()) return fail({}, "has no fields to replicate");
        if (!link_velocities()) return false;
        return fill(type);
    }
    SchemaError error;

private:
    bool fail(const std::string& field, const std::string& reason) {
        error.text = file_prefix(object_) + name_of(object_) + (field.empty() ? "" : "." + field) +
                     ": " + reason;
        return false;
    }

    bool read_struct(const reflection::Object& object,
                     const std::string& prefix,
                     std::size_t offset,
                     const FieldAttributes& outer,
                     int depth) {
        if (depth > max_struct_depth)
            return fail(prefix,
                        "structs stand more than " + std::to_string(max_struct_depth) +
                            " deep in each other");
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

        const std::size_t first = fields_.size();
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
        if (attributes.velocity_of)
            read.velocity_of = path.substr(0, path.rfind('.') + 1) + *attributes.velocity_of;

        const Interpolation wanted = attributes.interpolation.value_or(Interpolation::none);
        const bool is_rotation = read.columns[0].coding == Coding::rotation_largest;
        if (wanted == Interpolation::rotation && !is_rotation)
            return fail(path, "interpolate \"rotation\" is for rotations");
        if (wanted == Interpolation::angle && !is_angle(read))
            return fail(path, "interpolate \"angle\" is for angles");
        if (wanted == Interpolation::linear && !is_number(read))
            return fail(path, "interpolate \"linear\" is for numbers of at most 32 bits");
        read.field.interpolation = wanted;

        columns_ += read.columns.size();
        if (columns_ > max_columns)
            return fail(path,
                        "is beyond the " + std::to_string(max_columns) +
                            " columns that one type may have");
        fields_.push_back(std::move(read));
        return true;
    }

    /// The fields from `first` on, all of one struct, become one field where they are coded alike.
    bool join(std::size_t first, const std::string& path, const FieldAttributes& attributes) {
        const std::size_t count = fields_.size() - first;
        bool is_alike = count >= 1 && count <= 4;
        for (std::size_t i = first; is_alike && i < fields_.size(); ++i)
            is_alike = is_same_coding(fields_[first], fields_[i]);
        if (!is_alike) {
            if (attributes.velocity_of)
                return fail(path,
                            "velocity_of is for a number or a struct of up to four like numbers");
            return true;
        }
        for (std::size_t i = first + 1; i < fields_.size(); ++i)
            fields_[first].columns.push_back(fields_[i].columns[0]);
        fields_.resize(first + 1);
        fields_[first].field.name = path;
        if (attributes.velocity_of)
            fields_[first].velocity_of =
                path.substr(0, path.rfind('.') + 1) + *attributes.velocity_of;
        return true;
    }

    ReadField* find(const std::string& name) {
        const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const ReadField& one) {
            return one.field.name == name;
        });
        return found == fields_.end() ? nullptr : &*found;
    }

    bool link_velocities() {
        for (ReadField& velocity : fields_) {
            if (velocity.velocity_of.empty()) continue;
            const std::string& path = velocity.field.name;
            const ReadField* moved = find(velocity.velocity_of);
            if (!moved)
                return fail(path, "velocity_of names no field \"" + velocity.velocity_of + "\"");
            if (!is_number(velocity) || !(is_number(*moved) || is_angle(*moved)))
                return fail(path, "velocity_of is for numbers that move numbers or angles");
            if (velocity.columns.size() != moved->columns.size())
                return fail(path, "velocity_of a field of another number of components");
            if (velocity.field.owner_only && !moved->field.owner_only)
                return fail(path, "is for the owner alone, but moves what all see");
            for (const ReadField& other : fields_) {
                if (&other != &velocity && other.velocity_of == velocity.velocity_of)
                    return fail(path,
                                "two fields are velocity_of \"" + velocity.velocity_of + "\"");
            }
            for (const ReadField* next = moved; next && !next->velocity_of.empty();
                 next = find(next->velocity_of)) {
                if (++velocity.depth > static_cast<int>(fields_.size()))
                    return fail(path, "velocity_of leads round in a circle");
            }
            ++velocity.depth;
        }
        return true;
    }

    bool fill(EntityType& type) {
        type.name = name_of(object_);
        type.struct_bytes = static_cast<std::size_t>(object_.bytesize());
        // A velocity is told before what it moves, so that it can foretell it.
        std::stable_sort(
            fields_.begin(), fields_.end(), [](const ReadField& a, const ReadField& b) {
                return std::pair(a.field.owner_only, -a.depth) <
                       std::pair(b.field.owner_only, -b.depth);
            });
        for (ReadField& read : fields_) {
            read.field.first_column = static_cast<std::uint8_t>(type.columns.size());
            read.field.columns = static_cast<std::uint8_t>(read.columns.size());
            for (std::size_t i = 0; !read.velocity_of.empty() && i < fields_.size(); ++i) {
                if (fields_[i].field.name == read.velocity_of)
                    read.field.velocity_of = static_cast<int>(i);
            }
            type.has_spawn_only |= read.field.spawn_only;
            for (const Column& column : read.columns) {
                (read.field.owner_only ? type.private_bits : type.shared_bits) += column.bits;
                type.columns.push_back(column);
            }
            if (!read.field.owner_only) type.shared_columns = type.columns.size();
            type.fields.push_back(read.field);
        }
        type.stride = (type.columns.size() + 3) & ~std::size_t{3};
        return fill_blank(type);
    }

    bool fill_blank(EntityType& type) {
        const std::vector<std::uint8_t> zeros(type.struct_bytes);
        type.blank.resize(type.stride);
        quantise(type, zeros.data(), type.blank.data());
        for (const ReadField& read : fields_) {
            if (!read.initial) continue;
            for (std::size_t i = 0; i < read.columns.size(); ++i) {
                const auto number = number_of(read.columns[i], *read.initial);
                if (!number) return fail(read.field.name, "default is no value of the field");
                type.blank[read.field.first_column + i] = *number;
            }
        }
        return true;
    }

    const reflection::Schema& schema_;
    const reflection::Object& object_;
    std::vector<ReadField> fields_;
    std::size_t columns_ = 0;
    int visited_ = 0;
};

} // namespace

Result<EntityType, SchemaError> read_type(const reflection::Schema& schema,
                                          const reflection::Object& object) {
    EntityType type;
    TypeReader reader(schema, object);
    if (!reader.read(type)) return Unexpected(std::move(reader.error));
    return type;
}

} // namespace engine_net
