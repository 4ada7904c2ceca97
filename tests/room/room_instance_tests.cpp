#include "room/hall.hpp"
#include "room/room_instance.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace engine_net;
using namespace engine_net::testing;
using namespace std::chrono_literals;

namespace {

using Book = std::vector<std::string>;
using InputVerdict = RoomInstance::InputVerdict;

constexpr Time start{1h};
constexpr PresenceId ada{1};
constexpr PresenceId bob{2};
constexpr PresenceId eli{3};
using Ids = std::vector<PresenceId>;

struct OneRoom {
    Hall* hall = nullptr;
    RoomKind kind = hall_kind(hall);
    RoomInstance room;

    explicit OneRoom(RoomInstance::Settings settings = {.id = RoomId{9},
                                                        .name = "the hall",
                                                        .capacity = 2,
                                                        .seed = 5,
                                                        .tick_rate = 50,
                                                        .input_window_ticks = 8},
                     Tick tick = Tick{100})
        : room(kind, std::move(settings), tick, start) {}

    bool join(PresenceId id, const std::string& name) {
        return room.join(id, SessionId{id.value + 1000ull}, name).has_value();
    }
    /// Both are in, and what led there is forgotten.
    void join_both() {
        REQUIRE(join(ada, "Ada"));
        REQUIRE(join(bob, "Bob"));
        hall->take_book();
    }
    InputVerdict order(PresenceId who, Tick tick, float speed) {
        return room.queue_input(who, tick, bytes_of(room_game::Order(speed, {}, true)), next());
    }
    /// Whom each event in the outbox goes to.
    std::vector<Ids> sent_to() {
        std::vector<Ids> ids;
        for (const auto& event : room.take_outbox().events) ids.push_back(event.to);
        return ids;
    }
    [[nodiscard]] Tick next() const { return room.tick() + 1; }
    Book tick() {
        room.simulate(next());
        return hall->take_book();
    }
    static std::vector<std::uint8_t> bytes_of(const room_game::Order& order) {
        std::vector<std::uint8_t> bytes;
        ByteWriter(bytes).write(order);
        return bytes;
    }
};

} // namespace

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
    const auto joined = one.room.join(ada, SessionId{1}, "Eve");
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

TEST_CASE("room: inputs come at their tick, once, in the order of joining, before the tick") {
    OneRoom one;
    one.join_both();
    CHECK(one.order(bob, one.next(), 1) == InputVerdict::queued);
    CHECK(one.order(ada, one.next(), 2) == InputVerdict::queued);
    CHECK(one.order(ada, one.next(), 3) == InputVerdict::repeated);
    CHECK(one.order(ada, one.next() + 1, 4) == InputVerdict::queued);
    CHECK(one.tick() == Book{"Ada orders 2", "Bob orders 1", "tick 101"});
    CHECK(one.tick() == Book{"Ada orders 4", "tick 102"});
    CHECK(one.tick() == Book{"tick 103"});
    CHECK(one.order(ada, Tick{103}, 5) == InputVerdict::late);
    CHECK(one.order(ada, Tick{104 + 7}, 5) == InputVerdict::queued);
    CHECK(one.order(ada, Tick{104 + 8}, 5) == InputVerdict::early);
}

TEST_CASE("room: inputs go on where ticks wrap") {
    OneRoom one({.id = RoomId{9},
                 .name = "the hall",
                 .capacity = 2,
                 .tick_rate = 50,
                 .input_window_ticks = 8},
                Tick{0xFFFFFFFE});
    one.join_both();
    for (int ahead = 0; ahead < 4; ++ahead) {
        CHECK(one.order(ada, one.next() + ahead, static_cast<float>(ahead)) ==
              InputVerdict::queued);
    }
    CHECK(one.tick() == Book{"Ada orders 0", "tick 4294967295"});
    CHECK(one.tick() == Book{"Ada orders 1", "tick 0"});
    CHECK(one.tick() == Book{"Ada orders 2", "tick 1"});
}

TEST_CASE("room: an input that is not what the schema says is malformed") {
    OneRoom one;
    one.join_both();
    const auto verdict = [&](std::vector<std::uint8_t> bytes) {
        return one.room.queue_input(ada, one.next(), bytes, one.next());
    };
    std::vector<std::uint8_t> bytes = OneRoom::bytes_of(room_game::Order(1, {}, true));
    REQUIRE(bytes.size() == 8);
    SUBCASE("not a number") {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        bytes = OneRoom::bytes_of(room_game::Order(nan, {}, true));
    }
    SUBCASE("infinite") {
        bytes = OneRoom::bytes_of(room_game::Order(-INFINITY, {}, true));
    }
    SUBCASE("a mode that there is not") {
        bytes[4] = 2;
    }
    SUBCASE("a bool of 2") {
        bytes[5] = 2;
    }
    SUBCASE("too short") {
        bytes.pop_back();
    }
    SUBCASE("too long") {
        bytes.push_back(0);
    }
    SUBCASE("empty") {
        bytes.clear();
    }
    CHECK(verdict(bytes) == InputVerdict::malformed);
    CHECK(one.tick() == Book{"tick 101"});
}

TEST_CASE("room: inputs of before a lost link are not applied after it") {
    OneRoom one;
    one.join_both();
    one.order(ada, one.next() + 1, 1);
    one.room.suspend(ada);
    one.order(ada, one.next() + 2, 2); // under way when the link was given up
    one.room.resume(ada);
    one.hall->take_book();
    CHECK(one.tick() == Book{"tick 101"});
    CHECK(one.tick() == Book{"tick 102"});
    CHECK(one.tick() == Book{"tick 103"});
    CHECK(one.order(ada, one.next(), 3) == InputVerdict::queued);
    CHECK(one.tick() == Book{"Ada orders 3", "tick 104"});
}

TEST_CASE("room: an event is verified before the game sees it") {
    OneRoom one;
    one.join_both();
    const std::vector<std::uint8_t> valid = Hall::note_of("hello");
    CHECK(one.room.receive_event(ada, valid));
    CHECK(one.hall->take_book() == Book{"Ada notes hello"});

    SUBCASE("cut short") {
        // What is cut off may be padding, and then it is whole.
        std::size_t accepted = 0;
        for (std::size_t size = 0; size < valid.size(); ++size) {
            const std::vector<std::uint8_t> cut(valid.begin(),
                                                valid.begin() + static_cast<std::ptrdiff_t>(size));
            if (!one.room.receive_event(ada, cut)) continue;
            ++accepted;
            CHECK(one.hall->take_book() == Book{"Ada notes hello"});
        }
        CHECK(accepted <= 7);
    }
    SUBCASE("empty") {
        CHECK_FALSE(one.room.receive_event(ada, {}));
    }
    SUBCASE("noise") {
        CHECK_FALSE(one.room.receive_event(ada, std::vector<std::uint8_t>(64, 0xFF)));
    }
    SUBCASE("without what is required") {
        flatbuffers::FlatBufferBuilder builder;
        const auto table = builder.StartTable();
        builder.Finish(flatbuffers::Offset<room_game::Note>(builder.EndTable(table)));
        CHECK_FALSE(one.room.receive_event(ada, engine_net::bytes_of(builder)));
    }
    CHECK(one.hall->take_book().empty());
}

TEST_CASE("room: an event may lie anywhere in memory") {
    OneRoom one;
    one.join_both();
    const std::vector<std::uint8_t> note = Hall::note_of("hello");
    for (std::size_t offset = 0; offset < 8; ++offset) {
        std::vector<std::uint8_t> shifted(offset, 0);
        shifted.insert(shifted.end(), note.begin(), note.end());
        CHECK(one.room.receive_event(ada, Bytes(shifted).subspan(offset)));
    }
    CHECK(one.hall->take_book() == Book(8, "Ada notes hello"));
}

TEST_CASE("room: what the game sends waits in the outbox, once") {
    OneRoom one;
    one.join_both();
    one.room.receive_event(ada, Hall::note_of("answer"));
    one.room.receive_event(bob, Hall::note_of("tell all"));
    const RoomInstance::Outbox outbox = one.room.take_outbox();
    REQUIRE(outbox.events.size() == 2);
    CHECK(outbox.events[0].to == Ids{ada});
    CHECK(outbox.events[0].delivery == Delivery::unreliable);
    CHECK(outbox.events[0].bytes == Hall::note_of("answered"));
    CHECK(outbox.events[1].to == Ids{ada, bob});
    CHECK(outbox.events[1].delivery == Delivery::reliable);
    CHECK(outbox.events[1].bytes == Hall::note_of("to all"));
    CHECK(outbox.kicks.empty());
    CHECK(one.room.take_outbox().events.empty());
}

TEST_CASE("room: an event goes to some, or to all but one, and its bytes are kept once") {
    OneRoom one({.id = RoomId{9},
                 .name = "the hall",
                 .capacity = 3,
                 .tick_rate = 50,
                 .input_window_ticks = 8});
    one.join_both();
    REQUIRE(one.join(eli, "Eli"));
    SUBCASE("some") {
        one.hall->tell({"Ada", "Eli"});
        CHECK(one.sent_to() == std::vector<Ids>{{ada, eli}});
    }
    SUBCASE("nobody") {
        one.hall->tell({});
        CHECK(one.sent_to().empty());
    }
    SUBCASE("all but one") {
        one.hall->tell_all_but("Bob");
        CHECK(one.sent_to() == std::vector<Ids>{{ada, eli}});
    }
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
        static_cast<void>(one.room.join(ada, SessionId{1}, "Eve"));
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
