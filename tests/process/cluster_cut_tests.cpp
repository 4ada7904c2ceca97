// Several real servers around a real Redis, whose network is cut for longer than anyone waits: of
// one server to Redis, of one to its players, and of all to Redis.

#include "process/demo_cluster.hpp"
#include "process/network.hpp"

#include <engine_net/clock.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

constexpr Network::Link to_redis = Network::Link::first;
constexpr Network::Link to_players = Network::Link::second;
constexpr const char* no_network = "this user can't make network namespaces: not tested";
/// For what takes a second or two, on a machine that does much else.
constexpr auto soon = 6s;

/// Three servers, of which node-0 is at the far host. Only there is a room from the start.
struct CutCluster : DemoCluster {
    explicit CutCluster(const Network& network)
        : DemoCluster(0, {}, {"--bind", "0.0.0.0", "--protected-mode", "no"}) {
        add_far_node(network);
        add_node_at(Network::near_address(to_players), "0");
        add_node_at(Network::near_address(to_players), "0");
    }

    void add_far_node(const Network& network) {
        network.at_far_host([&] {
            add_node_at(Network::far_address(to_players), "1");
        });
    }

private:
    void add_node_at(const std::string& host, const std::string& rooms) {
        const std::string port = std::to_string(next_port_++);
        const std::string place = std::string(host).append(":").append(port);
        const std::string redis_url = std::string("redis://")
                                          .append(Network::near_address(to_redis))
                                          .append(":")
                                          .append(std::to_string(redis.port()));
        add_node({"--backplane",
                  redis_url,
                  "--bind",
                  host,
                  "--port",
                  port,
                  "--public-address",
                  place,
                  "--rooms",
                  rooms});
    }

    int next_port_ = 7777;
};

/// Bots in the Arena of node-0, who compare at the end what they know with what it knows.
struct Bots {
    Bots(DemoCluster& cluster, std::chrono::seconds time)
        : program(ours("bots"),
                  {"--connect",
                   cluster.place(0),
                   "--players",
                   "6",
                   "--scenario",
                   "play",
                   "--seconds",
                   std::to_string(time.count())}) {
        REQUIRE_MESSAGE(program.line_with("all are in rooms"), program.errors());
    }

    void check_same() {
        CHECK_MESSAGE(program.exit_code(60s) == 0, program.output(), program.errors());
        CHECK(program.line_with("differences: 0"));
    }
    void check_nobody_was_lost() {
        check_same();
        CHECK(program.line_with("resumes:              0"));
    }

    Program program;
};

void create_room(DemoCluster& cluster, Client& player) {
    player.create_room("arena", {});
    REQUIRE(cluster.until([&] {
        return player.room().is_set();
    }));
}

/// All rooms of that node in the player's list, and nothing there is uncertain.
bool has_whole_list(const Client& player, const std::string& node, std::size_t rooms) {
    return rooms_of(player, node) == rooms && !has_uncertain_room(player);
}

} // namespace

TEST_CASE("cluster: a server cut off from Redis plays on, and is one with the others again") {
    const Network network;
    if (!network.is_there()) {
        MESSAGE(no_network);
        return;
    }
    CutCluster cluster(network);
    Bots bots(cluster, 20s);
    Client& ada = cluster.add_player("ada", 1);
    Client& bob = cluster.add_player("bob", 0);
    create_room(cluster, ada);
    const Heard by_ada(cluster, ada, "news");
    const Heard by_bob(cluster, bob, "news");
    REQUIRE(cluster.until([&] {
        return has_whole_list(ada, "node-0", 1) && has_whole_list(bob, "node-1", 1);
    }));

    network.cut(to_redis);
    const Time cut = Clock::now();
    CHECK(cluster.until([&] {
        return rooms_of(ada, "node-0") == 0 && has_uncertain_room(bob);
    }));
    CHECK(Clock::now() - cut < 5s + soon);
    bob.channels().say("news", "from who is cut off");
    cluster.run_until(cut + 10s);
    CHECK(by_ada.lines.empty());

    network.mend(to_redis);
    const Time mended = Clock::now();
    CHECK(cluster.until([&] {
        return has_whole_list(ada, "node-0", 1) && has_whole_list(bob, "node-1", 1);
    }));
    CHECK(cluster.until([&] {
        return by_ada.lines == Lines{"from who is cut off"};
    }));
    CHECK(Clock::now() - mended < soon);
    bob.channels().say("news", "and back");
    ada.channels().say("news", "welcome");
    CHECK(cluster.until([&] {
        return by_ada.lines.size() == 3 && by_bob.lines == by_ada.lines;
    }));
    CHECK(bob.stats().resumes == 0);
    bob.leave();
    CHECK(cluster.until([&] {
        return bob.state() == ClientState::closed;
    }));
    bots.check_nobody_was_lost();
}

TEST_CASE("cluster: a server cut off from its players for a moment has lost nobody") {
    const Network network;
    if (!network.is_there()) {
        MESSAGE(no_network);
        return;
    }
    CutCluster cluster(network);
    Bots bots(cluster, 10s);
    Client& ada = cluster.add_player("ada", 1);
    REQUIRE(cluster.until([&] {
        return has_whole_list(ada, "node-0", 1);
    }));
    network.cut(to_players);
    bool was_there = true;
    cluster.until(
        [&] {
            was_there = was_there && has_whole_list(ada, "node-0", 1);
            return false;
        },
        3s);
    network.mend(to_players);
    CHECK(was_there);
    bots.check_nobody_was_lost();
}

TEST_CASE(
    "cluster: players who lost their server for longer than a session are in its rooms again") {
    const Network network;
    if (!network.is_there()) {
        MESSAGE(no_network);
        return;
    }
    CutCluster cluster(network);
    Bots bots(cluster, 22s);
    cluster.add_far_node(network);
    Client& ada = cluster.add_player("ada", 1);
    const RoomId room = cluster.join_room_of(ada, "node-3");
    const PresenceId seat = ada.presence();
    int suspensions = 0;
    int left = 0;
    ada.on_suspended([&] {
        ++suspensions;
    });
    ada.on_room_left([&](LeaveReason, const std::string&) {
        ++left;
    });
    network.cut(to_players);
    const Time cut = Clock::now();
    REQUIRE(cluster.until([&] {
        return ada.state() == ClientState::suspended;
    }));
    cluster.run_until(cut + 14s);
    network.mend(to_players);
    CHECK(cluster.until([&] {
        return ada.state() == ClientState::online;
    }));
    CHECK(ada.room() == room);
    CHECK(ada.presence() == seat);
    CHECK(suspensions == 1);
    CHECK(left == 0);
    bots.check_same();
    CHECK_FALSE(bots.program.line_with("resumes:              0", 0ms));
}

TEST_CASE(
    "cluster: a room cut off with some of its players comes after those who went on elsewhere") {
    const Network network;
    if (!network.is_there()) {
        MESSAGE(no_network);
        return;
    }
    CutCluster cluster(network);
    Client& ada = cluster.add_player("ada", 1, 3s);
    const RoomId room = cluster.join_room_of(ada, "node-0");
    const auto at_far_host = [&](const auto& holds) {
        network.at_far_host([&] {
            CHECK(cluster.until(holds));
        });
    };
    Client* beside = nullptr;
    network.at_far_host([&] {
        beside = &cluster.add_player("bob", 0);
        cluster.join_room_of(*beside, "");
    });
    Client& bob = *beside;
    REQUIRE(bob.room() == room);
    LeaveReason reason{};
    int left = 0;
    ada.on_room_left([&](LeaveReason why, const std::string&) {
        reason = why;
        ++left;
    });

    network.cut(to_redis);
    network.cut(to_players);
    CHECK(cluster.until([&] {
        return ada.state() == ClientState::online && ada.room().is_set() && ada.room() != room;
    }));
    CHECK(left == 1);
    CHECK(reason == LeaveReason::node_lost);
    CHECK(bob.room() == room);
    CHECK(bob.state() == ClientState::online);

    network.mend(to_players);
    network.mend(to_redis);
    at_far_host([&] {
        return bob.room() == ada.room() && bob.members().size() == 2;
    });
    CHECK(bob.stats().resumes == 0);
    CHECK(cluster.until([&] {
        return ada.members().size() == 2 && ada.rooms().contains(ada.room()) &&
               !ada.rooms().contains(room) && !has_uncertain_room(ada);
    }));
}

TEST_CASE("cluster: a minute without Redis, which comes back empty, has cost nobody anything") {
    DemoCluster cluster(1);
    Bots bots(cluster, 76s);
    cluster.add_node({"--rooms", "0"});
    cluster.add_node({"--rooms", "0"});
    Client& ada = cluster.add_player("ada", 1);
    Client& bob = cluster.add_player("bob", 2);
    Client& cem = cluster.add_player("cem", 2);
    create_room(cluster, ada);
    const Heard by_ada(cluster, ada, "news");
    const Heard by_bob(cluster, bob, "news");
    const auto know_all = [&](std::size_t rooms_of_bob) {
        return has_whole_list(ada, "node-0", 1) && has_whole_list(ada, "node-2", rooms_of_bob) &&
               has_whole_list(bob, "node-0", 1) && has_whole_list(bob, "node-1", 1) &&
               has_whole_list(cem, "node-0", 1);
    };
    REQUIRE(cluster.until([&] {
        return know_all(0) && has_whole_list(cem, "node-1", 1);
    }));

    cluster.redis.stop();
    const Time gone = Clock::now();
    CHECK(cluster.until([&] {
        return has_uncertain_room(ada) && has_uncertain_room(bob);
    }));
    create_room(cluster, bob);
    cluster.join_room_of(cem, "node-1");
    ada.channels().say("news", "is anybody there?");
    const auto snapshots = cem.stats().snapshot_datagrams;
    cluster.run_until(gone + 60s);
    CHECK(cem.stats().snapshot_datagrams - snapshots > 1'000);
    CHECK(has_uncertain_room(ada));
    CHECK(by_bob.lines.empty());

    cluster.redis.start();
    const Time back = Clock::now();
    CHECK(cluster.until([&] {
        return know_all(1);
    }));
    CHECK(cluster.until([&] {
        return by_ada.lines.size() == 1 && by_bob.lines == Lines{"is anybody there?"};
    }));
    CHECK(Clock::now() - back < soon);
    bob.channels().say("news", "we all are");
    CHECK(cluster.until([&] {
        return by_ada.lines.size() == 2 && by_bob.lines == by_ada.lines;
    }));
    CHECK(cem.room() == ada.room());
    for (const Client* player : {&ada, &bob, &cem}) CHECK(player->stats().resumes == 0);
    bots.check_nobody_was_lost();
}
