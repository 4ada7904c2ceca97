#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t players = 16;

/// From a cable next door to a bad mobile link: 2 to 152 ms each way, with up to 15 % lost.
LinkConditions link_of(std::size_t player) {
    const auto place = static_cast<double>(player);
    return {.delay = 2ms + 10ms * player, .jitter = 2ms * player, .loss = 0.01 * place};
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("crowd: sixteen at mixed round trips and losses come to the same state") {
        Stepper stepper({.seed = 11, .server = {.state_check_interval = 100ms}});
        for (std::size_t i = 0; i < players; ++i) {
            stepper.add_player("player " + std::to_string(i));
            const LinkConditions link = link_of(i);
            stepper.network.set_conditions_of(
                static_cast<std::uint16_t>(first_client_port + i), link, link);
        }
        REQUIRE(stepper.run_until_joined());
        stepper.run(10s);
        for (std::size_t i = 0; i < players; ++i) {
            CAPTURE(i);
            const ClientStats stats = stepper.clients[i]->stats();
            CHECK(stats.round_trip >= 2 * link_of(i).delay);
            CHECK(stats.state_checks > 30);
            CHECK(stats.state_mismatches == 0);
            CHECK(stats.snapshots_refused < 10);
            // No one lags behind what its link takes: half a round trip, jitter, a few ticks.
            CHECK(stepper.server.stats().tick - stats.newest_tick < 30);
        }
        // Nobody moves any more, but for the drifters; with good links all see the same again.
        for (std::size_t i = 0; i < players; ++i) {
            const LinkConditions good{.delay = 5ms};
            stepper.network.set_conditions_of(
                static_cast<std::uint16_t>(first_client_port + i), good, good);
        }
        const auto agree = [&] {
            const auto& first = stepper.clients.front();
            return std::ranges::all_of(stepper.clients, [&](const auto& client) {
                return client->stats().newest_tick == first->stats().newest_tick &&
                       stepper.bodies(*client).size() == 20 + players;
            });
        };
        REQUIRE(stepper.run_until(agree, 2s));
        const auto places = [&](const Client& client) {
            std::vector<std::pair<float, float>> all;
            for (const auto& [id, body] : stepper.bodies(client))
                all.emplace_back(body.position().x(), body.position().y());
            return all;
        };
        for (const auto& client : stepper.clients)
            CHECK(places(*client) == places(*stepper.clients.front()));
        CHECK(stepper.errors.empty());
    }
}
