#include "model/net_history.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace engine_net;
using namespace std::chrono_literals;
using Row = NetHistory::Row;

namespace {

/// A link that is sampled at 60 Hz and brings a datagram of 100 bytes with each frame.
struct Link {
    NetHistory history;
    ClientStats stats;
    Time now{1s};
    Tick server_tick{1000};

    void run(Duration time) {
        for (const Time end = now + time; now < end; now += 16'667us) {
            ++server_tick;
            stats.newest_tick = server_tick - 3;
            ++stats.link.datagrams_in;
            stats.link.bytes_in += 100;
            ++stats.snapshot_datagrams;
            stats.snapshot_bytes += 80;
            history.sample(now, stats, server_tick);
        }
    }
};

} // namespace

TEST_CASE("net_history: what is counted becomes a rate for each second") {
    Link link;
    link.run(5s);
    CHECK(link.history.newest(Row::datagrams_in) == doctest::Approx(60).epsilon(0.02));
    CHECK(link.history.newest(Row::bytes_in) == doctest::Approx(6000).epsilon(0.02));
    CHECK(link.history.newest(Row::datagrams_out) == 0);
    CHECK(link.history.newest(Row::snapshot_bytes) == doctest::Approx(80));
}

TEST_CASE("net_history: the worst age of a step is kept, however short it was") {
    Link link;
    link.run(1s);
    CHECK(link.history.newest(Row::snapshot_age) == 3);
    link.history.sample(link.now, link.stats, link.server_tick + 40);
    link.run(150ms);
    CHECK(link.history.most(Row::snapshot_age) == 43);
    link.run(500ms);
    CHECK(link.history.newest(Row::snapshot_age) == 3);
}

TEST_CASE("net_history: latencies are those of the end of a step, in milliseconds") {
    Link link;
    link.stats.round_trip = 41'500us;
    link.stats.jitter = 2'250us;
    link.run(1s);
    CHECK(link.history.newest(Row::round_trip_ms) == doctest::Approx(41.5));
    CHECK(link.history.newest(Row::jitter_ms) == doctest::Approx(2.25));
}

TEST_CASE("net_history: values come oldest first, and the oldest make room") {
    Link link;
    link.stats.round_trip = 10ms;
    link.run(2s);
    link.stats.round_trip = 90ms;
    link.run(2s);
    const auto values = link.history.values(Row::round_trip_ms);
    CHECK(values.front() == 0);
    CHECK(values[values.size() - 30] == 10);
    CHECK(values.back() == 90);

    link.run(NetHistory::step * NetHistory::length);
    CHECK(link.history.values(Row::round_trip_ms).front() == 90);
}

TEST_CASE("net_history: a frame that took a second fills as many steps, with the rate it had") {
    Link link;
    link.run(2s);
    link.stats.link.bytes_in += 5000;
    link.now += 1s;
    link.history.sample(link.now, link.stats, link.server_tick);
    const auto values = link.history.values(Row::bytes_in);
    CHECK(values[values.size() - 9] == doctest::Approx(5000).epsilon(0.15));
    CHECK(values.back() == doctest::Approx(5000).epsilon(0.15));
    link.now += 24h;
    link.history.sample(link.now, link.stats, link.server_tick);
    CHECK(link.history.newest(Row::bytes_in) == 0);
}

TEST_CASE("net_history: a new link that counts from 0 makes no spike") {
    Link link;
    link.run(2s);
    link.stats.link = {};
    link.run(2s);
    CHECK(link.history.most(Row::bytes_in) < 7000);
}

TEST_CASE("net_history: forgets a session whole") {
    Link link;
    link.run(2s);
    link.history.clear();
    CHECK(link.history.most(Row::bytes_in) == 0);
    link.stats = {};
    link.run(1s);
    CHECK(link.history.most(Row::bytes_in) < 7000);
}

TEST_CASE("net_history: losses are percentages, and the latency is half of the round trip") {
    Link link;
    link.stats.round_trip = 80ms;
    link.stats.interpolation_delay = 65ms;
    link.stats.loss_in = 0.02;
    link.stats.loss_out = 0.1;
    link.run(1s);
    CHECK(link.history.newest(Row::latency_ms) == doctest::Approx(40));
    CHECK(link.history.newest(Row::interpolation_delay_ms) == doctest::Approx(65));
    CHECK(link.history.newest(Row::loss_in) == doctest::Approx(2));
    CHECK(link.history.newest(Row::loss_out) == doctest::Approx(10));
}

TEST_CASE("net_history: inputs that come late have a margin below zero") {
    Link link;
    link.stats.input_lead = 30ms;
    link.stats.input_margin = -4ms;
    link.run(1s);
    CHECK(link.history.newest(Row::input_lead_ms) == doctest::Approx(30));
    CHECK(link.history.newest(Row::input_margin_ms) == doctest::Approx(-4));
}

TEST_CASE("net_history: what happens seldom is counted over the last second") {
    Link link;
    link.stats.starved_frames = 500; // from before it was looked at
    link.run(2s);
    CHECK(link.history.newest(Row::starved_frames) == 0);

    link.stats.starved_frames += 3;
    link.stats.prediction.corrections += 2;
    link.run(300ms);
    CHECK(link.history.newest(Row::starved_frames) == 3);
    CHECK(link.history.newest(Row::corrections) == 2);
    ++link.stats.prediction.corrections;
    link.run(300ms);
    CHECK(link.history.newest(Row::corrections) == 3);
    link.run(1100ms);
    CHECK(link.history.newest(Row::starved_frames) == 0);
    CHECK(link.history.newest(Row::corrections) == 0);
}

TEST_CASE("net_history: a prediction's error stands where it was corrected, and nowhere else") {
    Link link;
    link.run(1s);
    ++link.stats.prediction.corrections;
    link.stats.prediction.newest_error = 2.5;
    link.run(150ms);
    CHECK(link.history.most(Row::prediction_error) == doctest::Approx(2.5));
    link.run(1s);
    CHECK(link.history.newest(Row::prediction_error) == 0);
    const auto errors = link.history.values(Row::prediction_error);
    CHECK(std::ranges::count_if(errors, [](float error) {
              return error > 0;
          }) == 1);
}

TEST_CASE("net_history: the server's times stay until it tells others") {
    Link link;
    link.history.note({.simulation_p50_ms = 2, .network_p99_ms = 5});
    link.run(1s);
    CHECK(link.history.newest(Row::server_simulation_ms) == 2);
    CHECK(link.history.newest(Row::server_network_p99_ms) == 5);
    link.history.note({.simulation_p50_ms = 3});
    link.run(1s);
    CHECK(link.history.newest(Row::server_simulation_ms) == 3);
    CHECK(link.history.newest(Row::server_network_p99_ms) == 0);
}
