#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_SUITE("end_to_end") {

    TEST_CASE("address_limits: four of a household join by default (A44)") {
        Stepper stepper;
        for (int i = 0; i < 4; ++i) stepper.add_player("player " + std::to_string(i));
        CHECK(stepper.run_until_joined());
    }

    TEST_CASE("address_limits: who is one too many is told so, and the others play on (A44)") {
        Stepper stepper({.server = {.address_limits = {.connections = 3}}});
        for (int i = 0; i < 3; ++i) stepper.add_player("player " + std::to_string(i));
        REQUIRE(stepper.run_until_joined());
        Client& fourth = stepper.add_player("one too many");
        REQUIRE(stepper.run_until([&] {
            return fourth.state() == ClientState::closed;
        }));
        CHECK(fourth.close_reason() == CloseReason::refused);
        CHECK(fourth.close_detail().find("too many connections from this address") == 0);
        CHECK(stepper.server.stats().link.secure.over_limit == 1);
        CHECK(stepper.server.stats().players == 3);

        stepper.clients[0]->leave();
        stepper.run(1s);
        stepper.clients.clear();
        stepper.run(2s);
        stepper.add_player("in its place");
        CHECK(stepper.run_until_joined());
    }

    TEST_CASE("address_limits: a full server says that it is full") {
        Stepper stepper({.server = {.max_peers = 2}});
        stepper.add_player("ada");
        stepper.add_player("bob");
        REQUIRE(stepper.run_until_joined());
        Client& eve = stepper.add_player("eve");
        REQUIRE(stepper.run_until([&] {
            return eve.state() == ClientState::closed;
        }));
        CHECK(eve.close_reason() == CloseReason::refused);
        CHECK(eve.close_detail() == "the server is full: try again later");
        CHECK(stepper.server.stats().link.secure.server_full == 1);
    }
}
