// What every backplane does when its service is away, or comes back with nothing in it.

#include "cluster/stages.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

using namespace engine_net;
using namespace engine_net::cluster;
using namespace std::chrono_literals;

TEST_CASE_TEMPLATE("backplane: what is said while the service is away, is said once it is back",
                   AStage,
                   LocalStage,
                   RedisStage) {
    AStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    a->put("load", bytes_of("1"));
    b->follow("lobby");
    a->say("lobby", bytes_of("before"));
    a->enter_channel("lobby", "ada", {});
    REQUIRE(stage.run_until([&] {
        return b.channel("lobby").members.size() == 1;
    }));
    REQUIRE(stage.run_until([&] {
        return !b.records_of(a).empty();
    }));

    stage.set_away(true);
    REQUIRE(stage.run_until([&] {
        return a.known.links.size() + b.known.links.size() == 2;
    }));
    CHECK(a.known.links == std::vector{false});
    a->put("load", bytes_of("2"));
    a->say("lobby", bytes_of("during"));
    a->leave_channel("lobby", "ada");
    a->say("lobby", bytes_of("after"));
    a->reserve(1, "duel", RoomId{1}, 2);
    REQUIRE(stage.run_until([&] {
        return a.known.seats.contains(1);
    }));
    CHECK(a.known.seats.at(1).has_failed);
    stage.run_for(stage.lease_time() + 1s);
    CHECK(b.known.nodes.contains(a.id())); // nobody knows better

    stage.set_away(false);
    REQUIRE(stage.run_until([&] {
        return b.records_of(a) == Records{{"load", "2"}};
    }));
    REQUIRE(stage.run_until([&] {
        return b.channel("lobby").log.back() == "after";
    }));
    CHECK(b.channel("lobby").members.empty());
    CHECK(std::ranges::count(b.channel("lobby").log, "during") == 1);
    CHECK(std::ranges::count(b.channel("lobby").log, "before") == 1);
    CHECK(b.known.gone == 0);
    CHECK(b.known.links == std::vector{false, true});
    CHECK(stage.wrong() == "");
}

TEST_CASE_TEMPLATE("backplane: a service that forgot all is told all anew",
                   AStage,
                   LocalStage,
                   RedisStage) {
    AStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    a->put("load", bytes_of("1"));
    b->follow("lobby");
    a->say("lobby", bytes_of("before"));
    a->enter_channel("lobby", "ada", bytes_of("Ada"));
    a->claim("queue", "here", 1h);
    a->offer(RoomId{7}, {"duel"}, 1, 1);
    REQUIRE(stage.run_until([&] {
        return b.channel("lobby").members.size() == 1;
    }));
    const std::uint64_t epoch = b.channel("lobby").epoch;
    const NodeStay stay = a.stay;

    stage.restart_empty();
    REQUIRE(stage.run_until([&] {
        return a.known.entered.size() == 1;
    }));
    REQUIRE(stage.run_until([&] {
        return b.known.entered.size() == 1;
    }));
    CHECK(a.stay.node == stay.node);
    CHECK(a.stay.epoch > stay.epoch);
    REQUIRE(stage.run_until([&] {
        return b.channel("lobby").epoch != epoch && b.channel("lobby").members.contains("ada");
    }));
    // Its stay is known before its records are.
    REQUIRE(stage.run_until([&] {
        return b.known.nodes[a.id()].stay == a.stay && b.records_of(a) == Records{{"load", "1"}};
    }));
    REQUIRE(stage.run_until([&] {
        return a.known.claims.contains("queue");
    }));
    b->claim("queue", "there", 1h);
    REQUIRE(stage.run_until([&] {
        return b.known.claims.contains("queue");
    }));
    CHECK(b.known.claims.at("queue").value == "here");
    b->reserve(1, "duel", RoomId{8}, 2);
    REQUIRE(stage.run_until([&] {
        return b.known.seats.contains(1);
    }));
    CHECK(b.known.seats.at(1).room == RoomId{7});
    stage.run_for(stage.lease_time() + 1s);
    CHECK(b.known.gone == 0);
    CHECK(stage.wrong() == "");
}

TEST_CASE_TEMPLATE("backplane: too much that waits is refused, nothing of it is lost",
                   AStage,
                   LocalStage,
                   RedisStage) {
    AStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    REQUIRE(stage.run_until([&] {
        return a.known.nodes.contains(b.id());
    }));
    stage.set_away(true);
    REQUIRE(stage.run_until([&] {
        return !a.known.links.empty();
    }));
    std::size_t said = 0;
    while (said <= max_waiting_says && a->say("lobby", bytes_of("x"))) ++said;
    CHECK(said == max_waiting_says);
    stage.set_away(false);
    b->follow("lobby");
    REQUIRE(stage.run_until([&] {
        return b.channel("lobby").next == said + 1;
    }));
    CHECK(a->say("lobby", bytes_of("x")));
    CHECK(stage.wrong() == "");
}

TEST_CASE("backplane: one node that does not reach the service is gone, and told all it missed") {
    LocalStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    b->follow("lobby");
    b->enter_channel("lobby", "bob", {});
    a->put("load", bytes_of("1"));
    REQUIRE(stage.run_until([&] {
        return b.records_of(a).size() == 1;
    }));
    stage.cluster().set_reachable("b", false);
    a->put("load", bytes_of("2"));
    a->say("lobby", bytes_of("missed"));
    REQUIRE(stage.run_until([&] {
        return a.known.nodes.empty();
    }));
    a->say("lobby", bytes_of("missed too"));
    stage.run_for(100ms);
    CHECK(b.channel("lobby").log == Lines{"+bob"});

    stage.cluster().set_reachable("b", true);
    stage.run_for(100ms);
    CHECK(b.known.entered.size() == 1);
    CHECK(b.records_of(a) == Records{{"load", "2"}});
    CHECK(b.channel("lobby").log == Lines{"+bob", "missed", "-bob", "missed too", "+bob"});
    CHECK(b.channel("lobby").followed == 1);
    CHECK(stage.wrong() == "");
}

TEST_CASE("backplane: a node whose link was lost and came back before it looked is told all") {
    LocalStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    b->follow("lobby");
    a->put("load", bytes_of("1"));
    REQUIRE(stage.run_until([&] {
        return b.records_of(a).size() == 1;
    }));
    stage.cluster().set_reachable("b", false);
    a->put("load", bytes_of("2"));
    a->say("lobby", bytes_of("missed"));
    stage.cluster().set_reachable("b", true);
    stage.run_for(100ms);
    CHECK(b.known.links == std::vector{false, true});
    CHECK(b.records_of(a) == Records{{"load", "2"}});
    CHECK(b.channel("lobby").log == Lines{"missed"});
    CHECK(stage.wrong() == "");
}

TEST_CASE("backplane: a node does not start without the service") {
    LocalCluster cluster;
    const auto node = cluster.node("a");
    cluster.set_reachable(false);
    const auto refused = node->start();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error() == "the service is away");
}
