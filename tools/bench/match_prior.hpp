#pragma once

#include "replication/codec/prior_training.hpp"
#include "replication/codec/priors.hpp"
#include "replication/history.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace bench {

/// What a match of that many ticks teaches, for each of `lag_classes`. A `field` moves and
/// describes itself, tick by tick.
template <class Field>
std::vector<std::uint8_t> prior_of_match(const engine_net::ReplicatedSchema& schema,
                                         Field field,
                                         std::uint32_t ticks,
                                         std::uint32_t ticks_per_second,
                                         std::span<const std::size_t> lag_classes) {
    engine_net::History history(schema);
    engine_net::Recording recording;
    for (std::uint32_t tick = 1; tick <= ticks; ++tick) {
        field.move();
        field.describe(history.begin(engine_net::Tick{tick}));
        history.commit();
        recording.push_back(*history.newest());
    }
    const engine_net::CodeBook book(schema.types(), ticks_per_second);
    std::array<std::optional<engine_net::Prior>, engine_net::lag_classes> priors;
    for (const std::size_t lag_class : lag_classes) {
        priors[lag_class] =
            engine_net::train_prior(book, {&recording, 1}, engine_net::typical_lag(lag_class));
    }
    return engine_net::Priors::write(book, schema.layout_digest(), priors);
}

} // namespace bench
