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

/// Goes on along a great circle, past the second of two rotations, by `factor` times the angle a
/// between them. The weights of the two are sin(k a) / sin(a), for k = 1 + `factor` and `factor`:
/// series in 1 - cos(a), k F(1 - k, 1 + k; 3/2; (1 - cos(a)) / 2), cut off as in D. Eberly, "A Fast
/// and Accurate Algorithm for Computing SLERP" (2011). For a whole k up to `terms` nothing is cut
/// off. Only + - * / are used: the same bits on every machine.
struct Beyond {
    Beyond() = default;
    explicit Beyond(double factor);

    static constexpr std::size_t terms = 5;
    using Series = std::array<double, terms>; ///< by powers of 1 - cos(a)

    Series through{}; ///< the second's weight
    Series from{};    ///< the first's, which counts against it
};

/// How a turn is followed, by a reference's number. Made once for each set of ages.
struct Turns {
    Turns() = default;
    explicit Turns(const References& references);

    std::array<Beyond, max_references> on{};    ///< from it past the youngest, to what is coded
    std::array<Beyond, max_references> back{};  ///< from the youngest past the one before, to it
    std::array<double, max_references> slack{}; ///< by how much that may miss it
};

} // namespace engine_net
