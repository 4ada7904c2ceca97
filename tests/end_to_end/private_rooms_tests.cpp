// Rooms that not everyone gets into: private ones, ones with a password, locked ones.

#include "support/answers.hpp"
#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_SUITE("end_to_end") {

    TEST_CASE("private room: in no list, no search and by no id, but by its code") {
        Stepper stepper;
        Answers answers;
        Client& ada = stepper.add_client("ada");
        Client& bob = stepper.add_client("bob");
        bob.watch_rooms();
        ada.create_room("pond", {.name = "ours", .is_private = true}, answers.keep);
        const JoinResult made = answers.next(stepper);
        REQUIRE(made.error == RequestError::none);
        CHECK(made.invite.size() == 10);
        stepper.run(500ms);
        CHECK(bob.has_all_rooms());
        CHECK(bob.rooms().empty());
        RoomPage page;
        page.total = 9;
        bob.list_rooms(0, [&](const RoomPage& listed) {
            page = listed;
        });
        // Asked for by id, it is as one that never was.
        bob.join_room(made.room, answers.keep);
        const JoinResult by_id = answers.next(stepper);
        bob.join_room(RoomId{9999}, answers.keep);
        const JoinResult none = answers.next(stepper);
        CHECK(page.total == 0);
        CHECK(by_id.error == RequestError::no_such_room);
        CHECK(by_id.detail == none.detail);
        CHECK(none.error == RequestError::no_such_room);
        // Whoever asks for any room gets another one.
        Client& eve = stepper.add_client("eve");
        eve.join_or_create("pond", answers.keep);
        const JoinResult any = answers.next(stepper);
        CHECK(any.error == RequestError::none);
        CHECK(any.room != made.room);
        // As a person types it.
        std::string typed = made.invite;
        std::ranges::transform(typed, typed.begin(), [](char letter) {
            return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        });
        bob.join_by_invite(typed, answers.keep);
        const JoinResult in = answers.next(stepper);
        CHECK(in.error == RequestError::none);
        CHECK(in.room == made.room);
        CHECK(in.invite == made.invite);
        stepper.run(1s);
        CHECK(bob.stats().state_mismatches == 0);
        CHECK(stepper.bodies(bob).size() == 22);
        CHECK(bob.rooms().size() == 1); // eve's
    }

    TEST_CASE("private room: codes can't be guessed, and guessing soon ends") {
        Stepper stepper;
        Answers answers;
        Client& ada = stepper.add_client("ada");
        Client& eve = stepper.add_client("eve");
        ada.create_room("pond", {.is_private = true}, answers.keep);
        const std::string invite = answers.next(stepper).invite;
        for (int i = 0; i < 5; ++i) {
            eve.join_by_invite("AAAAAAAAA" + std::to_string(i), answers.keep);
            CHECK(answers.next(stepper).error == RequestError::no_such_room);
        }
        // Even the right one, now; two seconds later it may try again.
        eve.join_by_invite(invite, answers.keep);
        CHECK(answers.next(stepper).error == RequestError::too_many_attempts);
        stepper.run(2s);
        eve.join_by_invite(invite, answers.keep);
        CHECK(answers.next(stepper).error == RequestError::none);
        // Others are not held up by it.
        Client& bob = stepper.add_client("bob");
        bob.join_by_invite(invite, answers.keep);
        CHECK(answers.next(stepper).error == RequestError::none);
    }

    TEST_CASE("room with a password: it is listed as one, and lets in who knows it") {
        Stepper stepper;
        Answers answers;
        Client& ada = stepper.add_client("ada");
        Client& bob = stepper.add_client("bob");
        bob.watch_rooms();
        ada.create_room("pond", {.name = "club", .password = "s3cret é"}, answers.keep);
        const JoinResult made = answers.next(stepper);
        REQUIRE(made.error == RequestError::none);
        stepper.run(500ms);
        REQUIRE(bob.rooms().contains(made.room));
        CHECK(bob.rooms().at(made.room).has_password);
        bob.join_room(made.room, answers.keep);
        CHECK(answers.next(stepper).error == RequestError::wrong_password);
        bob.join_room(made.room, "s3cret e", answers.keep);
        CHECK(answers.next(stepper).error == RequestError::wrong_password);
        bob.join_by_invite(made.invite, answers.keep); // the code alone is not enough
        CHECK(answers.next(stepper).error == RequestError::wrong_password);
        // Nobody is put into it who asked for any.
        Client& eve = stepper.add_client("eve");
        eve.join_or_create("pond", answers.keep);
        CHECK(answers.next(stepper).room != made.room);
        bob.join_room(made.room, "s3cret é", answers.keep);
        CHECK(answers.next(stepper).error == RequestError::none);
        CHECK(bob.room() == made.room);
    }

    TEST_CASE("room list that is old: asking for rooms that are gone is no guessing") {
        Stepper stepper;
        Answers answers;
        Client& ada = stepper.add_client("ada");
        for (std::uint32_t i = 0; i < 20; ++i) {
            ada.join_room(RoomId{1000 + i}, answers.keep);
            CHECK(answers.next(stepper).error == RequestError::no_such_room);
        }
    }

    TEST_CASE("locked room: nobody gets in until its game lets them, and the list shows it") {
        Stepper stepper;
        Answers answers;
        stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        Client& bob = stepper.add_client("bob");
        bob.watch_rooms();
        const RoomId room = stepper.clients[0]->room();
        stepper.ponds[0]->lock(true);
        stepper.run(500ms);
        REQUIRE(bob.rooms().contains(room));
        CHECK(bob.rooms().at(room).is_locked);
        bob.join_room(room, answers.keep);
        CHECK(answers.next(stepper).error == RequestError::room_locked);
        stepper.ponds[0]->lock(false);
        stepper.run(500ms);
        CHECK_FALSE(bob.rooms().at(room).is_locked);
        bob.join_room(room, answers.keep);
        CHECK(answers.next(stepper).error == RequestError::none);
        CHECK(stepper.clients[0]->room() == room);
    }
}
