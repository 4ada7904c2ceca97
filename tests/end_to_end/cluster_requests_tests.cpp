// What players have asked for when their server dies, or they go to another one.

#include "support/cluster_stepper.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

ClusterStepper::Options with_matches() {
    return {.kind = [](RoomKindConfig& kind) {
        kind.matchmaking = MatchRules{.teams = 2, .team_size = 1};
    }};
}

/// A player in a room of the second server, who comes to the first one when that is gone.
struct Far {
    ClusterStepper cluster{with_matches()};
    RoomId room = *cluster.server(1).create_room("pond", "far");
    Client& ada = cluster.add_client("ada", 0);
    std::vector<JoinResult> results;
    Client::JoinHandler keep = [this](const JoinResult& result) {
        results.push_back(result);
    };

    Far() {
        ada.join_room(room);
        REQUIRE(cluster.run_until([&] {
            return ada.room() == room;
        }));
        cluster.run(500ms);
        cluster.nodes[1]->is_stopped = true;
    }
    void come_to_the_other() {
        REQUIRE(cluster.run_until(
            [&] {
                return cluster.server(0).stats().sessions == 1;
            },
            30s));
        cluster.run(2s);
    }
};

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("cluster: a wait that was cancelled while the server died is over") {
        Far far;
        far.ada.queue({.kind = "pond"}, far.keep);
        far.cluster.run(100ms);
        far.ada.cancel_queue();
        far.come_to_the_other();
        REQUIRE(far.results.size() == 1);
        CHECK(far.results[0].error == RequestError::cancelled);
        CHECK(far.cluster.server(0).view()->queues.empty());
    }

    TEST_CASE("cluster: who left its room while the server died is in none that follows it") {
        Far far;
        far.ada.leave_room();
        far.come_to_the_other();
        CHECK_FALSE(far.ada.room().is_set());
        CHECK(far.cluster.server(0).stats().players == 0);
        CHECK(far.cluster.server(0).stats().rooms == 0);
    }

    TEST_CASE("cluster: what was asked while the server died is asked of another in its order") {
        Far far;
        far.ada.create_room("pond", {.name = "one"}, far.keep);
        far.ada.leave_room();
        for (const char* const name : {"two", "three", "four"})
            far.ada.create_room("pond", {.name = name}, far.keep);
        SUBCASE("and it stays") {
            far.come_to_the_other();
            REQUIRE(far.results.size() == 4);
            CHECK(far.ada.room() == far.results[3].room);
            CHECK(far.cluster.server(0).rooms().front().name == "four");
        }
        SUBCASE("and it leaves") {
            far.ada.leave_room();
            far.come_to_the_other();
            CHECK(far.results.size() == 4);
            CHECK_FALSE(far.ada.room().is_set());
        }
        for (const JoinResult& result : far.results) CHECK(result.error == RequestError::none);
        CHECK(far.cluster.server(0).stats().rooms <= 1);
    }

    TEST_CASE("cluster: a wait that is open when its player goes to another server ends once") {
        ClusterStepper cluster(with_matches());
        const RoomId far = *cluster.server(1).create_room("pond", "far");
        Client& ada = cluster.add_client("ada", 0);
        std::vector<RequestError> answers;
        ada.queue({.kind = "pond"}, [&](const JoinResult& result) {
            answers.push_back(result.error);
        });
        cluster.run(500ms);
        std::size_t joins = 0;
        SUBCASE("because a seat is there") {
            ada.join_room(far, [&](const JoinResult& result) {
                CHECK(result.error == RequestError::none);
                ++joins;
            });
        }
        SUBCASE("because its server drains") {
            ++joins;
            cluster.server(0).drain(5s, "an update");
        }
        REQUIRE(cluster.run_until([&] {
            return cluster.server(1).stats().sessions == 1;
        }));
        cluster.run(5s);
        CHECK(answers == std::vector<RequestError>{RequestError::cancelled});
        CHECK(joins == 1);
        CHECK(ada.state() == ClientState::online);
    }
}
