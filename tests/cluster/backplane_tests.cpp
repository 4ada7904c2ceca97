// What every backplane does.

#include "cluster/local_stage.hpp"
#include "cluster/redis_stage.hpp"
#include "cluster/stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace engine_net::cluster;
using namespace std::chrono_literals;

using Records = std::map<std::string, std::string>;
using Lines = std::vector<std::string>;

TYPE_TO_STRING(LocalStage);
TYPE_TO_STRING(RedisStage);

TEST_CASE_TEMPLATE("backplane: nodes have numbers of their own, and know each other's records",
                   AStage,
                   LocalStage,
                   RedisStage) {
    AStage stage;
    StageNode& a = stage.node("a");
    a->put("address", bytes_of("1.2.3.4"));
    a->put("load", bytes_of("3"));
    StageNode& b = stage.node("b");
    CHECK(a.id() != b.id());
    CHECK(a.id().is_set());

    const Records both{{"address", "1.2.3.4"}, {"load", "3"}};
    REQUIRE(stage.run_until([&] {
        return b.records_of(a) == both;
    }));
    REQUIRE(stage.run_until([&] {
        return a.known.nodes.contains(b.id());
    }));
    a->put("load", bytes_of("4"));
    a->drop("address");
    b->put("name", bytes_of("b"));
    REQUIRE(stage.run_until([&] {
        return b.records_of(a) == Records{{"load", "4"}} && a.records_of(b).contains("name");
    }));
    CHECK(b.known.tables <= 2);
    CHECK(stage.wrong() == "");
}

TEST_CASE_TEMPLATE("backplane: who goes is gone at once, who hangs when its lease has lapsed",
                   AStage,
                   LocalStage,
                   RedisStage) {
    AStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    StageNode& c = stage.node("c");
    REQUIRE(stage.run_until([&] {
        return a.known.nodes.size() == 2;
    }));

    const NodeId left = b.id();
    stage.remove(b);
    REQUIRE(stage.run_until(
        [&] {
            return !a.known.nodes.contains(left);
        },
        stage.lease_time() / 2));
    c.is_stuck = true;
    stage.run_for(stage.lease_time() / 2);
    CHECK(a.known.nodes.contains(c.id()));
    REQUIRE(stage.run_until(
        [&] {
            return a.known.nodes.empty();
        },
        2 * stage.lease_time()));
    CHECK(a.known.gone == 2);

    // It comes back with another stay, and with what it has said of itself.
    const NodeStay before = c.stay;
    c->put("name", bytes_of("c"));
    c.is_stuck = false;
    REQUIRE(stage.run_until([&] {
        return a.records_of(c) == Records{{"name", "c"}};
    }));
    CHECK(c.known.entered == std::vector{c.stay});
    CHECK(c.stay.node == before.node);
    CHECK(c.stay.epoch > before.epoch);
    CHECK(a.known.nodes.at(c.id()).stay == c.stay);
    CHECK(stage.wrong() == "");
}

TEST_CASE_TEMPLATE("backplane: a name keeps its number, with a higher epoch each time",
                   AStage,
                   LocalStage,
                   RedisStage) {
    AStage stage;
    StageNode& a = stage.node("a");
    StageNode* b = &stage.node("b");
    const NodeStay first = b->stay;
    stage.remove(*b);
    b = &stage.node("b");
    const NodeStay second = b->stay;
    CHECK(second.node == first.node);
    CHECK(second.epoch > first.epoch);

    // Started once more though the first still has its lease: that one gets another number.
    StageNode& twin = stage.node("b");
    CHECK(twin.id() == first.node);
    CHECK(twin.stay.epoch > second.epoch);
    REQUIRE(stage.run_until([&] {
        return b->known.entered.size() == 1;
    }));
    CHECK(b->id() != first.node);
    REQUIRE(stage.run_until([&] {
        return a.known.nodes.size() == 2;
    }));
    CHECK(stage.wrong() == "");
}

TEST_CASE_TEMPLATE("backplane: messages go to one node, casts to those that listen",
                   AStage,
                   LocalStage,
                   RedisStage) {
    AStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    StageNode& c = stage.node("c");
    b->listen("feed/1");
    c->listen("feed/1");
    c->listen("feed/2");
    // What is sent before someone listens is lost: so until all have heard.
    REQUIRE(stage.run_until([&] {
        a->cast("feed/1", std::make_shared<const ByteVector>(bytes_of("one")));
        a->cast("feed/2", std::make_shared<const ByteVector>(bytes_of("two")));
        const Lines& heard = c.known.casts;
        return !b.known.casts.empty() && std::set(heard.begin(), heard.end()) ==
                                             std::set<std::string>{"feed/1: one", "feed/2: two"};
    }));
    CHECK(std::ranges::count(b.known.casts, "feed/1: one") ==
          static_cast<std::ptrdiff_t>(b.known.casts.size()));

    const auto big = std::string(max_message_bytes, 'x');
    a->send(b.id(), bytes_of("first"));
    a->send(b.id(), bytes_of(big));
    a->send(b.id(), bytes_of("last"));
    REQUIRE(stage.run_until([&] {
        return b.known.messages.size() == 3;
    }));
    CHECK(b.known.messages == Lines{"first", big, "last"});
    CHECK(a.known.messages.empty());
    CHECK(c.known.messages.empty());
    CHECK(a.known.casts.empty());
}

TEST_CASE_TEMPLATE("backplane: a channel is told as it is, then entry by entry",
                   AStage,
                   LocalStage,
                   RedisStage) {
    AStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    a->follow("lobby");
    REQUIRE(a->say("lobby", bytes_of("hello")));
    REQUIRE(stage.run_until([&] {
        return a.channel("lobby").log == Lines{"hello"};
    }));
    b->follow("lobby");
    REQUIRE(stage.run_until([&] {
        return b.channel("lobby").log == Lines{"hello"};
    }));
    CHECK(b.channel("lobby").said.empty());
    REQUIRE(b->say("lobby", bytes_of("you")));
    REQUIRE(b->say("lobby", bytes_of("too")));
    const Lines all{"hello", "you", "too"};
    REQUIRE(stage.run_until([&] {
        return a.channel("lobby").log == all && b.channel("lobby").log == all;
    }));
    CHECK(a.channel("lobby").epoch == b.channel("lobby").epoch);
    CHECK(a.channel("lobby").next == 4);

    b->unfollow("lobby");
    for (int i = 0; i < 300; ++i) a->say("lobby", bytes_of(std::to_string(i)));
    REQUIRE(stage.run_until([&] {
        return a.channel("lobby").next == 304;
    }));
    CHECK(a.channel("lobby").followed == 1);
    CHECK(b.channel("lobby").next == 4);
    b->follow("lobby");
    REQUIRE(stage.run_until([&] {
        return b.channel("lobby").next == 304;
    }));
    CHECK(b.channel("lobby").log.size() == max_channel_entries);
    CHECK(b.channel("lobby").log.back() == "299");
    CHECK(stage.wrong() == "");
}

TEST_CASE_TEMPLATE("backplane: a user on several nodes joins a channel once, and leaves it once",
                   AStage,
                   LocalStage,
                   RedisStage) {
    AStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    a->follow("room");
    a->enter_channel("room", "ada", bytes_of("Ada"));
    a->enter_channel("room", "ada", bytes_of("Ada"));
    b->enter_channel("room", "ada", bytes_of("Ada L."));
    b->enter_channel("room", "bob", bytes_of("Bob"));
    REQUIRE(stage.run_until([&] {
        return a.channel("room").members.size() == 2;
    }));
    CHECK(a.channel("room").members.contains("bob"));

    a->leave_channel("room", "ada");
    a->leave_channel("room", "nobody");
    REQUIRE(a->say("room", bytes_of("still two")));
    REQUIRE(stage.run_until([&] {
        return a.channel("room").log.back() == "still two";
    }));
    CHECK(a.channel("room").members.size() == 2);
    b->leave_channel("room", "ada");
    REQUIRE(stage.run_until([&] {
        return a.channel("room").log.back() == "-ada";
    }));
    CHECK(std::ranges::count(a.channel("room").log, "+ada") == 1);
    CHECK(a.channel("room").log.size() == 4);

    // Who is on it by a node that hangs leaves when its lease has lapsed, and is back with it.
    b.is_stuck = true;
    REQUIRE(stage.run_until([&] {
        return a.channel("room").members.empty();
    }));
    CHECK(a.channel("room").log.back() == "-bob");
    b.is_stuck = false;
    REQUIRE(stage.run_until([&] {
        return a.channel("room").members == Records{{"bob", "Bob"}};
    }));
    CHECK(a.channel("room").followed == 1);
    CHECK(stage.wrong() == "");
}

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
    stage.run_for(2 * stage.lease_time());
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
    stage.run_for(2 * stage.lease_time());
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

TEST_CASE("backplane: a node does not start without the service") {
    LocalCluster cluster;
    const auto node = cluster.node("a");
    cluster.set_reachable(false);
    const auto refused = node->start();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error() == "the service is away");
}
