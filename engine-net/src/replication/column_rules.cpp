#include "replication/column_rules.hpp"

#include "replication/rotation.hpp"
#include "replication/scalar.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace engine_net {
namespace {

constexpr double full_turn = 6.283185307179586;
constexpr std::int64_t lowest_number = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t highest_number = std::numeric_limits<std::int32_t>::max();
constexpr std::uint64_t most_numbers = 0xFFFFFFFFu; ///< hi - lo of 32 bits

std::uint8_t bits_between(std::int32_t lo, std::int32_t hi) {
    return static_cast<std::uint8_t>(
        std::bit_width(static_cast<std::uint32_t>(hi) - static_cast<std::uint32_t>(lo)));
}

struct WholeRange {
    std::int64_t lo = 0; ///< of u64 modulo 2^64
    std::int64_t hi = 0;
};

WholeRange range_of(Scalar scalar) {
    switch (scalar) {
    case Scalar::boolean: return {0, 1};
    case Scalar::i8: return {-128, 127};
    case Scalar::u8: return {0, 255};
    case Scalar::i16: return {-32'768, 32'767};
    case Scalar::u16: return {0, 65'535};
    case Scalar::i32: return {lowest_number, highest_number};
    case Scalar::u32: return {0, 0xFFFFFFFF};
    case Scalar::i64:
        return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
    case Scalar::u64: return {0, -1};
    case Scalar::f32:
    case Scalar::f64: break;
    }
    return {};
}

bool is_ordered(Scalar scalar, std::int64_t lo, std::int64_t hi) {
    return scalar == Scalar::u64 ? static_cast<std::uint64_t>(lo) <= static_cast<std::uint64_t>(hi)
                                 : lo <= hi;
}

std::string range_text(const FieldAttributes& attributes) {
    return "range \"" + attributes.range->first + ".." + attributes.range->second + "\"";
}

std::optional<std::int64_t> parse_end(Scalar scalar, const std::string& text) {
    if (scalar != Scalar::u64) return parse_whole<std::int64_t>(text);
    const auto number = parse_whole<std::uint64_t>(text);
    if (!number) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

/// Narrows `range` to the attribute, or says what is wrong with that.
std::string narrow(const ScalarField& field, const FieldAttributes& attributes, WholeRange& range) {
    if (!attributes.range) return {};
    const auto lo = parse_end(field.scalar, attributes.range->first);
    const auto hi = parse_end(field.scalar, attributes.range->second);
    if (!lo || !hi) return range_text(attributes) + " of a whole number has ends that are not";
    if (!is_ordered(field.scalar, *lo, *hi))
        return range_text(attributes) + " ends before it begins";
    if (!is_ordered(field.scalar, range.lo, *lo) || !is_ordered(field.scalar, *hi, range.hi)) {
        return range_text(attributes) + " is wider than the field's type";
    }
    range = {*lo, *hi};
    return {};
}

/// Numbers equal values where they can, so that a dump of a row can be read.
std::string add_whole(const ScalarField& field, WholeRange range, std::vector<Column>& columns) {
    const std::uint64_t span =
        static_cast<std::uint64_t>(range.hi) - static_cast<std::uint64_t>(range.lo);
    if (span > most_numbers)
        return "the range has more than 2^32 values, the most that one column holds";
    Column column{.coding = Coding::whole, .scalar = field.scalar, .offset = field.offset};
    const bool fits = range.lo >= lowest_number && range.hi <= highest_number &&
                      is_ordered(Scalar::i64, range.lo, range.hi);
    if (fits) {
        column.lo = static_cast<std::int32_t>(range.lo);
        column.hi = static_cast<std::int32_t>(range.hi);
    } else {
        const std::int64_t lo =
            span <= static_cast<std::uint64_t>(highest_number) ? 0 : lowest_number;
        column.base = static_cast<std::uint64_t>(range.lo) - static_cast<std::uint64_t>(lo);
        column.lo = static_cast<std::int32_t>(lo);
        column.hi = static_cast<std::int32_t>(lo + static_cast<std::int64_t>(span));
    }
    column.bits = bits_between(column.lo, column.hi);
    columns.push_back(column);
    return {};
}

void add_halves(const ScalarField& field, std::vector<Column>& columns) {
    Column half{
        .coding = Coding::low_half, .scalar = field.scalar, .bits = 32, .offset = field.offset};
    half.lo = static_cast<std::int32_t>(lowest_number);
    half.hi = static_cast<std::int32_t>(highest_number);
    columns.push_back(half);
    half.coding = Coding::high_half;
    columns.push_back(half);
}

/// Whether each number comes back from its value: the value must not lose more than a quarter step.
bool holds_steps(const Column& column, double lo, double hi) {
    const double largest = std::max(std::fabs(lo), std::fabs(hi));
    const double precision = column.scalar == Scalar::f32 ? 0x1.0p-24 : 0x1.0p-53;
    // The product with the step, its inverse and the sum with the origin are rounded too.
    return largest * (precision + 4 * 0x1.0p-53) < column.step * 0.25;
}

std::string add_scaled(const ScalarField& field,
                       const FieldAttributes& attributes,
                       double lo,
                       double hi,
                       std::vector<Column>& columns) {
    Column column{.coding = Coding::scaled, .scalar = field.scalar, .offset = field.offset};
    double first = 0;
    double last = 0;
    if (attributes.bits) {
        last = std::ldexp(1.0, static_cast<int>(*attributes.bits)) - 1;
        column.step = (hi - lo) / last;
        column.origin = lo;
    } else {
        column.step = *attributes.step;
        // The multiples of the step within the range, its ends included where they are multiples.
        first = std::ceil(lo / column.step - 0x1.0p-16);
        last = std::floor(hi / column.step + 0x1.0p-16);
    }
    if (!(first >= static_cast<double>(lowest_number) &&
          last <= static_cast<double>(highest_number))) {
        return "step and range give more than 2^31 values on one side of 0, the most that one "
               "column holds";
    }
    if (first > last) return "no multiple of the step lies in the range";
    if (!holds_steps(column, lo, hi)) {
        return field.scalar == Scalar::f32 ? "a float does not hold its largest value to a quarter "
                                             "of a step: use double, or larger steps"
                                           : "a double does not hold its largest value to a "
                                             "quarter of a step: use larger steps";
    }
    column.steps_per_unit = 1 / column.step;
    column.lo = static_cast<std::int32_t>(first);
    column.hi = static_cast<std::int32_t>(last);
    column.bits = bits_between(column.lo, column.hi);
    columns.push_back(column);
    return {};
}

std::string add_angle(const ScalarField& field, unsigned bits, std::vector<Column>& columns) {
    Column column{.coding = Coding::angle, .scalar = field.scalar, .offset = field.offset};
    column.hi = (std::int32_t{1} << bits) - 1;
    column.bits = static_cast<std::uint8_t>(bits);
    column.step = full_turn / (column.hi + 1);
    column.steps_per_unit = (column.hi + 1) / full_turn;
    columns.push_back(column);
    return {};
}

std::string add_floating(const ScalarField& field,
                         const FieldAttributes& attributes,
                         std::vector<Column>& columns) {
    if (attributes.angle_bits) {
        if (attributes.step || attributes.range || attributes.bits)
            return "angle goes without step, range and bits";
        return add_angle(field, *attributes.angle_bits, columns);
    }
    if (attributes.step && attributes.bits)
        return "step and bits say the same: one of them must go";
    if (!attributes.step && !attributes.bits) {
        return "a float needs to be told how exactly it matters: step and range, bits and range, "
               "or angle";
    }
    if (!attributes.range) return "step and bits need a range";
    const auto lo = parse_real(attributes.range->first);
    const auto hi = parse_real(attributes.range->second);
    if (!lo || !hi || !(*lo < *hi)) return range_text(attributes) + " ends before it begins";
    return add_scaled(field, attributes, *lo, *hi, columns);
}

/// Multiples of a whole step, so that each of them is a value of the type.
std::string add_stepped(const ScalarField& field,
                        const FieldAttributes& attributes,
                        WholeRange range,
                        std::vector<Column>& columns) {
    if (*attributes.step != std::floor(*attributes.step))
        return "the step of a whole number must be one too";
    constexpr std::int64_t most_exact = std::int64_t{1} << 53; // of a double, which does the sums
    const bool is_exact = is_ordered(Scalar::i64, range.lo, range.hi) && range.lo >= -most_exact &&
                          range.hi <= most_exact;
    if (!is_exact) return "a step in 64 bits needs a range within -2^53..2^53";
    return add_scaled(
        field, attributes, static_cast<double>(range.lo), static_cast<double>(range.hi), columns);
}

} // namespace

std::string add_columns(const ScalarField& field,
                        const FieldAttributes& attributes,
                        std::vector<Column>& columns) {
    if (attributes.rotation_bits) return "rotation is for a struct of four floats x, y, z, w";
    if (is_floating(field.scalar)) return add_floating(field, attributes, columns);
    if (attributes.angle_bits) return "angle is for float and double";
    if (attributes.bits) return "bits is for float and double; a whole number takes a range";
    if (field.is_enum || field.scalar == Scalar::boolean) {
        if (attributes.says_how_exactly())
            return "bool and enums go by their values: no step, range, bits or angle";
        const WholeRange range =
            field.is_enum ? WholeRange{field.enum_lo, field.enum_hi} : range_of(field.scalar);
        return add_whole(field, range, columns);
    }
    WholeRange range = range_of(field.scalar);
    if (std::string reason = narrow(field, attributes, range); !reason.empty()) return reason;
    if (attributes.step) return add_stepped(field, attributes, range, columns);
    const bool is_wide = field.scalar == Scalar::i64 || field.scalar == Scalar::u64;
    if (is_wide && !attributes.range) {
        add_halves(field, columns);
        return {};
    }
    return add_whole(field, range, columns);
}

std::optional<std::int32_t> number_of(const Column& column, double value) {
    double number = 0;
    switch (column.coding) {
    case Coding::whole:
        number = value - static_cast<double>(static_cast<std::int64_t>(column.base));
        break;
    case Coding::scaled:
        number = std::floor((value - column.origin) * column.steps_per_unit + 0.5);
        break;
    case Coding::angle: number = std::floor(value * column.steps_per_unit + 0.5); break;
    default: return value == 0 ? std::optional(0) : std::nullopt;
    }
    if (number < column.lo || number > column.hi || number != std::floor(number))
        return std::nullopt;
    return static_cast<std::int32_t>(number);
}

void add_rotation(std::uint16_t offset, unsigned bits, std::vector<Column>& columns) {
    Column column{.coding = Coding::rotation_largest,
                  .scalar = Scalar::f32,
                  .bits = 2,
                  .offset = offset,
                  .lo = 0,
                  .hi = 3};
    columns.push_back(column);
    column.coding = Coding::rotation_three;
    column.hi = rotation_limit(bits);
    column.lo = -column.hi;
    column.bits = bits_between(column.lo, column.hi);
    columns.insert(columns.end(), 3, column);
}

} // namespace engine_net
