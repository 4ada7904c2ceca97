#pragma once

#include "replication/codec/code_book.hpp"
#include "replication/codec/probability.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine_net {

using Weights = std::array<std::int32_t, 3>; ///< of a mix, 1/65536ths

/// What a codec knows before the first datagram. Immutable once made.
struct Prior {
    /// That of a game nobody has trained: everything is as likely as not.
    explicit Prior(const CodeBook& book);

    std::vector<Probability> probabilities;
    std::vector<Weights> weights;
};

/// The mix of three opinions, as 1/65536ths of a yes.
inline std::uint32_t mix(const Weights& weights, std::int32_t x, std::int32_t y, std::int32_t z) {
    const std::int32_t dot = (weights[0] * x + weights[1] * y + weights[2] * z) >> 16;
    const std::int32_t logit = dot < -2047 ? -2047 : dot > 2047 ? 2047 : dot;
    return mixing_tables.sigmoid[static_cast<std::uint32_t>(logit + 2048)];
}

/// A trained prior at work. It learns nothing from a datagram: with a prior of the same game that
/// costs 1 % of the bytes, and it can be shared by all that code with it, on any thread.
class TrainedModel {
public:
    explicit TrainedModel(const Prior& prior);

    template <class Coder>
    bool ask(Coder& coder, bool answer, std::uint32_t place) const {
        return coder.bit(answer, ones_[place]);
    }
    /// One question with three opinions, at `context` + `question`.
    template <class Coder>
    bool ask(Coder& coder,
             bool answer,
             const Context& context,
             std::uint32_t question,
             std::uint32_t weight) const {
        return coder.bit(answer,
                         mix(weights_[weight],
                             logits_[context[0] + question],
                             logits_[context[1] + question],
                             logits_[context[2] + question]));
    }
    void forget() const {}

private:
    std::vector<std::uint16_t> ones_;
    std::vector<std::int16_t> logits_;
    std::vector<Weights> weights_;
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
    bool ask(Coder& coder,
             bool answer,
             const Context& context,
             std::uint32_t question,
             std::uint32_t weight) {
        const std::array<std::uint32_t, 3> places{
            context[0] + question, context[1] + question, context[2] + question};
        std::array<std::int32_t, 3> logits{};
        for (std::size_t i = 0; i < 3; ++i)
            logits[i] = mixing_tables.logit[probabilities_[places[i]].one >> 4];
        const std::uint32_t one = mix(weights_[weight], logits[0], logits[1], logits[2]);
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
                const std::array<std::int32_t, 3>& logits,
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
