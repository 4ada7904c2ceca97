#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

double bits_of(const std::vector<TypeTraffic>& traffic) {
    double bits = 0;
    for (const TypeTraffic& type : traffic) {
        bits += type.rest;
        for (const TypeTraffic::Field& field : type.fields) bits += field.bits;
    }
    return bits;
}

double bits_of(const std::vector<TypeTraffic>& traffic, const std::string& name) {
    for (const TypeTraffic& type : traffic) {
        for (const TypeTraffic::Field& field : type.fields) {
            if (type.name + "." + field.name == name) return field.bits;
        }
    }
    FAIL("no such field");
    return 0;
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("traffic: a client knows what each field of its snapshots costs") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        CHECK(ada.traffic().empty());
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        CHECK(bits_of(ada.traffic()) == 0); // it counts from now on
        const ClientStats before = ada.stats();
        stepper.run(5s);
        const auto traffic = ada.traffic();
        const ClientStats after = ada.stats();
        // All of it but the headers, which are 14 bytes and a few of references.
        const auto bytes = static_cast<double>(after.snapshot_bytes - before.snapshot_bytes);
        const auto datagrams =
            static_cast<double>(after.snapshot_datagrams - before.snapshot_datagrams);
        CHECK(bits_of(traffic) / 8 <= bytes - 10 * datagrams);
        CHECK(bits_of(traffic) / 8 >= bytes - 28 * datagrams);
        // Twenty drifters turn in circles; one swimmer's pushes are counted.
        CHECK(bits_of(traffic, "test_game.Body.position") >
              bits_of(traffic, "test_game.Body.pushes"));
        CHECK(bits_of(traffic, "test_game.Body.pushes") > 0);
        const bool has_secret = std::ranges::any_of(traffic[0].fields, [](const auto& field) {
            return field.name == "secret";
        });
        CHECK_FALSE(has_secret);
    }

    TEST_CASE("traffic: a heartbeat is answered, and not sent by both ends at once") {
        Stepper stepper;
        stepper.add_client("ada");
        stepper.run(5s);
        const LinkStats before = stepper.server.stats().link;
        stepper.run(10s);
        const LinkStats after = stepper.server.stats().link;
        CHECK(after.datagrams_in - before.datagrams_in >= 38); // four a second
        CHECK(after.datagrams_in - before.datagrams_in <= 50); // and ENet's pings
        CHECK(after.datagrams_out - before.datagrams_out <= 50);
    }

    TEST_CASE("traffic: a heartbeat of who gives inputs has no datagram of its own") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        ada.send_input(test_game::Push(1, 0));
        stepper.run(5s);
        const ClientStats before = ada.stats();
        stepper.run(10s);
        const ClientStats after = ada.stats();
        const auto inputs = after.inputs_sent - before.inputs_sent;
        CHECK(inputs > 100);
        // What is reliable is acknowledged now and then.
        CHECK(after.link.datagrams_out - before.link.datagrams_out <= inputs + 20);
    }
}
