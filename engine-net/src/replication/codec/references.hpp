#pragma once

#include "replication/coverage.hpp"
#include "replication/frame.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace engine_net {

/// The baseline and up to five older ones, which serve only to predict.
inline constexpr std::size_t max_references = 6;
/// How much older than the baseline they should be, in ticks: close ones tell the speed, far ones
/// whether it lasts.
inline constexpr std::array<int, max_references> wanted_ages{0, 1, 3, 6, 12, 24};

/// What a section is coded against: ticks that its receiver is known to have, the youngest first.
struct References {
    std::size_t count = 0; ///< 0: nothing is known to be there
    std::array<const Frame*, max_references> frames{};
    std::array<int, max_references> ages{}; ///< ticks before the baseline, going up from 0
    int lag = 0;                            ///< ticks from the baseline to what is coded
    bool has_gaps = false; ///< it may lack slots of some: then it is told which ones serve
    std::array<const Coverage*, max_references> coverages{}; ///< of those with gaps; null: all

    /// Those of a set of bits: bit i is reference i.
    [[nodiscard]] References only(std::uint32_t mask) const;
};

/// What the older references' numbers of one column are more than the youngest one's; 0 where there
/// is none.
using Ways = std::array<std::int64_t, max_references>;

/// Predictions of one number as weights of the ways to the older references, in 1/65536ths. Made
/// once for each set of ages; the sums are exact, so both ends get the same.
struct Lines {
    explicit Lines(const References& references);

    using Coefficients = std::array<std::int32_t, max_references>; ///< the first means nothing

    /// The weighted sum, in 1/256ths.
    static std::int64_t along(const Coefficients& weights, const Ways& ways) {
        std::int64_t sum = 0;
        for (std::size_t j = 1; j < max_references; ++j) sum += weights[j] * ways[j];
        return sum >> 8;
    }

    /// Along `last`, and along `curved`, which have no other weights.
    [[nodiscard]] std::int64_t at_last_speed(const Ways& ways) const {
        return (last[1] * ways[1]) >> 8;
    }
    [[nodiscard]] std::int64_t on_curve(const Ways& ways) const {
        return (curved[2] * ways[2] + curved[3] * ways[3]) >> 8;
    }

    /// By how many older references lie on a line: least squares over these and the youngest two,
    /// or, if none does, the way since the third.
    std::array<Coefficients, max_references - 1> straight{};
    Coefficients last{};   ///< goes on at the speed between the youngest two
    Coefficients curved{}; ///< speed and acceleration of the third and fourth
};

/// How far a turn is followed, as factors of the way from a reference to the youngest, by the
/// reference's number. Made once for each set of ages.
struct Turns {
    explicit Turns(const References& references);

    std::array<double, max_references> on{};   ///< to what is coded
    std::array<double, max_references> back{}; ///< to the reference, from the one before it
};

} // namespace engine_net
