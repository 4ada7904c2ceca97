#pragma once

#include "replication/codec/code_book.hpp"
#include "replication/codec/probability.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
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

/// What a trained model knows of each place: a logit by its weight in the mix, in
/// `knowledge_step`s; 0 is nothing.
using Knowledge = std::vector<std::int8_t>;

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
    explicit TrainedModel(Knowledge knowledge) : known_(std::move(knowledge)) {}

    template <class Coder>
    bool ask(Coder& coder, bool answer, std::uint32_t place) const {
        return coder.bit(answer, mixing_tables.known[index_of(known_[place], most_knowledge)]);
    }
    /// A question with an opinion at each of `places`; the answer's weights are in them.
    template <class Coder>
    bool ask(Coder& coder, bool answer, const Context& places, std::uint32_t /*weight*/) const {
        const int sum = known_[places[0]] + known_[places[1]] + known_[places[2]];
        return coder.bit(answer, mixing_tables.known_mix[index_of(sum, 3 * most_knowledge)]);
    }
    void forget() const {}

private:
    static std::size_t index_of(int steps, int middle) {
        return static_cast<std::size_t>(steps + middle);
    }

    Knowledge known_;
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
