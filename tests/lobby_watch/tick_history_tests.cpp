#include "lobby-watch/model/tick_history.hpp"
#include "lobby_watch/fake_source.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace std::chrono_literals;
using watch::TickHistory;

TEST_CASE("tick_history: of a range it knows mean, percentiles, late ticks and rates") {
    FakeSource source;
    source.run(60, 5000);
    source.run(59, 100);
    source.run(1, 1000);
    source.records.back().is_late = true;
    TickHistory history;
    history.note(source.records, 60);
    const auto second = history.summary(1s);
    CHECK(second.ticks == 60);
    CHECK(second.total.p50_us == 800);
    CHECK(second.total.max_us == 8000);
    CHECK(second.stages[0].mean_us == 115);
    CHECK(second.late == 1);
    CHECK(second.bytes_out_per_s == doctest::Approx(6000));
    CHECK(history.summary(2s).total.max_us == 40'000);
    CHECK(TickHistory().summary(1s).ticks == 0);
}

TEST_CASE("tick_history: each tick is taken once, and the oldest go") {
    FakeSource source;
    TickHistory history;
    for (int step = 0; step < 200; ++step) {
        source.run(60, 1);
        if (source.records.size() > 3600)
            source.records.erase(source.records.begin(), source.records.end() - 3600);
        history.note(source.records, 60);
        history.note(source.records, 60);
    }
    const auto ticks = history.newest(60s);
    REQUIRE(ticks.size() == 3600);
    for (std::size_t i = 1; i < ticks.size(); ++i) REQUIRE(ticks[i].tick - ticks[i - 1].tick == 1);
}

TEST_CASE("tick_history: a server that was started anew begins a new history") {
    FakeSource source;
    source.run(100, 1);
    TickHistory history;
    history.note(source.records, 60);
    source.records.clear();
    source.run(10, 1);
    history.note(source.records, 60);
    CHECK(history.newest(60s).size() == 10);
}

TEST_CASE("tick_history: it stands still while it is held, then goes on without a gap") {
    FakeSource source;
    source.run(60, 1);
    TickHistory history;
    history.note(source.records, 60);
    history.pause(true);
    source.run(60, 1);
    history.note(source.records, 60);
    CHECK(history.newest(60s).size() == 60);
    history.pause(false);
    history.note(source.records, 60);
    CHECK(history.newest(60s).size() == 120);
}

TEST_CASE("tick_history: a column shows the slowest of its ticks, and that one was late") {
    FakeSource source;
    source.run(600, 10);
    source.records[300].us.fill(900);
    source.records[310].is_late = true;
    TickHistory history;
    history.note(source.records, 60);
    const auto columns = history.columns(10s, 60);
    CHECK(columns.size() <= 60);
    std::size_t late = 0;
    std::uint32_t slowest = 0;
    for (const watch::TickColumn& column : columns) {
        late += column.is_late ? 1 : 0;
        slowest = std::max(slowest, watch::total_us(column.slowest));
        CHECK(column.bytes_out_per_s == doctest::Approx(6000));
    }
    CHECK(late == 1);
    CHECK(slowest == 7200);
    CHECK(history.columns(10s, 1000).size() == 600);
    CHECK(history.columns(10s, 0).empty());
}
