// Several servers that players see as one.

#include "support/cluster_stepper.hpp"
#include "support/listener.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

struct Joins {
    std::vector<JoinResult> results;
    Client::JoinHandler keep = [this](const JoinResult& result) {
        results.push_back(result);
    };

    JoinResult next(ClusterStepper& cluster) {
        const std::size_t count = results.size() + 1;
        REQUIRE(cluster.run_until([&] {
            return results.size() == count;
        }));
        return results.back();
    }
};

bool listens(Client& client, const std::string& channel) {
    return client.channels().is_subscribed(channel);
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("cluster: each server's list has the rooms of all") {
        ClusterStepper cluster({.nodes = 3});
        for (std::size_t node = 0; node < 3; ++node)
            cluster.server(node).create_room("pond", "pond of " + std::to_string(node));
        Client& ada = cluster.add_client("ada", 1);
        ada.watch_rooms();
        REQUIRE(cluster.run_until([&] {
            return ada.rooms().size() == 3;
        }));
        std::set<std::string> nodes;
        for (const auto& [id, room] : ada.rooms()) nodes.insert(room.node);
        CHECK(nodes == std::set<std::string>{"", "node-0", "node-2"});
        CHECK(cluster.errors.empty());
    }

    TEST_CASE("cluster: what is said on a channel is heard at each server, once and in order") {
        ClusterStepper cluster({.nodes = 3});
        std::vector<Client*> clients;
        std::vector<Listener> heard(3);
        for (std::size_t node = 0; node < 3; ++node) {
            clients.push_back(&cluster.add_client("player " + std::to_string(node), node));
            heard[node].listen(*clients.back(), "lobby");
        }
        REQUIRE(cluster.run_until([&] {
            return std::ranges::all_of(clients, [](Client* client) {
                return listens(*client, "lobby");
            });
        }));
        for (int i = 0; i < 4; ++i) {
            clients[static_cast<std::size_t>(i % 3)]->channels().say("lobby", std::to_string(i));
            cluster.run(200ms);
        }
        const Lines all{"player 0: 0", "player 1: 1", "player 2: 2", "player 0: 3"};
        for (const Listener& listener : heard) CHECK(listener.lines == all);
    }

    TEST_CASE("cluster: who asks for any room at the same moment gets one of as few as can be") {
        ClusterStepper cluster({.nodes = 2, .capacity = 5});
        constexpr std::size_t players = 20;
        for (std::size_t i = 0; i < players; ++i)
            cluster.add_client("player " + std::to_string(i), i % 2);
        REQUIRE(cluster.run_until([&] {
            return cluster.server(0).stats().sessions + cluster.server(1).stats().sessions ==
                   players;
        }));
        for (const auto& client : cluster.clients) client->join_or_create("pond");
        REQUIRE(cluster.run_until([&] {
            return std::ranges::all_of(cluster.clients, [](const auto& client) {
                return client->room().is_set();
            });
        }));
        CHECK(cluster.rooms() == players / 5);
    }

    TEST_CASE("cluster: a user at several servers is one, who is there until the last is gone") {
        ClusterStepper cluster({.nodes = 3});
        Client& watcher = cluster.add_client("watcher", 2);
        Listener heard;
        heard.listen(watcher, "presence/hall");
        REQUIRE(cluster.run_until([&] {
            return listens(watcher, "presence/hall");
        }));
        cluster.run(100ms);
        heard.lines.clear();
        Client& bob = cluster.add_client("bob", 0);
        Listener bobs;
        bobs.listen(bob, "presence/hall");
        REQUIRE(cluster.run_until([&] {
            return heard.lines == Lines{"bob joined"};
        }));
        CHECK(watcher.channels().members("presence/hall").size() == 2);
        bob.leave();
        REQUIRE(cluster.run_until([&] {
            return heard.lines == Lines{"bob joined", "bob left"};
        }));
    }

    TEST_CASE("cluster: the rooms of a server that died are gone from the list within its lease") {
        ClusterStepper cluster;
        cluster.server(1).create_room("pond", "doomed");
        Client& ada = cluster.add_client("ada", 0);
        ada.watch_rooms();
        REQUIRE(cluster.run_until([&] {
            return ada.rooms().size() == 1;
        }));
        cluster.nodes[1]->is_stopped = true;
        CHECK(cluster.run_until(
            [&] {
                return ada.rooms().empty();
            },
            15s));
    }

    TEST_CASE("cluster: while its service is away all go on, and what they knew is uncertain") {
        ClusterStepper cluster;
        cluster.server(1).create_room("pond", "far");
        Client& ada = cluster.add_client("ada", 0);
        ada.watch_rooms();
        REQUIRE(cluster.run_until([&] {
            return ada.rooms().size() == 1;
        }));
        const auto is_uncertain = [&] {
            return !ada.rooms().empty() && ada.rooms().begin()->second.is_uncertain;
        };
        CHECK_FALSE(is_uncertain());
        cluster.cluster->set_reachable(false);
        REQUIRE(cluster.run_until(is_uncertain));
        Joins joins;
        ada.join_or_create("pond", joins.keep);
        CHECK(joins.next(cluster).error == RequestError::none);
        CHECK(cluster.node_of(ada) == 0);
        cluster.cluster->set_reachable(true);
        CHECK(cluster.run_until(
            [&] {
                return !is_uncertain() && ada.rooms().size() == 2;
            },
            2s));
    }
}
