#include "room/roster.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace engine_net;

namespace {

using Error = wire::RequestError;

constexpr PresenceId ada{1};
constexpr PresenceId bob{2};
constexpr PresenceId eli{3};
constexpr PresenceId watcher{9};
constexpr PresenceId nobody{};
constexpr Tick first{100};

/// A roster and its clock.
struct Match {
    explicit Match(Roster::Rules rules = {.min_players = 2, .countdown_ticks = 10})
        : roster(rules) {}

    void join(PresenceId who) { roster.join({.id = who, .user = "user", .name = "name"}); }
    void watch(PresenceId who) {
        roster.join({.id = who, .user = "user", .name = "name", .is_spectator = true});
    }
    void join_both() {
        join(ada);
        join(bob);
    }
    Error say(PresenceId by, RoomVerb verb, PresenceId whom = {}) {
        return roster.command(by, verb, whom);
    }
    void ready(PresenceId who) { REQUIRE(say(who, RoomVerb::ready) == Error::none); }
    /// The phase some ticks later.
    RoomPhase after(int ticks) {
        for (int i = 0; i < ticks; ++i) roster.advance(++now);
        return roster.phase();
    }
    /// Both are in, and a match is played.
    void play() {
        join_both();
        ready(ada);
        ready(bob);
        REQUIRE(after(11) == RoomPhase::playing);
    }

    Roster roster;
    Tick now = first;
};

} // namespace

TEST_CASE("roster: it knows who is in, and counts spectators apart") {
    Match match;
    match.join(ada);
    match.watch(watcher);
    CHECK(match.roster.players() == 1);
    CHECK(match.roster.spectators() == 1);
    REQUIRE(match.roster.find(watcher));
    CHECK(match.roster.find(watcher)->is_spectator);
    CHECK_FALSE(match.roster.find(bob));
    match.roster.leave(watcher);
    match.roster.leave(bob); // who is not in
    CHECK(match.roster.players() == 1);
    CHECK(match.roster.spectators() == 0);
}

TEST_CASE("roster: the countdown begins when enough players are there, all of them ready") {
    Match match;
    match.join(ada);
    match.ready(ada);
    CHECK(match.after(1) == RoomPhase::waiting); // one is too few
    match.join(bob);
    match.watch(watcher);
    CHECK(match.after(1) == RoomPhase::waiting); // Bob is not ready
    match.ready(bob);
    CHECK(match.roster.advance(++match.now) == RoomPhase::countdown);
    CHECK(match.roster.start() == match.now + 10);
    CHECK(match.roster.advance(++match.now) == std::nullopt); // told once
    CHECK(match.after(8) == RoomPhase::countdown);
    CHECK(match.roster.advance(++match.now) == RoomPhase::playing);
    CHECK(match.now == match.roster.start());
}

TEST_CASE("roster: a countdown of no ticks is over at once") {
    Match match({.min_players = 1, .countdown_ticks = 0});
    match.join(ada);
    match.ready(ada);
    CHECK(match.after(1) == RoomPhase::playing);
}

TEST_CASE("roster: a countdown goes on over the end of the tick's range") {
    Match match;
    match.now = Tick{0xFFFFFFFF - 4};
    match.join_both();
    match.ready(ada);
    match.ready(bob);
    CHECK(match.after(10) == RoomPhase::countdown);
    CHECK(match.after(1) == RoomPhase::playing);
}

TEST_CASE("roster: the countdown ends when not all are ready, or too few are there") {
    Match match;
    match.join_both();
    match.ready(ada);
    match.ready(bob);
    REQUIRE(match.after(5) == RoomPhase::countdown);

    SUBCASE("someone is not ready any more") {
        CHECK(match.say(bob, RoomVerb::unready) == Error::none);
    }
    SUBCASE("someone joins who is not ready") {
        match.join(eli);
    }
    SUBCASE("someone leaves") {
        match.roster.leave(bob);
    }
    SUBCASE("someone's link is lost") {
        match.roster.set_connected(bob, false);
    }
    CHECK(match.roster.advance(++match.now) == RoomPhase::waiting);
    CHECK(match.roster.start() == Tick{});
    CHECK(match.after(20) == RoomPhase::waiting);
}

TEST_CASE("roster: the countdown does not wait for spectators, nor for who has lost the link") {
    Match match;
    match.join_both();
    match.join(eli);
    match.watch(watcher);
    match.ready(ada);
    match.ready(bob);
    CHECK(match.after(1) == RoomPhase::waiting);
    match.roster.set_connected(eli, false);
    CHECK(match.after(1) == RoomPhase::countdown);
    match.roster.set_connected(eli, true);
    CHECK(match.after(1) == RoomPhase::waiting);
}

TEST_CASE("roster: the countdown that was broken off begins anew, whole") {
    Match match;
    match.join_both();
    match.ready(ada);
    match.ready(bob);
    match.after(9);
    match.say(bob, RoomVerb::unready);
    match.after(1);
    match.ready(bob);
    CHECK(match.after(10) == RoomPhase::countdown);
    CHECK(match.after(1) == RoomPhase::playing);
}

TEST_CASE("roster: the host starts whoever is ready, but not with too few") {
    Match match;
    match.join(ada);
    CHECK(match.say(ada, RoomVerb::start) == Error::not_now);
    match.join(bob);
    CHECK(match.say(bob, RoomVerb::start) == Error::not_host);
    CHECK(match.say(ada, RoomVerb::start) == Error::none);
    CHECK(match.after(1) == RoomPhase::countdown);

    SUBCASE("and joins that are not ready do not end it") {
        match.join(eli);
        CHECK(match.after(10) == RoomPhase::playing);
        CHECK(match.say(ada, RoomVerb::start) == Error::not_now);
    }
    SUBCASE("too few end it, and the start with it") {
        match.roster.leave(bob);
        CHECK(match.after(1) == RoomPhase::waiting);
        match.join(eli);
        CHECK(match.after(20) == RoomPhase::waiting);
    }
}

TEST_CASE("roster: a start that too few were left for is not made up for later") {
    Match match;
    match.join_both();
    CHECK(match.say(ada, RoomVerb::start) == Error::none);
    match.roster.leave(bob); // before the next tick
    CHECK(match.after(1) == RoomPhase::waiting);
    match.join(eli);
    CHECK(match.after(20) == RoomPhase::waiting);
}

TEST_CASE("roster: without a least number of players it plays all the time") {
    Match match(Roster::Rules{});
    CHECK(match.roster.phase() == RoomPhase::playing);
    match.join(ada);
    CHECK(match.say(ada, RoomVerb::ready) == Error::not_now);
    CHECK(match.say(ada, RoomVerb::unready) == Error::not_now);
    CHECK(match.say(ada, RoomVerb::start) == Error::not_now);
    match.roster.end_match();
    CHECK(match.after(5) == RoomPhase::playing);
    CHECK(match.roster.advance(++match.now) == std::nullopt);
}

TEST_CASE("roster: after the match is over, all who are ready again have a rematch") {
    Match match;
    match.roster.end_match(); // none is played
    CHECK(match.roster.phase() == RoomPhase::waiting);
    match.play();
    CHECK(match.say(ada, RoomVerb::ready) == Error::not_now);
    CHECK(match.say(ada, RoomVerb::unready) == Error::not_now);
    match.roster.end_match();
    CHECK_FALSE(match.roster.find(ada)->is_ready);
    CHECK(match.roster.advance(++match.now) == RoomPhase::ended);
    CHECK(match.after(20) == RoomPhase::ended);
    match.ready(ada);
    CHECK(match.after(1) == RoomPhase::ended);
    match.ready(bob);
    CHECK(match.after(1) == RoomPhase::countdown);
    CHECK(match.after(10) == RoomPhase::playing);
}

TEST_CASE("roster: a match goes on whoever joins, leaves or loses the link") {
    Match match;
    match.play();
    match.join(eli);
    match.roster.leave(ada);
    match.roster.set_connected(bob, false);
    CHECK(match.after(5) == RoomPhase::playing);
}

TEST_CASE("roster: who is not in, or only watches, is refused") {
    Match match;
    match.join_both();
    match.watch(watcher);
    for (const auto verb : {RoomVerb::ready, RoomVerb::start, RoomVerb::kick, RoomVerb::lock})
        CHECK(match.say(eli, verb, ada) == Error::not_in_room);
    CHECK(match.say(watcher, RoomVerb::ready) == Error::not_allowed);
    CHECK(match.say(watcher, RoomVerb::unready) == Error::not_allowed);
    CHECK(match.say(watcher, RoomVerb::start) == Error::not_host);
}

TEST_CASE("roster: only the host may do what concerns the others") {
    constexpr RoomVerb verbs[] = {RoomVerb::kick,
                                  RoomVerb::ban,
                                  RoomVerb::mute,
                                  RoomVerb::unmute,
                                  RoomVerb::make_host,
                                  RoomVerb::lock,
                                  RoomVerb::unlock,
                                  RoomVerb::reserve};
    for (const RoomVerb verb : verbs) {
        CAPTURE(static_cast<int>(verb));
        Match match;
        match.join_both();
        CHECK(match.say(bob, verb, ada) == Error::not_host);
        CHECK(match.roster.host() == ada);
        const bool is_of_room =
            verb == RoomVerb::lock || verb == RoomVerb::unlock || verb == RoomVerb::reserve;
        CHECK(match.say(ada, verb, eli) == (is_of_room ? Error::none : Error::no_such_player));
        CHECK(match.say(ada, verb, bob) == Error::none);
        CHECK(match.roster.players() == 2); // who goes is for others to do
    }
}

TEST_CASE("roster: the host mutes and unmutes, spectators as well") {
    Match match;
    match.join(ada);
    match.watch(watcher);
    CHECK(match.say(ada, RoomVerb::mute, watcher) == Error::none);
    CHECK(match.roster.find(watcher)->is_muted);
    CHECK(match.say(ada, RoomVerb::unmute, watcher) == Error::none);
    CHECK_FALSE(match.roster.find(watcher)->is_muted);
}

TEST_CASE("roster: the host is the oldest player who is connected") {
    Match match;
    CHECK(match.roster.host() == nobody);
    match.watch(PresenceId{1000});
    CHECK(match.roster.host() == nobody); // who only watches is none
    match.join(bob);
    CHECK(match.roster.host() == bob);
    match.join(ada); // an older id, but there is a host
    CHECK(match.roster.host() == bob);
    match.join(eli);

    SUBCASE("and the next when it leaves") {
        match.roster.leave(bob);
        CHECK(match.roster.host() == ada);
        match.roster.leave(ada);
        match.roster.leave(eli);
        CHECK(match.roster.host() == nobody);
    }
    SUBCASE("and the next when it loses its link, for good") {
        match.roster.set_connected(bob, false);
        CHECK(match.roster.host() == ada);
        match.roster.set_connected(bob, true);
        CHECK(match.roster.host() == ada);
    }
    SUBCASE("and stays it while nobody is connected") {
        match.roster.set_connected(ada, false);
        match.roster.set_connected(eli, false);
        match.roster.set_connected(bob, false);
        CHECK(match.roster.host() == bob);
        match.roster.set_connected(eli, true);
        CHECK(match.roster.host() == eli);
    }
    SUBCASE("and nobody when it leaves and the others are not connected") {
        match.roster.set_connected(ada, false);
        match.roster.set_connected(eli, false);
        match.roster.leave(bob);
        CHECK(match.roster.host() == nobody);
        match.roster.set_connected(eli, true);
        CHECK(match.roster.host() == eli);
    }
}

TEST_CASE("roster: the host hands over to whoever is connected") {
    Match match;
    match.join_both();
    match.join(eli);
    match.watch(watcher);
    match.roster.set_connected(bob, false);
    CHECK(match.say(ada, RoomVerb::make_host, bob) == Error::not_now);
    CHECK(match.say(ada, RoomVerb::make_host, nobody) == Error::no_such_player);
    CHECK(match.roster.host() == ada);
    CHECK(match.say(ada, RoomVerb::make_host, eli) == Error::none);
    CHECK(match.roster.host() == eli);
    CHECK(match.say(ada, RoomVerb::kick, bob) == Error::not_host);
    match.roster.leave(eli);
    CHECK(match.roster.host() == ada);
}

TEST_CASE("roster: a spectator that was made host stays it until it goes") {
    Match match;
    match.join(ada);
    match.watch(watcher);
    CHECK(match.say(ada, RoomVerb::make_host, watcher) == Error::none);
    match.join(bob);
    match.roster.leave(bob);
    CHECK(match.roster.host() == watcher);
    match.roster.set_connected(watcher, false);
    CHECK(match.roster.host() == ada);
}

TEST_CASE("roster: a room without a host has none, and nobody may do what a host may") {
    Match match({.min_players = 2, .has_host = false});
    match.join_both();
    CHECK(match.roster.host() == nobody);
    CHECK(match.say(ada, RoomVerb::start) == Error::not_host);
    CHECK(match.say(ada, RoomVerb::kick, bob) == Error::not_host);
    match.ready(ada);
    match.ready(bob);
    CHECK(match.after(1) == RoomPhase::playing);
}

TEST_CASE("roster: only what changes is noted") {
    Match match;
    match.join_both();
    const auto noted = match.roster.changes().end();
    match.say(ada, RoomVerb::unready);
    match.say(ada, RoomVerb::unmute, bob);
    match.say(ada, RoomVerb::make_host, ada);
    match.roster.set_connected(bob, true);
    match.after(3);
    CHECK(match.roster.changes().end() == noted);
    match.ready(ada);
    CHECK(match.roster.changes().end() == noted + 1);
    CHECK(match.roster.changes().at(noted) == ada);
}
