// What people do in a room besides playing: they get ready, some only watch, all may ask for
// things.

#include "end_to_end/room_of_two.hpp"

#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_SUITE("end_to_end") {

    TEST_CASE("people: everyone in a room knows who else is, and is told of changes") {
        Stepper stepper(lobby_options());
        int changes = 0;
        Client& ada = stepper.add_client("ada", [](ClientConfig& config) {
            config.colour = 0xFF8000;
        });
        ada.on_room_change([&] {
            ++changes;
        });
        ada.join_or_create("pond");
        REQUIRE(stepper.run_until([&] {
            return ada.members().size() == 1;
        }));
        CHECK(changes == 1);
        CHECK(ada.host() == ada.presence());
        Client& bob = stepper.add_player("bob");
        REQUIRE(stepper.run_until([&] {
            return ada.members().size() == 2 && bob.members().size() == 2;
        }));
        CHECK(changes == 2);
        const RoomMember& seen = bob.members().at(ada.presence());
        CHECK(seen.name == "ada");
        CHECK(seen.user == ada.user());
        CHECK(seen.user != bob.user());
        CHECK(seen.colour == 0xFF8000);
        CHECK(seen.is_connected);
        CHECK_FALSE(seen.is_ready);
        CHECK(bob.host() == ada.presence());
        bob.leave_room();
        REQUIRE(stepper.run_until([&] {
            return ada.members().size() == 1;
        }));
        CHECK(bob.members().empty());
    }

    TEST_CASE("people: everyone in a room knows how far away the others are") {
        Stepper stepper(lobby_options());
        Client& ada = stepper.add_player("ada");
        Client& bob = stepper.add_player("bob", [](ClientConfig& config) {
            config.net_sim.out.delay = 100ms;
        });
        REQUIRE(stepper.run_until([&] {
            return ada.members().size() == 2 && bob.members().size() == 2;
        }));
        stepper.run(6s);
        const RoomMember& near = bob.members().at(ada.presence());
        const RoomMember& far = ada.members().at(bob.presence());
        CHECK(near.ping > 30ms); // the link is 20 ms long each way
        CHECK(near.ping < 80ms);
        CHECK(far.ping > 120ms);
        CHECK(far.ping < 190ms);

        // Theirs have not changed since.
        Client& carol = stepper.add_player("carol");
        REQUIRE(stepper.run_until([&] {
            return carol.members().size() == 3 && carol.members().at(bob.presence()).ping > 120ms;
        }));
        CHECK(carol.members().at(ada.presence()).ping > 30ms);
    }

    TEST_CASE("people: when all are ready a countdown runs, and the match begins at its tick") {
        RoomOfTwo lobby;
        CHECK(lobby.ada.phase() == RoomPhase::waiting);
        lobby.ada.set_ready(true, lobby.results.keep);
        CHECK(lobby.results.next(lobby.stepper).error == RequestError::none);
        lobby.stepper.run(2s);
        CHECK(lobby.ada.phase() == RoomPhase::waiting);
        lobby.bob.set_ready(true);
        REQUIRE(lobby.wait_for(RoomPhase::countdown));
        const Tick start = lobby.bob.match_start();
        CHECK(lobby.ada.match_start() == start);
        // Bob hesitates.
        lobby.bob.set_ready(false);
        REQUIRE(lobby.wait_for(RoomPhase::waiting));
        lobby.bob.set_ready(true);
        REQUIRE(lobby.wait_for(RoomPhase::countdown));
        const Tick second = lobby.bob.match_start();
        CHECK(second > start);
        REQUIRE(lobby.wait_for(RoomPhase::playing));
        CHECK(lobby.bob.server_tick(lobby.stepper.now()) - second <= 12);
        CHECK(lobby.stepper.books.count("phase playing") == 1);
        // While it plays there is nothing to be ready for.
        lobby.bob.set_ready(true, lobby.results.keep);
        CHECK(lobby.results.next(lobby.stepper).error == RequestError::not_now);
    }

    TEST_CASE("people: after a match all can be ready for another") {
        RoomOfTwo lobby;
        for (int match = 1; match <= 3; ++match) {
            lobby.ada.set_ready(true);
            lobby.bob.set_ready(true);
            REQUIRE(lobby.wait_for(RoomPhase::playing));
            lobby.stepper.ponds.front()->end_the_match();
            REQUIRE(lobby.wait_for(RoomPhase::ended));
            CHECK_FALSE(lobby.ada.members().at(lobby.bob.presence()).is_ready);
            CHECK(lobby.stepper.books.count("phase playing") == static_cast<std::size_t>(match));
        }
        CHECK(lobby.ada.stats().state_mismatches == 0);
    }

    TEST_CASE("people: a match that nobody may join is closed until it is over") {
        Stepper::Options options = lobby_options();
        options.kind = [](RoomKindConfig& kind) {
            kind.start = {.min_players = 2, .countdown = 0ms, .join_while_playing = false};
        };
        RoomOfTwo lobby(std::move(options));
        Client& eli = lobby.stepper.add_client("eli");
        lobby.ada.set_ready(true);
        lobby.bob.set_ready(true);
        REQUIRE(lobby.wait_for(RoomPhase::playing));
        eli.join_room(lobby.ada.room(), lobby.answers.keep);
        CHECK(lobby.answers.next(lobby.stepper).error == RequestError::room_locked);
        lobby.stepper.ponds.front()->end_the_match();
        REQUIRE(lobby.wait_for(RoomPhase::ended));
        eli.join_room(lobby.ada.room(), lobby.answers.keep);
        CHECK(lobby.answers.next(lobby.stepper).error == RequestError::none);
    }

    TEST_CASE("people: spectators of a room with a delay see it as it was, and no state differs") {
        Stepper::Options options;
        options.kind = [](RoomKindConfig& kind) {
            kind.spectators = 2;
            kind.spectator_delay = 3s;
        };
        Stepper stepper(options);
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        Client& eve = stepper.add_client("eve");
        eve.watch_room(ada.room(), {}, {});
        stepper.run(2s);
        REQUIRE(eve.room() == ada.room());
        CHECK(stepper.bodies(eve).empty());
        stepper.run(5s);
        const auto then = stepper.bodies(ada);
        REQUIRE(then.size() > 1);
        CHECK(stepper.bodies(eve).size() == then.size());
        CHECK(stepper.bodies(eve).back().second.position().x() !=
              then.back().second.position().x());
        stepper.run(10s);
        CHECK(eve.stats().state_checks > 3);
        CHECK(eve.stats().state_mismatches == 0);
        CHECK(eve.stats().snapshots_refused == 0);
        CHECK(stepper.errors.empty());
    }

    TEST_CASE("people: spectators see the game, take no seat, and steer nothing") {
        Stepper::Options options = lobby_options();
        options.capacity = 2;
        RoomOfTwo lobby(std::move(options));
        std::vector<Client*> watchers;
        for (const char* name : {"eli", "eve"}) {
            Client& client = lobby.stepper.add_client(name);
            client.watch_room(lobby.ada.room(), {}, lobby.answers.keep);
            REQUIRE(lobby.answers.next(lobby.stepper).error == RequestError::none);
            client.send_input(test_game::Push(9, 9));
            watchers.push_back(&client);
        }
        Client& late = lobby.stepper.add_client("ian");
        late.watch_room(lobby.ada.room(), {}, lobby.answers.keep);
        CHECK(lobby.answers.next(lobby.stepper).error == RequestError::room_full);
        lobby.stepper.run(1s);
        CHECK(watchers[0]->members().at(watchers[0]->presence()).is_spectator);
        CHECK(lobby.stepper.bodies(*watchers[0]).size() == 22);
        CHECK(lobby.stepper.server.stats().refused.spectator_inputs > 0);
        CHECK(lobby.stepper.server.stats().players == 2);
        CHECK(lobby.stepper.server.stats().spectators == 2);
        CHECK(lobby.stepper.server.rooms().front().spectators == 2);
        // Two players are enough, and all of them: who watches need not be ready.
        watchers[0]->set_ready(true, lobby.results.keep);
        CHECK(lobby.results.next(lobby.stepper).error == RequestError::not_allowed);
        lobby.ada.set_ready(true);
        lobby.bob.set_ready(true);
        CHECK(lobby.wait_for(RoomPhase::playing));
        CHECK(watchers[0]->stats().state_mismatches == 0);
    }

    TEST_CASE("people: who drops out while the first state is under way leaves no ghost (A25)") {
        Stepper::Options options = lobby_options();
        options.capacity = 24;
        options.server.session_timeout = 1s;
        options.room_grace = 1s;
        RoomOfTwo lobby(std::move(options));
        const std::string title = "for everyone";
        const auto state = test_game::board(title, test_game::most_marks(title));
        lobby.stepper.ponds.front()->show(bytes_of(state));
        std::vector<Client*> doomed(20);
        for (Client*& client : doomed) client = &lobby.stepper.add_player("eve");
        REQUIRE(lobby.wait([&] {
            return lobby.ada.members().size() == 22;
        }));
        // One of them is kicked at this moment, too.
        const PresenceId kicked = doomed.front()->presence();
        lobby.ada.command(RoomVerb::kick, kicked);
        for (Client* client : doomed) lobby.stepper.kill(*client);
        CHECK(lobby.stepper.run_until(
            [&] {
                return lobby.ada.members().size() == 2;
            },
            4s));
        CHECK(lobby.stepper.server.rooms().front().players == 2);
        CHECK(lobby.stepper.books.count("join eve") == 20);
    }

    TEST_CASE("people: a room answers calls, and the server its own") {
        RoomOfTwo lobby;
        lobby.stepper.server.on_call(
            "whoami", [](const Caller& caller, std::span<const std::uint8_t>) {
                return CallResult::answer({caller.user.begin(), caller.user.end()});
            });
        std::vector<CallAnswer> heard;
        const auto keep = [&](const CallAnswer& answer) {
            heard.push_back(answer);
        };
        const std::vector<std::uint8_t> payload{'!', '?'};
        lobby.bob.call_room("echo", payload, keep);
        lobby.bob.call_room("sing", payload, keep);
        lobby.bob.call("whoami", {}, keep);
        lobby.bob.call("nothing", {}, keep);
        REQUIRE(lobby.wait([&] {
            return heard.size() == 4;
        }));
        CHECK(std::string(heard[0].payload.begin(), heard[0].payload.end()) == "bob!?");
        CHECK(heard[1].error == RequestError::refused_by_game);
        CHECK(heard[1].detail == "ponds only echo");
        CHECK(std::string(heard[2].payload.begin(), heard[2].payload.end()) == lobby.bob.user());
        CHECK(heard[3].error == RequestError::bad_request);
        // Before it has a session, too.
        Client& eli = lobby.stepper.add_client("eli");
        eli.call("whoami", {}, keep, 2s);
        REQUIRE(lobby.wait([&] {
            return heard.size() == 5;
        }));
        CHECK(heard.back().error == RequestError::none);
        heard.pop_back();
        // One that is not answered in time is over, and its answer is dropped.
        lobby.stepper.is_server_stopped = true;
        lobby.bob.call("whoami", {}, keep, 300ms);
        lobby.stepper.run(500ms);
        REQUIRE(heard.size() == 5);
        CHECK(heard[4].error == RequestError::timed_out);
        lobby.stepper.is_server_stopped = false;
        lobby.stepper.run(1s);
        CHECK(heard.size() == 5);
    }
}
