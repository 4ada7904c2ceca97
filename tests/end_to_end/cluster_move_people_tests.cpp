// Who is away, leaves or is sent away while the room goes from one server to another.

#include "end_to_end/journey.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_SUITE("end_to_end") {

    TEST_CASE("move: who is away meanwhile comes back to the same seat, at whichever server") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        Client& away = *journey.players[2];
        away.set_net_sim({.out = {.blackout = true}, .in = {.blackout = true}});
        cluster.run(3s);
        journey.begin_move();
        REQUIRE(cluster.run_until([&] {
            return journey.home() == 1 || journey.home() == 2;
        }));
        cluster.run(1s);
        cluster.nodes[0]->server.reset();
        away.set_net_sim({});
        REQUIRE(journey.arrive());
        cluster.run(1s);
        journey.check_seats();
        CHECK(journey.rooms_left == 0);
        const auto& log = cluster.nodes[journey.home()]->books.log;
        CHECK(std::ranges::count(log, "resume player-2") == 1);
    }

    TEST_CASE("move: who does not come loses its seat after the time of grace, not before") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        Client& lost = *journey.players[2];
        lost.set_net_sim({.out = {.blackout = true}, .in = {.blackout = true}});
        cluster.run(3s);
        journey.begin_move();
        REQUIRE(cluster.run_until([&] {
            return journey.home() == 1 || journey.home() == 2;
        }));
        cluster.run(6s);
        REQUIRE(journey.players[0]->members().contains(journey.seats[2]));
        CHECK_FALSE(journey.players[0]->members().at(journey.seats[2]).is_connected);
        cluster.run(4s);
        CHECK_FALSE(journey.players[0]->members().contains(journey.seats[2]));
        const std::string left = "leave player-2: " + std::string(message(LeaveReason::timed_out));
        CHECK(cluster.nodes[journey.home()]->books.count(left) == 1);
    }

    TEST_CASE("move: who leaves on the way is in it no more") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        journey.begin_move();
        cluster.run(20ms);
        int left = 0;
        journey.players[0]->on_room_left([&](LeaveReason reason, const std::string&) {
            CHECK(reason == LeaveReason::left);
            ++left;
        });
        journey.players[0]->leave_room();
        REQUIRE(cluster.run_until([&] {
            return journey.home() != 0 && journey.home() < Journey::node_count &&
                   journey.all_are_there();
        }));
        cluster.run(2s);
        CHECK(left == 1);
        CHECK_FALSE(journey.players[0]->room().is_set());
        CHECK(journey.players[1]->members().size() == 2);
        CHECK(journey.rooms_left == 0);
    }

    TEST_CASE("move: who is sent away on the way does not come in") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        // Her way is long: the others are there before.
        journey.players[2]->set_net_sim({.out = {.delay = 300ms}, .in = {.delay = 300ms}});
        cluster.run(2s);
        journey.begin_move();
        REQUIRE(cluster.run_until([&] {
            return journey.home() != 0 && journey.home() < Journey::node_count;
        }));
        std::vector<LeaveReason> left;
        journey.players[2]->on_room_left([&](LeaveReason reason, const std::string&) {
            left.push_back(reason);
        });
        journey.pond().kick_one(journey.seats[2], "no more of that");
        cluster.run(5s);
        CHECK_FALSE(journey.players[2]->room().is_set());
        CHECK(left.size() == 1);
        CHECK(journey.players[2]->state() == ClientState::online);
        CHECK(journey.players[0]->members().size() == 2);
        CHECK(cluster.server(journey.home()).stats().players == 2);
    }
}
