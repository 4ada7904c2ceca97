// What the host of a room may do, and who is the next one.

#include "end_to_end/room_of_two.hpp"

#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_SUITE("end_to_end") {

    TEST_CASE("host: the host begins without waiting for everyone, others can't") {
        RoomOfTwo lobby;
        CHECK(lobby.command(lobby.bob, RoomVerb::start) == RequestError::not_host);
        CHECK(lobby.command(lobby.ada, RoomVerb::start) == RequestError::none);
        REQUIRE(lobby.wait_for(RoomPhase::playing));
        CHECK(lobby.command(lobby.ada, RoomVerb::start) == RequestError::not_now);
    }

    TEST_CASE("host: a host that leaves or is lost is followed by the oldest who is there") {
        RoomOfTwo lobby;
        Client& eli = lobby.stepper.add_player("eli");
        REQUIRE(lobby.wait([&] {
            return lobby.bob.members().size() == 3 && eli.host() == lobby.ada.presence();
        }));
        const PresenceId ada = lobby.ada.presence();
        SUBCASE("it is made by hand, too") {
            CHECK(lobby.command(lobby.ada, RoomVerb::make_host, eli.presence()) ==
                  RequestError::none);
            CHECK(lobby.wait([&] {
                return lobby.bob.host() == eli.presence();
            }));
            CHECK(lobby.command(lobby.ada, RoomVerb::lock) == RequestError::not_host);
        }
        SUBCASE("it leaves") {
            lobby.ada.leave_room();
            CHECK(lobby.wait([&] {
                return eli.host() == lobby.bob.presence() && !eli.members().contains(ada);
            }));
        }
        SUBCASE("it crashes, and is not host again when it returns") {
            const std::string token = lobby.ada.resume_token();
            lobby.stepper.kill(lobby.ada);
            REQUIRE(lobby.stepper.run_until(
                [&] {
                    return eli.host() == lobby.bob.presence();
                },
                20s));
            CHECK_FALSE(eli.members().at(ada).is_connected);
            Client& again = lobby.stepper.add_client("ada", [&](ClientConfig& config) {
                config.resume_token = token;
            });
            REQUIRE(lobby.wait([&] {
                return eli.members().at(ada).is_connected && again.members().size() == 3;
            }));
            CHECK(again.presence() == ada);
            CHECK(again.host() == lobby.bob.presence());
        }
    }

    TEST_CASE("host: a kick removes, a ban keeps out, and only the host may do either") {
        RoomOfTwo lobby;
        const RoomId room = lobby.bob.room();
        std::string reason;
        lobby.bob.on_room_left([&](LeaveReason why, const std::string& detail) {
            reason = std::string(message(why)) + ", " + detail;
        });
        const PresenceId bob = lobby.bob.presence();
        CHECK(lobby.command(lobby.bob, RoomVerb::kick, lobby.ada.presence()) ==
              RequestError::not_host);
        CHECK(lobby.command(lobby.ada, RoomVerb::kick, bob) == RequestError::none);
        REQUIRE(lobby.wait([&] {
            return !lobby.bob.room().is_set();
        }));
        CHECK(reason.ends_with(", as you like"));
        // It may come back, until it is banned.
        lobby.bob.join_room(room, lobby.answers.keep);
        REQUIRE(lobby.answers.next(lobby.stepper).error == RequestError::none);
        CHECK(lobby.bob.presence() != bob);
        CHECK(lobby.command(lobby.ada, RoomVerb::kick, bob) == RequestError::no_such_player);
        CHECK(lobby.command(lobby.ada, RoomVerb::ban, lobby.bob.presence()) == RequestError::none);
        REQUIRE(lobby.wait([&] {
            return !lobby.bob.room().is_set();
        }));
        lobby.bob.join_room(room, lobby.answers.keep);
        CHECK(lobby.answers.next(lobby.stepper).error == RequestError::banned);
        lobby.bob.watch_room(room, {}, lobby.answers.keep);
        CHECK(lobby.answers.next(lobby.stepper).error == RequestError::banned);
        // Whoever looks for any room is given another.
        lobby.bob.join_or_create("pond", lobby.answers.keep);
        const JoinResult other = lobby.answers.next(lobby.stepper);
        CHECK(other.error == RequestError::none);
        CHECK(other.room != room);
    }

    TEST_CASE("host: a locked room lets nobody in, unless its game does not have locks") {
        RoomOfTwo lobby;
        Client& eli = lobby.stepper.add_client("eli");
        CHECK(lobby.command(lobby.ada, RoomVerb::lock) == RequestError::none);
        eli.join_room(lobby.ada.room(), lobby.answers.keep);
        CHECK(lobby.answers.next(lobby.stepper).error == RequestError::room_locked);
        CHECK(lobby.command(lobby.ada, RoomVerb::unlock) == RequestError::none);
        lobby.stepper.books.refuses_locks = true;
        lobby.ada.command(RoomVerb::lock, {}, {}, lobby.results.keep);
        const RequestResult refused = lobby.results.next(lobby.stepper);
        CHECK(refused.error == RequestError::refused_by_game);
        CHECK(refused.detail == "ponds have no locks");
        eli.join_room(lobby.ada.room(), lobby.answers.keep);
        CHECK(lobby.answers.next(lobby.stepper).error == RequestError::none);
    }

    TEST_CASE("host: a reserved seat is kept for who has its code, and free again in time") {
        Stepper::Options options = lobby_options();
        options.capacity = 3;
        options.server.reservation_time = 2s;
        RoomOfTwo lobby(std::move(options));
        lobby.ada.command(RoomVerb::reserve, {}, {}, lobby.results.keep);
        const RequestResult kept = lobby.results.next(lobby.stepper);
        REQUIRE(kept.error == RequestError::none);
        CHECK(kept.detail.size() == 10);
        CHECK(lobby.command(lobby.ada, RoomVerb::reserve) == RequestError::room_full);
        CHECK(lobby.command(lobby.ada, RoomVerb::lock) == RequestError::none);
        Client& eli = lobby.stepper.add_client("eli");
        Client& eve = lobby.stepper.add_client("eve");
        eve.join_room(lobby.ada.room(), lobby.answers.keep);
        CHECK(lobby.answers.next(lobby.stepper).error == RequestError::room_locked);
        SUBCASE("its owner comes, once") {
            eli.join_by_invite(kept.detail, lobby.answers.keep);
            CHECK(lobby.answers.next(lobby.stepper).error == RequestError::none);
            eve.join_by_invite(kept.detail, lobby.answers.keep);
            CHECK(lobby.answers.next(lobby.stepper).error == RequestError::no_such_room);
        }
        SUBCASE("nobody comes") {
            lobby.stepper.run(2100ms);
            eli.join_by_invite(kept.detail, lobby.answers.keep);
            CHECK(lobby.answers.next(lobby.stepper).error == RequestError::no_such_room);
            CHECK(lobby.command(lobby.ada, RoomVerb::unlock) == RequestError::none);
            eve.join_room(lobby.ada.room(), lobby.answers.keep);
            CHECK(lobby.answers.next(lobby.stepper).error == RequestError::none);
        }
    }

    TEST_CASE("host: what was asked of someone who has left changes nothing (A24)") {
        RoomOfTwo lobby;
        const PresenceId bob = lobby.bob.presence();
        // Ada's orders are under way when bob goes.
        lobby.bob.leave_room();
        lobby.ada.command(RoomVerb::make_host, bob, {}, lobby.results.keep);
        lobby.ada.command(RoomVerb::mute, bob, {}, lobby.results.keep);
        REQUIRE(lobby.wait([&] {
            return lobby.results.results.size() == 2 && lobby.ada.members().size() == 1;
        }));
        CHECK(lobby.results.results[0].error == RequestError::no_such_player);
        CHECK(lobby.results.results[1].error == RequestError::no_such_player);
        CHECK_FALSE(lobby.ada.members().contains(bob));
        Client& eli = lobby.stepper.add_player("eli");
        REQUIRE(lobby.wait([&] {
            return eli.members().size() == 2;
        }));
        lobby.ada.set_ready(true);
        eli.set_ready(true);
        CHECK(lobby.wait([&] {
            return eli.phase() == RoomPhase::playing;
        }));
    }
}
