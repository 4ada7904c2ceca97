#pragma once

#include "replication/codec/range_coder.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace engine_net {

/// Answers are counted up to this.
inline constexpr std::uint16_t max_asked = 1023;

/// No probability is so near to a certainty that the other answer costs more than 10 bits.
inline std::uint32_t bounded(std::uint32_t one) {
    constexpr std::uint32_t least = 64;
    return one < least ? least : one > probability_one - least ? probability_one - least : one;
}

/// What is known of one question: how likely a yes is, and how often it was asked.
struct Probability {
    std::uint16_t one = 32768; ///< in 1/65536ths
    std::uint16_t asked = 0;   ///< up to a bound; no byte, since stores to bytes may alias anything
};

/// A trained opinion is a logit in so many 1/256ths; finer ones save less than 0.1 % of the bytes.
inline constexpr std::int32_t knowledge_step = 32;
/// A bound of such an opinion, either way.
inline constexpr std::int32_t most_knowledge = 128;

/// Opinions about one question are mixed in the logistic domain (M. Mahoney, "Adaptive Weighing of
/// Context Models for Lossless Data Compression", 2005): the weighted sum of their logits.
struct MixingTables {
    std::array<std::int16_t, 4096> logit{};    ///< ln(p / (1 - p)) * 256 of p in 1/4096ths
    std::array<std::uint16_t, 4096> sigmoid{}; ///< 1/65536ths of a logit + 2048, never near 0 or 1
    std::array<std::uint32_t, max_asked + 1>
        rate{}; ///< how far to move after n answers, 1/65536ths
    /// 1/65536ths of a trained opinion + `most_knowledge`, bounded.
    std::array<std::uint16_t, 2 * most_knowledge> known{};
    /// ... of the sum of three + three times that.
    std::array<std::uint16_t, 6 * most_knowledge> known_mix{};
};
extern const MixingTables mixing_tables;

/// Moves a probability towards an answer: by 1/n first, never slower than 1/`slowest`.
inline void learn(Probability& probability, bool answer, std::uint16_t slowest) {
    const std::int32_t error = (answer ? 65535 : 0) - std::int32_t{probability.one};
    const auto rate = static_cast<std::int32_t>(mixing_tables.rate[probability.asked]);
    // Below 2^31: an error has 16 bits, and no rate is above 65536 / 1.6.
    probability.one =
        static_cast<std::uint16_t>(probability.one + (std::int64_t{error} * rate >> 16));
    if (probability.asked < slowest) ++probability.asked;
}

} // namespace engine_net
