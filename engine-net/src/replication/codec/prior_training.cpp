#include "replication/codec/prior_training.hpp"

#include "replication/codec/range_coder.hpp"
#include "replication/codec/run_pass.hpp"

#include <array>
#include <cstdint>

namespace engine_net {

namespace {

/// Weights diverge when they follow faster while the probabilities move too: the opinions resemble
/// each other.
constexpr int cautious_shift = 18;
constexpr int rounds = 2;
/// Then, with the probabilities settled, from coarse to fine.
constexpr std::array<int, 3> settling_shifts{16, 17, 18};

/// Codes every tick against what `model` knows, for the sake of what it learns from the answers.
void go_through(AdaptiveModel& model,
                const CodeBook& book,
                std::span<const Recording> recordings,
                int lag) {
    const Slot end{static_cast<std::uint16_t>(book.types.size()), 0};
    std::array<std::uint8_t, 1> nowhere{}; // the bytes are not wanted
    for (const Recording& recording : recordings) {
        for (auto i = static_cast<std::size_t>(lag); i < recording.size(); ++i) {
            const References references = references_in(recording, i, lag);
            RangeEncoder coder(nowhere);
            RunPass<RangeEncoder, AdaptiveModel> pass(coder, model, book, references);
            pass.run(recording[i], Slot{}, end, true, SIZE_MAX);
            model.forget();
        }
    }
}

} // namespace

References references_in(const Recording& recording, std::size_t i, int lag) {
    References references;
    references.lag = lag;
    const std::size_t behind = i - static_cast<std::size_t>(lag);
    for (const int age : wanted_ages) {
        if (static_cast<std::size_t>(age) > behind) break;
        references.frames[references.count] = &recording[behind - static_cast<std::size_t>(age)];
        references.ages[references.count++] = age;
    }
    return references;
}

Prior train_prior(const CodeBook& book, std::span<const Recording> recordings, int lag) {
    const Prior even(book);
    AdaptiveModel learner(even);
    learner.keep_learning();
    learner.train_weights(cautious_shift);
    for (int round = 0; round < rounds; ++round) go_through(learner, book, recordings, lag);

    const Prior learned = learner.learned();
    AdaptiveModel mixer(learned);
    for (const int shift : settling_shifts) {
        mixer.train_weights(shift);
        go_through(mixer, book, recordings, lag);
    }
    return mixer.learned();
}

} // namespace engine_net
