#include "replay/match_file.hpp"
#include "replay/recorded_room.hpp"

#include <engine_net/replay.hpp>

#include "room_game_bfbs_generated.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

using Match = std::vector<std::uint8_t>;

constexpr std::uint32_t tick_rate = 50;
constexpr std::uint32_t last_tick = 500;

/// Ten seconds, in which rock 1 is at x = tick, rock 2 is there for a while, ada comes and goes and
/// says so, and there is an event every second.
const Match& rocks_match() {
    static const Match made = [] {
        const CompiledSchema compiled = compiled_schema<rocks::RootBinarySchema>();
        const auto queue = std::make_shared<RecordingQueue>();
        const ReplicatedSchema& schema = rocks_room::schema();
        SnapshotCodec codec(schema.types(), tick_rate, schema.priors());
        {
            RoomRecording recording({.protocol = protocol_version,
                                     .ticks_per_second = tick_rate,
                                     .room = RoomId{7},
                                     .kind = "rocks",
                                     .room_name = "Rocks 7",
                                     .schema = {compiled.bytes.begin(), compiled.bytes.end()}},
                                    schema,
                                    codec,
                                    queue);
            recording.join({.id = PresenceId{1}, .name = "bob", .colour = 0x112233});
            History history(schema);
            for (std::uint32_t t = 1; t <= last_tick; ++t) {
                if (t == 101) recording.join({.id = PresenceId{2}, .name = "ada"});
                if (t == 151) recording.add_chat(Tick{t - 1}, "ada", "hello");
                if (t == 401) recording.leave(PresenceId{2});
                if (t == 40) recording.add_client_event(Tick{t}, PresenceId{1}, Match(4, 8));
                if (t % tick_rate == 1) recording.add_event(Tick{t}, Match(4, 9));
                std::vector<rocks_room::Described> there{rocks_room::rock(1, static_cast<float>(t)),
                                                         rocks_room::ship(3, 1, 55)};
                if (t >= 51 && t < 101) there.push_back(rocks_room::rock(2, 5));
                rocks_room::tick(history, t, there);
                recording.add_frame(*history.newest(), Match(3, 7), 1);
            }
        }
        Match bytes;
        queue->take(bytes);
        return bytes;
    }();
    return made;
}

struct Played {
    explicit Played(const Match& bytes = rocks_match(),
                    CompiledSchema own = compiled_schema<rocks::RootBinarySchema>())
        : file(bytes) {
        auto opened = Replay::open({file.path(), own});
        REQUIRE_MESSAGE(opened, (opened ? std::string{} : opened.error().text));
        replay = std::move(*opened);
        replay->on_private_event([this](const ReplayedEvent& event) {
            REQUIRE(event.is_from_client);
            of_clients += std::to_string(event.people.front().value) + " ";
        });
        replay->on_event_bytes([this](EventBytes) {
            ++events;
        });
    }

    void run(Duration time, Duration frame = 10ms) {
        for (const Time end = now + time; now < end;) {
            replay->poll(now += frame);
        }
    }
    [[nodiscard]] double rock_x() const {
        const auto rock = replay->find<rocks::Rock>(EntityId{1}, now);
        return rock ? static_cast<double>(rock->position().x()) : -1;
    }
    [[nodiscard]] std::string people() const {
        std::string names;
        for (const auto& [id, member] : replay->members()) names.append(member.name).append(" ");
        return names;
    }

    MatchFile file;
    std::unique_ptr<Replay> replay;
    Time now{1s};
    int events = 0;
    std::string of_clients; ///< whose
};

std::string refusal_of(const Match& bytes, CompiledSchema own = {}) {
    const MatchFile file(bytes);
    const auto opened = Replay::open({file.path(), own});
    return opened ? "" : opened.error().text;
}

/// Where the block of the first keyframe that begins at or after a tick stands.
std::size_t keyframe_at(Tick tick) {
    const auto file = RecordingFile::open(rocks_match());
    const auto entry = std::ranges::find_if(file->entries(), [&](const IndexEntry& one) {
        return one.tick >= tick;
    });
    REQUIRE(entry != file->entries().end());
    return static_cast<std::size_t>(entry->offset);
}

} // namespace

TEST_CASE("replay: it tells what the recording holds") {
    const Played played;
    const ReplaySummary& summary = played.replay->summary();
    CHECK(summary.kind == "rocks");
    CHECK(summary.room_name == "Rocks 7");
    CHECK(summary.room == RoomId{7});
    CHECK(summary.tick_rate == tick_rate);
    CHECK(summary.first_tick == Tick{1});
    CHECK(summary.last_tick == Tick{last_tick});
    CHECK(summary.duration == 9'980ms);
    CHECK(summary.is_complete);
    CHECK(summary.bytes == rocks_match().size());
    CHECK(summary.dropped_ticks == 0);
    CHECK_FALSE(played.replay->is_playing());
    CHECK(played.replay->position() == 0ms);
}

TEST_CASE("replay: it tells what people did in all of it") {
    const Played played;
    const auto& notes = played.replay->notes();
    REQUIRE(notes.size() == 3);
    CHECK(notes[0].kind == ReplayNoteKind::joined);
    CHECK(notes[0].name == "ada");
    CHECK(notes[0].at == 2s);
    CHECK(notes[1].kind == ReplayNoteKind::chat);
    CHECK(notes[1].text == "hello");
    CHECK(notes[1].tick == Tick{150});
    CHECK(notes[2].kind == ReplayNoteKind::left);
    CHECK(notes[2].at == 8s);
}

TEST_CASE("replay: it plays as fast as it is to, between the ticks") {
    Played played;
    CHECK(played.rock_x() == doctest::Approx(1));
    played.run(1s);
    CHECK(played.replay->position() == 0ms);
    played.replay->play();
    played.run(1s);
    CHECK(played.replay->position() == 1s);
    CHECK(played.rock_x() == doctest::Approx(51));
    CHECK(played.of_clients == "1 ");
    played.run(10ms);
    CHECK(played.rock_x() == doctest::Approx(51.5));
    CHECK(played.replay->shown_time() == TickTime{Tick{51}, 0.5});
    played.replay->set_speed(0.25);
    played.run(20ms);
    CHECK(played.rock_x() == doctest::Approx(51.75));
    played.replay->set_speed(8);
    played.run(500ms);
    CHECK(played.rock_x() == doctest::Approx(251.75));
    CHECK(played.events == 5);
    CHECK(played.people() == "bob ada ");
}

TEST_CASE("replay: at its end it pauses, and begins anew when it is played again") {
    Played played;
    played.replay->set_speed(64);
    played.replay->play();
    played.run(1s);
    CHECK(played.replay->is_at_end());
    CHECK_FALSE(played.replay->is_playing());
    CHECK(played.replay->position() == played.replay->summary().duration);
    CHECK(played.rock_x() == doctest::Approx(last_tick));
    CHECK(played.events == 9);
    played.replay->play();
    CHECK(played.replay->position() == 0ms);
    CHECK(played.replay->is_playing());
}

TEST_CASE("replay: seeking shows what playing up to there shows, but tells of no events") {
    Played played;
    for (const Duration at : {Duration(9s), Duration(1'010ms), Duration(5s), Duration(5'030ms)}) {
        played.replay->seek(at);
        CHECK(played.replay->position() == at);
        const double seconds = std::chrono::duration<double>(at).count();
        CHECK(played.rock_x() == doctest::Approx(1 + seconds * tick_rate));
        CHECK(played.people() == (at > 8s || at < 2s ? "bob " : "bob ada "));
        const bool has_other =
            played.replay->find<rocks::Rock>(EntityId{2}, played.now).has_value();
        CHECK(has_other == (at < 2s));
    }
    CHECK(played.events == 0);
    played.replay->seek(-1h);
    CHECK(played.replay->position() == 0ms);
    played.replay->seek(1h);
    CHECK(played.replay->is_at_end());
    played.replay->step(-1);
    CHECK(played.rock_x() == doctest::Approx(last_tick - 1));
    played.replay->step(1);
    CHECK(played.rock_x() == doctest::Approx(last_tick));
}

TEST_CASE("replay: a long pause between two frames counts as a second") {
    Played played;
    played.replay->play();
    played.run(20ms);
    played.run(5s, 5s);
    CHECK(played.replay->position() == 1'010ms);
}

TEST_CASE("replay: entities have the words of the recorded schema, without what is private") {
    Played played(rocks_match(), {});
    played.replay->seek(1s);
    const AdminEntities& entities = played.replay->entities();
    CHECK(entities.tick == Tick{51});
    REQUIRE(entities.types.size() == 2);
    CHECK(entities.types[0].name == "rocks.Rock");
    REQUIRE(entities.of_type[0].size() == 2);
    CHECK(entities.of_type[0][0].id == EntityId{1});
    const auto& fields = entities.types[1].fields;
    CHECK(std::ranges::find(fields, "position.x") != fields.end());
    CHECK(std::ranges::find(fields, "fuel") == fields.end());
    CHECK(entities.of_type[1].size() == 1);
}

TEST_CASE("replay: what is no recording, of another game or of the future is refused as such") {
    CHECK(refusal_of({}) == "it is no recording");
    const auto missing = Replay::open({"/nowhere/one.match", {}});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().text == "there is no such file");
    const auto folder = Replay::open({"/", {}});
    REQUIRE_FALSE(folder);
    CHECK(folder.error().text == "it is no file");
    Match future = rocks_match();
    future[4] = 9;
    CHECK(refusal_of(future).find("it has version 9 of the file format") == 0);
    CHECK(refusal_of(rocks_match(), compiled_schema<room_game::NoteBinarySchema>())
              .find("it is of another game: ") == 0);
    const auto begin = keyframe_at(Tick{1});
    CHECK(refusal_of({rocks_match().begin(), rocks_match().begin() + std::ptrdiff_t(begin) + 5}) ==
          "there is no tick in it that can be played");
}

TEST_CASE("replay: a cut recording is played up to the cut") {
    const std::size_t cut = keyframe_at(Tick{300});
    Played played({rocks_match().begin(), rocks_match().begin() + std::ptrdiff_t(cut) + 20});
    const ReplaySummary& summary = played.replay->summary();
    CHECK_FALSE(summary.is_complete);
    CHECK(summary.last_tick == Tick{300});
    played.replay->set_speed(64);
    played.replay->play();
    played.run(1s);
    CHECK(played.replay->is_at_end());
    CHECK(played.rock_x() == doctest::Approx(300));
}

TEST_CASE("replay: damage is said, and what is sound after it is played") {
    Match damaged = rocks_match();
    damaged[keyframe_at(Tick{101}) + 30] ^= 1; // two seconds that can't be played
    Played played(damaged);
    CHECK(played.replay->problem().empty());
    played.replay->poll(played.now);
    played.replay->play();
    played.run(3s);
    CHECK(played.replay->problem().find("a block is damaged at byte ") == 0);
    CHECK(played.rock_x() == doctest::Approx(100));
    CHECK(played.replay->position() == 3s);
    played.run(2s);
    CHECK(played.rock_x() == doctest::Approx(251));
    CHECK(played.replay->notes().size() == 2); // ada was said to come when it could be known
    played.replay->seek(2'500ms);
    CHECK(played.rock_x() == doctest::Approx(201));
}

TEST_CASE("replay: whatever byte is changed, it is refused or played to its end") {
    Random random(11);
    for (int i = 0; i < 150; ++i) {
        Match damaged = rocks_match();
        damaged[static_cast<std::size_t>(random.next_below(damaged.size()))] ^=
            static_cast<std::uint8_t>(1u << random.next_below(8));
        const MatchFile file(damaged);
        const auto opened = Replay::open({file.path(), {}});
        if (!opened) continue;
        Replay& replay = **opened;
        replay.set_speed(64);
        replay.play();
        Time now{1s};
        for (int frame = 0; frame < 100 && replay.is_playing(); ++frame) replay.poll(now += 100ms);
        CHECK_FALSE(replay.is_playing());
        replay.seek(5s);
        CHECK(replay.entities().types.size() == 2);
    }
}

TEST_CASE("replay: a file that becomes shorter while it is played ends there") {
    Played played;
    std::filesystem::resize_file(played.file.path(), 200);
    played.replay->set_speed(64);
    played.replay->play();
    played.run(1s);
    CHECK_FALSE(played.replay->is_playing());
}
