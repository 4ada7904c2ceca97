#include "replication/codec/code_model.hpp"

#include <algorithm>

namespace engine_net {

namespace {

/// Of a mix that was never trained: together a little more than one opinion, since they agree.
constexpr std::int32_t even_weight = 26214;
/// A probability follows the last answers of a datagram; in training, of a whole recording.
constexpr std::uint16_t working_slowest = 30;
constexpr std::uint16_t training_slowest = max_asked;

} // namespace

Prior::Prior(const CodeBook& book)
    : probabilities(book.probabilities)
    , weights(book.weights, {even_weight, even_weight, even_weight}) {}

AdaptiveModel::AdaptiveModel(const Prior& prior)
    : prior_(&prior)
    , probabilities_(prior.probabilities)
    , weights_(prior.weights)
    , touched_(touched_kept)
    , slowest_(working_slowest) {}

void AdaptiveModel::forget() {
    if (!keeps_learning_) {
        if (touches_ > touched_kept) {
            probabilities_ = prior_->probabilities;
        } else {
            for (std::size_t i = 0; i < touches_; ++i)
                probabilities_[touched_[i]] = prior_->probabilities[touched_[i]];
        }
    }
    touches_ = 0;
}

void AdaptiveModel::keep_learning() {
    keeps_learning_ = true;
    slowest_ = training_slowest;
}

void AdaptiveModel::adjust(std::uint32_t weight,
                           const std::array<std::int32_t, views>& logits,
                           bool answer,
                           std::uint32_t one) {
    // As sure as it gets: weights would grow without end.
    if (one == one_of(answer ? most_logit : -most_logit)) return;
    const std::int64_t error = (answer ? 65535 : 0) - static_cast<std::int64_t>(one);
    const std::int64_t half = std::int64_t{1} << (training_shift_ - 1);
    for (std::size_t i = 0; i < logits.size(); ++i) {
        weights_[weight][i] +=
            static_cast<std::int32_t>((logits[i] * error + half) >> training_shift_);
    }
}

Prior AdaptiveModel::learned() const {
    Prior prior = *prior_;
    prior.probabilities = probabilities_;
    prior.weights = weights_;
    return prior;
}

} // namespace engine_net
