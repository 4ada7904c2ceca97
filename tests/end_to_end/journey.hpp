#pragma once

#include "support/cluster_stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

/// A room at the first of three servers that goes on at another one, with players who came by
/// different ones.
struct Journey {
    static constexpr std::size_t node_count = 3;

    static ClusterStepper::Options options() {
        ClusterStepper::Options options{.nodes = node_count, .capacity = 8};
        options.server.limits = {.requests_per_second = 1'000, .chats_per_second = 1'000};
        options.server.grace_time = std::chrono::seconds(8);
        return options;
    }

    explicit Journey(ClusterStepper::Options how = options()) : cluster(std::move(how)) {
        for (auto& node : cluster.nodes) node->books.saves_rooms = true;
        room = *cluster.server(0).create_room("pond", "wanders");
        for (std::size_t i = 0; i < players.size(); ++i) {
            players[i] = &cluster.add_client("player-" + std::to_string(i), i);
            players[i]->on_room_left([this](engine_net::LeaveReason, const std::string&) {
                ++rooms_left;
            });
            players[i]->on_suspended([this] {
                ++suspensions;
            });
        }
        REQUIRE(cluster.run_until([&] {
            return std::ranges::all_of(cluster.nodes, [](const auto& node) {
                return node->server->rooms().size() == 1;
            });
        }));
        for (engine_net::Client* player : players) {
            REQUIRE(cluster.run_until([&] {
                return player->state() == engine_net::ClientState::online;
            }));
            player->join_room(room);
            REQUIRE(cluster.run_until([&] {
                return player->room() == room;
            }));
        }
        cluster.run(std::chrono::seconds(1));
        for (const engine_net::Client* player : players) seats.push_back(player->presence());
    }

    test_game::Pond& pond() { return *cluster.nodes[home()]->ponds.back(); }
    /// The server that has the room; as many as there are: none.
    std::size_t home() {
        for (std::size_t node = 0; node < node_count; ++node) {
            if (!cluster.nodes[node]->server) continue;
            const auto rooms = cluster.server(node).rooms();
            const bool is_here =
                std::ranges::any_of(rooms, [&](const engine_net::RoomSummary& one) {
                    return one.id == room && one.node.empty();
                });
            if (is_here) return node;
        }
        return node_count;
    }
    void begin_move() { cluster.server(0).drain({}, "maintenance"); }
    bool arrive(engine_net::Duration limit = std::chrono::seconds(10)) {
        return cluster.run_until(
            [&] {
                return home() != 0 && home() < node_count && all_are_there();
            },
            limit);
    }
    /// None of them is on its way any more.
    bool all_are_there() {
        return std::ranges::all_of(pond().swimmers(), [](const engine_net::Presence* presence) {
            return presence->is_connected();
        });
    }
    /// Everything that makes it the same to its players.
    void check_seats() {
        for (std::size_t i = 0; i < players.size(); ++i) {
            CHECK(players[i]->room() == room);
            CHECK(players[i]->presence() == seats[i]);
            CHECK(players[i]->members().size() == players.size());
        }
    }

    ClusterStepper cluster;
    engine_net::RoomId room{};
    std::array<engine_net::Client*, 3> players{};
    std::vector<engine_net::PresenceId> seats;
    int rooms_left = 0;
    int suspensions = 0;
};
