// A link that is made bad, and good again, while the client runs.

#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_SUITE("end_to_end") {

    TEST_CASE("net_sim: a delay that is set while a client plays is felt, and one that is taken "
              "away is gone") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        stepper.run(2s);
        const Duration before = ada.stats().round_trip;
        CHECK(before < 60ms);

        ada.set_net_sim({.out = {.delay = 70ms}, .in = {.delay = 50ms}});
        stepper.run(5s);
        CHECK(ada.stats().round_trip > before + 100ms);
        CHECK(ada.stats().round_trip < before + 150ms);

        ada.set_net_sim({});
        stepper.run(5s);
        CHECK(ada.stats().round_trip < before + 10ms);
        CHECK(ada.stats().state_mismatches == 0);
    }

    TEST_CASE("net_sim: a black-out holds the links that are tried in it too, until it is ended") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        std::vector<std::string> told;
        ada.on_suspended([&] {
            told.emplace_back("suspended");
        });
        ada.on_resumed([&](std::uint32_t) {
            told.emplace_back("resumed");
        });
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);

        ada.set_net_sim({.out = cut, .in = cut});
        stepper.run(6s);
        CHECK(told == std::vector<std::string>{"suspended"});
        CHECK(ada.room().is_set());

        ada.set_net_sim({});
        stepper.run(4s);
        CHECK(told == std::vector<std::string>{"suspended", "resumed"});
        CHECK(ada.room().is_set());
        CHECK(ada.stats().state_mismatches == 0);
    }

    TEST_CASE("net_sim: loss that is set while a client plays costs datagrams, not the room's "
              "state") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        ada.set_net_sim({.out = {}, .in = {.loss = 0.5}});
        const std::uint64_t before = ada.stats().snapshot_datagrams;
        stepper.run(5s);
        const double share = static_cast<double>(ada.stats().snapshot_datagrams - before) / 300;
        CHECK(share > 0.4);
        CHECK(share < 0.6);
        CHECK(ada.stats().state_mismatches == 0);
        CHECK(stepper.bodies(ada).size() == 21);
    }
}
