// Several real servers around a real Redis: what players notice when some of it is gone.

#include "process/demo_cluster.hpp"

#include <engine_net/clock.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

bool has_state(Client& player, const std::string& user, UserState state) {
    const auto found = player.users().all().find(user);
    return found != player.users().all().end() && found->second.state == state;
}

} // namespace

TEST_CASE("cluster: a player of one server joins a room of another by the list, and plays there") {
    DemoCluster cluster(2);
    Client& ada = cluster.add_player("ada", 0);
    const RoomId room = cluster.join_room_of(ada, "node-1");
    CHECK(cluster.program(1).line_with("players 1"));
    const auto before = ada.stats().snapshot_datagrams;
    CHECK(cluster.until([&] {
        return ada.stats().snapshot_datagrams > before + 60;
    }));
    CHECK(ada.room() == room);
    CHECK(ada.stats().moves == 1);
    CHECK(ada.state() == ClientState::online);
}

TEST_CASE("cluster: a server that is killed is gone from lists in time, and its players play on") {
    DemoCluster cluster(2);
    Client& ada = cluster.add_player("ada", 0);
    Client& bob = cluster.add_player("bob", 0);
    const std::string user = bob.user();
    ada.users().watch({user}, [](const UserSummary&) {});
    const RoomId lost = cluster.join_room_of(bob, "node-1");
    REQUIRE(cluster.until([&] {
        return has_state(ada, user, UserState::in_match);
    }));
    std::vector<LeaveReason> left;
    bob.on_room_left([&](LeaveReason reason, const std::string&) {
        left.push_back(reason);
    });
    cluster.program(1).send_signal(SIGKILL);
    const Time killed = Clock::now();
    REQUIRE(cluster.until([&] {
        return rooms_of(ada, "node-1") == 0;
    }));
    CHECK(Clock::now() - killed < 8s);
    CHECK_MESSAGE(cluster.until([&] {
        return bob.room().is_set() && bob.room() != lost;
    }),
                  message(bob.close_reason()),
                  bob.close_detail());
    CHECK(Clock::now() - killed < 15s);
    CHECK(left == std::vector{LeaveReason::node_lost});
    CHECK(cluster.until([&] {
        return has_state(ada, user, UserState::in_match);
    }));
}

TEST_CASE("cluster: a server that is drained sends who is in its lobby to another, and ends") {
    DemoCluster cluster(2, {"--drain-seconds", "10"});
    Client& ada = cluster.add_player("ada", 0);
    Client& bob = cluster.add_player("bob", 1);
    const Heard heard(cluster, ada);
    int suspensions = 0;
    ada.on_suspended([&] {
        ++suspensions;
    });
    bob.channels().say("lobby", "before");
    REQUIRE(cluster.until([&] {
        return heard.lines.size() == 1;
    }));
    cluster.program(0).send_signal(SIGTERM);
    const Lines all{"before", "meanwhile", "after"};
    bob.channels().say("lobby", "meanwhile");
    CHECK(cluster.until([&] {
        return ada.stats().moves == 1;
    }));
    bob.channels().say("lobby", "after");
    CHECK(cluster.until([&] {
        return heard.lines.size() >= all.size();
    }));
    CHECK(heard.lines == all);
    CHECK(heard.gaps == 0);
    CHECK(suspensions == 0);
    CHECK(cluster.program(0).exit_code() == 0);
    cluster.run(500ms);
    CHECK(ada.state() == ClientState::online);
}

TEST_CASE("cluster: a match whose server is drained goes on at another one, with its players") {
    DemoCluster cluster(2, {"--drain-seconds", "1"});
    Client& ada = cluster.add_player("ada", 0);
    Client& bob = cluster.add_player("bob", 1);
    const RoomId room = cluster.join_room_of(ada, "node-1");
    bob.join_room(room);
    REQUIRE(cluster.until([&] {
        return bob.room() == room && ada.stats().snapshot_datagrams > 60;
    }));
    const PresenceId seat = ada.presence();
    int left = 0;
    for (Client* player : {&ada, &bob}) {
        player->on_room_left([&](LeaveReason, const std::string&) {
            ++left;
        });
    }
    cluster.program(1).send_signal(SIGTERM);
    CHECK(cluster.until([&] {
        return ada.stats().moves == 2 && bob.stats().moves == 1;
    }));
    CHECK(cluster.program(1).exit_code() == 0);
    const auto before = ada.stats().snapshot_datagrams;
    CHECK(cluster.until([&] {
        return ada.stats().snapshot_datagrams > before + 60;
    }));
    CHECK(left == 0);
    CHECK(ada.room() == room);
    CHECK(ada.presence() == seat);
    CHECK(bob.room() == room);
    CHECK(ada.members().size() == 2);
}

TEST_CASE("cluster: while Redis hangs, matches go on, and lists say what is uncertain") {
    DemoCluster cluster(2);
    Client& ada = cluster.add_player("ada", 0);
    Client& bob = cluster.add_player("bob", 1);
    const RoomId room = cluster.join_room_of(bob, "");
    const Heard heard(cluster, ada);
    REQUIRE(cluster.until([&] {
        return rooms_of(ada, "node-1") == 1 && bob.stats().snapshot_datagrams > 60;
    }));
    std::uint64_t datagrams = 0;
    Time newest = Clock::now();
    Duration longest_gap{0};
    bool was_uncertain = false;
    cluster.redis.freeze();
    cluster.until(
        [&] {
            const Time now = Clock::now();
            if (bob.stats().snapshot_datagrams > datagrams) {
                longest_gap = std::max(longest_gap, now - newest);
                newest = now;
                datagrams = bob.stats().snapshot_datagrams;
            }
            was_uncertain = was_uncertain || has_uncertain_room(ada);
            return false;
        },
        3s);
    CHECK(longest_gap < 300ms); // on a machine that does much else
    CHECK(was_uncertain);
    bob.channels().say("lobby", "said meanwhile");
    cluster.redis.thaw();
    const Time thawed = Clock::now();
    CHECK(cluster.until([&] {
        return !has_uncertain_room(ada) && rooms_of(ada, "node-1") == 1;
    }));
    CHECK(cluster.until([&] {
        return heard.lines == Lines{"said meanwhile"};
    }));
    CHECK(Clock::now() - thawed < 2s);
    CHECK(bob.room() == room);
    CHECK(bob.state() == ClientState::online);
}

TEST_CASE("cluster: when Redis comes back empty, lists are whole again and players can talk") {
    DemoCluster cluster(2);
    Client& ada = cluster.add_player("ada", 0);
    Client& bob = cluster.add_player("bob", 1);
    const RoomId room = cluster.join_room_of(bob, "");
    const Heard heard(cluster, ada);
    REQUIRE(cluster.until([&] {
        return rooms_of(ada, "node-1") == 1;
    }));
    cluster.redis.stop();
    REQUIRE(cluster.until([&] {
        return has_uncertain_room(ada);
    }));
    cluster.redis.start();
    CHECK(cluster.until([&] {
        return !has_uncertain_room(ada) && rooms_of(ada, "node-1") == 1 &&
               rooms_of(bob, "node-0") == 1;
    }));
    bob.channels().say("lobby", "still here");
    CHECK(cluster.until([&] {
        return heard.lines == Lines{"still here"};
    }));
    CHECK(bob.room() == room);
}

TEST_CASE("demo-server: one that can't reach its Redis says so, and what to do, and fails") {
    const TemporaryFile key(".key", std::string(64, 'a') + "\n");
    std::string url;
    {
        const RedisServer redis;
        url = redis.url();
    }
    DemoServer refused(cluster_arguments(url, key.path(), "node"));
    CHECK(refused.program.exit_code() == 1);
    CHECK_MESSAGE(refused.program.errors().find("can't join by Redis at " + url.substr(8)) !=
                      std::string::npos,
                  refused.program.errors());
    CHECK(refused.program.errors().find("start one there") != std::string::npos);

    const RedisServer hanging;
    hanging.freeze();
    DemoServer late(cluster_arguments(hanging.url(), key.path(), "node"));
    CHECK(late.program.exit_code() == 1);
    CHECK(late.program.errors().find("can't join by Redis at ") != std::string::npos);
}

TEST_CASE("demo-server: the password of its Redis need not stand where others see it") {
    const RedisServer redis({"--user",
                             "ada",
                             "on",
                             ">sesame",
                             "~engine-net:*",
                             "&engine-net:*",
                             "+@all",
                             "-@dangerous",
                             "--user",
                             "default",
                             "off"});
    const std::string place = redis.url().substr(std::string("redis://").size());
    const TemporaryFile key(".key", std::string(64, 'a') + "\n");
    const TemporaryFile right(".password", "sesame\n");
    const TemporaryFile wrong(".password", "parsley\n");
    const auto arguments = [&](const std::string& url, const std::string& password_file) {
        std::vector<std::string> all = cluster_arguments(url, key.path(), "node");
        if (!password_file.empty())
            all.insert(all.end(), {"--backplane-password-file", password_file});
        return all;
    };
    const std::string url = "redis://ada@" + place;
    const DemoServer by_file(arguments(url, right.path()));
    CHECK_FALSE(by_file.port.empty());

    const DemoServer by_variable({"--cluster-key-file", key.path(), "--node-name", "other"},
                                 {{"ENGINE_NET_BACKPLANE", "redis://ada:sesame@" + place}});
    CHECK_FALSE(by_variable.port.empty());

    DemoServer refused(arguments(url, wrong.path()));
    CHECK(refused.program.exit_code() == 1);
    CHECK(refused.program.errors().find("WRONGPASS") != std::string::npos);
    CHECK(refused.program.errors().find("parsley") == std::string::npos);
    DemoServer lost(arguments(url, "/no/such/file"));
    CHECK(lost.program.exit_code() == 1);
    CHECK(lost.program.errors().find("no password of Redis in /no/such/file") != std::string::npos);
    DemoServer forgetful(arguments(url, ""));
    CHECK(forgetful.program.exit_code() == 1);
    CHECK(forgetful.program.errors().find("redis_password") != std::string::npos);
}

TEST_CASE("demo-server: a --backplane that is no URL of a Redis is refused, with what one is") {
    const TemporaryFile key(".key", std::string(64, 'a') + "\n");
    for (const char* url :
         {"localhost:6379", "redis://", "http://localhost", "redis://host:port"}) {
        DemoServer server(cluster_arguments(url, key.path(), "node"));
        CHECK(server.program.exit_code() == 1);
        CHECK_MESSAGE(server.program.errors().find("redis://[user:password@]host[:port]") !=
                          std::string::npos,
                      url,
                      server.program.errors());
    }
}
