// Clusters around a real Redis that fails, or is written to by others.

#include "cluster/raw_redis.hpp"
#include "cluster/redis_scripts.hpp"
#include "cluster/redis_stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::cluster;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

std::string user_name(int number) {
    return std::string("user").append(std::to_string(number));
}

/// Says so many numbers, as fast as it may; false: in no good time.
bool say_numbers(Stage& stage, StageNode& node, const std::string& channel, int count) {
    int next = 0;
    return stage.run_until([&] {
        while (next < count && node->say(channel, bytes_of(std::to_string(next)))) ++next;
        return next == count;
    });
}

Lines numbers_below(int count) {
    Lines numbers;
    for (int i = 0; i < count; ++i) numbers.push_back(std::to_string(i));
    return numbers;
}

RedisReply run_script(RawRedis& raw, RedisScript script, const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"EVAL", source_of(script), "0", "engine-net:"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const RedisReply reply = raw.ask(arguments);
    REQUIRE_MESSAGE(!reply.is_error(), std::string(reply.text()));
    return reply;
}

/// How long something said by one node takes to get to the other, which were in touch before.
Duration time_to_deliver(Stage& stage, StageNode& a, StageNode& b) {
    static int last = 0;
    const std::string text = std::string("after ").append(std::to_string(++last));
    const Time begin = Clock::now();
    REQUIRE(a->say("lobby", bytes_of(text)));
    REQUIRE(stage.run_until([&] {
        const Lines& log = b.channel("lobby").log;
        return std::ranges::find(log, text) != log.end();
    }));
    return Clock::now() - begin;
}

/// An outage as seen by two nodes that talk: what is said meanwhile gets there once it is over.
void check_outage(Duration time, bool is_restart, Duration limit) {
    RedisStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    a->follow("lobby");
    b->follow("lobby");
    b->enter_channel("lobby", "bob", {});
    time_to_deliver(stage, a, b);
    const std::uint64_t epoch = b.channel("lobby").epoch;
    const std::size_t followed = b.channel("lobby").followed;

    is_restart ? stage.redis().stop() : stage.redis().freeze();
    REQUIRE(stage.run_until([&] {
        return !b.known.links.empty() && !a.known.links.empty();
    }));
    REQUIRE(a->say("lobby", bytes_of("meanwhile")));
    stage.run_for(time);
    is_restart ? stage.redis().start() : stage.redis().thaw();
    CHECK(time_to_deliver(stage, a, b) < limit);
    CHECK(time_to_deliver(stage, b, a) < limit);
    CHECK(std::ranges::count(b.channel("lobby").log, "meanwhile") == 1);
    CHECK(b.channel("lobby").members.contains("bob"));
    // Whoever is told knows by the epoch that entries are lost, or that none are.
    CHECK((b.channel("lobby").epoch != epoch) == is_restart);
    CHECK((b.channel("lobby").followed != followed) == is_restart);
    CHECK(a.known.links == std::vector{false, true});
    CHECK(b.known.gone == 0);
    CHECK(stage.wrong() == "");
}

} // namespace

TEST_CASE("redis: each of 10,000 that are said gets to all followers once, in order") {
    RedisStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    a->follow("lobby");
    b->follow("lobby");
    REQUIRE(stage.run_until([&] {
        return a.channel("lobby").followed + b.channel("lobby").followed == 2;
    }));
    REQUIRE(say_numbers(stage, a, "lobby", 10'000));
    REQUIRE(stage.run_until([&] {
        return a.channel("lobby").next == 10'001 && b.channel("lobby").next == 10'001;
    }));
    CHECK(a.channel("lobby").said == numbers_below(10'000));
    CHECK(b.channel("lobby").said == numbers_below(10'000));
    CHECK(stage.wrong() == "");
}

TEST_CASE("redis: what is said is said once, however often connections break") {
    RedisStage stage;
    RawRedis raw(stage.redis().port());
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    b->follow("lobby");
    b->follow("hall");
    REQUIRE(stage.run_until([&] {
        return b.channel("hall").followed == 1;
    }));
    constexpr int count = 2'000;
    int next = 0;
    Time next_break = Clock::now();
    REQUIRE(stage.run_until([&] {
        for (int i = 0; i < 10 && next < count; ++i) {
            if (!a->say("lobby", bytes_of(std::to_string(next)))) break;
            const std::string user = user_name(next / 2 % 3);
            next++ % 2 == 0 ? a->enter_channel("hall", user, {}) : a->leave_channel("hall", user);
        }
        if (Clock::now() > next_break) {
            raw.ask({"CLIENT", "KILL", "TYPE", next % 4 == 0 ? "normal" : "pubsub"});
            next_break = Clock::now() + 300ms;
        }
        return next == count;
    }));
    REQUIRE(stage.run_until([&] {
        return b.channel("lobby").next > count && b.channel("hall").next > count;
    }));
    CHECK(a.known.links.size() >= 2);
    CHECK(b.channel("lobby").next == count + 1);
    CHECK(b.channel("lobby").log.back() == std::to_string(count - 1));
    CHECK(b.channel("hall").next == count + 1);
    CHECK(b.channel("hall").members.empty());
    CHECK(stage.wrong() == "");
}

TEST_CASE("redis: members of a node that dies are gone once, wherever their clean-up broke off") {
    constexpr int users = 300;
    for (const int steps : {0, 1, 150, 301}) {
        CAPTURE(steps);
        RedisStage stage;
        StageNode& a = stage.node("a");
        StageNode& b = stage.node("b");
        for (const char* channel : {"lobby", "hall"}) {
            a->follow(channel);
            for (int i = 0; i < users; ++i) b->enter_channel(channel, user_name(i), {});
            a->enter_channel(channel, user_name(0), {}); // stays
        }
        REQUIRE(stage.run_until([&] {
            return a.channel("lobby").members.size() == users &&
                   a.channel("hall").members.size() == users;
        }));
        b.is_stuck = true;
        RawRedis raw(stage.redis().port());
        run_script(
            raw, RedisScript::leave, {std::to_string(b.id().value), std::to_string(b.stay.epoch)});
        if (steps > 0) run_script(raw, RedisScript::clean, {std::to_string(steps)});
        REQUIRE(stage.run_until(
            [&] {
                return a.channel("lobby").members.size() == 1 &&
                       a.channel("hall").members.size() == 1;
            },
            stage.lease_time()));
        for (const char* channel : {"lobby", "hall"})
            CHECK(a.channel(channel).members.contains(user_name(0)));
        CHECK(raw.ask({"EXISTS", "engine-net:dead"}).number() == 0);
        CHECK(stage.wrong() == "");
    }
}

TEST_CASE("redis: asked for at the same moment by two nodes, seats are in as few rooms as may be") {
    constexpr int rounds = 100;
    constexpr int askers = 50;
    constexpr std::uint32_t capacity = 8;
    RedisStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    std::uint64_t last_ticket = 0;
    std::uint32_t last_room = 0;
    for (int round = 0; round < rounds; ++round) {
        const std::string key = std::string("duel").append(std::to_string(round));
        a.known.seats.clear();
        b.known.seats.clear();
        for (int i = 0; i < askers; ++i) {
            StageNode& who = i % 2 == 0 ? a : b;
            who->reserve(++last_ticket, key, RoomId{++last_room}, capacity);
        }
        REQUIRE(stage.run_until([&] {
            return a.known.seats.size() + b.known.seats.size() == askers;
        }));
        std::map<RoomId, std::uint32_t> taken;
        std::size_t opened = 0;
        for (const StageNode* const who : {&a, &b}) {
            for (const auto& [ticket, seat] : who->known.seats) {
                REQUIRE_FALSE(seat.has_failed);
                REQUIRE(++taken[seat.room] <= capacity);
                if (seat.is_new) ++opened;
            }
        }
        REQUIRE(taken.size() == (askers + capacity - 1) / capacity);
        REQUIRE(opened == taken.size());
    }
}

TEST_CASE(
    "redis: after an outage nodes are in touch again, and know whether they missed something") {
    SUBCASE("restarted empty") {
        check_outage(1s, true, Stage::patience);
    }
    SUBCASE("frozen for less than a lease") {
        check_outage(200ms, false, Stage::patience);
    }
    SUBCASE("frozen for longer than a lease") {
        check_outage(3s, false, Stage::patience);
    }
}

TEST_SUITE("long, outages") {
    TEST_CASE("redis: nodes are in touch two seconds after an outage of any length") {
        SUBCASE("restarted after 1 s") {
            check_outage(1s, true, 2s);
        }
        SUBCASE("restarted after 10 s") {
            check_outage(10s, true, 2s);
        }
        SUBCASE("restarted after 60 s") {
            check_outage(60s, true, 2s);
        }
        SUBCASE("frozen for 1 s") {
            check_outage(1s, false, 2s);
        }
        SUBCASE("frozen for 3 s") {
            check_outage(3s, false, 2s);
        }
        SUBCASE("frozen for 10 s") {
            check_outage(10s, false, 2s);
        }
        SUBCASE("frozen for 60 s") {
            check_outage(60s, false, 2s);
        }
    }
}

TEST_CASE("redis: what no node of the cluster has made, is dropped and counted") {
    RedisStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    const std::string number = std::to_string(a.id().value);
    const std::string other = std::to_string(b.id().value);
    const std::string epoch = std::to_string(b.stay.epoch);
    a->listen("feed");
    a->follow("lobby");
    b->put("load", bytes_of("1"));
    REQUIRE(stage.run_until([&] {
        return a.channel("lobby").followed == 1;
    }));
    REQUIRE(stage.run_until([&] {
        return a.records_of(b).size() == 1;
    }));

    RawRedis raw(stage.redis().port());
    const std::string lobby_epoch = std::to_string(a.channel("lobby").epoch);
    const std::string junk(64, 'x');
    const auto publish = [&](const std::string& topic, const std::string& payload) {
        raw.ask({"PUBLISH", std::string("engine-net:").append(topic), payload});
    };
    for (const std::string& text : {std::string(),
                                    junk,
                                    std::string("\n"),
                                    std::string("R 1\n"),
                                    std::string("R 1 1 1 99999999999999\nx"),
                                    std::string("G 70000 1\n"),
                                    std::string("T 0 0 0\n")}) {
        publish("nodes", text);
        publish(std::string("node:").append(number), text);
        publish("cast:feed", text);
        publish("chan:lobby", text);
    }
    publish("nodes",
            std::string("R ")
                .append(other)
                .append(" ")
                .append(epoch)
                .append(" 2 4\nload")
                .append(junk));
    publish("chan:lobby", lobby_epoch + " 1\nS" + junk);
    publish("chan:lobby", lobby_epoch + " 2\nJ3 ada" + junk);
    publish("chan:lobby", lobby_epoch + " 3\nJ999 ada" + junk);
    raw.ask({"HSET", std::string("engine-net:records:").append(other), "forged", junk});

    b->send(a.id(), bytes_of("hello"));
    REQUIRE(stage.run_until([&] {
        return a.known.messages.size() == 1;
    }));
    CHECK(a.known.messages == Lines{"hello"});
    CHECK(a.known.casts.empty());
    CHECK(a.channel("lobby").said.empty());
    CHECK(a.records_of(b) == std::map<std::string, std::string>{{"load", "1"}});
    CHECK(dynamic_cast<RedisBackplane&>(*a.backplane).counts().bad_frames >= 10);
    CHECK(a.known.links.empty());
}

TEST_CASE("redis: a user of its access list needs the cluster's keys alone") {
    const RedisServer redis({"--user",
                             "ada",
                             "on",
                             ">open sesame",
                             "~cl:*",
                             "&cl:*",
                             "+@all",
                             "-@dangerous",
                             "--user",
                             "default",
                             "off"});
    RedisSettings settings;
    settings.prefix = "cl";
    settings.node_name = "a";
    const std::string place = redis.url().substr(std::string("redis://").size());
    settings.url = "redis://ada:open%20sesame@" + place;
    CHECK(RedisBackplane::make(settings)->start().has_value());
    settings.url = "redis://ada:wrong@" + place;
    settings.start_time = 1s;
    const auto refused = RedisBackplane::make(settings)->start();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().find("WRONGPASS") != std::string::npos);
    CHECK(refused.error().find("wrong@") == std::string::npos);
}

TEST_CASE("redis: without a Redis a node does not start, and says why") {
    RedisServer redis;
    RedisSettings settings;
    settings.node_name = "a";
    settings.url = redis.url();
    settings.start_time = 1s;
    redis.stop();
    const auto refused = RedisBackplane::make(settings)->start();
    REQUIRE_FALSE(refused.has_value());
    const std::string where = "127.0.0.1:" + std::to_string(redis.port());
    CHECK(refused.error() == "can't join by Redis at " + where + ": Connection refused");
    settings.url = "nowhere";
    CHECK(RedisBackplane::make(settings)->start().error() == "the URL of Redis is none");
}

TEST_CASE("redis: a server that takes nothing loses its link, not its place in what it follows") {
    RedisStage stage;
    StageNode& a = stage.node("a");
    StageNode& b = stage.node("b");
    b->follow("lobby");
    b->listen("feed");
    StageNode& witness = stage.node("witness");
    witness->listen("feed");
    witness->follow("lobby");
    REQUIRE(stage.run_until([&] {
        return b.channel("lobby").followed + witness.channel("lobby").followed == 2;
    }));
    b.is_stuck = true;
    const auto big = std::make_shared<const ByteVector>(bytes_of(std::string(1'000'000, 'x')));
    std::size_t cast = 0;
    const auto is_heard = [&] {
        const std::size_t heard = witness.known.casts.size();
        if (cast < heard + 8) {
            a->cast("feed", big);
            ++cast;
        }
        return heard > 110;
    };
    REQUIRE(stage.run_until(is_heard, 10 * Stage::patience)); // so much takes a slow machine long
    a->say("lobby", bytes_of("hello"));
    stage.run_for(100ms);
    b.is_stuck = false;
    REQUIRE(stage.run_until([&] {
        return b.channel("lobby").log == Lines{"hello"} && b.known.links.size() >= 2 &&
               b.known.links.back();
    }));
    CHECK(b.known.casts.size() < witness.known.casts.size());
    CHECK(stage.wrong() == "");
}
