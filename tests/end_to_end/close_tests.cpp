#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_SUITE("end_to_end") {

    TEST_CASE("leave: what was sent before it arrives before it (A03)") {
        Stepper stepper({.link = {.delay = 80ms, .loss = 0.02}});
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        std::vector<std::uint32_t> sent;
        for (std::uint32_t i = 0; i < 100; ++i) {
            flatbuffers::FlatBufferBuilder builder;
            builder.Finish(test_game::CreateCall(builder, i));
            ada.send_event(bytes_of(builder));
            sent.push_back(i);
        }
        ada.leave();
        REQUIRE(stepper.run_until([&] {
            return ada.state() == ClientState::closed;
        }));
        stepper.run(1s);
        CHECK(stepper.books.calls == sent);
        CHECK(stepper.books.log == std::vector<std::string>{"join ada", "leave ada: left"});
        CHECK(stepper.server.stats().peers == 0);
    }

    TEST_CASE("leave: a client leaves its room and stays in the lobby") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        std::string why;
        ada.on_room_left([&](LeaveReason reason, const std::string&) {
            why = message(reason);
        });
        REQUIRE(stepper.run_until_joined());
        ada.leave_room();
        stepper.run(300ms);
        CHECK(why == "left");
        CHECK(ada.state() == ClientState::online);
        CHECK_FALSE(ada.room().is_set());
        CHECK(stepper.bodies(ada).empty());
        stepper.run(2s);
        CHECK(stepper.server.rooms().empty());
    }

    TEST_CASE("close: every client is told, through loss, within a second (A04)") {
        Stepper stepper({.link = {.delay = 20ms, .loss = 0.05}, .capacity = 50});
        for (int i = 0; i < 50; ++i) stepper.add_player("player " + std::to_string(i));
        REQUIRE(stepper.run_until_joined());
        stepper.server.stop("maintenance");
        CHECK(stepper.run_until(
            [&] {
                return stepper.server.has_stopped();
            },
            1'100ms));
        stepper.run(100ms);
        for (const auto& client : stepper.clients) {
            CHECK(client->state() == ClientState::closed);
            CHECK(client->close_reason() == CloseReason::server_closing);
            CHECK(client->close_detail() == "maintenance");
        }
        CHECK(stepper.books.count("leave player 7: the server is closing") == 1);
    }

    TEST_CASE("kick: the player is told why and is in the lobby") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        std::string why;
        ada.on_room_left([&](LeaveReason reason, const std::string& detail) {
            why = std::string(message(reason)) + ": " + detail;
        });
        REQUIRE(stepper.run_until_joined());
        stepper.ponds.front()->kick_all("too loud");
        stepper.run(300ms);
        CHECK(why == "removed from the room: too loud");
        CHECK(ada.state() == ClientState::online);
        CHECK(stepper.books.log.back() == "leave ada: removed from the room");
    }

    TEST_CASE("room: one that ends takes everyone out of it") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        Client& bob = stepper.add_player("bob");
        REQUIRE(stepper.run_until_joined());
        stepper.ponds.front()->end("the match is over");
        stepper.run(300ms);
        CHECK_FALSE(ada.room().is_set());
        CHECK_FALSE(bob.room().is_set());
        CHECK(stepper.server.rooms().empty());
        CHECK(stepper.books.count("leave bob: the room has ended") == 1);
    }

    TEST_CASE("room: what it ended for is told to all, also if its game closes it at each leave") {
        Stepper stepper;
        stepper.books.closes_on_leave = true;
        std::vector<std::string> told;
        for (const char* name : {"ada", "bob", "eve"}) {
            stepper.add_player(name).on_room_left([&told](LeaveReason, const std::string& detail) {
                told.push_back(detail);
            });
        }
        REQUIRE(stepper.run_until_joined());
        stepper.ponds.front()->end("the match is over");
        stepper.run(300ms);
        CHECK(told == std::vector<std::string>(3, "the match is over"));
    }

    TEST_CASE("room: an aborted one is not listed (A22)") {
        Stepper stepper;
        stepper.books.refuses_joins = true;
        Client& ada = stepper.add_client("ada");
        for (int i = 0; i < 100; ++i) ada.create_room("pond", {.name = "pond", .capacity = 4});
        stepper.run(3s);
        CHECK(stepper.server.rooms().empty());
    }
}
