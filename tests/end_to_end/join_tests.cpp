#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_SUITE("end_to_end") {

    TEST_CASE("join: two players meet in one room and see each other") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        Client& bob = stepper.add_player("bob");
        REQUIRE(stepper.run_until_joined());
        CHECK(ada.room() == bob.room());
        stepper.run(500ms);

        CHECK(stepper.bodies(ada).size() == 22);
        CHECK(ada.find<test_game::Body>(EntityId{bob.presence().value}, stepper.now()).has_value());
        CHECK(stepper.books.log.size() == 2);
        CHECK(stepper.books.count("join ada") == 1);
        CHECK(stepper.books.count("join bob") == 1);
        CHECK(stepper.errors.empty());
    }

    TEST_CASE("join: inputs reach the room once for each tick and move the player") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        stepper.run(2s);
        const std::uint64_t before = stepper.books.inputs;
        stepper.run(1s);
        CHECK(stepper.books.inputs - before >= 59);
        CHECK(stepper.books.inputs - before <= 61);
        CHECK(stepper.books.doubled_inputs == 0);
        const auto body = ada.find<test_game::Body>(EntityId{ada.presence().value}, stepper.now());
        REQUIRE(body.has_value());
        CHECK(body->position().x() > 1.0F);
        CHECK(stepper.server.stats().refused.early_inputs == 0);
    }

    TEST_CASE("join: a late joiner sees what is there within a second (A19)") {
        Stepper stepper;
        for (int i = 0; i < 8; ++i) stepper.add_player("early " + std::to_string(i));
        REQUIRE(stepper.run_until_joined());
        stepper.run(16s);
        Client& late = stepper.add_player("late");
        REQUIRE(stepper.run_until([&] {
            return late.room().is_set();
        }));
        stepper.run(1s);
        CHECK(stepper.bodies(late).size() == 29);
        stepper.run(2s);
        CHECK(late.stats().state_checks > 0);
        CHECK(late.stats().state_mismatches == 0);
    }

    TEST_CASE("join: a 9th at tick 1,000 has the server's state within a second") {
        Stepper::Options options;
        options.server.state_check_interval = 100ms;
        Stepper stepper(options);
        for (int i = 0; i < 8; ++i) stepper.add_player("early " + std::to_string(i));
        REQUIRE(stepper.run_until(
            [&] {
                return stepper.server.stats().tick.value == 1'000;
            },
            20s));
        const Client& late = stepper.add_player("late");
        stepper.run(1s);
        CHECK(late.stats().state_checks > 0);
        CHECK(late.stats().state_mismatches == 0);
        for (const auto& client : stepper.clients) {
            const EntityId body{client->presence().value};
            const auto seen = late.find<test_game::Body>(body, stepper.now());
            REQUIRE(seen.has_value());
            CHECK(seen->pushes() > 0);
        }
    }

    TEST_CASE("join: every refusal names its cause") {
        Stepper stepper({.capacity = 1});
        JoinResult result;
        const auto keep = [&](const JoinResult& r) {
            result = r;
        };
        Client& ada = stepper.add_client("ada");
        Client& bob = stepper.add_client("bob");
        ada.create_room("pond", {.name = "big pond", .capacity = 1}, keep);
        REQUIRE(stepper.run_until([&] {
            return result.room.is_set();
        }));
        const RoomId room = result.room;

        SUBCASE("full") {
            bob.join_room(room, keep);
            stepper.run(500ms);
            CHECK(result.error == RequestError::room_full);
        }
        SUBCASE("no such room") {
            bob.join_room(RoomId{999}, keep);
            stepper.run(500ms);
            CHECK(result.error == RequestError::no_such_room);
        }
        SUBCASE("no such kind") {
            bob.join_or_create("desert", keep);
            stepper.run(500ms);
            CHECK(result.error == RequestError::unknown_kind);
        }
        SUBCASE("the game says no") {
            stepper.books.refuses_joins = true;
            bob.join_or_create("pond", keep);
            stepper.run(500ms);
            CHECK(result.error == RequestError::refused_by_game);
            CHECK(result.detail == "the pond is frozen");
        }
        CHECK_FALSE(bob.room().is_set());
    }

    TEST_CASE("join: a second join of one's own room gives the seat one has (A10)") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        JoinResult again;
        ada.join_room(ada.room(), [&](const JoinResult& r) {
            again = r;
        });
        stepper.run(500ms);
        CHECK(again.room == ada.room());
        CHECK(again.presence == ada.presence());
        CHECK(stepper.books.count("join ada") == 1);
    }

    TEST_CASE("join: another room is joined before the old one is left") {
        Stepper stepper({.link = {.delay = 40ms, .jitter = 100ms}});
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        const RoomId old_room = ada.room();
        ada.create_room("pond", {.name = "second", .capacity = 4});
        REQUIRE(stepper.run_until([&] {
            return ada.room() != old_room;
        }));
        stepper.run(3s);
        CHECK(stepper.books.log ==
              std::vector<std::string>{"join ada", "join ada", "leave ada: left"});
        CHECK(stepper.server.rooms().size() == 1); // the empty one is gone
        CHECK(ada.stats().state_mismatches == 0);
        CHECK(ada.stats().state_checks > 0);
    }

    TEST_CASE("lobby: the list comes in pages") {
        Stepper stepper;
        for (int i = 0; i < 70; ++i)
            REQUIRE(stepper.server.create_room("pond", "pond " + std::to_string(i)).has_value());
        Client& ada = stepper.add_client("ada");
        RoomPage first;
        RoomPage second;
        ada.list_rooms(0, [&](const RoomPage& page) {
            first = page;
        });
        ada.list_rooms(64, [&](const RoomPage& page) {
            second = page;
        });
        REQUIRE(stepper.run_until([&] {
            return !second.rooms.empty();
        }));
        CHECK(first.total == 70);
        CHECK(first.rooms.size() == 64);
        CHECK(second.rooms.size() == 6);
        CHECK(first.rooms[3].name == "pond 3");
    }

    TEST_CASE("hello: a client without a schema is refused before any snapshot") {
        Stepper stepper;
        JoinResult result;
        Client& stranger = stepper.add_client("stranger", [](ClientConfig& config) {
            config.schema = {};
        });
        stranger.join_or_create("pond", [&](const JoinResult& r) {
            result = r;
        });
        stepper.run(1s);
        CHECK(result.error == RequestError::schema_mismatch);
        CHECK(stranger.stats().snapshot_datagrams == 0);
    }

    TEST_CASE("repeat: fifty matches in one process are fifty joins and fifty leaves (A09)") {
        Stepper stepper;
        stepper.server.create_room("pond", "the pond");
        for (int i = 0; i < 50; ++i) {
            Client& ada = stepper.add_player("ada");
            REQUIRE(stepper.run_until_joined());
            stepper.run(100ms);
            ada.leave();
            REQUIRE(stepper.run_until([&] {
                return ada.state() == ClientState::closed;
            }));
            CHECK(ada.close_reason() == CloseReason::left);
            stepper.kill(ada);
        }
        stepper.run(200ms);
        CHECK(stepper.books.count("join ada") == 50);
        CHECK(stepper.books.count("leave ada: left") == 50);
        CHECK(stepper.server.stats().sessions == 0);
        CHECK(stepper.server.stats().peers == 0);
    }
}
