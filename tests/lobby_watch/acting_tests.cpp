// What one does to a server on lobby-watch's screens.

#include "lobby_watch/play.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

using namespace engine_net;
using namespace std::chrono_literals;
using watch::Shortcut;

TEST_CASE("lobby-watch acting: a preset worsens the link of the chosen member") {
    Play play;
    REQUIRE(play.stage.double_click("Moon base"));
    REQUIRE(play.stage.click("Grace"));
    REQUIRE(play.stage.click("Worsen link..."));
    CHECK(play.stage.shows("The link of Grace"));
    REQUIRE(play.stage.click("terrible"));
    CHECK(play.stage.shows("180 ms"));
    CHECK(play.source->actions.empty());
    REQUIRE(play.stage.click("Worsen it"));
    REQUIRE(play.source->actions.size() == 1);
    CHECK(play.source->actions[0].verb == AdminVerb::worsen_link);
    CHECK(play.source->actions[0].who == PresenceId{5});
    CHECK(play.source->actions[0].text == "delay=180,jitter=120,loss=12,dup=2,reorder=5");
    CHECK_FALSE(play.stage.shows("The link of Grace"));
}

TEST_CASE("lobby-watch acting: as long as links are worsened it is written across, and can be "
          "ended there") {
    Play play;
    CHECK_FALSE(play.stage.shows("End it"));
    REQUIRE(play.stage.click("Worsen links..."));
    CHECK(play.stage.shows("The links of all players"));
    play.stage.press(ImGuiKey_Escape);
    CHECK(play.source->actions.empty());
    play.source->worsened.of_all = "delay=80";
    play.stage.settle();
    CHECK(play.stage.shows("The links of all players are worsened: delay=80"));
    play.press(Shortcut::time);
    REQUIRE(play.stage.click("End it"));
    REQUIRE(play.source->actions.size() == 1);
    CHECK(play.source->actions[0].text.empty());
    play.source->worsened = {};
    play.stage.settle();
    CHECK_FALSE(play.stage.shows("End it"));
}

TEST_CASE("lobby-watch acting: a bot is offered only where the game has some") {
    Play play;
    REQUIRE(play.stage.double_click("Moon base"));
    CHECK_FALSE(play.stage.shows("Add bot"));
    play.source->all_rooms.at({3}).takes_bots = true;
    play.stage.settle();
    REQUIRE(play.stage.click("Add bot"));
    REQUIRE(play.source->actions.size() == 1);
    CHECK(play.source->actions[0].verb == AdminVerb::add_bot);
    CHECK(play.source->actions[0].room == RoomId{3});
}

TEST_CASE("lobby-watch acting: a room that is recorded says into which file, and stops") {
    Play play;
    REQUIRE(play.stage.double_click("Moon base"));
    REQUIRE(play.stage.click("Record"));
    CHECK(play.source->actions.back().verb == AdminVerb::start_recording);
    AdminRoom& room = play.source->all_rooms.at({3});
    room.is_recorded = true;
    room.recorded_as = "arena-3-1.match";
    play.stage.settle();
    CHECK(play.stage.shows("recorded into arena-3-1.match"));
    REQUIRE(play.stage.click("Stop recording"));
    CHECK(play.source->actions.back().verb == AdminVerb::stop_recording);
    play.press(Shortcut::lobbies);
    play.wait();
    CHECK(play.stage.shows("recorded"));
}

TEST_CASE("lobby-watch acting: a server is drained by a button, and says that it drains") {
    Play play;
    REQUIRE(play.stage.click("Drain server..."));
    CHECK(play.stage.shows("Nobody gets in any more"));
    REQUIRE(play.stage.click("Yes, do it"));
    REQUIRE(play.source->actions.size() == 1);
    CHECK(play.source->actions[0].verb == AdminVerb::drain);
    play.source->server_stats.is_draining = true;
    play.stage.settle();
    CHECK(play.stage.shows("drains: nobody gets in"));
}

TEST_CASE("lobby-watch acting: by the keyboard alone a room is found and one is kicked from it") {
    Play play;
    play.press(Shortcut::find);
    play.stage.type("moon");
    play.stage.press(ImGuiKey_Enter);
    REQUIRE(play.stage.shows("hello there"));
    // Down to the table, into it by Space, and to the first who is in it.
    for (const ImGuiKey key : {ImGuiKey_DownArrow,
                               ImGuiKey_DownArrow,
                               ImGuiKey_DownArrow,
                               ImGuiKey_Space,
                               ImGuiKey_DownArrow,
                               ImGuiKey_Space}) {
        play.stage.press(key);
    }
    play.press(Shortcut::kick);
    REQUIRE(play.stage.shows("Kick Ada?"));
    play.stage.type("rude");
    play.stage.press(ImGuiKey_Enter);
    CHECK(play.source->actions.empty()); // Enter in the field is no answer
    play.stage.press(ImGuiKey_DownArrow);
    play.stage.press(ImGuiKey_Space);
    REQUIRE(play.source->actions.size() == 1);
    CHECK(play.source->actions[0].verb == AdminVerb::kick);
    CHECK(play.source->actions[0].who == PresenceId{4});
    CHECK(play.source->actions[0].text == "rude");
}

TEST_CASE("lobby-watch acting: after the server's restart its rooms are there again, and can be "
          "acted on") {
    Play play;
    REQUIRE(play.stage.double_click("Moon base"));
    play.source->current = AdminState::connecting;
    play.source->obstacle = "the server does not answer";
    play.source->all_rooms.clear();
    play.source->records.clear();
    play.source->view.reset();
    play.wait();
    CHECK(play.stage.shows("lost, tries again"));
    CHECK(play.stage.shows("the server does not answer"));
    REQUIRE(play.stage.click("Lobbies (F2)"));

    play.source->current = AdminState::watching;
    play.source->obstacle.clear();
    play.source->add_room(1, "arena", "New moon");
    play.source->run(30, 100);
    play.wait();
    CHECK(play.stage.shows("watched, may act"));
    CHECK_FALSE(play.stage.shows("Moon base"));
    REQUIRE(play.stage.double_click("New moon"));
    REQUIRE(play.stage.click("Pause"));
    REQUIRE(play.source->actions.size() == 1);
    CHECK(play.source->actions[0].room == RoomId{1});
}
