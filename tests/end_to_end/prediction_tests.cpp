#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;
using test_game::Body;
using test_game::Push;

namespace {

constexpr float per_push = 0.01F; // as `Pond::on_input`

/// The client's own swimmer, by the pond's rules.
void predict_own_swimmer(Client& client) {
    client.predict(PredictionRules<Body, Push>{
        .owns =
            [&client](EntityId id, const Body&) {
                return id.value == client.presence().value;
            },
        .correct =
            [](Body& body, const Body& told) {
                body = told;
            },
        .step =
            [](Body& body, const Push& push, const PredictedStep&) {
                const test_game::Vec2 place(
                    body.position().x() + static_cast<float>(push.x()) * per_push,
                    body.position().y() + static_cast<float>(push.y()) * per_push);
                body = Body(place, static_cast<std::uint16_t>(body.pushes() + 1), body.secret());
            },
        .describe =
            [](const Body& body, Body& told) {
                told = Body(body.position(), body.pushes(), told.secret());
            },
    });
}

double place_of(const Client& client, Time now, Shown shown = Shown::predicted) {
    const auto body = client.find<Body>(EntityId{client.presence().value}, now, shown);
    return body ? body->position().x() : std::nan("");
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("prediction: one's own entity is as far ahead as its inputs, on any link") {
        for (const Duration delay : {0ms, 30ms, 60ms, 100ms}) {
            CAPTURE(delay.count());
            Stepper stepper({.link = {.delay = delay, .jitter = delay / 3}});
            Client& ada = stepper.add_player("ada");
            predict_own_swimmer(ada);
            REQUIRE(stepper.run_until_joined());
            stepper.run(3s);
            // A push a tick, and what the server told last is a round trip old.
            const double ahead =
                place_of(ada, stepper.now()) - place_of(ada, stepper.now(), Shown::newest);
            const double ticks = ada.stats().prediction.ticks_ahead;
            CHECK(ahead / per_push == doctest::Approx(ticks - 0.5).epsilon(1.5 / ticks));
            CHECK(ada.stats().prediction.checked > 100);
        }
    }

    TEST_CASE("prediction: within 300 ms of a correction nothing of it is left, and none jumps") {
        Stepper stepper({.link = {.delay = 40ms, .jitter = 40ms}});
        Client& ada = stepper.add_player("ada");
        predict_own_swimmer(ada);
        REQUIRE(stepper.run_until_joined());
        stepper.run(3s);
        const auto ahead = [&] {
            return place_of(ada, stepper.now()) - stepper.ponds.front()->place_of(ada.presence());
        };
        const double before = ahead();
        const std::uint64_t corrections = ada.stats().prediction.corrections;
        constexpr double shove = 5;
        stepper.ponds.front()->shove(ada.presence(), shove);
        double last = place_of(ada, stepper.now());
        double longest_step = 0;
        const auto watch = [&](Duration time) {
            for (const Time end = stepper.now() + time; stepper.now() < end;) {
                stepper.run(16ms);
                const double here = place_of(ada, stepper.now());
                longest_step = std::max(longest_step, std::abs(here - last));
                last = here;
            }
        };
        while (ada.stats().prediction.corrections == corrections) watch(16ms);
        CHECK(ada.stats().prediction.newest_error == doctest::Approx(shove).epsilon(0.02));
        watch(300ms);
        CHECK(ahead() == doctest::Approx(before).epsilon(0.1));
        CHECK(std::abs(ahead() - before) < 0.05);
        CHECK(longest_step < shove / 4);
    }
}
