// Several servers that players see as one.

#include "support/cluster_stepper.hpp"
#include "support/listener.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
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

    TEST_CASE("cluster: a room of another server is joined like any other, with its chat") {
        ClusterStepper cluster;
        const RoomId far = *cluster.server(1).create_room("pond", "far");
        Client& ada = cluster.add_client("ada", 0);
        Client& bob = cluster.add_client("bob", 1);
        Joins joins;
        bob.join_room(far, joins.keep);
        CHECK(joins.next(cluster).error == RequestError::none);
        cluster.run(300ms);
        ada.join_room(far, joins.keep);
        const JoinResult result = joins.next(cluster);
        CHECK(result.error == RequestError::none);
        CHECK(result.room == far);
        CHECK(ada.room() == far);
        CHECK(cluster.node_of(ada) == 1);
        ada.send_input(test_game::Push(1, 0));
        REQUIRE(cluster.run_until([&] {
            return cluster.nodes[1]->books.inputs > 20 && ada.members().size() == 2;
        }));
        // She has one session, where her room is.
        REQUIRE(cluster.run_until([&] {
            return cluster.server(0).stats().sessions == 0;
        }));
        CHECK(cluster.server(1).stats().sessions == 2);
        CHECK(cluster.errors.empty());
    }

    TEST_CASE("cluster: players of a server that died come together again at another") {
        ClusterStepper cluster;
        const RoomId room = *cluster.server(1).create_room("pond", "doomed");
        std::vector<Client*> players;
        for (int i = 0; i < 4; ++i) {
            // The address that they know is that of a server that lives.
            players.push_back(&cluster.add_client("player " + std::to_string(i), 0));
            players.back()->join_room(room);
        }
        REQUIRE(cluster.run_until([&] {
            return std::ranges::all_of(players, [&](Client* player) {
                return player->room() == room;
            });
        }));
        cluster.run(500ms);
        cluster.nodes[1]->is_stopped = true;
        REQUIRE(cluster.run_until(
            [&] {
                return std::ranges::all_of(players, [&](Client* player) {
                    return player->room().is_set() && player->room() != room;
                });
            },
            40s));
        CHECK(cluster.server(0).stats().rooms == 1);
        CHECK(cluster.server(0).stats().players == 4);
    }

    TEST_CASE("cluster: a drained server sends its players to others, who notice no loss") {
        ClusterStepper cluster;
        Client& ada = cluster.add_client("ada", 0);
        Client& bob = cluster.add_client("bob", 0);
        Listener heard;
        heard.listen(ada, "lobby");
        Joins joins;
        bob.create_room("pond", {}, joins.keep);
        CHECK(joins.next(cluster).error == RequestError::none);
        REQUIRE(cluster.run_until([&] {
            return listens(ada, "lobby") && cluster.server(1).stats().sessions == 0;
        }));
        cluster.run(300ms);
        std::vector<std::string> left;
        bob.on_room_left([&](LeaveReason, const std::string& detail) {
            left.push_back(detail);
        });
        cluster.server(0).drain(2s, "maintenance");
        REQUIRE(cluster.run_until([&] {
            return cluster.server(1).stats().sessions == 1;
        }));
        CHECK_FALSE(cluster.server(0).is_drained());
        REQUIRE(cluster.run_until([&] {
            return cluster.server(0).is_drained();
        }));
        CHECK(left == std::vector<std::string>{"maintenance"});
        CHECK(cluster.server(1).stats().sessions == 2);
        CHECK(ada.state() == ClientState::online);
        CHECK(bob.state() == ClientState::online);
        bob.channels().say("lobby", "still here");
        REQUIRE(cluster.run_until([&] {
            return heard.lines == Lines{"bob: still here"};
        }));
        CHECK(heard.gaps == 0);
        // Who comes to it now is sent on.
        Client& eve = cluster.add_client("eve", 0);
        REQUIRE(cluster.run_until([&] {
            return eve.state() == ClientState::online;
        }));
        CHECK(cluster.server(1).stats().sessions == 3);
    }

    TEST_CASE("cluster: players who wait at different servers are matched with each other") {
        ClusterStepper cluster({.nodes = 3, .kind = [](RoomKindConfig& kind) {
                                    kind.matchmaking = MatchRules{.teams = 2, .team_size = 2};
                                }});
        std::vector<Client*> players;
        Joins joins;
        for (std::size_t i = 0; i < 4; ++i) {
            players.push_back(&cluster.add_client("player " + std::to_string(i), i % 3));
            players.back()->queue({.kind = "pond"}, joins.keep);
        }
        REQUIRE(cluster.run_until([&] {
            return joins.results.size() == 4;
        }));
        for (const JoinResult& result : joins.results) {
            CHECK(result.error == RequestError::none);
            CHECK(result.room == joins.results.front().room);
        }
        REQUIRE(cluster.run_until([&] {
            return players[0]->members().size() == 4;
        }));
        std::map<std::uint32_t, int> teams;
        for (const auto& [id, member] : players[0]->members()) ++teams[member.team];
        CHECK(teams == std::map<std::uint32_t, int>{{0, 2}, {1, 2}});
    }

    TEST_CASE("cluster: when the server that makes matches dies, another one goes on with it") {
        ClusterStepper cluster({.nodes = 3, .kind = [](RoomKindConfig& kind) {
                                    kind.matchmaking = MatchRules{.teams = 2, .team_size = 1};
                                }});
        cluster.run(3s);
        cluster.nodes[0]->is_stopped = true; // the first that asked
        Joins joins;
        cluster.add_client("ada", 1).queue({.kind = "pond"}, joins.keep);
        cluster.add_client("bob", 2).queue({.kind = "pond"}, joins.keep);
        REQUIRE(cluster.run_until(
            [&] {
                return joins.results.size() == 2;
            },
            15s));
        CHECK(joins.results[0].room == joins.results[1].room);
        CHECK(joins.results[0].error == RequestError::none);
    }

    TEST_CASE("cluster: a server that starts again takes its players in, as one that never was") {
        ClusterStepper cluster;
        std::vector<Client*> players;
        players.reserve(3);
        Joins joins;
        for (int i = 0; i < 3; ++i)
            players.push_back(&cluster.add_client("player " + std::to_string(i), 1));
        players[0]->create_room("pond", {}, joins.keep);
        const RoomId room = joins.next(cluster).room;
        for (int i = 1; i < 3; ++i) players[static_cast<std::size_t>(i)]->join_room(room);
        REQUIRE(cluster.run_until([&] {
            return players[0]->members().size() == 3;
        }));
        const PresenceId presence = players[0]->presence();
        cluster.run(300ms);
        cluster.restart(1);
        REQUIRE(cluster.run_until(
            [&] {
                return std::ranges::all_of(players, [&](Client* player) {
                    return player->room().is_set() && player->room() != room &&
                           player->members().size() == 3;
                });
            },
            30s));
        CHECK(players[0]->presence() != presence);
        CHECK(cluster.server(0).stats().players + cluster.server(1).stats().players == 3);
        CHECK(cluster.rooms() == 1);
    }

    TEST_CASE("cluster: a server that has just started calls no other one, nor its rooms, lost") {
        ClusterStepper cluster;
        const RoomId far = *cluster.server(1).create_room("pond", "far");
        Client& ada = cluster.add_client("ada", 0);
        Joins joins;
        ada.join_room(far, joins.keep);
        CHECK(joins.next(cluster).error == RequestError::none);
        cluster.run(500ms);
        const std::string token = ada.resume_token();
        cluster.clients.clear();
        cluster.cluster->set_reachable("node-1", false);
        cluster.cluster->forget_everything();
        cluster.restart(0);
        Client& back = cluster.add_client("ada", 0, [&](ClientConfig& config) {
            config.resume_token = token;
        });
        cluster.run(2s);
        cluster.cluster->set_reachable("node-1", true);
        CHECK(cluster.run_until([&] {
            return back.room() == far;
        }));
        cluster.run(5s);
        CHECK(back.room() == far);
        CHECK(cluster.rooms() == 1);
        CHECK(cluster.server(1).stats().players == 1);
    }

    TEST_CASE("cluster: a player whose goodbye is lost has no seat where it was before") {
        ClusterStepper cluster;
        const RoomId near = *cluster.server(0).create_room("pond", "near");
        const RoomId far = *cluster.server(1).create_room("pond", "far");
        Client& ada = cluster.add_client("ada", 0);
        Joins joins;
        ada.join_room(near, joins.keep);
        CHECK(joins.next(cluster).error == RequestError::none);
        cluster.run(300ms);
        ada.join_room(far, joins.keep);
        CHECK(joins.next(cluster).error == RequestError::none);
        cluster.clients.clear(); // she dies: her goodbye is on its way, or was never sent
        REQUIRE(cluster.run_until(
            [&] {
                return cluster.server(0).stats().players == 0;
            },
            1s));
        CHECK(cluster.server(1).stats().players == 1);
    }
}
