// Who players are to the server, and where their friends are.

#include "support/answers.hpp"
#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

Stepper::Options with_names_as_users() {
    Stepper::Options options;
    options.server.authenticate = [](const AuthRequest& request, const AuthReply& reply) {
        reply.accept(request.name);
    };
    return options;
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("authenticate: the answer may take its time, and come from another thread") {
        Stepper::Options options;
        std::map<std::string, std::pair<AuthRequest, AuthReply>> asked;
        options.server.authenticate = [&](const AuthRequest& request, AuthReply reply) {
            asked.emplace(request.name, std::pair(request, std::move(reply)));
        };
        Stepper stepper(std::move(options));
        const auto with_token = [](const char* token) {
            return [token](ClientConfig& config) {
                config.token = token;
            };
        };
        Client& ada = stepper.add_client("ada", with_token("open sesame"));
        Client& eve = stepper.add_client("eve", with_token("let me in"));
        REQUIRE(stepper.run_until([&] {
            return asked.size() == 2;
        }));
        stepper.run(2s);
        CHECK(ada.state() == ClientState::connecting);
        CHECK(asked.at("ada").first.token == "open sesame");
        const std::uint64_t ticks = stepper.server.stats().ticks;
        std::thread backend([&] {
            asked.at("ada").second.accept("user 17", "Ada Lovelace");
            asked.at("eve").second.refuse("no such player");
            // Only the first word counts.
            asked.at("ada").second.refuse("changed my mind");
        });
        backend.join();
        REQUIRE(stepper.run_until([&] {
            return ada.state() == ClientState::online && eve.state() == ClientState::closed;
        }));
        CHECK(ticks > 100);
        CHECK(ada.user() == "user 17");
        CHECK(eve.close_reason() == CloseReason::refused);
        CHECK(eve.close_detail() == "no such player");
        ada.join_or_create("pond");
        REQUIRE(stepper.run_until([&] {
            return ada.members().size() == 1;
        }));
        CHECK(ada.members().begin()->second.name == "Ada Lovelace");
        CHECK(stepper.books.count("join Ada Lovelace") == 1);
    }

    TEST_CASE(
        "authenticate: who is never answered is sent away, and an answer to nobody is dropped") {
        Stepper::Options options;
        std::vector<AuthReply> replies;
        options.server.authenticate = [&](const AuthRequest&, AuthReply reply) {
            replies.push_back(std::move(reply));
        };
        options.server.handshake_timeout = 1s;
        {
            Stepper stepper(std::move(options));
            Client& ada = stepper.add_client("ada", [](ClientConfig& config) {
                config.connect_timeout = 3s;
            });
            Client& bob = stepper.add_client("bob");
            stepper.run(500ms);
            stepper.kill(bob);
            stepper.run(4s);
            CHECK(ada.state() == ClientState::closed);
            CHECK(stepper.server.stats().sessions == 0);
            for (const AuthReply& reply : replies) reply.accept("nobody");
            stepper.run(500ms);
            CHECK(stepper.server.stats().sessions == 0);
            CHECK(stepper.server.stats().peers == 0);
        }
        // The server is gone.
        for (const AuthReply& reply : replies) reply.accept("nobody");
    }

    TEST_CASE("authenticate: a user or name that can't be shown is an error of the game's") {
        Stepper::Options options;
        std::string user = "\xFF";
        options.server.authenticate = [&](const AuthRequest&, const AuthReply& reply) {
            reply.accept(user);
        };
        Stepper stepper(std::move(options));
        Client& ada = stepper.add_client("ada");
        REQUIRE(stepper.run_until([&] {
            return ada.state() == ClientState::closed;
        }));
        CHECK(ada.close_reason() == CloseReason::refused);
        CHECK(stepper.errors.size() == 1);
    }

    TEST_CASE("users: friends are told where one is, over all sessions, and when one is gone") {
        Stepper stepper(with_names_as_users());
        Client& ada = stepper.add_client("ada");
        std::vector<UserState> told;
        ada.users().watch({"bob", "nobody"}, [&](const UserSummary& user) {
            if (user.user == "bob") told.push_back(user.state);
        });
        REQUIRE(stepper.run_until([&] {
            return ada.users().all().size() == 2;
        }));
        CHECK(told == std::vector{UserState::offline});
        const auto becomes = [&](UserState state) {
            return stepper.run_until([&] {
                return !told.empty() && told.back() == state;
            });
        };
        Client& bob = stepper.add_client("bob");
        REQUIRE(becomes(UserState::online));
        bob.users().set_status(true, "making tea");
        REQUIRE(becomes(UserState::away));
        CHECK(ada.users().all().at("bob").status == "making tea");
        bob.join_or_create("pond");
        REQUIRE(becomes(UserState::in_match));
        CHECK(ada.users().all().at("bob").room == bob.room());
        // A second session that does nothing says nothing.
        Client& other = stepper.add_client("bob");
        stepper.run(500ms);
        CHECK(told.back() == UserState::in_match);
        bob.leave();
        REQUIRE(becomes(UserState::online));
        CHECK_FALSE(ada.users().all().at("bob").room.is_set());
        other.leave();
        REQUIRE(becomes(UserState::offline));
        CHECK(ada.users().all().at("nobody").state == UserState::offline);
    }

    TEST_CASE("users: a private room is not given away, and a phase is told") {
        Stepper::Options options = with_names_as_users();
        options.kind = [](RoomKindConfig& kind) {
            kind.start = {.min_players = 1, .countdown = 200ms};
        };
        Stepper stepper(std::move(options));
        Client& ada = stepper.add_client("ada");
        Client& bob = stepper.add_client("bob");
        ada.users().watch({"bob"}, {});
        bob.create_room("pond", {.is_private = true});
        const auto is = [&](UserState state) {
            return stepper.run_until([&] {
                const auto known = ada.users().all().find("bob");
                return known != ada.users().all().end() && known->second.state == state;
            });
        };
        REQUIRE(is(UserState::in_room));
        CHECK_FALSE(ada.users().all().at("bob").room.is_set());
        bob.set_ready(true);
        CHECK(is(UserState::in_match));
        stepper.ponds.front()->end_the_match();
        CHECK(is(UserState::in_room));
    }

    TEST_CASE("users: a watch goes on through a lost link") {
        Stepper stepper(with_names_as_users());
        Client& ada = stepper.add_client("ada");
        Client& bob = stepper.add_client("bob");
        ada.users().watch({"bob"}, {});
        REQUIRE(stepper.run_until([&] {
            return ada.users().all().size() == 1;
        }));
        stepper.network.set_conditions_of(first_client_port, cut, cut);
        bob.users().set_status(false, "bored");
        stepper.run(3s);
        stepper.network.set_conditions_of(first_client_port, calm, calm);
        CHECK(stepper.run_until([&] {
            return ada.users().all().at("bob").status == "bored";
        }));
        ada.users().watch({}, {});
        CHECK(ada.users().all().empty());
    }
}
