#include "room/one_room.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

/// A room where Ada sits, which repeats that many inputs.
struct Repeating {
    OneRoom one;

    explicit Repeating(std::uint32_t ticks) {
        one.kind.repeated_input_ticks = ticks;
        REQUIRE(one.join(ada, "Ada"));
        one.hall->take_book();
    }
    void order(float speed) { CHECK(one.order(ada, one.next(), speed) == InputVerdict::queued); }
    /// Whether Ada's ship was steered in the next tick.
    bool steers() { return one.tick().front().starts_with("Ada orders"); }
};

} // namespace

TEST_CASE("missing inputs: a tick without one gets the last one again, for a while") {
    Repeating room(2);
    CHECK_FALSE(room.steers()); // there was none yet
    room.order(7);
    CHECK(room.one.tick().front() == "Ada orders 7");
    CHECK(room.one.tick().front() == "Ada orders 7");
    CHECK(room.steers());
    CHECK_FALSE(room.steers());
    CHECK_FALSE(room.steers());
    room.order(8);
    CHECK(room.one.tick().front() == "Ada orders 8");
    CHECK(room.one.tick().front() == "Ada orders 8");
    const InputStats stats = room.one.room.input_stats(ada);
    CHECK(stats.taken == 2);
    CHECK(stats.repeated == 3);
    CHECK(stats.missing == 2);
}

TEST_CASE("missing inputs: a room kind that repeats none leaves the tick without") {
    Repeating room(0);
    room.order(7);
    CHECK(room.steers());
    CHECK_FALSE(room.steers());
    CHECK(room.one.room.input_stats(ada).missing == 1);
}

TEST_CASE("missing inputs: nothing is repeated for who is away, nor of before") {
    Repeating room(100);
    room.order(7);
    CHECK(room.steers());
    room.one.room.suspend(ada);
    room.one.hall->take_book();
    CHECK_FALSE(room.steers());
    room.one.room.resume(ada);
    room.one.hall->take_book();
    CHECK_FALSE(room.steers());
}

TEST_CASE("missing inputs: late and early ones are counted, each once") {
    Repeating room(0);
    OneRoom& one = room.one;
    CHECK(one.order(ada, one.next() - 1, 1) == InputVerdict::late);
    CHECK(one.order(ada, one.next() - 1, 1) == InputVerdict::repeated);
    CHECK(one.order(ada, one.next() + 8, 1) == InputVerdict::early);
    CHECK(one.room.input_stats(ada).late == 1);
    CHECK(one.room.input_stats(ada).early == 1);
    CHECK(one.room.input_stats(bob).late == 0); // is not here
}

TEST_CASE("rewind: goes back to what was shown, as far as the room kind lets it") {
    OneRoom one;
    one.kind.max_rewind_ticks = 4;
    REQUIRE(one.join(ada, "Ada"));
    const auto seen_at = [&](std::uint16_t shown_ago) {
        const auto bytes = OneRoom::bytes_of(room_game::Order(1, {}, true));
        CHECK(one.room.queue_input(ada, {one.next(), bytes, shown_ago}, one.next()) ==
              InputVerdict::queued);
        one.tick();
        const Rewind past = one.room.rewind(ada);
        return (past.tick() - one.room.tick()) + past.fraction();
    };
    CHECK(seen_at(128) == -2);
    CHECK(seen_at(96) == -1.5);
    CHECK(seen_at(1'000) == -4);
    CHECK(seen_at(0) == 0);
    CHECK(seen_at(nothing_shown) == 0);
    CHECK(one.room.rewind(bob).tick() == one.room.tick()); // is not here
}
