#include "room/one_room.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace engine_net::testing;
using namespace std::chrono_literals;

TEST_CASE("room: knows its place before anyone is in") {
    OneRoom one;
    CHECK(one.hall->take_book() == Book{"create at 100"});
    CHECK(one.hall->own_id() == RoomId{9});
    CHECK(one.hall->own_seed() == 5);
    CHECK(one.hall->step() == doctest::Approx(0.02));
    CHECK(one.hall->names().empty());
    CHECK(one.room.players() == 0);
}

TEST_CASE("room: the game is asked, then told of who joins") {
    OneRoom one;
    one.hall->take_book();
    CHECK(one.join(ada, "Ada"));
    CHECK(one.join(bob, "Bob"));
    CHECK(one.hall->take_book() ==
          Book{"request Ada, 0 here", "join Ada", "request Bob, 1 here", "join Bob"});
    CHECK(one.hall->names() == Book{"Ada", "Bob"});
    CHECK(one.room.has(ada));
    CHECK(one.room.session_of(bob) == SessionId{1002});
    CHECK(one.room.is_full());
    CHECK_FALSE(one.room.is_open());
}

TEST_CASE("room: whom the game refuses has no seat, and is told why") {
    OneRoom one;
    one.hall->take_book();
    const auto joined = one.room.join({.id = ada, .session = SessionId{1}, .name = "Eve"});
    REQUIRE_FALSE(joined);
    CHECK(joined.error() == "no Eves here");
    CHECK(one.room.players() == 0);
    CHECK_FALSE(one.room.has(ada));
    CHECK_FALSE(one.room.session_of(ada));
    CHECK(one.hall->take_book() == Book{"request Eve, 0 here"});
}

TEST_CASE("room: who leaves is gone after on_leave, and the others move up") {
    OneRoom one;
    one.join_both();
    one.room.leave(ada, LeaveReason::left, start);
    CHECK(one.hall->take_book() == Book{"leave Ada, left"});
    CHECK(one.hall->names() == Book{"Bob"});
    CHECK_FALSE(one.room.has(ada));
    CHECK(one.room.is_open());
    SUBCASE("and can't leave again") {
        one.room.leave(ada, LeaveReason::kicked, start);
        CHECK(one.hall->take_book().empty());
    }
    SUBCASE("and may come back in another seat") {
        CHECK(one.join(PresenceId{3}, "Ada"));
        CHECK(one.hall->names() == Book{"Bob", "Ada"});
    }
}

TEST_CASE("room: a lost link suspends a presence once, and a new one resumes it") {
    OneRoom one;
    one.join_both();
    one.room.suspend(ada);
    one.room.suspend(ada);
    CHECK(one.hall->take_book() == Book{"suspend Ada"});
    CHECK_FALSE(one.room.presences()[0]->is_connected());
    CHECK(one.room.presences()[1]->is_connected());
    CHECK(one.room.is_full()); // the seat is held
    one.room.resume(ada);
    CHECK(one.hall->take_book() == Book{"resume Ada"});
    CHECK(one.room.presences()[0]->is_connected());
}

TEST_CASE("room: what concerns nobody in it does nothing") {
    OneRoom one;
    one.join_both();
    const PresenceId nobody{77};
    one.room.suspend(nobody);
    one.room.resume(nobody);
    one.room.leave(nobody, LeaveReason::left, start);
    one.room.acknowledge(nobody, 1, 0);
    one.room.encode(nobody, 1, [](Bytes) {
        FAIL("nobody is shown anything");
    });
    CHECK(one.room.receive_event(nobody, Hall::note_of("hello")));
    CHECK(one.order(nobody, one.next(), 1) == InputVerdict::late);
    CHECK_FALSE(one.room.take_state_check(nobody));
    CHECK(one.hall->take_book().empty());
}

TEST_CASE("room: who is kicked is in the outbox, and sits until it is taken") {
    OneRoom one;
    one.join_both();
    one.room.receive_event(ada, Hall::note_of("kick me"));
    CHECK(one.room.has(ada));
    const RoomInstance::Outbox outbox = one.room.take_outbox();
    REQUIRE(outbox.kicks.size() == 1);
    CHECK(outbox.kicks[0].who == ada);
    CHECK(outbox.kicks[0].reason == "as you like");
    CHECK(one.room.take_outbox().kicks.empty());
}

TEST_CASE("room: is over when its game says so") {
    OneRoom one;
    one.join_both();
    CHECK_FALSE(one.room.is_over(start + 1h, 1s));
    one.room.receive_event(ada, Hall::note_of("close"));
    CHECK(one.room.is_over(start, 1s));
    CHECK(one.room.end_reason() == "the hall is closing");
    one.room.leave(ada, LeaveReason::room_closed, start);
    CHECK_FALSE(one.room.is_open()); // whatever seats are free
}

TEST_CASE("room: is over when it was empty for long enough") {
    OneRoom one;
    CHECK_FALSE(one.room.is_over(start + 999ms, 1s));
    CHECK(one.room.is_over(start + 1s, 1s));
    CHECK(one.room.is_over(start, 0s));
    SUBCASE("counted from the last leave") {
        one.join_both();
        one.room.leave(ada, LeaveReason::left, start + 5s);
        CHECK_FALSE(one.room.is_over(start + 1h, 1s));
        one.room.leave(bob, LeaveReason::left, start + 9s);
        CHECK_FALSE(one.room.is_over(start + 9'999ms, 1s));
        CHECK(one.room.is_over(start + 10s, 1s));
    }
    SUBCASE("but not while a seat is held") {
        one.join_both();
        one.room.suspend(ada);
        one.room.suspend(bob);
        CHECK_FALSE(one.room.is_over(start + 1h, 1s));
    }
    SUBCASE("nor if a refused player was all that came") {
        static_cast<void>(one.room.join({.id = ada, .session = SessionId{1}, .name = "Eve"}));
        CHECK(one.room.is_over(start + 1s, 1s));
    }
}

TEST_CASE("room: one that stays is not over for being empty, but when its game says so") {
    OneRoom one({.id = RoomId{9},
                 .name = "the hall",
                 .capacity = 2,
                 .stays_when_empty = true,
                 .tick_rate = 50,
                 .input_window_ticks = 8});
    CHECK_FALSE(one.room.is_over(start + 100h, 1s));
    one.join_both();
    one.room.receive_event(ada, Hall::note_of("close"));
    CHECK(one.room.is_over(start, 1s));
}

TEST_CASE("room: each viewer is shown the tick's snapshot, a new peer from the beginning") {
    OneRoom one;
    one.join_both();
    const auto count = [&](PresenceId who) {
        std::size_t datagrams = 0;
        one.room.encode(who, 1, [&](Bytes datagram) {
            ++datagrams;
            CHECK(datagram.size() <= max_message_bytes);
        });
        return datagrams;
    };
    CHECK(count(ada) == 0); // nothing to see yet
    one.room.simulate(Tick{101});
    one.room.snapshot(Tick{101});
    CHECK(count(ada) == 1);
    CHECK(count(bob) == 1);
    one.room.suspend(bob);
    one.room.resume(bob);
    CHECK(count(bob) == 1);
    ServerStats stats;
    one.room.add_to(stats);
    CHECK(stats.entities_refused == 0);
}
