#include "replication/codec/knowledge.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace engine_net {

namespace {

double share_of(const Probability& probability) {
    constexpr double least = 1.0 / 2048;
    return std::clamp(probability.one / 65536.0, least, 1 - least);
}

/// Bits that an answer costs more on average if it is taken to be as likely as `taken`.
double excess(double truth, double taken) {
    return truth * std::log2(truth / taken) + (1 - truth) * std::log2((1 - truth) / (1 - taken));
}

/// Each place's logit by its weight in the mix, in steps.
Knowledge in_steps(const CodeBook& book, const Prior& prior) {
    const auto rounded = [](std::int64_t logit) {
        const std::int64_t half = knowledge_step / 2;
        const std::int64_t steps = (logit < 0 ? logit - half : logit + half) / knowledge_step;
        return static_cast<std::int8_t>(std::clamp<std::int64_t>(steps, -127, 127));
    };
    const auto logit_at = [&](std::uint32_t place) -> std::int64_t {
        return mixing_tables.logit[prior.probabilities[place].one >> 4];
    };
    Knowledge steps(book.probabilities);
    for (std::uint32_t place = 0; place < steps.size(); ++place)
        steps[place] = rounded(logit_at(place));
    for (const CodeBook::MixedPlaces& mixed : book.mixed_places) {
        for (std::uint32_t i = 0; i < mixed.places; ++i) {
            const Weights& weights = prior.weights[mixed.weight + i % mixed.questions];
            const std::uint32_t place = mixed.first + i;
            steps[place] = rounded(weights[mixed.view] * logit_at(place) / 65536);
        }
    }
    return steps;
}

} // namespace

std::vector<Knowledge>
knowledge_of(const CodeBook& book, std::span<const Prior* const> priors, double least_bits) {
    std::vector<Knowledge> known;
    known.reserve(priors.size());
    for (const Prior* prior : priors) known.push_back(in_steps(book, *prior));
    for (std::size_t place = 0; place < book.probabilities; ++place) {
        std::int8_t before = 0;
        double taken = 0.5;
        for (std::size_t i = 0; i < priors.size(); ++i) {
            const Probability& probability = priors[i]->probabilities[place];
            const double truth = share_of(probability);
            // What was asked so often that it was not counted any more is worth it.
            const bool is_told = probability.asked == max_asked ||
                                 probability.asked * excess(truth, taken) >= least_bits;
            if (is_told) taken = truth;
            before = known[i][place] = is_told ? known[i][place] : before;
        }
    }
    return known;
}

} // namespace engine_net
