#include "client/entity_prediction.hpp"
#include "replication/rocks_room.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <optional>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;
using rocks_room::schema;

namespace {

constexpr Time start{1h};
constexpr Duration period = 20ms;
constexpr double tick_s = 0.02;

struct Push {
    std::int8_t x = 0;
};
struct Body {
    double x = 0;
    double speed = 0;
};

/// The game of both ends: an input pushes, and the body goes on.
void move(Body& body, const Push& push) {
    body.speed += push.x;
    body.x += body.speed * tick_s;
}
rocks::Ship state_of(const Body& body) {
    return {rocks::Vec2(static_cast<float>(body.x), 0),
            rocks::Vec2(static_cast<float>(body.speed), 0),
            0,
            rocks::Hull::iron,
            false,
            100,
            40};
}

/// A client's prediction, and the server that it is about, some ticks behind.
struct Duel {
    std::vector<Tick> firsts; ///< ticks that were stepped for the first time
    int steps = 0;
    Body server;
    Tick server_tick{100};
    Tick given{100};
    Time now = start;
    EntityId id{5};
    InputSender inputs{8, AwayInputs::drop};
    EntityPrediction prediction{
        std::make_unique<TypedPrediction<rocks::Ship, Push, Body>>(
            PredictionRules<rocks::Ship, Push, Body>{
                .owns =
                    [](EntityId, const rocks::Ship&) {
                        return true;
                    },
                .correct =
                    [](Body& body, const rocks::Ship& ship) {
                        body = {ship.position().x(), ship.velocity().x()};
                    },
                .step =
                    [this](Body& body, const Push& push, const PredictedStep& step) {
                        ++steps;
                        if (step.is_first) firsts.push_back(step.tick);
                        move(body, push);
                    },
                .describe =
                    [](const Body& body, rocks::Ship& ship) {
                        ship = state_of(body);
                    },
                .smoothing = 100ms}),
        schema().types()[rocks_room::ship_type()],
        period};

    void give(std::int8_t x, int ticks = 1) {
        for (int i = 0; i < ticks; ++i) {
            inputs.set(std::vector<std::uint8_t>{static_cast<std::uint8_t>(x)});
            inputs.advance_to(++given);
            prediction.advance(inputs);
            now += period;
        }
    }
    /// The server simulates ticks with the inputs that were given, and the client is told.
    void simulate(int ticks = 1) {
        for (int i = 0; i < ticks; ++i) {
            const Bytes input = inputs.input_of(++server_tick);
            move(server, {input.empty() ? std::int8_t{0} : static_cast<std::int8_t>(input[0])});
        }
        tell();
    }
    void tell() {
        const rocks::Ship ship = state_of(server);
        prediction.take(
            {server_tick, id, reinterpret_cast<const std::uint8_t*>(&ship)}, inputs, now);
        prediction.advance(inputs);
    }
    [[nodiscard]] double shown(Tick tick, double fraction = 0) const {
        rocks::Ship ship;
        prediction.write({tick, fraction}, now, reinterpret_cast<std::uint8_t*>(&ship));
        return ship.position().x();
    }
    [[nodiscard]] double shown() const { return shown(given); }
};

} // namespace

TEST_CASE("prediction: begins with what the server told, and answers each input at once") {
    Duel duel;
    CHECK_FALSE(duel.prediction.own());
    duel.tell();
    CHECK(duel.prediction.own() == EntityId{5});
    duel.give(50);
    CHECK(duel.shown() == doctest::Approx(1));
    duel.give(0);
    CHECK(duel.shown() == doctest::Approx(2));
    CHECK(duel.shown(duel.given - 1, 0.5) == doctest::Approx(1.5)); // between two ticks
    CHECK(duel.prediction.stats().ticks_ahead == 2);
}

TEST_CASE("prediction: what comes true is left alone") {
    Duel duel;
    duel.tell();
    duel.give(13, 10);
    duel.give(-7, 10);
    const int steps = duel.steps;
    for (int i = 0; i < 15; ++i) duel.simulate();
    CHECK(duel.steps == steps);
    CHECK(duel.prediction.stats().checked == 15);
    CHECK(duel.prediction.stats().corrections == 0);
}

TEST_CASE("prediction: what the server did otherwise is stepped anew, and effects happen once") {
    Duel duel;
    duel.tell();
    duel.give(10, 10);
    duel.simulate(2);
    duel.server.x += 3; // something pushed it there
    const double before = duel.shown();
    duel.simulate();
    CHECK(duel.prediction.stats().corrections == 1);
    CHECK(duel.prediction.stats().newest_error == doctest::Approx(3).epsilon(0.01));
    CHECK(duel.firsts.size() == 10); // each tick once, although seven were stepped again
    CHECK(duel.steps == 17);
    SUBCASE("what is shown goes over to it evenly") {
        CHECK(duel.shown() == doctest::Approx(before).epsilon(0.001));
        duel.now += 50ms;
        CHECK(duel.shown() == doctest::Approx(before + 1.5).epsilon(0.01));
        duel.now += 50ms;
        CHECK(duel.shown() == doctest::Approx(before + 3).epsilon(0.01));
    }
    SUBCASE("from then on it comes true again") {
        for (int i = 0; i < 5; ++i) duel.simulate();
        CHECK(duel.prediction.stats().corrections == 1);
    }
}

TEST_CASE("prediction: less than a step of the schema is no error") {
    Duel duel;
    duel.tell();
    duel.give(10, 5);
    duel.server.x += 0.009;
    duel.simulate();
    CHECK(duel.prediction.stats().corrections == 0);
    duel.server.x += 0.02;
    duel.simulate();
    CHECK(duel.prediction.stats().corrections == 1);
}

TEST_CASE("prediction: another entity, as after a respawn, is begun with anew, at once") {
    Duel duel;
    duel.tell();
    duel.give(10, 10);
    duel.id = EntityId{6};
    duel.server = {500, 0};
    duel.server_tick = duel.server_tick + 4;
    const std::size_t firsts = duel.firsts.size();
    duel.tell();
    CHECK(duel.prediction.own() == EntityId{6});
    CHECK(duel.shown() > 500);
    CHECK(duel.firsts.size() == firsts); // no shot of before is fired again
    CHECK(duel.prediction.stats().corrections == 0);
}

TEST_CASE(
    "prediction: who hears nothing stands still after two seconds, and goes on when it does") {
    Duel duel;
    duel.tell();
    duel.give(1, 400);
    CHECK(duel.prediction.stats().ticks_ahead < static_cast<std::int32_t>(history_ticks));
    const double there = duel.shown();
    duel.give(1, 10);
    CHECK(duel.shown() == there);
    duel.server_tick = duel.given - 5;
    duel.server = {77, 0};
    duel.tell();
    CHECK(duel.shown() > 77);
    duel.give(0);
    CHECK(duel.shown() > 77);
    CHECK(duel.prediction.stats().ticks_ahead == 6);
}

TEST_CASE("prediction: a client behind the server takes over what it says") {
    Duel duel;
    duel.tell();
    duel.give(1, 3);
    duel.server_tick = duel.given + 20;
    duel.server = {42, 0};
    duel.tell();
    CHECK(duel.shown(duel.server_tick) == 42);
}

TEST_CASE("prediction: told in any order and with gaps, it ends where the server is") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        Duel duel;
        duel.tell();
        for (int round = 0; round < 300; ++round) {
            duel.give(static_cast<std::int8_t>(static_cast<int>(random.next_below(9)) - 4));
            if (round < 8) continue;
            if (random.next_chance(0.05)) duel.server.x += 5 * random.next_unit();
            const bool is_told = random.next_chance(0.7);
            const Bytes input = duel.inputs.input_of(++duel.server_tick);
            move(duel.server, {static_cast<std::int8_t>(input[0])});
            if (is_told) duel.tell();
        }
        duel.simulate(8);
        duel.now += 1s;
        REQUIRE(duel.server_tick == duel.given);
        CHECK(std::abs(duel.shown() - duel.server.x) <= 0.02);
    }
}
