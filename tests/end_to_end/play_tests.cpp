#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

LinkConditions lossy(double loss) {
    return {.delay = 40ms, .jitter = 20ms, .loss = loss};
}

struct Outcome {
    std::uint64_t digest;
    std::vector<std::string> log;
    std::uint64_t inputs;
    std::uint64_t checks;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome play(std::uint64_t seed) {
    Stepper stepper({.seed = seed, .link = lossy(0.1)});
    for (int i = 0; i < 6; ++i) stepper.add_player("player " + std::to_string(i));
    stepper.run(15s);
    Outcome outcome{stepper.network.digest(), stepper.books.log, stepper.books.inputs, 0};
    for (const auto& client : stepper.clients) outcome.checks += client->stats().state_checks;
    return outcome;
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("play: with a tenth of the datagrams lost, all states agree") {
        Stepper stepper({.link = lossy(0.1)});
        for (int i = 0; i < 8; ++i) stepper.add_player("player " + std::to_string(i));
        REQUIRE(stepper.run_until_joined());
        stepper.run(20s);
        for (const auto& client : stepper.clients) {
            const ClientStats stats = client->stats();
            CHECK(stats.state_checks >= 5);
            CHECK(stats.state_mismatches == 0);
            CHECK(stats.snapshots_refused == 0);
            CHECK(stats.input_jumps == 0);
            CHECK(stats.loss_in > 0.02);
            CHECK(stats.loss_out > 0.02);
            CHECK(client->state() == ClientState::online);
        }
        CHECK(stepper.books.doubled_inputs == 0);
        // Each player's inputs are told to who runs the server.
        const auto view = stepper.server.view();
        REQUIRE(view->rooms.size() == 1);
        REQUIRE(view->rooms[0].inputs.size() == 8);
        for (const InputStats& inputs : view->rooms[0].inputs) {
            CHECK(inputs.taken >= 19 * 60);
            CHECK(inputs.repeated == 0);
            CHECK(inputs.missing <= 20);
        }
        // Eight copies of each input: next to none is lost.
        CHECK(stepper.books.inputs >= 8 * 19 * 60);
        CHECK(stepper.server.stats().refused.malformed_messages == 0);
        CHECK(stepper.errors.empty());
    }

    TEST_CASE("play: viewers that have acked the same share the coding") {
        Stepper stepper;
        for (int i = 0; i < 4; ++i) stepper.add_player("player " + std::to_string(i));
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        const ServerStats before = stepper.server.stats();
        stepper.run(5s);
        const ServerStats after = stepper.server.stats();
        const std::uint64_t coded = after.snapshots_coded - before.snapshots_coded;
        const std::uint64_t shared = after.snapshots_shared - before.snapshots_shared;
        CHECK(coded + shared == 4 * (after.ticks - before.ticks));
        CHECK(coded >= after.ticks - before.ticks);
        CHECK(shared >= after.ticks - before.ticks);
        for (const auto& client : stepper.clients) client->leave();
        stepper.run(3s);
        CHECK(stepper.server.stats().rooms == 0);
        CHECK(stepper.server.stats().snapshots_coded >= after.snapshots_coded);
    }

    TEST_CASE("play: one seed gives one match, to the last byte") {
        const Outcome first = play(7);
        CHECK(first == play(7));
        CHECK_FALSE(first.digest == play(8).digest);
        CHECK(first.checks > 0);
    }

    TEST_CASE("play: ticks wrap without a hole (A12)") {
        Stepper::Options options{.link = {.delay = 20ms, .loss = 0.05}};
        SUBCASE("16 bits") {
            options.server.first_tick = Tick{(1u << 16) - 200};
        }
        SUBCASE("32 bits") {
            options.server.first_tick = Tick{0u - 200};
        }
        options.server.state_check_interval = 100ms;
        Stepper stepper(options);
        Client& ada = stepper.add_player("ada");
        Client& bob = stepper.add_player("bob");
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        const std::uint64_t checks = ada.stats().state_checks;
        Tick newest = ada.stats().newest_tick;
        for (int i = 0; i < 70; ++i) {
            stepper.run(100ms);
            CHECK(ada.stats().newest_tick - newest >= 3);
            CHECK(ada.stats().newest_tick - newest <= 9);
            newest = ada.stats().newest_tick;
        }
        CHECK(ada.stats().state_checks - checks >= 40);
        CHECK(ada.stats().state_mismatches + bob.stats().state_mismatches == 0);
        CHECK(stepper.books.inputs >= 2 * 7 * 60);
        CHECK(newest - options.server.first_tick > 400);
    }

    TEST_CASE("events: reliable ones arrive once, in order, both ways") {
        Stepper stepper({.link = lossy(0.1)});
        Client& ada = stepper.add_player("ada");
        std::vector<std::uint32_t> heard;
        ada.on_event<test_game::Call>([&](const test_game::Call& call) {
            heard.push_back(call.number());
        });
        REQUIRE(stepper.run_until_joined());
        stepper.books.echoes_calls = true;
        std::vector<std::uint32_t> sent;
        for (std::uint32_t i = 0; i < 200; ++i) {
            flatbuffers::FlatBufferBuilder builder;
            builder.Finish(test_game::CreateCallDirect(builder, i, "hello"));
            ada.send_event(bytes_of(builder));
            sent.push_back(i);
            stepper.run(10ms);
        }
        stepper.run(3s);
        CHECK(stepper.books.calls == sent);
        CHECK(heard == sent);
    }

    TEST_CASE("events: unreliable ones arrive at most once") {
        Stepper stepper({.link = {.delay = 20ms, .loss = 0.2, .duplicate = 0.2}});
        Client& ada = stepper.add_player("ada");
        std::vector<std::uint32_t> heard;
        ada.on_event<test_game::Call>([&](const test_game::Call& call) {
            heard.push_back(call.number());
        });
        REQUIRE(stepper.run_until_joined());
        for (std::uint32_t i = 0; i < 300; ++i) {
            stepper.ponds.front()->call(i, Delivery::unreliable);
            stepper.run(17ms);
        }
        stepper.run(1s);
        CHECK(heard.size() > 200);
        CHECK(heard.size() < 290);
        std::sort(heard.begin(), heard.end());
        CHECK(std::adjacent_find(heard.begin(), heard.end()) == heard.end());
    }

    TEST_CASE("events: those to some reach nobody else, in order with those to all") {
        Stepper stepper({.link = lossy(0.1)});
        const std::vector<std::string> names{"ada", "bob", "eli"};
        std::vector<std::vector<std::uint32_t>> heard(names.size());
        for (std::size_t i = 0; i < names.size(); ++i) {
            stepper.add_player(names[i]).on_event<test_game::Call>(
                [&heard, i](const test_game::Call& call) {
                    heard[i].push_back(call.number());
                });
        }
        REQUIRE(stepper.run_until_joined());
        test_game::Pond& pond = *stepper.ponds.front();
        std::vector<std::vector<std::uint32_t>> sent(names.size());
        for (std::uint32_t number = 0; number < 200; ++number) {
            // Everyone whose bit is set in the number.
            std::vector<const Presence*> some;
            for (const Presence* who : pond.swimmers()) {
                const auto place = std::ranges::find(names, who->name()) - names.begin();
                if ((number >> place & 1) == 0) continue;
                some.push_back(who);
                sent[static_cast<std::size_t>(place)].push_back(number);
            }
            pond.call_to(some, number);
            stepper.run(5ms);
        }
        stepper.run(3s);
        CHECK(heard == sent);
    }

    TEST_CASE("entities: one may name another that is not there yet, and loses nothing") {
        Stepper stepper({.link = lossy(0.2), .drifters = 400});
        const Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        test_game::Pond& pond = *stepper.ponds.front();
        constexpr EntityId leash{5'000};
        const EntityId holder = pond.drifter(400);
        const auto seen_leash = [&] {
            return ada.find<test_game::Leash>(leash, stepper.now());
        };
        pond.tie(leash, holder);
        REQUIRE(stepper.run_until([&] {
            return seen_leash().has_value();
        }));
        CHECK(seen_leash()->holder() == holder.value);
        CHECK_FALSE(ada.find<test_game::Body>(holder, stepper.now()).has_value());
        stepper.run(500ms);
        CHECK(seen_leash()->holder() == holder.value);

        pond.grow();
        CHECK(stepper.run_until([&] {
            return ada.find<test_game::Body>(EntityId{seen_leash()->holder()}, stepper.now())
                .has_value();
        }));
        stepper.run(3s);
        CHECK(seen_leash()->holder() == holder.value);
        CHECK(ada.stats().state_checks > 0);
        CHECK(ada.stats().state_mismatches == 0);
    }

    TEST_CASE("entities: those of one tick find each other in whatever order they arrive") {
        Stepper stepper({.link = lossy(0.3), .drifters = 400});
        const Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        test_game::Pond& pond = *stepper.ponds.front();
        for (std::uint32_t i = 0; i < 30; ++i) {
            pond.tie(EntityId{5'000 + i}, pond.drifter(400 + i));
            pond.grow();
            CHECK(stepper.run_until([&] {
                const auto leash = ada.find<test_game::Leash>(EntityId{5'000 + i}, stepper.now());
                return leash && ada.find<test_game::Body>(EntityId{leash->holder()}, stepper.now())
                                    .has_value();
            }));
        }
        CHECK(ada.stats().state_mismatches == 0);
    }

    TEST_CASE("clock: a client knows the server's time within half a second (A16)") {
        Stepper::Options options{.link = {.delay = 50ms, .jitter = 10ms}};
        SUBCASE("the server has run for 500 s") {
            options.server_clock_ahead = 500s;
        }
        SUBCASE("the server has run for 30 days") {
            options.server_clock_ahead = 30 * 24h;
        }
        Stepper stepper(options);
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until([&] {
            return ada.state() == ClientState::online;
        }));
        stepper.run(500ms);
        const auto error = [&] {
            const Duration truth = (stepper.now() + options.server_clock_ahead).time_since_epoch();
            return std::chrono::abs(ada.server_time(stepper.now()) - truth);
        };
        CHECK(error() <= ada.stats().round_trip / 2 + 5ms);
        Duration last = ada.server_time(stepper.now());
        for (int i = 0; i < 300; ++i) {
            stepper.run(20ms);
            const Duration step = ada.server_time(stepper.now()) - last;
            CHECK(step > 0ms);
            CHECK(step < 70ms);
            last = ada.server_time(stepper.now());
        }
        CHECK(error() <= 15ms);
        CHECK(std::abs(ada.server_tick(stepper.now()) - stepper.server.stats().tick) <= 2);
    }

    TEST_CASE("stall: a client that slept for 8 s plays on without a replay (A46)") {
        Stepper stepper;
        stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        auto sleeper = std::move(stepper.clients.back());
        stepper.clients.clear();
        stepper.run(8s);
        const std::uint64_t inputs = stepper.books.inputs;
        stepper.clients.push_back(std::move(sleeper));
        Client& ada = *stepper.clients.back();
        stepper.run(1s);
        CHECK(ada.state() == ClientState::online);
        CHECK(std::abs(ada.stats().newest_tick - stepper.server.stats().tick) <= 4);
        CHECK(ada.stats().input_jumps == 1);
        CHECK(stepper.books.inputs - inputs >= 40);
        CHECK(stepper.books.inputs - inputs <= 75);
        CHECK(stepper.books.log == std::vector<std::string>{"join ada"});
    }

    TEST_CASE("stall: what came to a server that stood still says nothing of the way there") {
        for (const Duration stall : {200ms, 800ms, 1'500ms, 3'000ms}) {
            CAPTURE(stall.count());
            Stepper stepper;
            const Client& ada = stepper.add_player("ada");
            REQUIRE(stepper.run_until_joined());
            stepper.run(2s);
            const Duration lead = ada.stats().input_lead;
            stepper.is_server_stopped = true;
            stepper.run(stall);
            stepper.is_server_stopped = false;
            for (int i = 0; i < 20; ++i) {
                stepper.run(100ms);
                CHECK(ada.stats().input_lead < lead + 30ms);
            }
            const std::uint64_t inputs = stepper.books.inputs;
            stepper.run(1s);
            CHECK(stepper.books.inputs - inputs >= 55);
        }
    }

    TEST_CASE("stall: a server that stood still for 5 s catches up by a few ticks (A11)") {
        Stepper stepper;
        Client& ada = stepper.add_player("ada");
        REQUIRE(stepper.run_until_joined());
        stepper.run(1s);
        const std::uint64_t ticks = stepper.server.stats().ticks;
        stepper.is_server_stopped = true;
        stepper.run(5s);
        stepper.is_server_stopped = false;
        stepper.run(5ms);
        const ServerStats stats = stepper.server.stats();
        CHECK(stats.ticks - ticks <= 5 + 1);
        CHECK(stats.dropped_ticks >= 290);
        CHECK(stats.late_ticks >= 1);
        stepper.run(3s);
        CHECK(ada.state() == ClientState::online);
        CHECK(stepper.books.log == std::vector<std::string>{"join ada"});
        CHECK(std::abs(ada.stats().newest_tick - stepper.server.stats().tick) <= 4);
        const std::uint64_t inputs = stepper.books.inputs;
        stepper.run(1s);
        CHECK(stepper.books.inputs - inputs >= 55);
    }
}
