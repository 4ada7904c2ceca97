// Rooms that go from one server to another while they are played.

#include "end_to_end/journey.hpp"
#include "support/listener.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

test_game::Push push(int x) {
    return {static_cast<std::int8_t>(x), 0};
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("move: a room goes on at another server with its players, seats, state and chat") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        std::array<Listener, 3> heard;
        std::array<int, 3> states{};
        const auto board = test_game::board("score", 4);
        const auto secret = test_game::board("cards", 2);
        journey.pond().show({board.data(), board.size()});
        journey.pond().show_to(journey.seats[1], {secret.data(), secret.size()});
        for (std::size_t i = 0; i < 3; ++i) {
            heard[i].listen(*journey.players[i], "room/" + std::to_string(journey.room.value));
            journey.players[i]->on_room_state<test_game::Board>([&states, i](const auto&) {
                ++states[i];
            });
            journey.players[i]->send_input(push(static_cast<int>(i) + 1));
        }
        cluster.run(1s);
        journey.players[0]->command(RoomVerb::make_host, journey.seats[2]);
        journey.players[0]->channels().say("room/" + std::to_string(journey.room.value), "before");
        cluster.run(1s);
        const double place = journey.pond().place_of(journey.seats[2]);
        REQUIRE(place > 0);
        REQUIRE(journey.players[0]->host() == journey.seats[2]);
        const auto age = cluster.server(0).rooms().front().age;

        journey.begin_move();
        REQUIRE(journey.arrive());
        CHECK(journey.pond().place_of(journey.seats[2]) >= place);
        cluster.run(1s);
        journey.check_seats();
        journey.players[1]->channels().say("room/" + std::to_string(journey.room.value), "after");
        cluster.run(1s);
        for (std::size_t i = 0; i < 3; ++i) {
            CHECK(journey.players[i]->host() == journey.seats[2]);
            CHECK(heard[i].gaps == 0);
            CHECK(heard[i].lines ==
                  std::vector<std::string>{"player-0: before", "player-1: after"});
            CHECK(states[i] == 1);
            const auto* const shown = journey.players[i]->room_state<test_game::Board>();
            REQUIRE(shown);
            CHECK(shown->title()->str() == "score");
        }
        const auto* const cards = journey.players[1]->private_state<test_game::Board>();
        REQUIRE(cards);
        CHECK(cards->title()->str() == "cards");
        CHECK(journey.rooms_left == 0);
        CHECK(journey.suspensions == 0);
        CHECK(cluster.server(journey.home()).rooms().front().age > age);
        CHECK(cluster.server(0).is_drained());
        for (std::size_t node = 0; node < Journey::node_count; ++node)
            CHECK(cluster.server(node).stats().refused.malformed_messages == 0);
        CHECK(cluster.errors.empty());
    }

    TEST_CASE("move: players see one short hitch, and their inputs count again after it") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        Client& player = *journey.players[1];
        player.send_input(push(1));
        cluster.run(1s);
        journey.begin_move();
        Duration still{};
        Duration longest{};
        float shown = -1000;
        std::size_t fewest = 1000;
        for (int i = 0; i < 400; ++i) {
            cluster.run(10ms);
            std::size_t bodies = 0;
            float first = 0;
            player.each<test_game::Body>(cluster.now(), [&](EntityId, const test_game::Body& body) {
                if (bodies++ == 5) first = body.position().x();
            });
            fewest = std::min(fewest, bodies);
            still = first == shown ? still + 10ms : Duration{};
            longest = std::max(longest, still);
            shown = first;
        }
        REQUIRE(journey.arrive());
        MESSAGE("the picture stood still for " << longest.count() / 1000 << " ms");
        CHECK(longest < 700ms);
        CHECK(fewest > 20); // what is shown does not vanish meanwhile
        const double before = journey.pond().place_of(journey.seats[1]);
        cluster.run(500ms);
        CHECK(journey.pond().place_of(journey.seats[1]) > before);
        CHECK(player.stats().state_mismatches == 0);
        CHECK(player.stats().state_checks > 0);
    }

    TEST_CASE("move: reliable events arrive once and in order, whenever they are sent") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        std::vector<std::uint32_t> heard;
        journey.players[2]->on_event<test_game::Call>([&](const test_game::Call& call) {
            heard.push_back(call.number());
        });
        std::uint32_t sent = 0;
        std::uint32_t called = 0;
        for (int i = 0; i < 300; ++i) {
            if (i == 60) journey.begin_move();
            flatbuffers::FlatBufferBuilder builder;
            builder.Finish(test_game::CreateCall(builder, ++sent));
            journey.players[1]->send_event(bytes_of(builder));
            cluster.run(10ms);
            // The one that plays on: the old room stands still once it is saved.
            test_game::Pond* const pond =
                cluster.nodes[1]->ponds.empty()
                    ? cluster.nodes[2]->ponds.empty()
                          ? i < 60 ? cluster.nodes[0]->ponds.back() : nullptr
                          : cluster.nodes[2]->ponds.back()
                    : cluster.nodes[1]->ponds.back();
            if (pond) pond->call(++called);
        }
        REQUIRE(journey.arrive());
        cluster.run(2s);
        std::vector<std::uint32_t> taken = cluster.nodes[0]->books.calls;
        for (std::size_t node = 1; node < Journey::node_count; ++node) {
            const auto& there = cluster.nodes[node]->books.calls;
            taken.insert(taken.end(), there.begin(), there.end());
        }
        std::vector<std::uint32_t> all(sent);
        std::iota(all.begin(), all.end(), 1);
        CHECK(taken == all);
        all.resize(called);
        std::iota(all.begin(), all.end(), 1);
        CHECK(heard == all);
    }

    TEST_CASE(
        "move: a room that nobody can go on with ends with the reason, its players in lobbies") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        for (auto& node : cluster.nodes) node->books.refuses_rooms = true;
        std::vector<std::string> reasons;
        for (Client* player : journey.players) {
            player->on_room_left([&](LeaveReason reason, const std::string& detail) {
                CHECK(reason == LeaveReason::room_closed);
                reasons.push_back(detail);
            });
        }
        journey.begin_move();
        REQUIRE(cluster.run_until([&] {
            return cluster.server(0).is_drained();
        }));
        CHECK(reasons == std::vector<std::string>(3, "maintenance"));
        CHECK(cluster.rooms() == 0);
        for (const Client* player : journey.players) CHECK(player->state() == ClientState::online);
    }

    TEST_CASE("move: the codes of a room lead to it, and its list line is never gone") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        const std::string code = *cluster.server(0).reserve_seat(journey.room);
        const std::string other_code = *cluster.server(0).reserve_seat(journey.room);
        Client& guest = cluster.add_client("guest", 1);
        Client& reader = cluster.add_client("reader", 2);
        reader.watch_rooms();
        REQUIRE(cluster.run_until([&] {
            return reader.rooms().size() == 1 && guest.state() == ClientState::online;
        }));
        journey.begin_move();
        std::size_t fewest = 1;
        REQUIRE(cluster.run_until([&] {
            fewest = std::min(fewest, reader.rooms().size());
            return journey.home() != 0 && journey.home() < Journey::node_count &&
                   journey.all_are_there();
        }));
        cluster.run(1s);
        CHECK(fewest == 1);
        CHECK(reader.rooms().at(journey.room).node ==
              (journey.home() == 2 ? "" : "node-" + std::to_string(journey.home())));
        // There is a server with the number that the codes begin with, but the room is not there.
        cluster.restart(0);
        cluster.run(2s);
        Client& late = cluster.add_client("late", 2);
        std::string small(other_code);
        for (char& letter : small) letter = static_cast<char>(std::tolower(letter));
        std::vector<RequestError> results;
        const auto note = [&](const JoinResult& result) {
            results.push_back(result.error);
        };
        guest.join_by_invite(code, note);
        late.join_by_invite(small, note);
        REQUIRE(cluster.run_until([&] {
            return results.size() == 2;
        }));
        CHECK(results == std::vector<RequestError>(2, RequestError::none));
        CHECK(guest.room() == journey.room);
        CHECK(late.room() == journey.room);
        CHECK(guest.presence() != journey.seats[0]);
    }

    TEST_CASE("move: a room may go on and on") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        for (int i = 0; i < 6; ++i) {
            const std::size_t from = journey.home();
            REQUIRE(from < Journey::node_count);
            cluster.server(from).drain(0ms, "maintenance");
            REQUIRE(cluster.run_until([&] {
                return journey.home() != from && journey.home() < Journey::node_count &&
                       journey.all_are_there();
            }));
            cluster.run(1s);
            journey.check_seats();
            cluster.restart(from);
            cluster.nodes[from]->books.saves_rooms = true;
            cluster.run(2s);
        }
        CHECK(journey.rooms_left == 0);
        CHECK(cluster.rooms() == 1);
    }
}
