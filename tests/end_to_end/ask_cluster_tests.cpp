// The game's web backend is asked about joins that lead from one server of a cluster to another.

#include "end_to_end/asking_stage.hpp"
#include "support/cluster_stepper.hpp"

#include <optional>
#include <string>

using namespace asking;
using bridge::Json;

namespace {

/// Two servers with one backend.
class ClusterStage {
public:
    ClusterStage() : stepper(options(backend)) {}

    bool run_until(const std::function<bool()>& holds) {
        return Sidecar::wait([&] {
            stepper.run(20ms);
            return holds();
        });
    }
    JoinResult answer_to(const std::function<void(Client::JoinHandler)>& ask) {
        std::optional<JoinResult> result;
        ask([&](const JoinResult& one) {
            result = one;
        });
        REQUIRE(run_until([&] {
            return result.has_value();
        }));
        return *result;
    }

    Sidecar backend{};
    ClusterStepper stepper;

private:
    static ClusterStepper::Options options(Sidecar& backend) {
        backend.answer_with(yes);
        ClusterStepper::Options options;
        options.server.bridge = bridge_of(backend.port());
        options.kind = [](RoomKindConfig& kind) {
            kind.matchmaking = MatchRules{.teams = 2, .team_size = 1};
        };
        return options;
    }
};

} // namespace

TEST_CASE("ask joins: a room of another server is asked about once, where the player asked") {
    ClusterStage cluster;
    const RoomId room = cluster.stepper.server(1).create_room("pond", "Deck").value();
    Client& ada = cluster.stepper.add_client("ada", 0);
    ada.watch_rooms();
    REQUIRE(cluster.run_until([&] {
        return ada.rooms().size() == 1;
    }));
    const auto join = [&] {
        return cluster.answer_to([&](Client::JoinHandler done) {
            ada.join_room(room, std::move(done));
        });
    };
    cluster.backend.answer_with(R"({"allow":false,"reason":"not your deck"})");
    const JoinResult refused = join();
    CHECK(refused.error == RequestError::refused_by_game);
    CHECK(refused.detail == "not your deck");
    cluster.backend.answer_with(yes);
    CHECK(join());
    CHECK(ada.room() == room);
    const std::vector<Json> asked = asked_of(cluster.backend);
    REQUIRE(asked.size() == 2);
    CHECK(asked[1]["node"] == "node-0");
    CHECK(asked[1]["room"] == "Deck");
    CHECK(asked[1]["room_id"] == room.value);
    CHECK(asked[1]["kind"] == "pond");
    CHECK(asked[1]["create"] == false);
}

TEST_CASE("ask joins: of an invite to another server the kind is told") {
    ClusterStage cluster;
    Client& ada = cluster.stepper.add_client("ada", 0);
    const JoinResult made = cluster.answer_to([&](Client::JoinHandler done) {
        ada.create_room("pond", {.name = "Deck", .is_private = true}, std::move(done));
    });
    REQUIRE(made);
    Client& bob = cluster.stepper.add_client("bob", 1);
    CHECK(cluster.answer_to([&](Client::JoinHandler done) {
        bob.join_by_invite(made.invite, std::move(done));
    }));
    CHECK(bob.room() == made.room);
    const std::vector<Json> asked = asked_of(cluster.backend);
    REQUIRE(asked.size() == 2);
    CHECK(asked[1]["node"] == "node-1");
    CHECK(asked[1]["room_id"] == 0);
    CHECK(asked[1]["kind"] == "pond");
}

TEST_CASE("ask joins: any room and a match of a cluster are asked about once for each player") {
    ClusterStage cluster;
    Client& ada = cluster.stepper.add_client("ada", 0);
    Client& bob = cluster.stepper.add_client("bob", 1);
    const auto are_together = [&] {
        return ada.room().is_set() && ada.room() == bob.room();
    };
    SUBCASE("any room") {
        CHECK(cluster.answer_to([&](Client::JoinHandler done) {
            ada.join_or_create("pond", std::move(done));
        }));
        cluster.stepper.run(1s);
        bob.join_or_create("pond");
    }
    SUBCASE("a match") {
        ada.queue({.kind = "pond"}, {});
        bob.queue({.kind = "pond"}, {});
    }
    CHECK(cluster.run_until(are_together));
    CHECK(cluster.backend.requests().size() == 2);
}
