// Rooms of several servers that come and go in the same moment.

#include "support/cluster_stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

bool all_are_in_rooms(const ClusterStepper& cluster) {
    return std::ranges::all_of(cluster.clients, [](const auto& client) {
        return client->room().is_set();
    });
}

JoinResult join(ClusterStepper& cluster, Client& client, RoomId room) {
    std::optional<JoinResult> result;
    client.join_room(room, [&](const JoinResult& answer) {
        result = answer;
    });
    REQUIRE(cluster.run_until([&] {
        return result.has_value();
    }));
    return *result;
}

} // namespace

TEST_SUITE("end_to_end") {

    // A22
    TEST_CASE(
        "cluster: rooms that end in the tick that they begin in are in no list, and not full") {
        ClusterStepper cluster({.nodes = 2});
        Client& ada = cluster.add_client("ada", 0);
        Client& bob = cluster.add_client("bob", 1);
        ada.watch_rooms();
        bob.watch_rooms();
        const RoomId stays = *cluster.server(1).create_room("pond", "stays");
        REQUIRE(cluster.run_until([&] {
            return ada.rooms().size() == 1 && bob.rooms().size() == 1;
        }));
        std::vector<RoomId> aborted;
        for (std::size_t i = 0; i < 1'000; ++i) {
            aborted.push_back(*cluster.server(i % 2).create_room("pond", "aborted"));
            cluster.nodes[i % 2]->ponds.back()->end("aborted");
            if (i % 10 == 9) cluster.run(20ms);
        }
        cluster.run(1s);
        for (std::size_t node = 0; node < 2; ++node) {
            const std::vector<RoomSummary> rooms = cluster.server(node).rooms();
            REQUIRE(rooms.size() == 1);
            CHECK(rooms.front().id == stays);
        }
        CHECK(cluster.rooms() == 1);
        for (const auto& client : cluster.clients) CHECK(client->rooms().size() == 1);
        for (const std::size_t i : {0U, 1U, 500U, 501U, 998U, 999U}) {
            CHECK(join(cluster, ada, aborted[i]).error == RequestError::no_such_room);
            CHECK(join(cluster, bob, aborted[i]).error == RequestError::no_such_room);
        }
        ada.join_or_create("pond");
        CHECK(cluster.run_until([&] {
            return ada.room() == stays;
        }));
    }

    // A22
    TEST_CASE("cluster: rooms that players open and leave at once are gone everywhere") {
        ClusterStepper cluster({.nodes = 2});
        Client& ada = cluster.add_client("ada", 0);
        Client& bob = cluster.add_client("bob", 1);
        bob.watch_rooms();
        for (int i = 0; i < 100; ++i) {
            ada.create_room("pond", {});
            ada.leave_room();
            cluster.run(40ms);
        }
        CHECK(cluster.run_until([&] {
            return cluster.rooms() == 0 && bob.has_all_rooms() && bob.rooms().empty();
        }));
        for (std::size_t node = 0; node < 2; ++node) CHECK(cluster.server(node).rooms().empty());
    }

    // A21
    TEST_CASE("cluster: 50 players who ask two servers within 5 ms get as few rooms, each time") {
        constexpr std::size_t players = 50;
        constexpr std::uint32_t capacity = 8;
        ClusterStepper cluster({.nodes = 2, .capacity = capacity});
        for (std::size_t i = 0; i < players; ++i)
            cluster.add_client("player " + std::to_string(i), i % 2);
        REQUIRE(cluster.run_until([&] {
            return std::ranges::all_of(cluster.clients, [](const auto& client) {
                return client->state() == ClientState::online;
            });
        }));
        for (int round = 0; round < 10; ++round) {
            CAPTURE(round);
            for (std::size_t i = 0; i < players; ++i) {
                cluster.clients[i]->join_or_create("pond");
                if (i % 10 == 9) cluster.run(1ms);
            }
            REQUIRE(cluster.run_until([&] {
                return all_are_in_rooms(cluster);
            }));
            CHECK(cluster.rooms() == (players + capacity - 1) / capacity);
            for (const auto& client : cluster.clients) client->leave_room();
            REQUIRE(cluster.run_until([&] {
                return cluster.rooms() == 0;
            }));
            cluster.run(500ms);
        }
        CHECK(cluster.errors.empty());
    }
}
