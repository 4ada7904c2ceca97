#include "lobby_watch/play.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

using namespace engine_net;
using namespace std::chrono_literals;
using watch::Shortcut;

TEST_CASE("lobby-watch screens: a click on a header sorts by it, one more the other way") {
    Play play;
    CHECK(play.is_above("Zoo", "Attic"));
    REQUIRE(play.stage.click("Name"));
    CHECK(play.is_above("Attic", "Moon base"));
    CHECK(play.is_above("Moon base", "Zoo"));
    REQUIRE(play.stage.click("Name"));
    CHECK(play.is_above("Zoo", "Moon base"));
}

TEST_CASE("lobby-watch screens: what is typed into the filter is all that is listed") {
    Play play;
    play.press(Shortcut::find);
    play.stage.type("moon");
    CHECK(play.stage.shows("Moon base"));
    CHECK_FALSE(play.stage.shows("Attic"));
    CHECK(play.stage.shows("1 of 3 rooms"));
}

TEST_CASE("lobby-watch screens: two clicks open a room; a kick is asked before it is done") {
    Play play;
    REQUIRE(play.stage.double_click("Moon base"));
    CHECK(play.stage.shows("Grace"));
    CHECK(play.stage.shows("hello there"));
    REQUIRE(play.stage.click("Kick...")); // of nobody
    CHECK_FALSE(play.stage.shows("Kick Grace?"));
    REQUIRE(play.stage.click("Grace"));
    REQUIRE(play.stage.click("Kick..."));
    CHECK(play.stage.shows("Kick Grace?"));
    CHECK(play.source->actions.empty());
    play.stage.type("rude");
    REQUIRE(play.stage.click("Yes, do it"));
    REQUIRE(play.source->actions.size() == 1);
    CHECK(play.source->actions[0].verb == AdminVerb::kick);
    CHECK(play.source->actions[0].who == PresenceId{5});
    CHECK(play.source->actions[0].text == "rude");
    CHECK(play.stage.shows("kick Grace: done"));
    CHECK_FALSE(play.stage.shows("Kick Grace?"));
}

TEST_CASE("lobby-watch screens: Esc and Cancel leave everything as it is") {
    Play play;
    REQUIRE(play.stage.double_click("Moon base"));
    REQUIRE(play.stage.click("Close room..."));
    CHECK(play.stage.shows("Close room 3 (Moon base)?"));
    play.stage.press(ImGuiKey_Escape);
    CHECK_FALSE(play.stage.shows("Close room 3 (Moon base)?"));
    REQUIRE(play.stage.click("Close room..."));
    REQUIRE(play.stage.click("Cancel (Esc)"));
    CHECK_FALSE(play.stage.shows("Close room 3 (Moon base)?"));
    CHECK(play.source->actions.empty());
}

TEST_CASE("lobby-watch screens: with a key that may only look, buttons do nothing and say why") {
    auto source = busy_source();
    source->key_rights = AdminRights::read_only;
    Play play(std::move(source));
    CHECK(play.stage.shows("may only look"));
    REQUIRE(play.stage.double_click("Moon base"));
    REQUIRE(play.stage.click("Pause"));
    CHECK(play.source->actions.empty());
    CHECK(play.stage.shows("This key may only look"));
}

TEST_CASE("lobby-watch screens: the graph is held, and is read where one points") {
    Play play;
    play.press(Shortcut::time);
    CHECK(play.stage.shows("simulate"));
    CHECK(play.stage.shows("1 of 600 ticks began late"));
    play.press(Shortcut::pause_graph);
    CHECK(play.stage.shows("held: the server goes on"));
    const auto below = play.stage.find("time of a tick, by stage");
    REQUIRE(below);
    ImGui::GetIO().MousePos = {640, below->y + 60};
    play.stage.settle();
    CHECK(play.stage.shows("2.40 ms"));
}

TEST_CASE(
    "lobby-watch screens: entities are asked for while they are looked at, and read by name") {
    Play play;
    CHECK_FALSE(play.source->is_inspected);
    play.press(Shortcut::entities);
    CHECK(play.stage.shows("Choose a room among the lobbies first"));
    play.press(Shortcut::lobbies);
    REQUIRE(play.stage.double_click("Moon base"));
    play.press(Shortcut::entities);
    CHECK(play.source->is_inspected);
    CHECK(play.stage.shows("Asks for the room's schema"));

    auto& told = play.source->in_room.emplace();
    told.tick = Tick{7};
    told.types = {{"moon.Rover", {"position.x", "position.y", "fuel"}}, {"moon.Flag", {"colour"}}};
    told.of_type = {{{EntityId{41}, PresenceId{4}, {10, 20, 77}}, {EntityId{42}, {}, {30, 40, 5}}},
                    {{EntityId{50}, {}, {16}}}};
    play.stage.settle();
    CHECK(play.stage.shows("moon.Rover (2)"));
    CHECK(play.stage.shows("fuel"));
    CHECK(play.stage.shows("77"));
    REQUIRE(play.stage.click("seen by ..."));
    REQUIRE(play.stage.click("Grace"));
    CHECK(play.source->viewer_inspected == PresenceId{5});
    play.source->as_seen = told;
    play.source->as_seen->of_type[0] = {{EntityId{41}, PresenceId{4}, {10, 20, 75}, 9}};
    play.stage.settle();
    CHECK(play.stage.shows("75")); // after an arrow
    CHECK(play.stage.shows("unseen"));
    REQUIRE(play.stage.click("moon.Flag (1)"));
    told.tick = Tick{8};
    play.stage.settle();
    CHECK(play.stage.shows("colour"));
    CHECK_FALSE(play.stage.shows("fuel"));
    play.press(Shortcut::room);
    CHECK_FALSE(play.source->is_inspected);
}

TEST_CASE("lobby-watch screens: bytes are measured while they are looked at, of whom one chooses") {
    Play play;
    CHECK_FALSE(play.source->is_watching_bytes);
    REQUIRE(play.stage.double_click("Moon base"));
    play.press(Shortcut::bytes);
    CHECK(play.source->is_watching_bytes);
    CHECK(play.stage.shows("The server begins to measure"));
    play.source->server_messages = {{"inputs", "heartbeat", 1, 2, 3, 4}};
    AdminBytes& told = play.source->room_bytes.emplace();
    told.room = RoomId{3};
    for (int i = 0; i < 180; ++i) { // three seconds
        told.sent += 200;
        told.bytes += 100;
        told.datagrams += 1;
        const auto bytes = static_cast<double>(told.bytes);
        told.types = {{"moon.Rover", {{"wheels", bytes * 6}}, bytes}};
        told.header_bits = bytes;
        play.stage.frame();
    }
    CHECK(play.stage.shows("moon.Rover"));
    CHECK(play.stage.shows("wheels"));
    CHECK(play.stage.shows("75.0 %"));
    CHECK(play.stage.shows("50.0 % measured"));
    CHECK(play.stage.shows("heartbeat"));
    REQUIRE(play.stage.click("all viewers"));
    REQUIRE(play.stage.click("Grace"));
    CHECK(play.source->viewer_watched == PresenceId{5});
    play.press(Shortcut::lobbies);
    CHECK_FALSE(play.source->is_watching_bytes);
}

TEST_CASE("lobby-watch screens: as long as there is no server they say what to do") {
    auto source = std::make_unique<FakeSource>();
    source->current = AdminState::connecting;
    source->obstacle = "nobody answers";
    Play play(std::move(source));
    CHECK(play.stage.shows("No server at here:7777 yet"));
    CHECK(play.stage.shows("nobody answers"));
    CHECK(play.stage.shows("/keys/admin.key"));
    play.source->current = AdminState::watching;
    play.source->add_room(1, "duel", "Zoo");
    for (int i = 0; i < 20; ++i) play.stage.frame();
    CHECK(play.stage.shows("Zoo"));
}

TEST_CASE("lobby-watch screens: F1 lists the keys, F6 shows the next server") {
    Play play;
    play.press(Shortcut::help);
    CHECK(play.stage.shows("hold the graphs"));
    play.stage.press(ImGuiKey_Escape);
    CHECK_FALSE(play.stage.shows("hold the graphs"));
    play.press(Shortcut::next_server);
    CHECK(play.stage.shows("Elsewhere"));
    CHECK_FALSE(play.stage.shows("Moon base"));
}

TEST_CASE("lobby-watch screens: of a thousand rooms no more is drawn than one sees") {
    auto source = std::make_unique<FakeSource>();
    for (std::uint32_t id = 1; id <= 1000; ++id)
        source->add_room(id, "arena", "Room " + std::to_string(id));
    Play play(std::move(source));
    CHECK(play.stage.shows("1000 of 1000 rooms"));
    constexpr int most_vertices = 30'000;
    CHECK(ImGui::GetDrawData()->TotalVtxCount < most_vertices);
    constexpr int frames = 120;
    const Time begin = Clock::now();
    for (int i = 0; i < frames; ++i) play.stage.frame();
    CHECK((Clock::now() - begin) / frames < 4ms);
}
