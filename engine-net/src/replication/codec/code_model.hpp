#pragma once

#include "replication/codec/code_book.hpp"
#include "replication/codec/probability.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine_net {

using Weights = std::array<std::int32_t, views>; ///< of a mix, 1/65536ths

/// What a codec knows before the first datagram. Immutable once made.
struct Prior {
    /// That of a game nobody has trained: everything is as likely as not.
    explicit Prior(const CodeBook& book);

    std::vector<Probability> probabilities;
    std::vector<Weights> weights;
};

/// What a trained model knows of each place: a logit by its weight in the mix, in steps; 0 is
/// nothing.
using Knowledge = std::vector<std::int8_t>;
/// In 1/256ths; finer ones save less than 0.1 % of the bytes.
inline constexpr std::int32_t knowledge_step = 32;

/// Logits beyond it are as good as certain.
inline constexpr std::int32_t most_logit = 2047;

/// 1/65536ths of a yes, of a logit.
inline std::uint32_t one_of(std::int32_t logit) {
    const std::int32_t bounded = logit < -most_logit  ? -most_logit
                                 : logit > most_logit ? most_logit
                                                      : logit;
    return mixing_tables.sigmoid[static_cast<std::uint32_t>(bounded + 2048)];
}

/// A trained prior at work. It learns nothing from a datagram: with a prior of the same game that
/// costs 1 % of the bytes, and it can be shared by all that code with it, on any thread.
class TrainedModel {
public:
    TrainedModel(const CodeBook& book, const Knowledge& knowledge);

    template <class Coder>
    bool ask(Coder& coder, bool answer, std::uint32_t place) const {
        return coder.bit(answer, static_cast<std::uint16_t>(known_[place]));
    }
    /// A question with an opinion at each of `places`; the answer's weights are in them.
    template <class Coder>
    bool ask(Coder& coder, bool answer, const Context& places, std::uint32_t /*weight*/) const {
        return coder.bit(answer, one_of(known_[places[0]] + known_[places[1]] + known_[places[2]]));
    }
    void forget() const {}

private:
    /// By place: how likely a yes is, in 1/65536ths, or of one that is mixed its logit by its
    /// weight.
    std::vector<std::int16_t> known_;
};

/// An untrained prior at work, and how one is trained. It learns from each answer within a datagram
/// and forgets at its end, so that a datagram needs nothing but the prior. One for each thread.
class AdaptiveModel {
public:
    explicit AdaptiveModel(const Prior& prior);

    template <class Coder>
    bool ask(Coder& coder, bool answer, std::uint32_t place) {
        Probability& p = probabilities_[place];
        answer = coder.bit(answer, bounded(p.one));
        remember(place);
        learn(p, answer, slowest_);
        return answer;
    }
    template <class Coder>
    bool ask(Coder& coder, bool answer, const Context& places, std::uint32_t weight) {
        std::array<std::int32_t, views> logits{};
        std::int32_t mixed = 0;
        for (std::size_t i = 0; i < views; ++i) {
            logits[i] = mixing_tables.logit[probabilities_[places[i]].one >> 4];
            mixed += weights_[weight][i] * logits[i];
        }
        const std::uint32_t one = one_of(mixed >> 16);
        answer = coder.bit(answer, one);
        if (training_shift_ != 0) adjust(weight, logits, answer, one);
        for (const std::uint32_t place : places) {
            remember(place);
            learn(probabilities_[place], answer, slowest_);
        }
        return answer;
    }
    /// Back to the prior: at the end of each datagram.
    void forget();

    /// For training: go on learning from datagram to datagram.
    void keep_learning();
    /// For training: let the weights follow the errors, by 2^-shift.
    void train_weights(int shift) { training_shift_ = shift; }
    /// What was learned.
    [[nodiscard]] Prior learned() const;

    /// No probability is so near to a certainty that the other answer costs more than 10 bits.
    static std::uint32_t bounded(std::uint32_t one) {
        constexpr std::uint32_t least = 64;
        return one < least ? least : one > probability_one - least ? probability_one - least : one;
    }

private:
    static constexpr std::size_t touched_kept = 1 << 15;

    void remember(std::uint32_t place) {
        touched_[touches_ & (touched_kept - 1)] = place;
        ++touches_;
    }
    void adjust(std::uint32_t weight,
                const std::array<std::int32_t, views>& logits,
                bool answer,
                std::uint32_t one);

    const Prior* prior_;
    std::vector<Probability> probabilities_;
    std::vector<Weights> weights_;
    std::vector<std::uint32_t> touched_; ///< places to put back
    std::size_t touches_ = 0;
    std::uint16_t slowest_;
    bool keeps_learning_ = false;
    int training_shift_ = 0;
};

} // namespace engine_net
