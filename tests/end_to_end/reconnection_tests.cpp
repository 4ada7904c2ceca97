// What a game sees of a link that is lost and comes back.

#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

/// What a client told its game, in order.
struct Told {
    std::vector<std::string> log;
    std::uint32_t missed_ticks = 0;

    void listen(Client& client) {
        client.on_suspended([this] {
            log.emplace_back("suspended");
        });
        client.on_resumed([this](std::uint32_t missed) {
            log.emplace_back("resumed");
            missed_ticks = missed;
        });
        client.on_lost([this](CloseReason reason, const std::string&) {
            log.push_back("lost: " + std::string(message(reason)));
        });
    }
};

using Log = std::vector<std::string>;

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE(
        "reconnection: a link that is silent for three seconds is suspended and resumed, once") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        Told told;
        told.listen(ada);
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        CHECK(told.log.empty());
        stepper.network.set_conditions(cut);
        stepper.run(1'100ms);
        CHECK(told.log == Log{"suspended"});
        stepper.run(1'900ms);
        stepper.network.set_conditions(calm);
        stepper.run(1s);
        CHECK(told.log == Log{"suspended", "resumed"});
        // Three seconds of 60 ticks, and what it takes until something comes.
        CHECK(told.missed_ticks >= 180);
        CHECK(told.missed_ticks < 200);
        CHECK(ada.stats().state_mismatches == 0);
    }

    TEST_CASE("reconnection: a link that comes back while it is being replaced ends nothing") {
        for (const Duration delay : {10ms, 20ms, 40ms}) {
            const LinkConditions link{.delay = delay};
            Stepper stepper({.link = link});
            const Client& ada = stepper.add_client("ada"); // to whom little is sent
            stepper.run(2s);
            std::uint64_t times = 0;
            for (Duration silence = 1'100ms; silence < 2'000ms; silence += 7ms) {
                stepper.network.set_conditions(cut);
                stepper.run(silence);
                stepper.network.set_conditions(link);
                stepper.run(1s);
                ++times;
                CAPTURE(silence.count());
                REQUIRE(ada.state() == ClientState::online);
            }
            CHECK(ada.stats().resumes < times); // by itself, mostly
        }
    }

    TEST_CASE(
        "reconnection: a server that hung for about as long as a link may be silent keeps all") {
        Stepper stepper;
        const Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        // The new link's way is the shorter one by so much.
        for (const Duration delay : {0ms, 5ms, 15ms, 25ms}) {
            const LinkConditions old_way{.delay = delay};
            stepper.network.set_conditions({});
            stepper.network.set_conditions_of(first_client_port, old_way, old_way);
            stepper.run(1s);
            for (Duration hang = 980ms; hang < 1'060ms; hang += 3ms) {
                stepper.is_server_stopped = true;
                stepper.run(hang);
                stepper.is_server_stopped = false;
                stepper.run(1s);
                CAPTURE(delay.count());
                CAPTURE(hang.count());
                REQUIRE(stepper.server.stats().resumes == 0);
                REQUIRE(ada.state() == ClientState::online);
            }
        }
    }

    TEST_CASE("reconnection: once a server has hung, what is lost is sent again within a second") {
        Stepper stepper;
        stepper.books.echoes_calls = true;
        Client& ada = stepper.add_player("ada");
        int echoes = 0;
        ada.on_event_bytes([&](EventBytes) {
            ++echoes;
        });
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        flatbuffers::FlatBufferBuilder builder;
        builder.Finish(test_game::CreateCall(builder, 7));
        ada.send_event(bytes_of(builder));
        REQUIRE(stepper.run_until([&] {
            return stepper.books.calls.size() == 1;
        }));
        // What says that the echo has come, waits.
        stepper.is_server_stopped = true;
        stepper.run(8s);
        stepper.is_server_stopped = false;
        stepper.run(1s);
        CHECK(echoes == 1);
        ada.send_event(bytes_of(builder));
        stepper.run(15ms);
        stepper.network.set_conditions(cut); // for the next echo
        stepper.run(100ms);
        stepper.network.set_conditions(calm);
        stepper.run(1'100ms);
        CHECK(stepper.books.calls.size() == 2);
        CHECK(echoes == 2);
    }

    TEST_CASE("reconnection: a path that died is replaced, and the room stays in view") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        Told told;
        told.listen(ada);
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        const std::size_t bodies = stepper.bodies(ada).size();
        stepper.network.set_conditions_of(first_client_port, cut, cut);
        std::size_t least = bodies;
        CHECK(stepper.run_until(
            [&] {
                least = std::min(least, stepper.bodies(ada).size());
                return told.log.size() == 2;
            },
            1'500ms));
        CHECK(told.log == Log{"suspended", "resumed"});
        CHECK(told.missed_ticks >= 60);
        CHECK(told.missed_ticks < 80);
        CHECK(least == bodies);
        // One of them goes while it is away: it goes from view as well.
        const std::uint64_t checks = ada.stats().state_checks;
        stepper.run(2s);
        CHECK(stepper.bodies(ada).size() == bodies);
        CHECK(ada.stats().state_checks > checks);
        CHECK(ada.stats().state_mismatches == 0);
        CHECK(stepper.books.log == Log{"join ada", "resume ada"});
    }

    TEST_CASE("reconnection: who left while a client was away is gone from its view") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        Client& bob = stepper.add_player("bob");
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        REQUIRE(stepper.bodies(ada).size() == 22);
        stepper.network.set_conditions_of(first_client_port, cut, cut);
        bob.leave();
        REQUIRE(stepper.run_until([&] {
            return ada.stats().resumes == 1;
        }));
        stepper.run(500ms);
        CHECK(stepper.bodies(ada).size() == 21);
        CHECK(ada.stats().state_mismatches == 0);
    }

    TEST_CASE("reconnection: a session that is gone is lost, with the cause, once") {
        Stepper stepper({.server = {.grace_time = 2s}});
        Client& ada = stepper.add_player("ada");
        Told told;
        told.listen(ada);
        REQUIRE(stepper.run_until_joined());
        stepper.network.set_conditions(cut);
        stepper.run(13s);
        CHECK(ada.state() == ClientState::closed);
        CHECK(told.log ==
              Log{"suspended", "lost: " + std::string(message(CloseReason::timed_out))});
        CHECK(stepper.server.stats().players == 0);
    }

    TEST_CASE("reconnection: a client that leaves by itself is not lost") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        Told told;
        told.listen(ada);
        REQUIRE(stepper.run_until_joined());
        ada.leave();
        stepper.run(1s);
        CHECK(ada.state() == ClientState::closed);
        CHECK(told.log.empty());
    }

    TEST_CASE("reconnection: the first attempt works, however soon after the drop it comes") {
        // Two round trips of 100 ms, ENet's one and a half among them, and two ticks.
        constexpr Duration most = 2 * 100ms + 2 * 16'667us;
        for (const Duration pause : {0ms, 10ms, 100ms, 500ms}) {
            CAPTURE(pause.count());
            Stepper stepper({.link = {.delay = 50ms}});
            Client& old_ada = stepper.add_player("ada");
            REQUIRE(stepper.run_until_joined());
            stepper.run(1s);
            const PresenceId presence = old_ada.presence();
            const std::string token = old_ada.resume_token();
            stepper.network.set_conditions_of(first_client_port, cut, cut);
            stepper.kill(old_ada);
            stepper.run(pause);
            Client& ada = stepper.add_client("ada", [&](ClientConfig& config) {
                config.resume_token = token;
            });
            const Time began = stepper.now();
            REQUIRE(stepper.run_until([&] {
                return ada.room().is_set();
            }));
            const Duration taken = stepper.now() - began;
            CHECK_MESSAGE(taken <= most, taken.count(), " us");
            CHECK(ada.presence() == presence);
            CHECK(stepper.books.log == Log{"join ada", "resume ada"});
        }
    }

    TEST_CASE("reconnection: inputs of the time away are dropped, or replayed if so wished") {
        for (const AwayInputs away : {AwayInputs::drop, AwayInputs::replay}) {
            Stepper stepper;
            Client& ada = stepper.add_player("ada", [&](ClientConfig& config) {
                config.away_inputs = away;
            });
            REQUIRE(stepper.run_until_joined());
            ada.send_input(test_game::Push(0, 0));
            stepper.run(1s);
            // It goes right for a second, and nobody hears it; then it stops.
            const auto x = [&] {
                return stepper.bodies(ada).front().second.position().x();
            };
            const float before = x();
            stepper.network.set_conditions(cut);
            stepper.run(500ms);
            ada.send_input(test_game::Push(1, 0));
            stepper.run(1s);
            ada.send_input(test_game::Push(0, 0));
            stepper.run(100ms);
            CHECK(x() == before);
            stepper.network.set_conditions(calm);
            stepper.run(5s);
            const float moved = x() - before;
            const std::uint64_t doubled = stepper.books.doubled_inputs;
            CHECK(doubled == 0);
            if (away == AwayInputs::drop) {
                CHECK(moved == 0);
            } else {
                // Each of the 60 ticks, a hundredth, give or take what was on its way.
                CHECK(moved == doctest::Approx(0.6).epsilon(0.05));
            }
        }
    }

    TEST_CASE("reconnection: a process that takes a session over is told so, in its room") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        const std::string token = ada.resume_token();
        stepper.kill(ada);
        stepper.run(5s);
        Client& again = stepper.add_client("ada", [&](ClientConfig& config) {
            config.resume_token = token;
        });
        Told told;
        told.listen(again);
        bool was_in_room = false;
        again.on_resumed([&](std::uint32_t missed) {
            was_in_room = again.room().is_set();
            CHECK(missed == 0);
        });
        stepper.run(1s);
        CHECK(was_in_room);
        CHECK(stepper.bodies(again).size() == 21);
    }

    TEST_CASE("reconnection: each kind of room holds seats for its own time") {
        Stepper stepper({.server = {.session_timeout = 2s, .grace_time = 30s}, .room_grace = 3s});
        Client& ada = stepper.add_player("ada");
        Client& bob = stepper.add_client("bob");
        REQUIRE(stepper.run_until([&] {
            return ada.room().is_set() && bob.state() == ClientState::online;
        }));
        stepper.network.set_conditions(cut);
        stepper.run(4'900ms);
        CHECK(stepper.server.stats().players == 1);
        stepper.run(200ms);
        CHECK(stepper.server.stats().players == 0);
        // The one in the lobby is kept by the server's own grace.
        CHECK(stepper.server.stats().sessions == 1);
    }
}
