// How players come back when their server has begun anew, and is not as it was.

#include "support/cluster_stepper.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

/// A player in a room of the last server, which is not the one that it knows the address of.
struct Guest {
    explicit Guest(std::size_t nodes) : cluster({.nodes = nodes}), home(nodes - 1) {
        room = *cluster.server(home).create_room("pond", "doomed");
        ada = &cluster.add_client("ada", 0);
        ada->join_room(room);
        REQUIRE(cluster.run_until([this] {
            return ada->room() == room;
        }));
        ada->on_resumed([this](std::uint32_t) {
            ++resumes;
        });
        cluster.run(500ms);
    }
    bool is_back(Duration limit) {
        return cluster.run_until(
            [this] {
                return resumes == 1;
            },
            limit);
    }

    ClusterStepper cluster;
    std::size_t home;
    RoomId room{};
    Client* ada = nullptr;
    int resumes = 0;
};

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("cluster: players of a server that begins anew and is drained go to others") {
        Guest guest(3);
        guest.cluster.restart(guest.home);
        guest.cluster.server(guest.home).drain(60s, "maintenance");
        REQUIRE(guest.is_back(10s));
        REQUIRE(guest.cluster.run_until([&] {
            return guest.cluster.server(guest.home).stats().sessions == 0;
        }));
        CHECK(guest.ada->state() == ClientState::online);
        CHECK(guest.cluster.server(0).stats().sessions + guest.cluster.server(1).stats().sessions ==
              1);
        CHECK(guest.cluster.rooms() == 0);
    }

    TEST_CASE("cluster: a server whose link was lost for a moment takes in whose server is gone") {
        Guest guest(3);
        guest.cluster.nodes[guest.home]->server.reset();
        guest.cluster.run(5s);
        REQUIRE(guest.resumes == 0);
        guest.cluster.cluster->set_reachable(false);
        guest.cluster.cluster->set_reachable(true);
        CHECK(guest.is_back(3s));
    }

    TEST_CASE("cluster: a server that begins anew, and does not know yet, is asked until it does") {
        Guest guest(2);
        guest.cluster.nodes[0]->is_stopped = true;
        guest.cluster.nodes[guest.home]->server.reset();
        guest.cluster.run(5s);
        guest.cluster.restart(0);
        guest.cluster.nodes[0]->is_stopped = false;
        CHECK(guest.is_back(8s));
        CHECK(guest.ada->room().is_set());
    }

    TEST_CASE(
        "cluster: a client that starts again gets in, though the server of its session died") {
        ClusterStepper cluster({.nodes = 3});
        const RoomId far = *cluster.server(1).create_room("pond", "far");
        Client& ada = cluster.add_client("ada", 0);
        ada.join_room(far);
        REQUIRE(cluster.run_until([&] {
            return ada.room() == far;
        }));
        cluster.run(1s);
        const std::string token = ada.resume_token();
        cluster.clients.clear();
        cluster.nodes[1]->server.reset();
        Client& back = cluster.add_client("ada", 0, [&](ClientConfig& config) {
            config.resume_token = token;
            config.connect_timeout = 2s;
        });
        CHECK_MESSAGE(cluster.run_until(
                          [&] {
                              return back.room().is_set();
                          },
                          12s),
                      message(back.close_reason()));
        CHECK(back.room() != far);
        CHECK(cluster.rooms() == 1);
    }
}
