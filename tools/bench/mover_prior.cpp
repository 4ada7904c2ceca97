#include "match_prior.hpp"
#include "mover_field.hpp"

#include <array>
#include <cstddef>

namespace bench {

using namespace engine_net;

namespace {

constexpr std::uint64_t training_seed = 2;
constexpr std::uint32_t training_ticks = 1200;
/// The viewers are one tick behind, and two when an ack is late.
constexpr std::array trained_classes{std::size_t{0}, std::size_t{1}};

} // namespace

std::vector<std::uint8_t> train_mover_prior() {
    const auto schema = ReplicatedSchema::load(mover_schema());
    if (!schema) return {};
    return prior_of_match(
        *schema, MoverField(training_seed), training_ticks, mover_tick_rate, trained_classes);
}

} // namespace bench
