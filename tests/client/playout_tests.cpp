#include "client/playout.hpp"
#include "core/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>

using namespace engine_net;

namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t rate = 60;
constexpr Tick first{1'000};

/// Ticks that leave a server at 60 Hz, and a client that polls at about that.
class Stream {
public:
    explicit Stream(PlayoutConfig config = {}) : playout(config) { playout.set_tick_rate(rate); }

    /// How long a tick is on its way; none: it is lost.
    std::function<std::optional<Duration>(Tick)> way = [](Tick) {
        return std::optional<Duration>(20ms);
    };
    Duration late_server{0}; ///< how far its schedule has moved
    bool is_asleep = false;  ///< the client does not poll

    void run(Duration duration) {
        for (const Time end = now + duration; now < end; now += 1ms) {
            for (; due(next) <= now; ++next) {
                if (const auto time = way(next)) coming_.emplace(now + *time, next);
            }
            if (!is_asleep && now.time_since_epoch() % 16ms == 0ms) poll();
        }
    }
    void enter_room() {
        playout.clear();
        newest = {};
        last_.reset();
    }
    /// Where the server is by its schedule.
    [[nodiscard]] double server_ticks() const {
        return static_cast<double>((now - late_server - start).count()) * rate / 1e6;
    }
    [[nodiscard]] double shown_ticks() const { return *playout.shown_at(now) - TickTime{first}; }
    [[nodiscard]] double delay_ms() const { return (server_ticks() - shown_ticks()) * 1000 / rate; }
    /// Frames out of a hundred that were starved since the last call.
    double starved_percent() {
        const PlayoutCounts& counts = playout.counts();
        const auto shown = static_cast<double>(counts.shown - before_.shown);
        const auto starved = static_cast<double>(counts.starved - before_.starved);
        before_ = counts;
        return 100 * starved / std::max(shown, 1.0);
    }

    Playout playout;
    Time now{start};
    Tick next = first;
    Tick newest{0};

private:
    static constexpr Time start{10s};

    [[nodiscard]] Time due(Tick tick) const {
        return start + late_server + Duration(std::int64_t{tick - first} * 1'000'000 / rate);
    }
    void poll() {
        for (int taken = 0; taken < 64 && !coming_.empty() && coming_.begin()->first <= now;
             ++taken) {
            const Tick tick = coming_.begin()->second;
            coming_.erase(coming_.begin());
            if (tick <= newest) continue;
            newest = tick;
            playout.note_arrival(tick, now);
        }
        const auto before = playout.shown_at(now);
        playout.advance(now);
        const auto shown = playout.shown_at(now);
        if (before) CHECK(*shown - *before >= 0);
        if (last_ && playout.counts().jumps == jumps_) {
            const double passed = static_cast<double>((now - polled_).count()) * rate / 1e6;
            CHECK(*shown - *last_ <= passed * 1.101 + 0.001);
            CHECK(*shown - *last_ >= 0);
        }
        last_ = shown;
        polled_ = now;
        jumps_ = playout.counts().jumps;
    }

    std::multimap<Time, Tick> coming_;
    std::optional<TickTime> last_;
    Time polled_{};
    std::uint64_t jumps_ = 0;
    PlayoutCounts before_;
};

/// 20 ms more or less, and one in fifty lost.
std::function<std::optional<Duration>(Tick)>
rough(Duration least, Duration jitter, double loss, std::uint64_t seed = 1) {
    return [least, jitter, loss, random = Random(seed)](Tick) mutable -> std::optional<Duration> {
        if (random.next_chance(loss)) return std::nullopt;
        return least + Duration(static_cast<std::int64_t>(random.next_unit() *
                                                          static_cast<double>(jitter.count())));
    };
}

} // namespace

TEST_CASE("playout: nothing is shown before it is known how late snapshots come") {
    Playout playout({});
    playout.set_tick_rate(rate);
    playout.advance(Time(1s));
    CHECK_FALSE(playout.shown_at(Time(1s)));
    playout.note_arrival(first, Time(1s));
    playout.advance(Time(1s));
    CHECK_FALSE(playout.shown_at(Time(1s)));
    playout.note_arrival(first + 1, Time(1s + 17ms));
    playout.advance(Time(1s + 17ms));
    REQUIRE(playout.shown_at(Time(1s + 17ms)));
    CHECK(*playout.shown_at(Time(1s + 17ms)) - TickTime{first} <= 1);
}

TEST_CASE("playout: on a calm link the delay is the way and little more than a tick") {
    Stream stream;
    stream.run(6s);
    CHECK(stream.delay_ms() > 20);
    CHECK(stream.delay_ms() < 20 + 17 + 16 + 12);
    stream.starved_percent();
    stream.run(10s);
    CHECK(stream.starved_percent() < 1);
    CHECK(stream.playout.counts().jumps == 0);
}

TEST_CASE("playout: the delay grows with the jitter within two seconds, and falls again slowly") {
    Stream stream;
    stream.run(4s);
    const double calm = stream.delay_ms();
    stream.way = rough(20ms, 80ms, 0.02);
    stream.run(2s);
    stream.starved_percent();
    stream.run(10s);
    CHECK(stream.starved_percent() < 1);
    const double stormy = stream.delay_ms();
    CHECK(stormy > calm + 40);
    stream.way = rough(20ms, 0ms, 0);
    stream.run(3s);
    CHECK(stream.delay_ms() > calm + 20);
    stream.run(9s);
    CHECK(stream.delay_ms() < calm + 10);
    CHECK(stream.playout.counts().jumps == 0);
}

TEST_CASE("playout: loss makes it wait for the tick after the lost one") {
    Stream stream;
    stream.way = rough(30ms, 0ms, 0.1);
    stream.run(2s);
    stream.starved_percent();
    stream.run(10s);
    CHECK(stream.starved_percent() < 1);
}

TEST_CASE("playout: the bounds hold") {
    Stream eager({.max_delay = 20ms});
    eager.way = rough(20ms, 200ms, 0);
    eager.run(8s);
    CHECK(eager.delay_ms() < 20 + 17 + 16 + 20 + 12);
    Stream patient({.min_delay = 100ms});
    patient.run(8s);
    CHECK(patient.delay_ms() > 120);
    CHECK(patient.delay_ms() < 120 + 17 + 16 + 12);
}

TEST_CASE("playout: when nothing comes it stops, and jumps once when something does") {
    Stream stream({.max_extrapolation = 100ms});
    stream.run(4s);
    const double delay = stream.delay_ms();
    const auto way = stream.way;
    stream.way = [](Tick) {
        return std::optional<Duration>();
    };
    stream.run(8s);
    CHECK(stream.shown_ticks() == doctest::Approx((stream.newest - first) + 6));
    CHECK(stream.playout.counts().extrapolated > 100ms);
    stream.way = way;
    stream.run(1s);
    CHECK(stream.playout.counts().jumps == 1);
    CHECK(stream.delay_ms() == doctest::Approx(delay).epsilon(0.3));
}

TEST_CASE("playout: a client that slept shows what is new, not what it missed (A17, A46)") {
    for (const Duration sleep : {Duration(8s), Duration(30s)}) {
        Stream stream;
        stream.way = rough(20ms, 20ms, 0.02);
        stream.run(4s);
        const double delay = stream.delay_ms();
        stream.is_asleep = true;
        stream.run(sleep);
        stream.is_asleep = false;
        stream.run(1s);
        CHECK(stream.delay_ms() < delay + 50);
        CHECK(stream.playout.counts().jumps == 1);
        stream.run(1s);
        stream.starved_percent();
        CHECK(stream.delay_ms() < delay + 25);
        stream.run(5s);
        CHECK(stream.starved_percent() < 1);
    }
}

TEST_CASE("playout: a server that stood still for two seconds is followed, never backwards") {
    Stream stream;
    stream.run(4s);
    const double delay = stream.delay_ms();
    stream.late_server += 2s;
    stream.run(5s);
    CHECK(stream.delay_ms() == doctest::Approx(delay).epsilon(0.3));
    stream.starved_percent();
    stream.run(5s);
    CHECK(stream.starved_percent() < 1);
}

TEST_CASE("playout: a server whose schedule moves a little is followed") {
    Stream stream;
    stream.run(4s);
    for (int i = 0; i < 10; ++i) {
        stream.late_server += 30ms;
        stream.run(1s);
    }
    stream.run(5s);
    stream.starved_percent();
    stream.run(5s);
    CHECK(stream.starved_percent() < 1);
    CHECK(stream.delay_ms() < 100);
}

TEST_CASE("playout: few snapshots a second make it wait longer, but are no stalls") {
    Stream stream;
    stream.way = [](Tick tick) {
        return tick.value % 30 == 0 ? std::optional<Duration>(20ms) : std::nullopt;
    };
    stream.run(5s);
    stream.starved_percent();
    stream.run(10s);
    CHECK(stream.starved_percent() < 1);
    CHECK(stream.playout.counts().jumps <= 1);
}

TEST_CASE("playout: no tick that a server may tell of overflows") {
    for (const std::uint32_t tick : {0x7FFF'0000u, 0xFFFF'FFFFu, 0u}) {
        Playout playout({});
        playout.set_tick_rate(1);
        for (const std::int32_t step : {0, 1, 0x7FFF'FFFF, 0x7FFF'FFFF, 5}) {
            const Time now(1s + 20ms * (step % 97));
            playout.note_arrival(Tick{tick} + step, now);
            playout.advance(now);
        }
        CHECK(playout.shown_at(Time(1000h)));
        CHECK(playout.target_at(Time(1000h)));
    }
}

TEST_CASE("playout: another link and another room begin anew, the room from nothing") {
    Stream stream;
    stream.way = rough(20ms, 60ms, 0);
    stream.run(4s);
    const double before = stream.shown_ticks();
    stream.playout.begin_again();
    stream.run(100ms);
    CHECK(stream.shown_ticks() > before);
    stream.enter_room();
    CHECK_FALSE(stream.playout.shown_at(stream.now));
    stream.run(1s);
    CHECK(stream.playout.shown_at(stream.now));
}
