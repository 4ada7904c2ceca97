#include "replication/field_table.hpp"

#include "replication/rotation.hpp"
#include "replication/rounding.hpp"
#include "replication/scalar.hpp"

#include <algorithm>
#include <cstring>

namespace engine_net {
namespace {

/// Beyond this a double's neighbours are more than a quarter of a turn's step apart.
constexpr double most_angle_steps = 0x1.0p50;

std::int32_t whole_number(const Column& column, const std::uint8_t* state) {
    const std::int64_t value = load_whole(column.scalar, state + column.offset);
    const auto lowest = static_cast<std::int64_t>(
        column.base + static_cast<std::uint64_t>(std::int64_t{column.lo}));
    const auto highest = static_cast<std::int64_t>(
        column.base + static_cast<std::uint64_t>(std::int64_t{column.hi}));
    const bool is_unsigned = column.scalar == Scalar::u64;
    const auto less = [is_unsigned](std::int64_t a, std::int64_t b) {
        return is_unsigned ? static_cast<std::uint64_t>(a) < static_cast<std::uint64_t>(b) : a < b;
    };
    if (less(value, lowest)) return column.lo;
    if (less(highest, value)) return column.hi;
    return static_cast<std::int32_t>(
        static_cast<std::int64_t>(static_cast<std::uint64_t>(value) - column.base));
}

std::int32_t angle_number(const Column& column, const std::uint8_t* state) {
    const double steps = load_real(column.scalar, state + column.offset) * column.steps_per_unit;
    if (!(steps > -most_angle_steps && steps < most_angle_steps)) return 0;
    return static_cast<std::int32_t>(floor_to_integer(steps + 0.5) & column.hi);
}

void store_scaled(const Column& column, std::int32_t number, std::uint8_t* state) {
    const double value = column.origin + number * column.step;
    if (is_floating(column.scalar)) {
        store_real(column.scalar, value, state + column.offset);
    } else {
        store_whole(column.scalar, floor_to_integer(value + 0.5), state + column.offset);
    }
}

void store_angle(const Column& column, std::int32_t number, std::uint8_t* state) {
    const std::int32_t turn = column.hi + 1;
    const std::int32_t around = number >= turn / 2 ? number - turn : number;
    store_real(column.scalar, around * column.step, state + column.offset);
}

} // namespace

void quantise(const EntityType& type, const std::uint8_t* state, std::int32_t* row) {
    for (std::size_t i = 0; i < type.columns.size(); ++i) {
        const Column& column = type.columns[i];
        switch (column.coding) {
        case Coding::scaled: {
            const double value = load_real(column.scalar, state + column.offset);
            // Not a number is zero before the origin is taken off, or it would be the range's end.
            const double known = value == value ? value : 0;
            row[i] =
                round_within((known - column.origin) * column.steps_per_unit, column.lo, column.hi);
            break;
        }
        case Coding::whole: row[i] = whole_number(column, state); break;
        case Coding::angle: row[i] = angle_number(column, state); break;
        case Coding::low_half:
            row[i] = load<std::int32_t>(state + column.offset);
            row[i + 1] = load<std::int32_t>(state + column.offset + 4);
            break;
        case Coding::rotation_largest: {
            const auto packed =
                smallest_three(load<Quaternion>(state + column.offset), type.columns[i + 1].hi);
            std::copy(packed.begin(), packed.end(), row + i);
            break;
        }
        case Coding::high_half:
        case Coding::rotation_three: break;
        }
    }
}

void dequantise(const EntityType& type, const std::int32_t* row, std::uint8_t* state) {
    std::memset(state, 0, type.struct_bytes);
    for (std::size_t i = 0; i < type.columns.size(); ++i) {
        const Column& column = type.columns[i];
        switch (column.coding) {
        case Coding::scaled: store_scaled(column, row[i], state); break;
        case Coding::whole:
            store_whole(column.scalar,
                        static_cast<std::int64_t>(column.base +
                                                  static_cast<std::uint64_t>(std::int64_t{row[i]})),
                        state + column.offset);
            break;
        case Coding::angle: store_angle(column, row[i], state); break;
        case Coding::low_half:
            store(state + column.offset, row[i]);
            store(state + column.offset + 4, row[i + 1]);
            break;
        case Coding::rotation_largest:
            store(state + column.offset,
                  unpack({row[i], row[i + 1], row[i + 2], row[i + 3]}, type.columns[i + 1].hi));
            break;
        case Coding::high_half:
        case Coding::rotation_three: break;
        }
    }
}

} // namespace engine_net
