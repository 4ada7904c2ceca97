// What every backplane gives to one node alone: what is claimed, and seats.

#include "cluster/stages.hpp"

#include <chrono>
#include <cstdint>
#include <string>

using namespace engine_net;
using namespace engine_net::cluster;
using namespace std::chrono_literals;

TEST_CASE_TEMPLATE("backplane: only one node has what is claimed, until its time is over",
                   AStage,
                   LocalStage,
                   RedisStage) {
    AStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    const auto ask = [&](StageNode& who, const char* value, std::chrono::milliseconds time) {
        who.known.claims.clear();
        who->claim("queue", value, time);
        REQUIRE(stage.run_until([&] {
            return who.known.claims.contains("queue");
        }));
        return who.known.claims.at("queue");
    };
    CHECK(ask(a, "here", 300ms).holder == a.id());
    CHECK(ask(b, "there", 300ms).holder == a.id());
    CHECK(ask(b, "there", 300ms).value == "here");
    CHECK(ask(a, "here still", 1h).value == "here still");
    stage.run_for(400ms);
    CHECK(ask(b, "there", 1h).holder == a.id());
    a->release("queue");
    REQUIRE(stage.run_until([&] {
        return ask(b, "there", 300ms).holder == b.id();
    }));
    stage.run_for(400ms);
    CHECK(ask(a, "here", 1h).holder == a.id());
    b->release("queue");
    CHECK(ask(b, "there", 1h).holder == a.id());
}

TEST_CASE_TEMPLATE("backplane: a seat is in the fullest room, or in a new one when none is free",
                   AStage,
                   LocalStage,
                   RedisStage) {
    AStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    std::uint64_t last_ticket = 0;
    const auto ask = [&](StageNode& who, const std::string& key, RoomId own) {
        who->reserve(++last_ticket, key, own, 2);
        REQUIRE(stage.run_until([&] {
            return who.known.seats.contains(last_ticket);
        }));
        return who.known.seats.at(last_ticket);
    };
    a->offer(RoomId{1}, {"duel", "any"}, 2, 2);
    a->offer(RoomId{2}, {"duel", "any"}, 1, 3);
    a->offer(RoomId{3}, {"race"}, 1, 9);
    stage.run_for(100ms);
    CHECK(ask(b, "duel", RoomId{20}).room == RoomId{2});
    const auto second = ask(b, "duel", RoomId{21});
    CHECK(second.room == RoomId{1});
    CHECK_FALSE(second.is_new);
    CHECK(ask(b, "any", RoomId{22}).room == RoomId{1});
    const auto opened = ask(b, "duel", RoomId{23});
    CHECK(opened.is_new);
    CHECK(opened.room == RoomId{23});
    const auto shared = ask(a, "duel", RoomId{24});
    CHECK(shared.room == RoomId{23});
    CHECK_FALSE(shared.is_new);
    CHECK(ask(a, "race", RoomId{25}).room == RoomId{3});

    // The seat is taken; another is given up.
    a->arrived(RoomId{1}, second.reservation);
    a->offer(RoomId{1}, {"duel", "any"}, 2, 3);
    stage.run_for(100ms);
    CHECK(ask(b, "duel", RoomId{26}).room == RoomId{1});
    CHECK(ask(b, "duel", RoomId{27}).is_new);
    a->offer(RoomId{1}, {}, 0, 0);
    stage.run_for(100ms);
    CHECK(ask(b, "any", RoomId{28}).is_new);
}

TEST_CASE("backplane: a seat that nobody takes is free again, and a room nobody opens is none") {
    LocalStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    std::uint64_t last_ticket = 0;
    const auto ask = [&](StageNode& who, RoomId own) {
        who->reserve(++last_ticket, "duel", own, 2);
        REQUIRE(stage.run_until([&] {
            return who.known.seats.contains(last_ticket);
        }));
        return who.known.seats.at(last_ticket).room;
    };
    a->offer(RoomId{1}, {"duel"}, 1, 1);
    stage.run_for(100ms);
    CHECK(ask(b, RoomId{2}) == RoomId{1});
    CHECK(ask(b, RoomId{3}) == RoomId{3});
    stage.run_for(16s);
    CHECK(ask(b, RoomId{4}) == RoomId{1});
    CHECK(ask(b, RoomId{5}) == RoomId{5});
}

TEST_CASE_TEMPLATE("backplane: rooms of a node that is gone are offered no more",
                   AStage,
                   LocalStage,
                   RedisStage) {
    AStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    b->offer(RoomId{1}, {"duel"}, 1, 1);
    REQUIRE(stage.run_until([&] {
        return a.known.nodes.contains(b.id());
    }));
    b.is_stuck = true;
    REQUIRE(stage.run_until([&] {
        return a.known.nodes.empty();
    }));
    a->reserve(1, "duel", RoomId{2}, 2);
    REQUIRE(stage.run_until([&] {
        return a.known.seats.contains(1);
    }));
    CHECK(a.known.seats.at(1).is_new);
}
