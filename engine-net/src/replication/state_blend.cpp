#include "replication/state_blend.hpp"

#include "replication/rotation.hpp"
#include "replication/scalar.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <span>

namespace engine_net {
namespace {

std::span<const Column> columns_of(const EntityType& type, const Field& field) {
    return std::span(type.columns).subspan(field.first_column, field.columns);
}

/// What a whole number's value is counted from, modulo 2^64, so that a double holds it exactly.
std::uint64_t origin_of(const Column& column) {
    return column.coding == Coding::whole ? column.base : 0;
}

/// A number as the sums here take it: its value, less `origin_of`.
double number_at(const Column& column, const std::uint8_t* state) {
    const std::uint8_t* const at = state + column.offset;
    if (is_floating(column.scalar)) return load_real(column.scalar, at);
    const auto value = static_cast<std::uint64_t>(load_whole(column.scalar, at));
    return static_cast<double>(static_cast<std::int64_t>(value - origin_of(column)));
}

struct Range {
    double lo = 0;
    double hi = 0;
    bool wraps = false;

    [[nodiscard]] double length() const { return hi - lo; }
};

/// Of `number_at`.
Range range_of(const Field& field, const Column& column) {
    switch (column.coding) {
    case Coding::angle: {
        const double half_turn = column.step * ((column.hi >> 1) + 1);
        return {-half_turn, half_turn, true};
    }
    case Coding::scaled:
        return {column.origin + column.lo * column.step,
                column.origin + column.hi * column.step,
                field.wraps};
    default: return {static_cast<double>(column.lo), static_cast<double>(column.hi), field.wraps};
    }
}

double within(const Range& range, double number) {
    if (range.wraps && !(number >= range.lo && number < range.hi)) {
        number -= range.length() * std::floor((number - range.lo) / range.length());
    }
    if (!(number > range.lo)) return range.lo; // what is not a number, too
    if (number < range.hi) return number;
    return range.wraps ? range.lo : range.hi;
}

/// The way from `a` to `b`, the shorter one where there are two.
double way(const Range& range, double a, double b) {
    const double straight = b - a;
    if (!range.wraps) return straight;
    return straight - range.length() * std::floor(straight / range.length() + 0.5);
}

void set_number(const Field& field, const Column& column, double number, std::uint8_t* state) {
    const Range range = range_of(field, column);
    std::uint8_t* const at = state + column.offset;
    if (!is_floating(column.scalar)) {
        const auto whole = static_cast<std::int64_t>(within(range, std::floor(number + 0.5)));
        const std::uint64_t value = static_cast<std::uint64_t>(whole) + origin_of(column);
        store_whole(column.scalar, static_cast<std::int64_t>(value), at);
        return;
    }
    store_real(column.scalar, within(range, number), at);
    // A float may have rounded it up to the end.
    if (range.wraps && load_real(column.scalar, at) >= range.hi)
        store_real(column.scalar, range.lo, at);
}

/// Whether a field is shown as a number that moves.
bool moves(const Field& field) {
    return field.interpolation == Interpolation::linear ||
           field.interpolation == Interpolation::angle;
}

const Field* velocity_of(const EntityType& type, const Field& field) {
    return field.moved_by < 0 ? nullptr : &type.fields[static_cast<std::size_t>(field.moved_by)];
}

/// In the moved field's units a second.
double velocity_at(const Column& column, const std::uint8_t* state) {
    return load_real(column.scalar, state + column.offset);
}

/// One column on its way from one version to the next.
struct Leg {
    double from = 0;
    double way = 0;            ///< the shorter one
    double curved_way = 0;     ///< where there are several ways round, what its velocities tell of
    double begin_velocity = 0; ///< how far it would come at that
    double end_velocity = 0;

    /// Finds `curved_way` for the velocities.
    void go_round(const Range& range) {
        curved_way = way;
        if (!range.wraps) return;
        const double expected = (begin_velocity + end_velocity) / 2;
        curved_way += range.length() * std::floor((expected - way) / range.length() + 0.5);
    }

    [[nodiscard]] double straight(double t) const { return from + way * t; }
    [[nodiscard]] double curved(double t) const {
        const double u = 1 - t;
        return from + curved_way * t * t * (3 - 2 * t) + begin_velocity * t * u * u -
               end_velocity * t * t * u;
    }
    /// What goes faster and slower between two velocities comes as far as something between the two
    /// would have brought it. A quarter more is what an entity may have turned meanwhile.
    [[nodiscard]] bool is_accounted_for(double rounding) const {
        const auto [slow, fast] = std::minmax(begin_velocity, end_velocity);
        const double slack = rounding + 0.25 * std::max(std::fabs(slow), std::fabs(fast));
        return curved_way >= slow - slack && curved_way <= fast + slack;
    }
};

void interpolate_number(const EntityType& type,
                        const Field& field,
                        const std::uint8_t* from,
                        const std::uint8_t* to,
                        double seconds,
                        double fraction,
                        std::uint8_t* out) {
    const auto columns = columns_of(type, field);
    const Field* const velocity = seconds > 0 ? velocity_of(type, field) : nullptr;
    std::array<Leg, max_columns> legs;
    bool is_curved = velocity != nullptr;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        Leg& leg = legs[i];
        leg.from = number_at(columns[i], from);
        const Range range = range_of(field, columns[i]);
        leg.way = way(range, leg.from, number_at(columns[i], to));
        if (!velocity) continue;
        const Column& speed = columns_of(type, *velocity)[i];
        leg.begin_velocity = velocity_at(speed, from) * seconds;
        leg.end_velocity = velocity_at(speed, to) * seconds;
        leg.go_round(range);
        is_curved = is_curved &&
                    leg.is_accounted_for(2 * columns[i].step + speed.step * std::fabs(seconds));
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const Leg& leg = legs[i];
        const double number = is_curved ? leg.curved(fraction) : leg.straight(fraction);
        set_number(field, columns[i], number, out);
    }
}

using Rotation = std::array<double, 4>; ///< x, y, z, w

Rotation unit(Rotation rotation) {
    double sum = 0;
    for (const double part : rotation) sum += part * part;
    if (!(sum > 1e-12 && sum < 1e12)) return {0, 0, 0, 1};
    const double length = std::sqrt(sum);
    for (double& part : rotation) part /= length;
    return rotation;
}

Rotation rotation_at(const Column& column, const std::uint8_t* state) {
    const auto floats = load<Quaternion>(state + column.offset);
    return unit({floats[0], floats[1], floats[2], floats[3]});
}

void set_rotation(const Column& column, const Rotation& rotation, std::uint8_t* state) {
    const Rotation known = unit(rotation);
    Quaternion floats{};
    for (std::size_t i = 0; i < floats.size(); ++i) floats[i] = static_cast<float>(known[i]);
    store(state + column.offset, floats);
}

double dot(const Rotation& a, const Rotation& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
}

/// Along the great circle, the shorter way (K. Shoemake, "Animating rotation with quaternion
/// curves", 1985).
Rotation slerp(const Rotation& from, Rotation to, double fraction) {
    double cosine = dot(from, to);
    if (cosine < 0) {
        for (double& part : to) part = -part;
        cosine = -cosine;
    }
    double from_share = 1 - fraction;
    double to_share = fraction;
    constexpr double nearly_straight = 0.9999; // there the sine says nothing any more
    if (cosine < nearly_straight) {
        const double angle = std::acos(cosine);
        from_share = std::sin(from_share * angle) / std::sin(angle);
        to_share = std::sin(to_share * angle) / std::sin(angle);
    }
    Rotation between{};
    for (std::size_t i = 0; i < between.size(); ++i)
        between[i] = from[i] * from_share + to[i] * to_share;
    return unit(between);
}

/// First `b`, then `a`.
Rotation product(const Rotation& a, const Rotation& b) {
    return {a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1],
            a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0],
            a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3],
            a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2]};
}

Rotation inverse(const Rotation& rotation) {
    return {-rotation[0], -rotation[1], -rotation[2], rotation[3]};
}

constexpr Rotation no_rotation{0, 0, 0, 1};

double distance_between(const Rotation& a, const Rotation& b) {
    return std::sqrt(std::max(0.0, 2 - 2 * std::fabs(dot(a, b))));
}

bool differs(const EntityType& type,
             const Field& field,
             const Column& column,
             const std::uint8_t* a,
             const std::uint8_t* b) {
    switch (column.coding) {
    case Coding::scaled:
    case Coding::angle: {
        const double apart =
            way(range_of(field, column), number_at(column, a), number_at(column, b));
        constexpr double exactly = 1.0001; // what is one step apart is not more than that
        return std::fabs(apart) > column.step * exactly;
    }
    case Coding::rotation_largest: {
        const std::size_t three = static_cast<std::size_t>(&column - type.columns.data()) + 1;
        const double step = std::sqrt(0.5) / type.columns[three].hi;
        return distance_between(rotation_at(column, a), rotation_at(column, b)) > 2 * step;
    }
    case Coding::whole:
    case Coding::low_half:
        return load_whole(column.scalar, a + column.offset) !=
               load_whole(column.scalar, b + column.offset);
    case Coding::high_half:
    case Coding::rotation_three: break;
    }
    return false;
}

} // namespace

bool has_jumped(const EntityType& type, const std::uint8_t* from, const std::uint8_t* to) {
    if (!type.has_teleport) return false;
    return std::ranges::any_of(type.fields, [&](const Field& field) {
        return field.is_teleport &&
               std::ranges::any_of(columns_of(type, field), [&](const Column& column) {
                   return number_at(column, from) != number_at(column, to);
               });
    });
}

void interpolate(const EntityType& type,
                 const std::uint8_t* from,
                 const std::uint8_t* to,
                 double seconds,
                 double fraction,
                 std::uint8_t* out) {
    std::memcpy(out, fraction < 1 ? from : to, type.struct_bytes);
    if (!(fraction > 0) || fraction >= 1 || has_jumped(type, from, to)) return;
    for (const Field& field : type.fields) {
        const Column& first = type.columns[field.first_column];
        if (moves(field)) {
            interpolate_number(type, field, from, to, seconds, fraction, out);
        } else if (field.interpolation == Interpolation::rotation) {
            set_rotation(
                first, slerp(rotation_at(first, from), rotation_at(first, to), fraction), out);
        }
    }
}

void extrapolate(const EntityType& type,
                 const std::uint8_t* from,
                 double seconds,
                 std::uint8_t* out) {
    std::memcpy(out, from, type.struct_bytes);
    if (!(seconds > 0)) return;
    for (const Field& field : type.fields) {
        const Field* const velocity = moves(field) ? velocity_of(type, field) : nullptr;
        if (!velocity) continue;
        const auto columns = columns_of(type, field);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const double speed = velocity_at(columns_of(type, *velocity)[i], from);
            const double number = number_at(columns[i], from) + speed * seconds;
            set_number(field, columns[i], number, out);
        }
    }
}

StateOffset
offset_between(const EntityType& type, const std::uint8_t* shown, const std::uint8_t* truth) {
    StateOffset offset;
    if (has_jumped(type, shown, truth)) return offset;
    for (const Field& field : type.fields) {
        const std::size_t first = field.first_column;
        if (moves(field)) {
            for (std::size_t i = first; i < first + field.columns; ++i) {
                const Column& column = type.columns[i];
                offset.numbers[i] = way(
                    range_of(field, column), number_at(column, truth), number_at(column, shown));
                offset.is_any |= offset.numbers[i] != 0;
            }
        } else if (field.interpolation == Interpolation::rotation) {
            const Column& column = type.columns[first];
            const Rotation turn =
                product(rotation_at(column, shown), inverse(rotation_at(column, truth)));
            std::ranges::copy(turn, offset.numbers.begin() + static_cast<std::ptrdiff_t>(first));
            offset.is_any |= std::fabs(turn[3]) < 1;
        }
    }
    return offset;
}

void add_offset(const EntityType& type,
                std::uint8_t* state,
                const StateOffset& offset,
                double factor) {
    if (!offset.is_any || factor == 0) return;
    for (const Field& field : type.fields) {
        const std::size_t first = field.first_column;
        if (moves(field)) {
            for (std::size_t i = first; i < first + field.columns; ++i) {
                if (offset.numbers[i] == 0) continue;
                const Column& column = type.columns[i];
                set_number(
                    field, column, number_at(column, state) + offset.numbers[i] * factor, state);
            }
        } else if (field.interpolation == Interpolation::rotation) {
            Rotation turn{};
            std::copy_n(offset.numbers.begin() + static_cast<std::ptrdiff_t>(first),
                        turn.size(),
                        turn.begin());
            const Column& column = type.columns[first];
            const Rotation part = slerp(no_rotation, unit(turn), factor);
            set_rotation(column, product(part, rotation_at(column, state)), state);
        }
    }
}

bool differ(const EntityType& type, const std::uint8_t* a, const std::uint8_t* b) {
    return std::ranges::any_of(type.fields, [&](const Field& field) {
        return std::ranges::any_of(columns_of(type, field), [&](const Column& column) {
            return differs(type, field, column, a, b);
        });
    });
}

double distance(const EntityType& type, const std::uint8_t* a, const std::uint8_t* b) {
    double sum = 0;
    for (const Field& field : type.fields) {
        if (field.interpolation != Interpolation::linear || field.velocity_of >= 0) continue;
        for (const Column& column : columns_of(type, field)) {
            const double apart =
                way(range_of(field, column), number_at(column, a), number_at(column, b));
            sum += apart * apart;
        }
    }
    return std::sqrt(sum);
}

} // namespace engine_net
