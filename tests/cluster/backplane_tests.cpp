// What every backplane does.

#include "cluster/stages.hpp"

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::cluster;
using namespace std::chrono_literals;

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
    b->claim("after that", "", std::chrono::seconds(1));
    REQUIRE(stage.run_until([&] {
        return b.known.claims.contains("after that");
    }));
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
