#include <engine_net/client.hpp>
#include <engine_net/schema.hpp>
#include <engine_net/server.hpp>
#include <engine_net/simulated_network.hpp>

#include "drift_bfbs_generated.h"
#include "drift_generated.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <optional>
#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr double rate = 60;
constexpr std::uint32_t kinds = 10; ///< things of each kind

// Where everything is at a moment, in ticks.

double round_the_ring(double place) {
    return place - 200 * std::floor((place + 100) / 200);
}
double comet_speed(std::uint32_t i) {
    return 20.0 * (i % 2 == 0 ? i + 1 : -1.0 * i);
}
double comet_place(std::uint32_t i, double tick) {
    return round_the_ring(comet_speed(i) * tick / rate);
}
constexpr double swing_turns = std::numbers::pi; ///< radians a second
constexpr double swing_width = 40;
double swing_place(std::uint32_t i, double tick) {
    return swing_width * std::sin(swing_turns * tick / rate + i);
}
/// At one side for half a second, then at the other.
constexpr std::uint32_t hop_ticks = 30;
double hopper_place(std::uint32_t i, std::uint32_t tick) {
    const std::uint32_t life = tick + 7 * i;
    return (life / hop_ticks % 2 == 0 ? 60 : -60) + life % hop_ticks * 0.1;
}

class Sky final : public RoomOf<drift::Push, drift::Call> {
public:
    void on_input(Presence&, const drift::Push&) override {}
    void on_tick(Tick) override {}
    void describe(SnapshotBuilder& snapshot) const override {
        const std::uint32_t now = tick().value;
        for (std::uint32_t i = 0; i < kinds; ++i) {
            snapshot.add(EntityId{100 + i},
                         drift::Comet(static_cast<float>(comet_place(i, now)),
                                      static_cast<float>(comet_speed(i))));
            snapshot.add(EntityId{200 + i},
                         drift::Swing(static_cast<float>(swing_place(i, now)), now));
            const std::uint32_t hops = (now + 7 * i) / hop_ticks;
            snapshot.add(EntityId{300 + i},
                         drift::Hopper(static_cast<float>(hopper_place(i, now)),
                                       static_cast<std::uint8_t>(hops)));
        }
    }
};

/// What a client saw in its frames, against what was.
struct Seen {
    std::uint64_t frames = 0;
    std::uint64_t backward = 0;
    double worst_comet = 0;    ///< how far it was off its place, also past the newest tick
    double worst_swing = 0;    ///< the same, but only before that
    std::uint64_t smeared = 0; ///< hoppers that were on neither side
};

/// One player in a sky, whose frames come 60 times a second.
class Story {
public:
    explicit Story(LinkConditions link, std::chrono::milliseconds suspicion_time = 50s)
        : network({.seed = 5, .link = link}) {
        ServerConfig server_config;
        server_config.network = &network;
        server_config.seed = 1;
        server_config.session_timeout = 60s;
        server = std::make_unique<Server>(server_config);
        server->define_room<Sky>("sky", compiled_schema<drift::CallBinarySchema>());
        REQUIRE(server->start());
        ClientConfig config;
        config.network = &network;
        config.host = "10.0.0.1";
        config.seed = 10;
        config.session_timeout = 60s;
        config.suspicion_time = suspicion_time;
        config.schema = compiled_schema<drift::CallBinarySchema>();
        client = std::make_unique<Client>(config);
        client->join_or_create("sky");
        for (int i = 0; i < 5000 && !client->shown_time(now); ++i) run(1ms);
        REQUIRE(client->shown_time(now));
    }

    void run(Duration time) {
        for (const Time end = now + time; now < end; now += 1ms) {
            network.advance_to(now);
            if (!is_server_stopped && now >= server->next_step()) server->step(now);
            if (is_asleep || now < next_frame_) continue;
            next_frame_ = now + 16ms;
            client->poll(now);
            look();
        }
    }
    /// How old what is shown is, in milliseconds.
    [[nodiscard]] double delay_ms() const {
        const auto shown = client->shown_time(now);
        if (!shown) return 1e9;
        return (TickTime{server->stats().tick} - *shown) * 1000 / rate;
    }
    /// Frames out of a hundred that were starved since the last call.
    double starved_percent() {
        const ClientStats stats = client->stats();
        const auto shown = static_cast<double>(stats.shown_frames - before_.shown_frames);
        const auto starved = static_cast<double>(stats.starved_frames - before_.starved_frames);
        before_ = stats;
        return 100 * starved / std::max(shown, 1.0);
    }

    SimulatedNetwork network;
    std::unique_ptr<Server> server;
    std::unique_ptr<Client> client;
    Time now{1s};
    bool is_asleep = false;
    bool is_server_stopped = false;
    Seen seen;

private:
    void look() {
        const auto shown = client->shown_time(now);
        if (!shown) return;
        ++seen.frames;
        if (last_ && *shown - *last_ < 0) ++seen.backward;
        last_ = shown;
        const double tick = shown->tick.value + shown->fraction;
        const bool is_starved = *shown - TickTime{client->stats().newest_tick} > 0;
        client->each<drift::Comet>(now, [&](EntityId id, const drift::Comet& comet) {
            const double off = double{comet.place()} - comet_place(id.value - 100, tick);
            seen.worst_comet = std::max(seen.worst_comet, std::fabs(round_the_ring(off)));
        });
        client->each<drift::Swing>(now, [&](EntityId id, const drift::Swing& swing) {
            const double off = double{swing.place()} - swing_place(id.value - 200, tick);
            if (!is_starved) seen.worst_swing = std::max(seen.worst_swing, std::fabs(off));
        });
        client->each<drift::Hopper>(now, [&](EntityId, const drift::Hopper& hopper) {
            const double side = std::fabs(double{hopper.place()} - 1.5);
            seen.smeared += side > 56 && side < 64 ? 0 : 1;
        });
    }

    Time next_frame_{};
    std::optional<TickTime> last_;
    ClientStats before_;
};

struct Link {
    std::string name;
    Duration least; ///< one way
    Duration jitter;
};
const Link links[] = {
    {"lan", 500us, 0us}, {"60±20", 20ms, 20ms}, {"120±40", 40ms, 40ms}, {"200±80", 60ms, 80ms}};

/// The step, and what a straight line may be off an arc when all ticks between two so far apart
/// were lost.
double swing_bound(double ticks) {
    const double most_acceleration = swing_width * swing_turns * swing_turns;
    return 0.01 + most_acceleration * ticks * ticks / (rate * rate) / 8;
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("interpolation: what is shown is where it was, on any link") {
        for (const Link& link : links) {
            for (const double loss : {0.0, 0.02, 0.1}) {
                CAPTURE(link.name);
                CAPTURE(loss);
                Story story({.delay = link.least, .jitter = link.jitter, .loss = loss});
                story.run(2s);
                story.starved_percent();
                story.seen = {};
                story.run(10s);
                const Seen& seen = story.seen;
                const double starved = story.starved_percent();
                MESSAGE(link.name << " ms round trip, loss " << 100 * loss << " %: delay "
                                  << story.client->stats().interpolation_delay.count() / 1000
                                  << " ms, starved " << starved << " %, off by at most "
                                  << seen.worst_comet << " with a velocity, " << seen.worst_swing
                                  << " without");
                CHECK(seen.frames > 550);
                CHECK(seen.backward == 0);
                CHECK(seen.smeared == 0);
                CHECK(seen.worst_comet < 0.02);
                CHECK(seen.worst_swing < swing_bound(loss == 0 ? 1 : loss < 0.1 ? 3 : 5));
                CHECK(starved < (loss < 0.1 ? 1 : 2));
                CHECK(story.client->stats().playout_jumps == 0);
            }
        }
    }

    TEST_CASE("interpolation: the delay that a client tells of is the true one") {
        Story story({.delay = 40ms, .jitter = 40ms});
        story.run(5s);
        const auto told = static_cast<double>(story.client->stats().interpolation_delay.count());
        CHECK(std::fabs(told / 1000 - story.delay_ms()) < 1000 / rate + 20);
    }

    TEST_CASE("interpolation: who slept sees what is new within a second (A17, A46)") {
        for (const Duration sleep : {Duration(8s), Duration(30s)}) {
            Story story({.delay = 20ms, .jitter = 20ms, .loss = 0.02});
            story.run(4s);
            const double delay = story.delay_ms();
            story.is_asleep = true;
            story.run(sleep);
            story.is_asleep = false;
            story.run(1s);
            CHECK(story.client->state() == ClientState::online);
            CHECK(story.client->stats().playout_jumps == 1);
            CHECK(story.delay_ms() < delay + 50);
            CHECK(story.seen.backward == 0);
            story.run(1s);
            story.starved_percent();
            story.run(5s);
            CHECK(story.starved_percent() < 1);
            CHECK(std::fabs(story.delay_ms() - delay) < 30);
            CHECK(story.client->stats().state_mismatches == 0);
        }
    }

    TEST_CASE("interpolation: after a black-out it goes on from the newest, jumping once") {
        Story story({.delay = 20ms, .jitter = 10ms});
        story.run(4s);
        const double delay = story.delay_ms();
        story.network.set_conditions({.blackout = true});
        story.run(5s);
        story.network.set_conditions({.delay = 20ms, .jitter = 10ms});
        story.run(1s);
        CHECK(story.delay_ms() < delay + 50);
        CHECK(story.client->stats().playout_jumps == 1);
        CHECK(story.seen.backward == 0);
        CHECK(story.seen.smeared == 0);
    }

    TEST_CASE("interpolation: on another link it goes on from what was shown") {
        Story story({.delay = 20ms, .jitter = 10ms}, 1s);
        story.run(4s);
        story.seen = {};
        const double delay = story.delay_ms();
        constexpr std::uint16_t client_port = 49'152;
        story.network.set_conditions_of(client_port, {.blackout = true}, {.blackout = true});
        story.run(1s);
        CHECK(story.client->find<drift::Swing>(EntityId{200}, story.now));
        for (int i = 0; i < 6000 && story.client->stats().resumes == 0; ++i) story.run(1ms);
        REQUIRE(story.client->stats().resumes == 1);
        story.run(1s);
        CHECK(story.delay_ms() < delay + 50);
        CHECK(story.client->stats().playout_jumps == 1);
        CHECK(story.seen.backward == 0);
        CHECK(story.seen.smeared == 0);
        CHECK(story.seen.worst_comet < 0.02);
    }

    TEST_CASE("interpolation: a server that stood still is followed, not overtaken") {
        Story story({.delay = 20ms, .jitter = 10ms});
        story.run(4s);
        const double delay = story.delay_ms();
        story.is_server_stopped = true;
        story.run(1500ms);
        story.is_server_stopped = false;
        story.run(4s);
        CHECK(story.delay_ms() < delay + 30);
        story.starved_percent();
        story.run(4s);
        CHECK(story.starved_percent() < 1);
        CHECK(story.seen.backward == 0);
    }

    TEST_CASE("interpolation: until a second snapshot has come the newest version is shown") {
        Story story({.delay = 20ms});
        story.client->leave_room();
        story.run(200ms);
        CHECK_FALSE(story.client->shown_time(story.now));
        story.client->join_or_create("sky");
        story.run(1s);
        REQUIRE(story.client->shown_time(story.now));
        CHECK(story.delay_ms() < 100);
        CHECK(story.client->find<drift::Comet>(EntityId{100}, story.now));
    }
}
