#include "server/room_pings.hpp"

#include <doctest/doctest.h>

using namespace engine_net;

TEST_CASE("room_pings: who knows them is told what changed, a newcomer all") {
    PingKnowledge near;
    PingKnowledge far;
    const PingKnowledge newcomer;
    const PingKnowledge regular{.told = 0, .knows_others = true};
    {
        RoomPings first;
        first.add(PresenceId{1}, 20, near);
        first.add(PresenceId{2}, 200, far);
        CHECK(first.lines_for(regular).size() == 2);
    }
    RoomPings then;
    then.add(PresenceId{1}, 22, near);
    then.add(PresenceId{2}, 226, far);
    REQUIRE(then.lines_for(regular).size() == 1);
    CHECK(then.lines_for(regular)[0].presence() == 2);
    CHECK(then.lines_for(regular)[0].ms() == 226);
    // Everyone has heard the same of a player.
    REQUIRE(then.lines_for(newcomer).size() == 2);
    CHECK(then.lines_for(newcomer)[0].ms() == 20);
    CHECK(then.lines_for(newcomer)[1].ms() == 226);
}

TEST_CASE("room_pings: who is away has none, and that is told") {
    PingKnowledge away{.told = 90, .knows_others = true};
    RoomPings pings;
    pings.add(PresenceId{1}, 0, away);
    REQUIRE(pings.lines_for(away).size() == 1);
    CHECK(pings.lines_for(away)[0].ms() == 0);
}

TEST_CASE("room_pings: what a message has no room for is told the next time") {
    std::vector<PingKnowledge> players(wire::max_ping_lines + 1);
    const PingKnowledge regular{.told = 0, .knows_others = true};
    for (const std::size_t expected : {wire::max_ping_lines, std::size_t{1}, std::size_t{0}}) {
        RoomPings pings;
        for (std::size_t i = 0; i < players.size(); ++i)
            pings.add(PresenceId{static_cast<std::uint32_t>(i + 1)}, 50, players[i]);
        CHECK(pings.lines_for(regular).size() == expected);
    }
}
