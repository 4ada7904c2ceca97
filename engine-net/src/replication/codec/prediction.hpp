#pragma once

#include "replication/codec/code_book.hpp"
#include "replication/codec/references.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace engine_net {

/// An entity's rows in the references that know it, the youngest first.
struct KnownRows {
    std::array<const std::int32_t*, max_references> rows{};
    std::size_t count = 0;
};

/// What a velocity field is told to be, for what it moves.
struct VelocityRows {
    const CodedField* field = nullptr;  ///< null: nothing moves it
    const std::int32_t* now = nullptr;  ///< the row that is coded
    const std::int32_t* then = nullptr; ///< the baseline's
};

/// What one field is expected to be, and how sure that is. The contexts are made of it.
struct Prediction {
    static constexpr std::size_t most = 4;

    std::array<std::int32_t, most> value{};    ///< by column of the field
    std::array<std::int32_t, most> fraction{}; ///< cut off by rounding, 1/256ths
    std::array<std::int32_t, most> move{};     ///< expected change, in steps
    std::array<std::uint8_t, most> speed{};    ///< bit length of it
    std::array<std::uint8_t, most> doubt{};    ///< bit length of the distance to a rival guess
    std::array<std::uint8_t, most> jerk{};     ///< ... to another one
    std::array<std::int8_t, most> bend{};      ///< on which side the rival lies
    int straight = 4;                          ///< 0 to 4: how long the past fits a line
    int margin = 3; ///< rotation: how far the largest component is ahead, 0 to 15
    int worst_fraction = 0;
    std::int64_t distance = 0;      ///< all moves together, whichever way they lead
    std::uint32_t most_doubt = 0;   ///< of the components
    std::array<double, 4> turned{}; ///< rotation: the expected quaternion
};

/// Bits of a magnitude, 0 to 9.
inline std::uint8_t bit_length(std::int64_t value) {
    const auto magnitude = static_cast<std::uint64_t>(value < 0 ? -value : value);
    const int length = 63 - std::countl_zero(magnitude << 1 | 1); // no branch for zero
    return static_cast<std::uint8_t>(std::min(9, length));
}
inline int sign_of(std::int64_t value) {
    return (value > 0) - (value < 0);
}

void predict_numbers(const CodedField& field,
                     const KnownRows& known,
                     const References& references,
                     const Lines& lines,
                     const VelocityRows& velocity,
                     Prediction& prediction);
void predict_rotation(const CodedField& field,
                      const KnownRows& known,
                      const Turns& turns,
                      Prediction& prediction);

/// The order of the components of `turned` by magnitude, without the largest.
std::array<std::int32_t, 3> others_by_size(const Prediction& prediction);
/// What the three components told are expected to be, if `largest` is the one left out.
void expect_rotation(const CodedField& field,
                     const Prediction& prediction,
                     std::int32_t largest,
                     std::array<std::int32_t, 4>& expected,
                     std::array<std::int32_t, 4>& fraction);

} // namespace engine_net
