#include "model/chat_log.hpp"
#include "model/ready_words.hpp"
#include "model/spectating.hpp"
#include "model/stage.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace engine_net;

TEST_CASE("stage: a room that plays is the match, and one that does not yet, or no more, is not") {
    const auto in_room = [](RoomPhase phase) {
        return stage_of(ClientState::online, false, true, phase);
    };
    CHECK(in_room(RoomPhase::waiting) == Stage::ready);
    CHECK(in_room(RoomPhase::countdown) == Stage::ready);
    CHECK(in_room(RoomPhase::playing) == Stage::match);
    CHECK(in_room(RoomPhase::ended) == Stage::ready);
}

TEST_CASE("stage: a lost link takes nobody out of the room") {
    CHECK(stage_of(ClientState::suspended, false, true, RoomPhase::playing) == Stage::match);
    CHECK(stage_of(ClientState::suspended, false, true, RoomPhase::waiting) == Stage::ready);
}

TEST_CASE("stage: without a room it is the lobby, or the way into a room") {
    constexpr RoomPhase any = RoomPhase::playing;
    CHECK(stage_of(ClientState::connecting, true, false, any) == Stage::connecting);
    CHECK(stage_of(ClientState::online, false, false, any) == Stage::lobby);
    CHECK(stage_of(ClientState::online, true, false, any) == Stage::joining);
    CHECK(stage_of(ClientState::closed, true, true, any) == Stage::closed);
}

TEST_CASE("spectating: left and right go round in a circle") {
    constexpr std::array<std::uint32_t, 3> players{30, 10, 20};
    CHECK(next_followed(players, 0, 0) == 10);
    CHECK(next_followed(players, 10, 1) == 20);
    CHECK(next_followed(players, 30, 1) == 10);
    CHECK(next_followed(players, 10, -1) == 30);
}

TEST_CASE("spectating: one who is gone gives its place to the next, and skips nobody") {
    constexpr std::array<std::uint32_t, 2> players{10, 30};
    CHECK(next_followed(players, 20, 0) == 30);
    CHECK(next_followed(players, 20, 1) == 30);
    CHECK(next_followed(players, 20, -1) == 10);
    CHECK(next_followed(players, 40, 1) == 10);
    CHECK(next_followed({}, 20, 1) == 0);
}

TEST_CASE("chat_log: keeps the newest lines, and knows how old they are") {
    ChatLog log;
    for (std::size_t i = 0; i < ChatLog::max_lines + 5; ++i) log.note(std::to_string(i));
    CHECK(log.lines().size() == ChatLog::max_lines);
    CHECK(log.lines().front().text == "5");
    log.grow_older(2);
    log.add("ada", "hello", white);
    log.grow_older(1);
    CHECK(log.lines().front().age_s == 3);
    CHECK(log.lines().back().age_s == 1);
    CHECK(log.lines().back().name == "ada");
}

TEST_CASE("ready_words: the last second of a countdown is told as 1, not 0") {
    CHECK(heading_for(RoomPhase::countdown, 180) == "The match begins in 3 ...");
    CHECK(heading_for(RoomPhase::countdown, 179) == "The match begins in 3 ...");
    CHECK(heading_for(RoomPhase::countdown, 1) == "The match begins in 1 ...");
    CHECK(heading_for(RoomPhase::countdown, -5) == "The match begins in 0 ...");
}

TEST_CASE("ready_words: the host has a star, and one whose link is lost is away") {
    RoomMember ada{.id = PresenceId{1}, .name = "ada", .is_ready = true};
    CHECK(name_with_marks(ada, PresenceId{1}, true) == "ada \u2605  (you)");
    CHECK(name_with_marks(ada, PresenceId{2}, false) == "ada");
    CHECK(std::string(state_of(ada)) == "ready");
    ada.is_connected = false;
    CHECK(std::string(state_of(ada)) == "away");
}
