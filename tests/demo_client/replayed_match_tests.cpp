#include "model/replayed_match.hpp"
#include "program/replay_time.hpp"
#include "replay/match_file.hpp"
#include "replay/room_recording.hpp"
#include "replication/history.hpp"
#include "rules/schema.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t tick_rate = 20;

std::vector<std::uint8_t> names_of_ada() {
    flatbuffers::FlatBufferBuilder builder;
    const std::vector names{arena::CreateName(builder, 7, builder.CreateString("Ada"))};
    builder.Finish(arena::CreateNames(builder, builder.CreateVector(names)));
    const auto bytes = bytes_of(builder);
    return {bytes.begin(), bytes.end()};
}

std::vector<std::uint8_t> crash_of_ada() {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(arena::CreateEvent(builder, arena::EventKind::destroyed, 0, 7));
    const auto bytes = bytes_of(builder);
    return {bytes.begin(), bytes.end()};
}

/// Ten seconds of Ada, who crashes after five and says something after six.
std::vector<std::uint8_t> match_of_ada() {
    const CompiledSchema compiled = arena::schema();
    const auto schema = ReplicatedSchema::load(compiled);
    REQUIRE(schema);
    const auto queue = std::make_shared<RecordingQueue>();
    SnapshotCodec codec(schema->types(), tick_rate, schema->priors());
    {
        RoomRecording recording({.protocol = protocol_version,
                                 .ticks_per_second = tick_rate,
                                 .kind = "arena",
                                 .room_name = "Arena",
                                 .schema = {compiled.bytes.begin(), compiled.bytes.end()},
                                 .prior = {compiled.prior.begin(), compiled.prior.end()}},
                                *schema,
                                codec,
                                queue);
        recording.join({.id = PresenceId{7}, .name = "Ada", .colour = 0xFF0000});
        History history(*schema);
        for (std::uint32_t t = 1; t <= 201; ++t) {
            auto& snapshot = history.begin(Tick{t});
            snapshot.add(EntityId{1}, arena::Score(7, 3, static_cast<int>(t), 0, 0));
            history.commit();
            if (t == 101) recording.add_event(Tick{t}, crash_of_ada());
            if (t == 121) recording.add_chat(Tick{t}, "Ada", "oops");
            recording.add_frame(*history.newest(), names_of_ada(), 1);
        }
    }
    std::vector<std::uint8_t> bytes;
    queue->take(bytes);
    return bytes;
}

struct Watched {
    Watched() : file(match_of_ada()) {
        auto opened = ReplayedMatch::open(file.path());
        REQUIRE_MESSAGE(opened, (opened ? std::string{} : opened.error()));
        match = std::move(*opened);
        match->poll(now, 0);
    }
    void run(Duration time) {
        for (const Time end = now + time; now < end;) match->poll(now += 50ms, 0.05F);
    }

    MatchFile file;
    std::unique_ptr<ReplayedMatch> match;
    Time now{1s};
};

} // namespace

TEST_CASE("replayed match: people have the names and points of the moment that is shown") {
    Watched watched;
    watched.match->seek(4s);
    watched.run(50ms);
    REQUIRE(watched.match->roster().lines().size() == 1);
    CHECK(watched.match->roster().lines().front().name == "Ada");
    CHECK(watched.match->roster().lines().front().points == 81);
}

TEST_CASE("replayed match: what happens is told as it is played, and forgotten by a jump") {
    Watched watched;
    int events = 0;
    watched.match->on_event([&](const arena::Event&) {
        ++events;
    });
    watched.match->seek(4s);
    watched.match->toggle();
    watched.run(2s);
    CHECK(events == 1);
    CHECK_FALSE(watched.match->has_jumped());
    REQUIRE(watched.match->roster().news().size() == 1);
    CHECK(watched.match->roster().news().front().text == "Ada crashed");
    watched.match->seek_by(-1s);
    watched.run(50ms);
    CHECK(watched.match->has_jumped());
    CHECK(watched.match->roster().news().empty());
    watched.run(50ms);
    CHECK_FALSE(watched.match->has_jumped());
}

TEST_CASE("replayed match: what was said is there wherever one goes, as old as it was then") {
    Watched watched;
    const auto said_at = [&](Duration position) {
        watched.match->seek(position);
        watched.run(50ms);
        return watched.match->chat().lines();
    };
    CHECK(said_at(5s).empty());
    const auto said = said_at(8s);
    REQUIRE(said.size() == 1);
    CHECK(said.front().name == "Ada");
    CHECK(said.front().text == "oops");
    CHECK(said.front().age_s == doctest::Approx(2));
    CHECK(said.front().colour.r == 1);
    CHECK(said_at(1s).empty());
}

TEST_CASE("replayed match: time for what glows passes as the match's does") {
    Watched watched;
    CHECK(watched.match->match_seconds() == 0);
    watched.match->toggle();
    watched.run(50ms);
    CHECK(watched.match->match_seconds() == doctest::Approx(0.05));
    for (int i = 0; i < 9; ++i) watched.match->change_speed(true);
    CHECK(watched.match->replay().speed() == 8);
    watched.run(50ms);
    CHECK(watched.match->match_seconds() == doctest::Approx(0.4));
    for (int i = 0; i < 9; ++i) watched.match->change_speed(false);
    CHECK(watched.match->replay().speed() == 0.25);
    watched.match->step(1);
    watched.run(50ms);
    CHECK_FALSE(watched.match->replay().is_playing());
    CHECK(watched.match->match_seconds() == 0);
}

TEST_CASE("replayed match: from its end it is played anew, as if it were another") {
    Watched watched;
    watched.match->seek(1h);
    watched.run(50ms);
    CHECK(watched.match->replay().is_at_end());
    watched.match->toggle();
    watched.run(50ms);
    CHECK(watched.match->has_jumped());
    CHECK(watched.match->replay().position() < 1s);
}

TEST_CASE("replayed match: times are written as clocks show them") {
    CHECK(program::time_text(0s) == "0:00.0");
    CHECK(program::time_text(65'380ms) == "1:05.3");
    CHECK(program::time_text(3'600s) == "60:00.0");
}
