#include "lobby-watch/model/replay_source.hpp"
#include "lobby-watch/screens/watch_screens.hpp"
#include "lobby_watch/imgui_stage.hpp"
#include "replay/match_file.hpp"
#include "replay/recorded_room.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;
using watch::ReplaySource;
using watch::Shortcut;
using watch::Tab;
using watch::WatchScreens;

namespace {

/// Ten seconds of rocks; Ada is there from the first on, Bob comes after four seconds, and speaks.
const std::vector<std::uint8_t>& match() {
    static const std::vector<std::uint8_t> made = [] {
        RecordedRoom room;
        room.tape().join({.id = PresenceId{3}, .name = "Ada"});
        room.play(120);
        room.tape().join({.id = PresenceId{4}, .name = "Bob", .is_spectator = true});
        room.play(60);
        room.tape().add_chat(room.now(), "Bob", "what a match");
        room.play(121);
        return room.end();
    }();
    return made;
}

std::unique_ptr<ReplaySource> source_of(const MatchFile& file) {
    auto replay = Replay::open({file.path(), {}});
    REQUIRE_MESSAGE(replay, (replay ? std::string{} : replay.error().text));
    return std::make_unique<ReplaySource>(std::move(*replay));
}

/// lobby-watch without its window, at a recording.
struct Play {
    MatchFile file{match()};
    Time now{1s};
    WatchScreens screens;
    ImguiStage stage;

    Play()
        : screens(servers_of(source_of(file)), ""), stage([this] {
            draw();
        }) {
        screens.show(Tab::room);
        stage.settle();
    }

    static WatchScreens::Servers servers_of(std::unique_ptr<ReplaySource> source) {
        WatchScreens::Servers servers;
        const RoomId room = source->room();
        servers.push_back(std::make_unique<watch::WatchedServer>("one.match", std::move(source)));
        servers.back()->look_at(room);
        return servers;
    }
    void draw() {
        now += 10ms;
        screens.update(now);
        screens.draw();
    }
    void press(Shortcut shortcut) {
        screens.press(shortcut);
        stage.settle();
    }
    [[nodiscard]] Replay& replay() { return *screens.server().replay(); }
};

} // namespace

TEST_CASE("lobby-watch recording: it is a server with one room, with those who were in it then") {
    const MatchFile file(match());
    const auto source = source_of(file);
    CHECK(source->state() == AdminState::watching);
    CHECK(source->rights() == AdminRights::read_only);
    CHECK(source->tick_rate() == RecordedRoom::tick_rate);
    REQUIRE(source->rooms().size() == 1);
    const AdminRoom& room = source->rooms().begin()->second;
    CHECK(room.summary.name == "Rocks 7");
    CHECK(room.summary.players == 1);
    CHECK(source->room_view()->members.size() == 1);
    CHECK(source->room_view()->lines.empty());
    source->replay()->seek(8s);
    source->poll(Time(1s));
    CHECK(room.summary.spectators == 1);
    REQUIRE(source->room_view()->members.size() == 2);
    CHECK(source->room_view()->members[1].member.name == "Bob");
    REQUIRE(source->room_view()->lines.size() == 2);
    CHECK(source->room_view()->lines[0].event == "joined");
    CHECK(source->room_view()->lines[1].text == "what a match");
    source->replay()->seek(5s);
    source->poll(Time(2s));
    CHECK(source->room_view()->lines.size() == 1);
}

TEST_CASE("lobby-watch recording: its entities are those of the moment, by their schema's words") {
    const MatchFile file(match());
    const auto source = source_of(file);
    CHECK(source->entities() == nullptr);
    source->inspect(true, {});
    source->replay()->seek(3s);
    source->poll(Time(1s));
    REQUIRE(source->entities());
    CHECK(source->entities()->tick == Tick{91});
    CHECK(source->entities()->types.at(0).name == "rocks.Rock");
    CHECK(source->entities()->types.at(0).fields.at(0) == "position.x");
    CHECK_FALSE(source->entities()->of_type.at(0).empty());
}

TEST_CASE("lobby-watch recording: nothing can be done to it") {
    const MatchFile file(match());
    const auto source = source_of(file);
    std::string problem;
    source->act({.verb = AdminVerb::pause}, [&](const std::string& why) {
        problem = why;
    });
    CHECK(problem == "what is recorded has happened");
}

TEST_CASE("lobby-watch recording: the room shows who was there, and what they did in all of it") {
    Play play;
    CHECK(play.stage.shows("Rocks 7"));
    CHECK(play.stage.shows("Ada"));
    CHECK(play.stage.shows("what a match"));
    CHECK_FALSE(play.stage.shows("Lobbies"));
    CHECK_FALSE(play.stage.shows("Kick"));
    CHECK_FALSE(play.stage.shows("watching"));
    REQUIRE(play.stage.click("0:05.9"));
    CHECK(play.replay().shown_time() == TickTime{Tick{180}, 0});
    CHECK(play.stage.shows("watching"));
}

TEST_CASE("lobby-watch recording: keys play it, go through it and change its speed") {
    Play play;
    play.press(Shortcut::pause_graph);
    CHECK(play.replay().is_playing());
    play.press(Shortcut::pause_graph);
    CHECK_FALSE(play.replay().is_playing());
    play.press(Shortcut::to_end);
    CHECK(play.replay().position() == 10s);
    play.press(Shortcut::back);
    CHECK(play.replay().position() == 5s);
    play.press(Shortcut::tick_on);
    CHECK(play.replay().shown_time().tick == Tick{152});
    play.press(Shortcut::tick_back);
    CHECK(play.replay().shown_time().tick == Tick{151});
    for (int i = 0; i < 9; ++i) play.press(Shortcut::faster);
    CHECK(play.replay().speed() == 8);
    CHECK(play.stage.shows("8x"));
    for (int i = 0; i < 9; ++i) play.press(Shortcut::slower);
    CHECK(play.replay().speed() == 0.25);
    play.press(Shortcut::to_begin);
    CHECK(play.replay().position() == 0s);
}

TEST_CASE("lobby-watch recording: the button plays and pauses, the entities follow") {
    Play play;
    play.press(Shortcut::entities);
    CHECK(play.stage.shows("tick 1"));
    REQUIRE(play.stage.click("Play"));
    play.stage.settle();
    CHECK(play.replay().is_playing());
    CHECK(play.replay().position() > 0s);
    REQUIRE(play.stage.click("Pause"));
    CHECK_FALSE(play.replay().is_playing());
    CHECK(play.screens.server().entities().tick() == play.replay().shown_time().tick);
}
