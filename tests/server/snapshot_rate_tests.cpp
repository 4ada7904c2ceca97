#include "support/pond.hpp"

#include <engine_net/client.hpp>
#include <engine_net/server.hpp>
#include <engine_net/simulated_network.hpp>

#include <doctest/doctest.h>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

/// Snapshots a second that one player in an empty pond gets from a server that is stepped every so
/// many ticks.
double snapshots_a_second(std::uint32_t snapshot_rate, std::uint32_t ticks_a_step) {
    SimulatedNetwork network({.seed = 1});
    test_game::Books books;
    ServerConfig server_config;
    server_config.network = &network;
    server_config.seed = 1;
    server_config.snapshot_rate = snapshot_rate;
    Server server(server_config);
    server.define_room("pond", test_game::schema(), {}, [&books] {
        return std::make_unique<test_game::Pond>(books, 0);
    });
    REQUIRE(server.start());

    ClientConfig client_config;
    client_config.network = &network;
    client_config.host = "10.0.0.1";
    client_config.seed = 2;
    client_config.schema = test_game::schema();
    Client client(client_config);
    client.join_or_create("pond");

    Time now{1s};
    const auto run = [&](Duration time) {
        for (const Time end = now + time; now < end; now += 1ms) {
            network.advance_to(now);
            // The first step runs one tick, so the others end at every ticks_a_step-th after it.
            const Duration wait = Duration(1'000'000) * (ticks_a_step - 1) / 60;
            if (server.stats().ticks == 0 || now >= server.next_step() + wait) server.step(now);
            client.poll(now);
        }
    };
    run(2s);
    REQUIRE(client.room().is_set());
    const std::uint64_t before = client.stats().snapshot_datagrams;
    run(10s);
    return static_cast<double>(client.stats().snapshot_datagrams - before) / 10;
}

} // namespace

TEST_CASE("snapshot rate: is one each tick by default") {
    CHECK(snapshots_a_second(0, 1) == doctest::Approx(60).epsilon(0.02));
}

TEST_CASE("snapshot rate: is as it was set") {
    for (const std::uint32_t rate : {60u, 30u, 20u, 25u, 7u, 1u}) {
        CAPTURE(rate);
        CHECK(snapshots_a_second(rate, 1) == doctest::Approx(rate).epsilon(0.02));
    }
}

TEST_CASE("snapshot rate: is kept by a program that steps more seldom") {
    // Two ticks a step, all of which end at odd ones.
    CHECK(snapshots_a_second(0, 2) == doctest::Approx(30).epsilon(0.04));
    CHECK(snapshots_a_second(30, 2) == doctest::Approx(30).epsilon(0.04));
    CHECK(snapshots_a_second(10, 3) == doctest::Approx(10).epsilon(0.04));
}
