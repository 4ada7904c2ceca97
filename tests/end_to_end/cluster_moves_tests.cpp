// Rooms that go from one server to another while they are played.

#include "support/cluster_stepper.hpp"
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

constexpr std::size_t node_count = 3;

ClusterStepper::Options options() {
    ClusterStepper::Options options{.nodes = node_count, .capacity = 8};
    options.server.limits = {.requests_per_second = 1'000, .chats_per_second = 1'000};
    options.server.grace_time = 8s;
    return options;
}

/// A room at the first server, with players who came by different ones.
struct Journey {
    explicit Journey(ClusterStepper::Options how = options()) : cluster(std::move(how)) {
        for (auto& node : cluster.nodes) node->books.saves_rooms = true;
        room = *cluster.server(0).create_room("pond", "wanders");
        for (std::size_t i = 0; i < players.size(); ++i) {
            players[i] = &cluster.add_client("player-" + std::to_string(i), i);
            players[i]->on_room_left([this](LeaveReason, const std::string&) {
                ++rooms_left;
            });
            players[i]->on_suspended([this] {
                ++suspensions;
            });
        }
        REQUIRE(cluster.run_until([&] {
            return std::ranges::all_of(cluster.nodes, [](const auto& node) {
                return node->server->rooms().size() == 1;
            });
        }));
        for (Client* player : players) {
            REQUIRE(cluster.run_until([&] {
                return player->state() == ClientState::online;
            }));
            player->join_room(room);
            REQUIRE(cluster.run_until([&] {
                return player->room() == room;
            }));
        }
        cluster.run(1s);
        for (const Client* player : players) seats.push_back(player->presence());
    }

    test_game::Pond& pond() { return *cluster.nodes[home()]->ponds.back(); }
    /// The server that has the room; as many as there are: none.
    std::size_t home() {
        for (std::size_t node = 0; node < node_count; ++node) {
            if (!cluster.nodes[node]->server) continue;
            const auto rooms = cluster.server(node).rooms();
            const bool is_here = std::ranges::any_of(rooms, [&](const RoomSummary& one) {
                return one.id == room && one.node.empty();
            });
            if (is_here) return node;
        }
        return node_count;
    }
    void begin_move() { cluster.server(0).drain(0ms, "maintenance"); }
    bool arrive(Duration limit = 10s) {
        return cluster.run_until(
            [&] {
                return home() != 0 && home() < node_count && all_are_there();
            },
            limit);
    }
    /// None of them is on its way any more.
    bool all_are_there() {
        return std::ranges::all_of(pond().swimmers(), [](const Presence* presence) {
            return presence->is_connected();
        });
    }
    /// Everything that makes it the same to its players.
    void check_seats() {
        for (std::size_t i = 0; i < players.size(); ++i) {
            CHECK(players[i]->room() == room);
            CHECK(players[i]->presence() == seats[i]);
            CHECK(players[i]->members().size() == players.size());
        }
    }

    ClusterStepper cluster;
    RoomId room{};
    std::array<Client*, 3> players{};
    std::vector<PresenceId> seats;
    int rooms_left = 0;
    int suspensions = 0;
};

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
        for (std::size_t node = 0; node < node_count; ++node)
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
        for (std::size_t node = 1; node < node_count; ++node) {
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

    TEST_CASE("move: who is away meanwhile comes back to the same seat, at whichever server") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        Client& away = *journey.players[2];
        away.set_net_sim({.out = {.blackout = true}, .in = {.blackout = true}});
        cluster.run(3s);
        journey.begin_move();
        REQUIRE(cluster.run_until([&] {
            return journey.home() == 1 || journey.home() == 2;
        }));
        cluster.run(1s);
        cluster.nodes[0]->server.reset();
        away.set_net_sim({});
        REQUIRE(journey.arrive());
        cluster.run(1s);
        journey.check_seats();
        CHECK(journey.rooms_left == 0);
        const auto& log = cluster.nodes[journey.home()]->books.log;
        CHECK(std::ranges::count(log, "resume player-2") == 1);
    }

    TEST_CASE("move: who does not come loses its seat after the time of grace, not before") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        Client& lost = *journey.players[2];
        lost.set_net_sim({.out = {.blackout = true}, .in = {.blackout = true}});
        cluster.run(3s);
        journey.begin_move();
        REQUIRE(cluster.run_until([&] {
            return journey.home() == 1 || journey.home() == 2;
        }));
        cluster.run(6s);
        REQUIRE(journey.players[0]->members().contains(journey.seats[2]));
        CHECK_FALSE(journey.players[0]->members().at(journey.seats[2]).is_connected);
        cluster.run(4s);
        CHECK_FALSE(journey.players[0]->members().contains(journey.seats[2]));
        const std::string left = "leave player-2: " + std::string(message(LeaveReason::timed_out));
        CHECK(cluster.nodes[journey.home()]->books.count(left) == 1);
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

    TEST_CASE("move: who leaves on the way is in it no more") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        journey.begin_move();
        cluster.run(20ms);
        int left = 0;
        journey.players[0]->on_room_left([&](LeaveReason reason, const std::string&) {
            CHECK(reason == LeaveReason::left);
            ++left;
        });
        journey.players[0]->leave_room();
        REQUIRE(cluster.run_until([&] {
            return journey.home() != 0 && journey.home() < node_count && journey.all_are_there();
        }));
        cluster.run(2s);
        CHECK(left == 1);
        CHECK_FALSE(journey.players[0]->room().is_set());
        CHECK(journey.players[1]->members().size() == 2);
        CHECK(journey.rooms_left == 0);
    }

    TEST_CASE("move: who is sent away on the way does not come in") {
        Journey journey;
        ClusterStepper& cluster = journey.cluster;
        // Her way is long: the others are there before.
        journey.players[2]->set_net_sim({.out = {.delay = 300ms}, .in = {.delay = 300ms}});
        cluster.run(2s);
        journey.begin_move();
        REQUIRE(cluster.run_until([&] {
            return journey.home() != 0 && journey.home() < node_count;
        }));
        std::vector<LeaveReason> left;
        journey.players[2]->on_room_left([&](LeaveReason reason, const std::string&) {
            left.push_back(reason);
        });
        journey.pond().kick_one(journey.seats[2], "no more of that");
        cluster.run(5s);
        CHECK_FALSE(journey.players[2]->room().is_set());
        CHECK(left.size() == 1);
        CHECK(journey.players[2]->state() == ClientState::online);
        CHECK(journey.players[0]->members().size() == 2);
        CHECK(cluster.server(journey.home()).stats().players == 2);
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
            return journey.home() != 0 && journey.home() < node_count && journey.all_are_there();
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
            REQUIRE(from < node_count);
            cluster.server(from).drain(0ms, "maintenance");
            REQUIRE(cluster.run_until([&] {
                return journey.home() != from && journey.home() < node_count &&
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
