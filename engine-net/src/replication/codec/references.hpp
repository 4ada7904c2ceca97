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

/// Predictions of one number as weights of its references, in 1/65536ths. Made once for each set of
/// ages; the sums are exact, so both ends get the same.
struct Lines {
    explicit Lines(const References& references);

    using Coefficients = std::array<std::int32_t, max_references>;

    /// The weighted sum of the first `count` numbers, in 1/256ths.
    static std::int64_t
    at(const Coefficients& weights, const std::int32_t* numbers, std::size_t count) {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < count; ++i) sum += std::int64_t{weights[i]} * numbers[i];
        return sum >> 8;
    }

    std::array<Coefficients, max_references - 1> straight{}; ///< least squares over 0..i + 1
    Coefficients last{};          ///< goes on at the speed between the youngest two
    Coefficients curved{};        ///< speed and acceleration of the third and fourth
    std::int64_t since_third = 0; ///< lag by the third's age, in 1/256ths
};

} // namespace engine_net
