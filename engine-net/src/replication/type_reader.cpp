#include "replication/type_reader.hpp"

#include "replication/column_rules.hpp"
#include "replication/field_reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace engine_net {
namespace {

/// Why a field can't be the velocity of another, or nothing.
std::string problem_between(const ReadField& velocity, const ReadField& moved) {
    if (!velocity.is_number() || !(moved.is_number() || moved.is_angle())) {
        return "velocity_of is for numbers that move numbers or angles";
    }
    if (velocity.columns.size() != moved.columns.size()) {
        return "velocity_of a field of another number of components";
    }
    if (velocity.field.owner_only && !moved.field.owner_only) {
        return "is for the owner alone, but moves what all see";
    }
    return {};
}

/// Puts what `read_fields` gave in its place. Functions that return bool have set `error` when
/// false.
class TypeMaker {
public:
    TypeMaker(const reflection::Object& object, std::vector<ReadField> fields)
        : object_(object), fields_(std::move(fields)) {}

    bool make() {
        for (ReadField& field : fields_) {
            if (!field.velocity_of.empty() && !link(field)) return false;
        }
        place_fields();
        return fill_blank();
    }

    EntityType type;
    SchemaError error;

private:
    bool fail(const std::string& field, const std::string& reason) {
        error = error_at(object_, field, reason);
        return false;
    }

    [[nodiscard]] const ReadField* find(const std::string& name) const {
        const auto found = std::ranges::find(fields_, name, [](const ReadField& one) {
            return one.field.name;
        });
        return found == fields_.end() ? nullptr : &*found;
    }

    /// Checks a velocity, and finds out how many fields move each other from it on.
    bool link(ReadField& velocity) {
        const std::string& path = velocity.field.name;
        const ReadField* moved = find(velocity.velocity_of);
        if (!moved)
            return fail(path, "velocity_of names no field \"" + velocity.velocity_of + "\"");
        if (const auto problem = problem_between(velocity, *moved); !problem.empty()) {
            return fail(path, problem);
        }
        const auto moves_it = [&](const ReadField& other) {
            return other.velocity_of == velocity.velocity_of;
        };
        if (std::ranges::count_if(fields_, moves_it) > 1) {
            return fail(path, "two fields are velocity_of \"" + velocity.velocity_of + "\"");
        }
        for (; moved; moved = find(moved->velocity_of)) {
            if (++velocity.depth > static_cast<int>(fields_.size())) {
                return fail(path, "velocity_of leads round in a circle");
            }
        }
        return true;
    }

    /// What all see before what is the owner's; a velocity before what it moves, so that it can
    /// foretell it.
    void place_fields() {
        std::ranges::stable_sort(fields_, {}, [](const ReadField& one) {
            return std::pair(one.field.owner_only, -one.depth);
        });
        type.name = name_of(object_);
        type.struct_bytes = static_cast<std::size_t>(object_.bytesize());
        for (ReadField& read : fields_) {
            read.field.first_column = static_cast<std::uint8_t>(type.columns.size());
            read.field.columns = static_cast<std::uint8_t>(read.columns.size());
            if (const ReadField* moved = find(read.velocity_of)) {
                read.field.velocity_of = static_cast<int>(moved - fields_.data());
            }
            type.has_spawn_only |= read.field.spawn_only;
            type.has_teleport |= read.field.is_teleport;
            for (const Column& column : read.columns) {
                (read.field.owner_only ? type.private_bits : type.shared_bits) += column.bits;
                type.columns.push_back(column);
            }
            if (!read.field.owner_only) type.shared_columns = type.columns.size();
            type.fields.push_back(read.field);
        }
        for (std::size_t i = 0; i < type.fields.size(); ++i) {
            const int moved = type.fields[i].velocity_of;
            if (moved >= 0)
                type.fields[static_cast<std::size_t>(moved)].moved_by = static_cast<int>(i);
        }
        type.stride = (type.columns.size() + 3) & ~std::size_t{3};
    }

    bool fill_blank() {
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

    const reflection::Object& object_;
    std::vector<ReadField> fields_;
};

} // namespace

Result<EntityType, SchemaError> read_type(const reflection::Schema& schema,
                                          const reflection::Object& object) {
    auto fields = read_fields(schema, object);
    if (!fields) return Unexpected(fields.error());
    TypeMaker maker(object, std::move(*fields));
    if (!maker.make()) return Unexpected(std::move(maker.error));
    return std::move(maker.type);
}

} // namespace engine_net
