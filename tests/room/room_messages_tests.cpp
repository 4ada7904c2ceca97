#include "room/one_room.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace engine_net;
using namespace engine_net::testing;
using namespace std::chrono_literals;

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
        return one.room.queue_input(ada, {one.next(), bytes}, one.next());
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
