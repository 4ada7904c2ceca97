#include "model/traffic_rates.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;
using engine_net::Time;
using engine_net::TypeTraffic;

namespace {

std::vector<TypeTraffic> counted(double position, double heading, double rest) {
    return {{"arena.Ship", {{"position", position}, {"heading", heading}}, rest}};
}

} // namespace

TEST_CASE("traffic rates: tell what each field cost in the last second") {
    TrafficRates rates;
    const Time start{1h};
    rates.note(counted(800, 80, 8), start);
    CHECK(rates.groups().empty());
    rates.note(counted(1'600, 80, 16), start + 500ms);
    CHECK(rates.groups().empty());
    rates.note(counted(2'400, 160, 24), start + 2s);
    REQUIRE(rates.groups().size() == 1);
    const TrafficRates::Group& ship = rates.groups()[0];
    CHECK(ship.all.name == "Ship");
    REQUIRE(ship.parts.size() == 3);
    CHECK(ship.parts[0].name == "position");
    CHECK(ship.parts[0].bytes_per_s == doctest::Approx(100));
    CHECK(ship.parts[1].bytes_per_s == doctest::Approx(5));
    CHECK(ship.parts[2].bytes_per_s == doctest::Approx(1));
    CHECK(ship.all.bytes_per_s == doctest::Approx(106));
}

TEST_CASE("traffic rates: another room begins anew") {
    TrafficRates rates;
    rates.note(counted(800, 80, 8), Time{1h});
    rates.note(counted(1'600, 80, 8), Time{1h} + 1s);
    CHECK_FALSE(rates.groups().empty());
    rates.note({}, Time{1h} + 2s);
    CHECK(rates.groups().empty());
    rates.note(counted(8, 8, 8), Time{1h} + 3s);
    CHECK(rates.groups().empty());
}
