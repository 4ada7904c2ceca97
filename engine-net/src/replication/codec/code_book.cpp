#include "replication/codec/code_book.hpp"

#include "replication/rotation.hpp"

namespace engine_net {

namespace {

/// Hands out places one after the other.
class Places {
public:
    explicit Places(CodeBook& book) : book_(book) {}

    std::uint32_t probabilities(std::size_t count) {
        const std::size_t first = book_.probabilities;
        book_.probabilities += count;
        return static_cast<std::uint32_t>(first);
    }
    /// `contexts` from each point of view, in each of which `questions` are asked.
    Mixed mixed(const Context& contexts, std::uint32_t questions = 1) {
        Mixed mixed;
        mixed.weight = static_cast<std::uint32_t>(book_.weights);
        book_.weights += questions;
        for (std::size_t view = 0; view < views; ++view) {
            const std::uint32_t places = contexts[view] * questions;
            mixed.at[view] = probabilities(places);
            book_.mixed_places.push_back({mixed.at[view], places, questions, mixed.weight, view});
        }
        return mixed;
    }

private:
    CodeBook& book_;
};

Motion motion_of(const Field& field, const Column& column) {
    if (column.coding == Coding::rotation_largest) return Motion::rotates;
    if (column.coding == Coding::angle) return Motion::turns;
    const bool goes_on = column.coding == Coding::scaled && field.velocity_of < 0;
    return goes_on || field.interpolation == Interpolation::linear ? Motion::moves : Motion::holds;
}

/// What differs between neighbours in a field has statistics of its own.
bool is_alike(const CodedComponent& a, const CodedComponent& b) {
    return a.lo == b.lo && a.hi == b.hi;
}

void place_questions(CodedComponent& component, Places& places) {
    component.size = places.mixed({500, 1000, 600}, size_questions);
    component.sign = places.mixed({90, 120, 54});
    component.mantissa = places.probabilities((residual_bits + 1) * 4);
}

CodedField coded(const EntityType& type, const Field& field, Places& places) {
    const Column& first = type.columns[field.first_column];
    CodedField coded;
    coded.motion = motion_of(field, first);
    coded.is_fixed = field.spawn_only;
    coded.first_column = field.first_column;
    coded.columns = field.columns;
    coded.half_turn = std::int32_t{1} << (first.bits > 0 ? first.bits - 1 : 0);
    for (unsigned i = 0; i < field.columns; ++i) {
        if (type.columns[field.first_column + i].bits > residual_bits) coded.motion = Motion::holds;
    }
    const unsigned told_from = coded.motion == Motion::rotates ? 1 : 0;
    if (told_from != 0) {
        coded.limit = type.columns[field.first_column + 1u].hi;
        coded.step = half_sqrt2 / coded.limit;
        coded.scale = coded.limit / half_sqrt2 * 256;
    }
    for (unsigned i = told_from; i < field.columns; ++i) {
        const Column& column = type.columns[field.first_column + i];
        CodedComponent component;
        component.column = static_cast<std::uint8_t>(field.first_column + i);
        component.lo = column.lo;
        component.hi = column.hi;
        component.bits = column.bits;
        component.is_small = column.bits <= residual_bits;
        if (!coded.components.empty() && is_alike(coded.components.back(), component)) {
            const CodedComponent& before = coded.components.back();
            component.size = before.size;
            component.sign = before.sign;
            component.mantissa = before.mantissa;
        } else if (!coded.is_fixed) {
            place_questions(component, places);
        }
        coded.components.push_back(component);
    }
    if (coded.is_fixed) return coded;
    coded.same = places.mixed({500, 300, 200});
    coded.largest = places.mixed({160, 160, 100});
    coded.other_largest = places.probabilities(2);
    return coded;
}

void join_velocities(const EntityType& type, CodedType& coded, std::uint32_t ticks_per_second) {
    for (std::size_t v = 0; v < type.fields.size(); ++v) {
        const int moved = type.fields[v].velocity_of;
        if (moved < 0) continue;
        CodedField& target = coded.fields[static_cast<std::size_t>(moved)];
        CodedField& velocity = coded.fields[v];
        if (target.motion != Motion::moves ||
            target.components.size() != velocity.components.size())
            continue;
        target.moved_by = static_cast<int>(v);
        for (std::size_t i = 0; i < velocity.components.size(); ++i) {
            const Column& from = type.columns[velocity.components[i].column];
            const double steps = type.columns[target.components[i].column].step * ticks_per_second;
            velocity.components[i].velocity_scale = from.step / steps;
            velocity.components[i].velocity_origin = from.origin / steps;
        }
    }
}

} // namespace

CodeBook::CodeBook(std::span<const EntityType> entity_types, std::uint32_t ticks_per_second) {
    Places places(*this);
    for (const EntityType& type : entity_types) {
        CodedType coded_type;
        coded_type.columns = type.columns.size();
        coded_type.shared_columns = type.shared_columns;
        coded_type.moved = places.mixed({500, 48, 120});
        coded_type.stayed = places.mixed({500, 48, 120});
        coded_type.life = places.probabilities(4);
        coded_type.rest = places.probabilities(4);
        for (const Field& field : type.fields) {
            coded_type.fields.push_back(coded(type, field, places));
            if (!field.owner_only) ++coded_type.shared_fields;
        }
        join_velocities(type, coded_type, ticks_per_second);
        for (std::size_t f = 0; f < coded_type.shared_fields; ++f) {
            const CodedField& field = coded_type.fields[f];
            if (!field.is_fixed) coded_type.last_field = f;
            if (field.motion == Motion::rotates) coded_type.has_rotations = true;
        }
        for (std::size_t c = type.shared_columns; c-- > 0;) {
            const Column& column = type.columns[c];
            if (std::int64_t{column.hi} - column.lo == 1)
                coded_type.flag_column = static_cast<int>(c);
        }
        types.push_back(std::move(coded_type));
    }
}

} // namespace engine_net
