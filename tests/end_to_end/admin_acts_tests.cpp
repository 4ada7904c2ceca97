// What those do to a server who look at it with a tool.

#include "end_to_end/watched_game.hpp"
#include "support/listener.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_CASE("admin: who may only look changes nothing") {
    Watched game;
    Client& ada = game.stepper.add_player("ada");
    REQUIRE(game.stepper.run_until_joined());
    AdminClient& admin = game.admin(read_key);
    REQUIRE(game.is_watching(admin));
    CHECK(admin.rights() == AdminRights::read_only);
    CHECK(game.act(admin, {AdminVerb::close_room, ada.room()}) == "this key is for looking alone");
    game.run(1s);
    CHECK(ada.room().is_set());
}

TEST_CASE("admin: a kick, a ban, a lock, a word and an end do what they say") {
    Watched game;
    Client& ada = game.stepper.add_player("ada");
    Client& bob = game.stepper.add_player("bob");
    REQUIRE(game.stepper.run_until_joined());
    const RoomId room = ada.room();
    REQUIRE(bob.room() == room);
    Listener heard;
    heard.listen(bob, "room/" + std::to_string(room.value));
    AdminClient& admin = game.admin(full_key);
    REQUIRE(game.is_watching(admin));

    std::string reason;
    ada.on_room_left([&](LeaveReason, const std::string& detail) {
        reason = detail;
    });
    CHECK(game.act(admin, {AdminVerb::kick, room, ada.presence(), "be nice"}).empty());
    REQUIRE(game.run_until([&] {
        return !ada.room().is_set();
    }));
    CHECK(reason == "be nice");

    CHECK(game.act(admin, {AdminVerb::lock, room}).empty());
    CHECK(game.run_until([&] {
        return admin.rooms().at(room).summary.is_locked;
    }));
    CHECK(game.act(admin, {AdminVerb::say, room, {}, "two minutes left"}).empty());
    CHECK(game.run_until([&] {
        return std::ranges::count(heard.lines, "admin: two minutes left") == 1;
    }));
    admin.look_at(room);
    CHECK(game.run_until([&] {
        return admin.room_view() && !admin.room_view()->lines.empty() &&
               admin.room_view()->lines.back().text == "two minutes left";
    }));
    CHECK(game.act(admin, {AdminVerb::mute, room, PresenceId{4711}}) ==
          "nobody of that number is in the room");
    CHECK(game.act(admin, {AdminVerb::close_room, room, {}, "maintenance"}).empty());
    CHECK(game.run_until([&] {
        return !bob.room().is_set() && admin.rooms().empty();
    }));
    CHECK(game.act(admin, {AdminVerb::lock, room}) == "there is no such room");
}

TEST_CASE("admin: a paused room stands still, plays single ticks, and goes on") {
    Watched game;
    Client& ada = game.stepper.add_player("ada");
    REQUIRE(game.stepper.run_until_joined());
    AdminClient& admin = game.admin(full_key);
    REQUIRE(game.is_watching(admin));
    CHECK(game.act(admin, {AdminVerb::step, ada.room()}) == "the room is not paused");
    CHECK(game.act(admin, {AdminVerb::pause, ada.room()}).empty());
    game.run(500ms);
    const auto still = game.stepper.bodies(ada);
    game.run(500ms);
    const auto same = [](const auto& left, const auto& right) {
        return std::ranges::equal(left, right, [](const auto& one, const auto& other) {
            return one.first == other.first &&
                   one.second.position().x() == other.second.position().x();
        });
    };
    CHECK(same(still, game.stepper.bodies(ada)));
    CHECK(game.act(admin, {AdminVerb::step, ada.room()}).empty());
    game.run(500ms);
    CHECK_FALSE(same(still, game.stepper.bodies(ada)));
    CHECK(game.act(admin, {AdminVerb::run, ada.room()}).empty());
    const auto stepped = game.stepper.bodies(ada);
    game.run(500ms);
    CHECK_FALSE(same(stepped, game.stepper.bodies(ada)));
    CHECK(ada.stats().state_mismatches == 0);
}

TEST_CASE("admin: who is dropped resumes") {
    Watched game;
    Client& ada = game.stepper.add_player("ada");
    REQUIRE(game.stepper.run_until_joined());
    AdminClient& admin = game.admin(full_key);
    REQUIRE(game.is_watching(admin));
    CHECK(game.act(admin, {AdminVerb::drop_link, ada.room(), ada.presence()}).empty());
    admin.look_at(ada.room());
    CHECK(game.run_until([&] {
        return admin.room_view() && admin.room_view()->members.at(0).resumes == 1;
    }));
    CHECK(ada.stats().resumes == 1);
}

TEST_CASE("admin: what is done stands in the log, in a line each") {
    Watched game;
    Client& ada = game.stepper.add_player("ada");
    REQUIRE(game.stepper.run_until_joined());
    AdminClient& admin = game.admin(full_key);
    REQUIRE(game.is_watching(admin));
    CHECK(game.act(admin, {AdminVerb::say, ada.room(), {}, "one\nadmin: two"}) ==
          "that can't be said");
    CHECK(game.act(admin, {AdminVerb::say, ada.room()}) == "there is nothing to say");
    CHECK(game.act(admin, {AdminVerb::kick, ada.room(), ada.presence(), "be nice"}).empty());
    REQUIRE(game.log.size() == 3);
    CHECK(game.log[0] == "admin: one from 10.0.0.x with full rights");
    CHECK(game.log[1] == "admin: say, room 1, by 10.0.0.x: there is nothing to say");
    CHECK(game.log[2] == R"(admin: kick, room 1, presence 1, "be nice", by 10.0.0.x)");
}
