#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace engine_net {

/// A type's number is 6 bits on the wire.
inline constexpr std::size_t max_entity_types = 64;
/// A set of a type's columns is one 64-bit mask.
inline constexpr std::size_t max_columns = 64;
/// With 64 columns of 32 bits an entity still fits a datagram four times over; a struct of more
/// bytes than this has more columns than that or is mostly padding.
inline constexpr std::size_t max_struct_bytes = 1024;
/// Room for any struct, as strictly aligned as one may be.
struct alignas(std::max_align_t) StructBytes {
    std::array<std::uint8_t, max_struct_bytes> bytes{};

    [[nodiscard]] std::uint8_t* data() { return bytes.data(); }
    [[nodiscard]] const std::uint8_t* data() const { return bytes.data(); }
};
/// Bits of an angle or of one component of a rotation: a float holds no more of them exactly enough
/// for a value to come back as the number that it was made from.
inline constexpr unsigned max_turn_bits = 16;

enum class Scalar : std::uint8_t { boolean, i8, u8, i16, u16, i32, u32, i64, u64, f32, f64 };

/// How a column's integer and the struct's value follow from each other.
enum class Coding : std::uint8_t {
    whole,            ///< value = number + base
    low_half,         ///< of a 64-bit integer without a range; the high half is the next column
    high_half,        ///< told by the column before it
    scaled,           ///< value = origin + number * step
    angle,            ///< value = number * step, wrapping, -pi to below pi
    rotation_largest, ///< which of x, y, z, w is left out; the next three columns are the others
    rotation_three,   ///< told by the column rotation_largest before it
};

/// One integer of a row.
struct Column {
    Coding coding = Coding::whole;
    Scalar scalar = Scalar::i32;
    std::uint8_t bits = 0;    ///< enough for hi - lo
    std::uint16_t offset = 0; ///< in the struct's bytes
    std::int32_t lo = 0;      ///< the number is always in lo..hi
    std::int32_t hi = 0;
    std::uint64_t base = 0; ///< modulo 2^64
    double step = 1;
    double steps_per_unit = 1;
    double origin = 0;
};

enum class Interpolation : std::uint8_t {
    none, ///< holds until the next version
    linear,
    angle,    ///< the shorter way round
    rotation, ///< along the great circle
};

/// Columns that belong together and are coded alike: a scalar, a vector, a rotation.
struct Field {
    std::string name;                 ///< in the struct, nested ones with dots: "hull.position"
    std::vector<std::string> parts{}; ///< of a vector, what its columns are called in it: "x", "y"
    Interpolation interpolation = Interpolation::none;
    bool owner_only = false;
    bool spawn_only = false;
    bool wraps = false;       ///< the range's ends are one place: the upper is shown as the lower
    bool is_teleport = false; ///< where it differs between two versions, the entity jumped
    int velocity_of = -1;     ///< index of the field that it moves, which stands after it
    int moved_by = -1;        ///< index of the field that is its velocity, which stands before it
    std::uint8_t first_column = 0;
    std::uint8_t columns = 0;
};

/// The table that drives everything done with one replicated struct. What all viewers see stands
/// before what is for the owner alone, in fields and in columns.
struct EntityType {
    std::string name; ///< "arena.Ship"
    std::size_t struct_bytes = 0;
    std::vector<Field> fields; ///< a velocity before what it moves
    std::vector<Column> columns;
    std::size_t shared_columns = 0; ///< the first ones; the rest is private
    std::size_t stride = 0; ///< numbers from one row to the next: columns, rounded up to four
    std::uint32_t shared_bits = 0;
    std::uint32_t private_bits = 0;
    std::vector<std::int32_t> blank; ///< the row of a struct of `default`s, or zeros

    bool has_spawn_only = false;
    bool has_teleport = false;

    [[nodiscard]] bool has_private() const { return shared_columns < columns.size(); }
};

/// Takes a struct's bytes to its row. Any bytes give a row in range: what is out of range is
/// clamped into it, what is not a number becomes the number nearest to zero.
void quantise(const EntityType& type, const std::uint8_t* state, std::int32_t* row);
/// Takes a row to `struct_bytes` bytes, padding zero. `quantise` gives the same row back.
void dequantise(const EntityType& type, const std::int32_t* row, std::uint8_t* state);

} // namespace engine_net
