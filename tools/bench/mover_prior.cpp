#include "mover_field.hpp"
#include "replication/codec/prior_training.hpp"
#include "replication/codec/priors.hpp"
#include "replication/history.hpp"

#include <array>
#include <optional>

namespace bench {

namespace {

using namespace engine_net;

constexpr std::uint64_t training_seed = 2;
constexpr std::uint32_t training_ticks = 1200;
/// The viewers are one tick behind, and two when an ack is late.
constexpr std::array trained_classes{std::size_t{0}, std::size_t{1}};

Recording record(const ReplicatedSchema& schema) {
    MoverField field(training_seed);
    History history(schema);
    Recording recording;
    for (std::uint32_t tick = 1; tick <= training_ticks; ++tick) {
        field.move();
        field.describe(history.begin(Tick{tick}));
        history.commit();
        recording.push_back(*history.newest());
    }
    return recording;
}

} // namespace

std::vector<std::uint8_t> train_mover_prior() {
    const auto schema = ReplicatedSchema::load(mover_schema());
    if (!schema) return {};
    const CodeBook book(schema->types(), mover_tick_rate);
    const std::array recordings{record(*schema)};
    std::array<std::optional<Prior>, lag_classes> priors;
    for (const std::size_t lag_class : trained_classes)
        priors[lag_class] = train_prior(book, recordings, typical_lag(lag_class));
    return Priors::write(book, schema->digest(), priors);
}

} // namespace bench
