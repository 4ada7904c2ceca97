// Players wait for others who fit, and are seated with them.

#include "support/answers.hpp"
#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

Stepper::Options with_rules(const MatchRules& rules) {
    Stepper::Options options;
    options.kind = [rules](RoomKindConfig& kind) {
        kind.matchmaking = rules;
    };
    return options;
}

/// Everyone who waits, and what came of it.
struct Waiting {
    Stepper stepper;
    std::map<std::string, JoinResult> results;
    std::map<std::string, QueueProgress> progress;

    explicit Waiting(Stepper::Options options) : stepper(std::move(options)) {}

    Client& queue(const std::string& name, MatchRequest request) {
        Client& client = stepper.add_client(name);
        queue(client, name, std::move(request));
        return client;
    }
    void queue(Client& client, const std::string& name, MatchRequest request) {
        request.kind = "pond";
        client.queue(
            std::move(request),
            [this, name](const JoinResult& result) {
                results[name] = result;
            },
            [this, name](const QueueProgress& told) {
                progress[name] = told;
            });
    }
    bool wait_for(std::size_t count, Duration limit = 10s) {
        return stepper.run_until(
            [&] {
                return results.size() >= count;
            },
            limit);
    }
};

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("queue: those of like rank meet, in teams of the right size") {
        Waiting waiting(
            with_rules({.teams = 2, .team_size = 2, .window = 100, .window_growth = 0}));
        std::map<std::string, Client*> clients;
        for (const auto& [name, rank] : std::map<std::string, double>{{"a", 1000},
                                                                      {"b", 1040},
                                                                      {"c", 2000},
                                                                      {"d", 2010},
                                                                      {"e", 990},
                                                                      {"f", 1020},
                                                                      {"g", 2090},
                                                                      {"h", 1990}})
            clients[name] = &waiting.queue(name, {.rank = rank});
        REQUIRE(waiting.wait_for(8));
        std::map<RoomId, std::set<std::string>> rooms;
        for (const auto& [name, result] : waiting.results) {
            REQUIRE(result.error == RequestError::none);
            rooms[result.room].insert(name);
        }
        REQUIRE(rooms.size() == 2);
        CHECK(rooms[waiting.results["a"].room] == std::set<std::string>{"a", "b", "e", "f"});
        CHECK(rooms[waiting.results["c"].room] == std::set<std::string>{"c", "d", "g", "h"});
        REQUIRE(waiting.stepper.run_until([&] {
            return clients["a"]->members().size() == 4;
        }));
        std::size_t second_team = 0;
        for (const auto& [id, member] : clients["a"]->members()) second_team += member.team;
        CHECK(second_team == 2);
        CHECK(clients["a"]->stats().state_mismatches == 0);
        // Nobody else gets in: not by asking for any room, nor by the list.
        Answers answers;
        Client& eve = waiting.stepper.add_client("eve");
        eve.join_room(rooms.begin()->first, answers.keep);
        CHECK(answers.next(waiting.stepper).error == RequestError::room_locked);
        eve.join_or_create("pond", answers.keep);
        CHECK_FALSE(rooms.contains(answers.next(waiting.stepper).room));
    }

    TEST_CASE(
        "queue: the window widens until far ranks meet, and who waits is told how it stands") {
        Waiting waiting(with_rules({.window = 100, .window_growth = 50}));
        waiting.queue("ada", {.rank = 1000});
        waiting.queue("bob", {.rank = 1250});
        CHECK_FALSE(waiting.wait_for(1, 2500ms));
        CHECK(waiting.progress.at("ada").waiting == 2);
        CHECK(waiting.progress.at("ada").needed == 2);
        CHECK(waiting.progress.at("ada").window > 100);
        REQUIRE(waiting.wait_for(2, 2s));
        CHECK(waiting.results.at("ada").room == waiting.results.at("bob").room);
    }

    TEST_CASE("queue: a party comes into one team, once it is whole") {
        Waiting waiting(with_rules({.teams = 2, .team_size = 2}));
        Client& ada = waiting.queue("ada", {.party = "ours", .party_size = 2});
        waiting.queue("eve", {});
        waiting.queue("ian", {});
        CHECK_FALSE(waiting.wait_for(1, 3s));
        Client& bob = waiting.queue("bob", {.party = "ours", .party_size = 2});
        REQUIRE(waiting.wait_for(4));
        REQUIRE(waiting.stepper.run_until([&] {
            return ada.members().size() == 4;
        }));
        CHECK(ada.members().at(ada.presence()).team == ada.members().at(bob.presence()).team);
    }

    TEST_CASE("queue: a party of whatever size is named costs nothing and is refused (A37)") {
        Waiting waiting(with_rules({.teams = 2, .team_size = 4}));
        Client& eve = waiting.stepper.add_client("eve");
        for (const std::uint32_t size : {0u, 5u, 255u, 0x80000000u, 0xFFFFFFFFu}) {
            waiting.results.clear();
            waiting.queue(eve, "eve", {.party = "ours", .party_size = size});
            REQUIRE(waiting.wait_for(1));
            CHECK(waiting.results.at("eve").error == RequestError::bad_request);
        }
        waiting.results.clear();
        waiting.queue(eve, "eve", {.party = "ours", .party_size = 4});
        CHECK_FALSE(waiting.wait_for(1, 1s));
    }

    TEST_CASE("queue: a wait can be ended, and begun again") {
        Waiting waiting(with_rules({}));
        Client& ada = waiting.queue("ada", {});
        waiting.stepper.run(500ms);
        // A second ticket of the same session is refused, and leaves the first alone.
        Answers answers;
        ada.queue({.kind = "pond"}, answers.keep);
        CHECK(answers.next(waiting.stepper).error == RequestError::not_now);
        ada.cancel_queue();
        REQUIRE(waiting.wait_for(1));
        CHECK(waiting.results.at("ada").error == RequestError::cancelled);
        waiting.results.clear();
        waiting.queue("bob", {});
        CHECK_FALSE(waiting.wait_for(1, 1s));
        waiting.queue(ada, "ada", {});
        REQUIRE(waiting.wait_for(2));
        CHECK(waiting.results.at("ada").room == waiting.results.at("bob").room);
    }

    TEST_CASE("queue: who takes a seat elsewhere waits no more, and who is in a match does not") {
        Waiting waiting(with_rules({}));
        Answers answers;
        Client& ada = waiting.queue("ada", {});
        waiting.stepper.run(500ms);
        ada.join_or_create("pond", answers.keep);
        REQUIRE(answers.next(waiting.stepper).error == RequestError::none);
        REQUIRE(waiting.wait_for(1));
        CHECK(waiting.results.at("ada").error == RequestError::cancelled);
        // From a room that is no match one may wait for one.
        waiting.results.clear();
        waiting.queue(ada, "ada", {});
        waiting.queue("bob", {});
        REQUIRE(waiting.wait_for(2));
        CHECK(ada.room() == waiting.results.at("bob").room);
        waiting.results.clear();
        waiting.queue(ada, "ada", {});
        REQUIRE(waiting.wait_for(1));
        CHECK(waiting.results.at("ada").error == RequestError::not_now);
    }

    TEST_CASE("queue: one who is away for a moment keeps its place, and is seated") {
        Waiting waiting(with_rules({}));
        Client& ada = waiting.queue("ada", {});
        waiting.stepper.run(500ms);
        waiting.stepper.network.set_conditions_of(first_client_port, cut, cut);
        waiting.stepper.run(2s);
        waiting.queue("bob", {});
        REQUIRE(waiting.wait_for(1));
        waiting.stepper.network.set_conditions_of(first_client_port, calm, calm);
        REQUIRE(waiting.wait_for(2));
        CHECK(waiting.results.at("ada").room == waiting.results.at("bob").room);
        CHECK(ada.room() == waiting.results.at("ada").room);
        REQUIRE(waiting.stepper.run_until([&] {
            return !waiting.stepper.bodies(ada).empty();
        }));
        // Who is gone for good is not waited for.
        Client& eve = waiting.queue("eve", {});
        waiting.stepper.run(500ms);
        eve.leave();
        waiting.stepper.run(500ms);
        waiting.results.clear();
        waiting.queue("ian", {});
        CHECK_FALSE(waiting.wait_for(1, 1s));
    }

    TEST_CASE("queue: a free seat in a running match is filled") {
        Waiting waiting(with_rules({.teams = 2, .team_size = 1}));
        waiting.queue("ada", {.rank = 1000});
        Client& bob = waiting.queue("bob", {.rank = 1000});
        REQUIRE(waiting.wait_for(2));
        const RoomId room = waiting.results.at("ada").room;
        bob.leave_room();
        waiting.results.clear();
        waiting.queue("eve", {.rank = 5000});
        CHECK_FALSE(waiting.wait_for(1, 1s));
        Client& eli = waiting.queue("eli", {.rank = 1010});
        REQUIRE(waiting.wait_for(1));
        CHECK(waiting.results.at("eli").room == room);
        CHECK(eli.room() == room);
    }

    TEST_CASE("queue: the game may match as it likes") {
        MatchRules rules;
        rules.matcher = [](std::span<const MatchTicket> tickets) {
            // Everyone with everyone, as soon as three are there.
            std::vector<MadeMatch> made;
            if (tickets.size() < 3) return made;
            made.emplace_back();
            for (const MatchTicket& ticket : tickets) made.back().teams.push_back({ticket.id});
            return made;
        };
        Waiting waiting(with_rules(rules));
        waiting.queue("ada", {.rank = 1});
        waiting.queue("bob", {.rank = 1000});
        CHECK_FALSE(waiting.wait_for(1, 1s));
        waiting.queue("eli", {.rank = 1e9});
        REQUIRE(waiting.wait_for(3));
        CHECK(waiting.results.at("ada").room == waiting.results.at("eli").room);
    }

    TEST_CASE("queue: a kind without matchmaking has none") {
        Stepper stepper;
        Answers answers;
        Client& ada = stepper.add_client("ada");
        ada.queue({.kind = "pond"}, answers.keep);
        CHECK(answers.next(stepper).error == RequestError::bad_request);
        ada.queue({.kind = "lake"}, answers.keep);
        CHECK(answers.next(stepper).error == RequestError::unknown_kind);
    }
}
