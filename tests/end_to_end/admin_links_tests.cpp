// Players' links that an admin makes worse.

#include "end_to_end/watched_game.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

/// Two who play, and an admin who may act.
struct Worsened {
    Watched game;
    Client& ada = game.stepper.add_player("ada");
    Client& bob = game.stepper.add_player("bob");
    AdminClient* admin = nullptr;

    Worsened() {
        REQUIRE(game.stepper.run_until_joined());
        admin = &game.admin(full_key);
        REQUIRE(game.is_watching(*admin));
        game.run(2s);
    }
    std::string worsen(const Client& who, const std::string& link) {
        return game.act(*admin, {AdminVerb::worsen_link, who.room(), who.presence(), link});
    }
    std::string worsen_all(const std::string& link) {
        return game.act(*admin, {AdminVerb::worsen_link, {}, {}, link});
    }
    /// Null: the admin has not been told of it yet.
    [[nodiscard]] const AdminMember* member(const Client& who) const {
        const AdminRoomView* const view = admin->room_view();
        if (!view) return nullptr;
        const auto found = std::ranges::find_if(view->members, [&](const AdminMember& one) {
            return one.member.id == who.presence();
        });
        return found == view->members.end() ? nullptr : &*found;
    }
    [[nodiscard]] bool says(const std::string& line) const {
        return std::ranges::count(game.log, line) == 1;
    }
};

constexpr auto gone = "admin: who worsened links is gone: they are as they were";

} // namespace

TEST_CASE("admin links: one player's delay is its alone, and is gone when it is taken back") {
    Worsened play;
    const Duration before = play.ada.stats().round_trip;
    const Duration of_bob = play.bob.stats().round_trip;
    CHECK(play.worsen(play.ada, "out.delay=60,in.delay=50").empty());
    play.game.run(5s);
    CHECK(play.ada.stats().round_trip > before + 100ms);
    CHECK(play.ada.stats().round_trip < before + 160ms);
    CHECK(play.bob.stats().round_trip < of_bob + 10ms);
    play.admin->look_at(play.ada.room());
    REQUIRE(play.game.run_until([&] {
        return play.member(play.ada) && play.admin->links().worsened == 1;
    }));
    CHECK(play.member(play.ada)->worsened_link == "out.delay=60,in.delay=50");
    CHECK(play.member(play.bob)->worsened_link.empty());

    CHECK(play.worsen(play.ada, "").empty());
    play.game.run(5s);
    CHECK(play.ada.stats().round_trip < before + 10ms);
    CHECK(play.admin->links().worsened == 0);
    const std::string who = std::to_string(play.ada.presence().value);
    CHECK(play.says("admin: worsen link, room 1, presence " + who +
                    R"(, "out.delay=60,in.delay=50", by 10.0.0.x)"));
}

TEST_CASE("admin links: what is done to all is not done to admins, nor to who has its own") {
    Worsened play;
    CHECK(play.worsen(play.bob, "delay=1").empty());
    CHECK(play.worsen_all("terrible,loss=30").empty());
    play.game.run(6s);
    CHECK(play.ada.stats().round_trip > 300ms);
    CHECK(play.bob.stats().round_trip < 100ms);
    CHECK(play.admin->links().of_all == "delay=180,jitter=120,loss=30,dup=2,reorder=5");
    play.admin->look_at(play.ada.room());
    REQUIRE(play.game.run_until([&] {
        const AdminMember* const ada = play.member(play.ada);
        return ada && ada->loss_in > 0.1 && ada->loss_out > 0.1;
    }));
    CHECK(play.member(play.bob)->loss_out == 0);
    // An admin's questions are answered as fast as ever.
    const Time asked = play.game.stepper.now();
    CHECK(play.worsen_all("").empty());
    CHECK(play.game.stepper.now() - asked < 100ms);
    play.game.run(6s);
    CHECK(play.ada.stats().round_trip < 100ms);
    CHECK(play.admin->links().worsened == 0);
    CHECK(play.ada.stats().state_mismatches == 0);
}

TEST_CASE("admin links: they are as they were once the admin leaves, or is lost") {
    Worsened play;
    CHECK(play.worsen_all("mobile").empty());
    AdminClient& other = play.game.admin(full_key);
    REQUIRE(play.game.run_until([&] {
        return other.links().of_all == "delay=45,jitter=30,loss=1,reorder=0.5";
    }));
    SUBCASE("it leaves") {
        play.admin->leave();
    }
    SUBCASE("it is lost") {
        play.game.admins.erase(play.game.admins.begin());
    }
    CHECK(play.game.run_until(
        [&] {
            return other.links().of_all.empty();
        },
        20s));
    CHECK(play.says(gone));
    play.game.run(5s);
    CHECK(play.ada.stats().round_trip < 100ms);
}

TEST_CASE("admin links: a black-out holds until it is ended, also for a client that resumes") {
    Worsened play;
    std::size_t resumes = 0;
    play.ada.on_resumed([&](std::uint32_t) {
        ++resumes;
    });
    CHECK(play.worsen(play.ada, "blackout=1").empty());
    play.game.run(15s);
    CHECK(play.ada.state() == ClientState::suspended);
    CHECK(play.bob.state() == ClientState::online);
    CHECK(resumes == 0);
    CHECK(play.worsen(play.ada, "").empty());
    CHECK(play.game.run_until([&] {
        return resumes == 1;
    }));
    CHECK(play.ada.room().is_set());
}

TEST_CASE("admin links: a player that comes back from elsewhere has its bad link again") {
    Worsened play;
    CHECK(play.worsen(play.ada, "delay=60").empty());
    play.game.run(3s);
    CHECK(play.game.act(*play.admin, {AdminVerb::drop_link, play.ada.room(), play.ada.presence()})
              .empty());
    REQUIRE(play.game.run_until([&] {
        return play.ada.stats().resumes == 1;
    }));
    play.game.run(5s);
    CHECK(play.ada.stats().round_trip > 150ms);
}

TEST_CASE("admin links: nonsense, and who may only look, change nothing") {
    Worsened play;
    CHECK(play.worsen(play.ada, "loss=101") == "\"loss=101\": loss takes percent from 0 to 100");
    CHECK(play.game.act(*play.admin, {AdminVerb::worsen_link, RoomId{99}, PresenceId{1}, "bad"}) ==
          "there is no such room");
    CHECK(play.game.act(*play.admin,
                        {AdminVerb::worsen_link, play.ada.room(), PresenceId{99}, "bad"}) ==
          "nobody of that number is in the room");
    AdminClient& reader = play.game.admin(read_key);
    REQUIRE(play.game.is_watching(reader));
    CHECK(play.game.act(reader, {AdminVerb::worsen_link, {}, {}, "bad"}) ==
          "this key is for looking alone");
    play.game.run(1s);
    CHECK(play.admin->links().worsened == 0);
    CHECK(play.admin->links().of_all.empty());
}
