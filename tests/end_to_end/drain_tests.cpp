// A server that is to end takes nobody in any more, and lets those play on who do.

#include "end_to_end/watched_game.hpp"
#include "support/answers.hpp"
#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr const char* why = "maintenance";

/// Two play, and one is in the lobby.
struct Drained {
    Stepper stepper;
    Client& ada = stepper.add_player("ada");
    Client& bob = stepper.add_player("bob");
    Client& eve = stepper.add_client("eve");

    explicit Drained(Stepper::Options options = {}) : stepper(std::move(options)) {
        REQUIRE(stepper.run_until([this] {
            return ada.room().is_set() && bob.room().is_set() && eve.state() == ClientState::online;
        }));
    }
};

Stepper::Options with_queue() {
    Stepper::Options options;
    options.kind = [](RoomKindConfig& kind) {
        kind.matchmaking = MatchRules{.teams = 2, .team_size = 4};
        kind.spectators = 4;
    };
    return options;
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("drain: who plays goes on and may resume, and nobody else gets in") {
        Drained game(with_queue());
        Stepper& stepper = game.stepper;
        stepper.server.drain(60s, why);
        CHECK(stepper.server.is_draining());
        Answers answers;
        const auto is_refused = [&](const JoinResult& result) {
            return result.error == RequestError::server_closing && result.detail == why;
        };
        game.eve.join_room(game.ada.room(), answers.keep);
        CHECK(is_refused(answers.next(stepper)));
        game.eve.watch_room(game.ada.room(), "", answers.keep);
        CHECK(is_refused(answers.next(stepper)));
        game.eve.join_or_create("pond", answers.keep);
        CHECK(is_refused(answers.next(stepper)));
        game.eve.create_room("pond", {.name = "another"}, answers.keep);
        CHECK(is_refused(answers.next(stepper)));
        game.eve.queue({.kind = "pond"}, answers.keep);
        CHECK(is_refused(answers.next(stepper)));
        CHECK_FALSE(stepper.server.create_room("pond", "mine"));
        CHECK_FALSE(stepper.server.reserve_seat(game.ada.room()));

        Client& late = stepper.add_player("late");
        REQUIRE(stepper.run_until([&] {
            return late.state() == ClientState::closed;
        }));
        CHECK(late.close_reason() == CloseReason::server_closing);
        CHECK(late.close_detail() == why);

        const PresenceId presence = game.ada.presence();
        stepper.network.set_conditions(cut);
        stepper.run(12s);
        CHECK(stepper.books.count("suspend ada") == 1);
        stepper.network.set_conditions(calm);
        CHECK(stepper.run_until([&] {
            return stepper.books.count("resume ada") == 1;
        }));
        CHECK(game.ada.presence() == presence);
        const Tick before = game.bob.stats().newest_tick;
        stepper.run(1s);
        CHECK(game.bob.stats().newest_tick - before > 50);
        CHECK_FALSE(stepper.server.is_drained());
    }

    TEST_CASE("drain: who waits for a match is told that it is cancelled") {
        Drained game(with_queue());
        Answers answers;
        game.eve.queue({.kind = "pond"}, answers.keep);
        game.stepper.run(1s);
        REQUIRE(answers.results.empty());
        game.stepper.server.drain(60s, why);
        CHECK(answers.next(game.stepper).error == RequestError::cancelled);
    }

    TEST_CASE("drain: the lobby's list has no room that one may join") {
        Drained game;
        REQUIRE(game.stepper.server.create_room("pond", "empty"));
        game.stepper.run(1s);
        REQUIRE(game.stepper.server.rooms().size() == 2);
        game.stepper.server.drain(60s, why);
        game.stepper.run(1s);
        const auto rooms = game.stepper.server.rooms();
        REQUIRE(rooms.size() == 1); // the empty one is gone
        CHECK(rooms.front().is_locked);
        CHECK(rooms.front().id == game.ada.room());
    }

    TEST_CASE("drain: at the deadline rooms are closed, and all are told why") {
        Drained game;
        std::string told;
        game.ada.on_room_left([&](LeaveReason reason, const std::string& detail) {
            told = std::string(message(reason)) + ": " + detail;
        });
        game.stepper.server.drain(5s, why);
        CHECK(game.stepper.books.count("drain in 300 ticks") == 1);
        CHECK(game.stepper.server.stats().is_draining);
        game.stepper.run(4'900ms);
        CHECK(game.ada.room().is_set());
        CHECK(game.stepper.run_until(
            [&] {
                return game.stepper.server.is_drained() && !game.ada.room().is_set();
            },
            500ms));
        CHECK(told == "the room has ended: maintenance");
        CHECK(game.ada.state() == ClientState::online);
        game.stepper.server.stop(why);
        CHECK(game.stepper.run_until([&] {
            return game.stepper.server.has_stopped() && game.ada.state() == ClientState::closed;
        }));
    }

    TEST_CASE("drain: a game that ends its rooms earlier has the server drained earlier") {
        Drained game;
        game.stepper.server.drain(1h, why);
        game.stepper.run(1s);
        CHECK_FALSE(game.stepper.server.is_drained());
        game.stepper.ponds.front()->end("the match is over");
        CHECK(game.stepper.run_until(
            [&] {
                return game.stepper.server.is_drained();
            },
            100ms));
    }

    TEST_CASE("drain: when the last player leaves, its room does not linger") {
        Drained game;
        game.stepper.server.drain(1h, why);
        game.ada.leave_room();
        game.bob.leave_room();
        CHECK(game.stepper.run_until(
            [&] {
                return game.stepper.server.is_drained();
            },
            200ms));
    }

    TEST_CASE("drain: another deadline takes the place of the first, and games hear of it") {
        Drained game;
        game.stepper.server.drain(1h, why);
        game.stepper.server.drain(1s, "now");
        CHECK(game.stepper.books.count("drain in 60 ticks") == 1);
        CHECK(game.stepper.run_until(
            [&] {
                return game.stepper.server.is_drained();
            },
            1'200ms));
    }

    TEST_CASE("drain: a server without rooms is drained at once") {
        Stepper stepper;
        stepper.run(1s);
        CHECK_FALSE(stepper.server.is_drained());
        stepper.server.drain(1h, why);
        CHECK(stepper.server.is_drained());
    }

    TEST_CASE("drain: whom a game's check is asked about is refused all the same") {
        std::vector<AuthReply> asked;
        Stepper::Options options;
        options.server.authenticate = [&](const AuthRequest&, AuthReply reply) {
            asked.push_back(std::move(reply));
        };
        Stepper stepper(std::move(options));
        Client& ada = stepper.add_client("ada");
        REQUIRE(stepper.run_until([&] {
            return asked.size() == 1;
        }));
        stepper.server.drain(1h, why);
        asked.front().accept("ada");
        CHECK(stepper.run_until([&] {
            return ada.state() == ClientState::closed;
        }));
        CHECK(ada.close_reason() == CloseReason::server_closing);
    }
}

TEST_CASE("admin: a drained server says so to its admins, who may still come") {
    Watched game([](ServerConfig& config) {
        config.drain_time = 20s;
    });
    Client& ada = game.stepper.add_player("ada");
    REQUIRE(game.stepper.run_until_joined());
    AdminClient& admin = game.admin(full_key);
    REQUIRE(game.is_watching(admin));
    CHECK_FALSE(admin.stats().is_draining);
    AdminClient& reader = game.admin(read_key);
    REQUIRE(game.is_watching(reader));
    CHECK(game.act(reader, {AdminVerb::drain}) == "this key is for looking alone");
    CHECK(game.act(admin, {AdminVerb::drain, {}, {}, why}).empty());
    CHECK(game.stepper.books.count("drain in 1200 ticks") == 1);
    CHECK(game.run_until([&] {
        return admin.stats().is_draining;
    }));
    CHECK(game.is_watching(game.admin(read_key)));
    CHECK(std::ranges::any_of(game.log, [](const std::string& line) {
        return line.starts_with("admin: drain, \"maintenance\", by ");
    }));
    CHECK(ada.room().is_set());
    CHECK(game.run_until(
        [&] {
            return game.stepper.server.is_drained();
        },
        25s));
}
