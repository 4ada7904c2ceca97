#include "client/interpolator.hpp"
#include "replication/replica.hpp"
#include "replication/rocks_room.hpp"
#include "replication/viewer.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

using namespace engine_net;
using namespace rocks_room;

namespace {

constexpr std::uint32_t rate = 60;

/// A room with one viewer, presence 1, and its client, who looks at what was told.
struct Look {
    Look() { interpolator.set_max_extrapolation(Duration(100'000)); }

    /// A tick; all of it arrives unless `is_lost`.
    void tell(std::uint32_t at, const std::vector<Described>& entities, bool is_lost = false) {
        for (const auto& datagram : datagrams(at, entities)) {
            if (!is_lost) REQUIRE(replica.receive(datagram) == ReceiveOutcome::ok);
        }
    }
    std::vector<std::vector<std::uint8_t>> datagrams(std::uint32_t at,
                                                     const std::vector<Described>& entities) {
        std::vector<std::vector<std::uint8_t>> all;
        tick(history, at, entities);
        viewer.encode(Tick{at}, [&](Bytes bytes) {
            all.emplace_back(bytes.begin(), bytes.end());
        });
        return all;
    }
    void show(double moment) {
        const auto whole = static_cast<std::uint32_t>(moment);
        interpolator.show(replica, {Tick{whole}, moment - whole});
    }
    /// Where a rock is shown at a moment, if it is.
    std::optional<double> rock_at(double moment, std::uint32_t id = 1) {
        show(moment);
        rocks::Rock rock;
        const bool is_there =
            interpolator.find(rocks::Rock::GetFullyQualifiedName(), EntityId{id}, &rock);
        if (!is_there) return std::nullopt;
        return static_cast<double>(rock.position().x());
    }
    rocks::Ship ship_at(double moment) {
        show(moment);
        rocks::Ship ship;
        REQUIRE(interpolator.find(rocks::Ship::GetFullyQualifiedName(), EntityId{9}, &ship));
        return ship;
    }
    [[nodiscard]] std::size_t rocks() const {
        std::size_t count = 0;
        interpolator.each(rocks::Rock::GetFullyQualifiedName(), [&](EntityId, const void*) {
            ++count;
        });
        return count;
    }

    History history{schema()};
    SnapshotEncoder encoder{history};
    Viewer viewer{encoder, PresenceId{1}};
    Replica replica{schema()};
    Interpolator interpolator{schema(), rate};
};

Described moving_ship(float x, float speed, std::uint8_t fuel = 50) {
    return {
        9, true, PresenceId{1}, {}, {{x, 0}, {speed, 0}, 0, rocks::Hull::wood, false, fuel, 40}};
}

} // namespace

TEST_CASE("interpolator: between two ticks a thing is between its two places") {
    Look look;
    look.show(0);
    look.tell(1, {rock(1, 10)});
    look.tell(2, {rock(1, 20)});
    look.tell(3, {rock(1, 40)});
    CHECK(look.rock_at(2.25) == doctest::Approx(25));
    CHECK(look.rock_at(2.75) == doctest::Approx(35));
}

TEST_CASE("interpolator: what was here before anyone looked is not shown older than it was") {
    Look look;
    look.tell(1, {rock(1, 10)});
    look.tell(2, {rock(1, 20)});
    CHECK(look.rock_at(1.5) == 20);
    look.tell(3, {rock(1, 40)});
    CHECK(look.rock_at(1.75) == 20);
    CHECK(look.rock_at(2.5) == doctest::Approx(30));
}

TEST_CASE("interpolator: a lost tick is bridged, and one that comes late is taken in") {
    Look look;
    look.show(0);
    look.tell(1, {rock(1, 10)});
    const auto late = look.datagrams(2, {rock(1, 40)});
    look.tell(3, {rock(1, 30)});
    CHECK(look.rock_at(1.5) == doctest::Approx(15));
    for (const auto& datagram : late) look.replica.receive(datagram);
    CHECK(look.rock_at(1.75) == doctest::Approx(32.5));
    CHECK(look.rock_at(2.5) == doctest::Approx(35));
}

TEST_CASE("interpolator: a thing that rested starts when it does, not when it came to rest") {
    Look look;
    look.show(0);
    for (std::uint32_t at = 1; at <= 20; ++at) look.tell(at, {rock(1, 10)});
    look.tell(21, {rock(1, 20)});
    CHECK(look.rock_at(19.9) == 10);
    CHECK(look.rock_at(20.5) == doctest::Approx(15));
}

TEST_CASE("interpolator: things appear and vanish at their ticks as they are shown") {
    Look look;
    look.show(0);
    look.tell(1, {rock(1)});
    look.tell(2, {rock(1), rock(2)});
    look.tell(3, {rock(2)});
    CHECK_FALSE(look.rock_at(1.9, 2));
    CHECK(look.rock_at(1.9, 1));
    CHECK(look.rock_at(2.5, 2));
    CHECK(look.rock_at(2.9, 1));
    CHECK(look.rocks() == 2);
    CHECK_FALSE(look.rock_at(3, 1));
    CHECK(look.rocks() == 1);
}

TEST_CASE(
    "interpolator: an id that comes again is another thing: nothing leads from one to other") {
    Look look;
    look.show(0);
    look.tell(1, {rock(1, 10)});
    look.tell(2, {rock(1, 11)});
    look.tell(3, {});
    look.tell(4, {rock(1, 50)});
    CHECK(look.rock_at(2.9) == 11);
    CHECK_FALSE(look.rock_at(3.5));
    CHECK(look.rock_at(4) == 50);
}

TEST_CASE("interpolator: the same when the tick without it was lost") {
    Look look;
    look.show(0);
    look.tell(1, {rock(1, 10)});
    look.tell(2, {}, true);
    look.tell(3, {rock(1, 50)});
    CHECK(look.rock_at(2.5) == 10);
    CHECK(look.rock_at(3) == 50);
}

TEST_CASE("interpolator: past the newest tick what has a velocity moves on, for a bounded time") {
    Look look;
    look.show(0);
    look.tell(1, {moving_ship(0, 60), rock(1, 10)});
    look.tell(2, {moving_ship(1, 60), rock(1, 20)});
    CHECK(look.ship_at(3).position().x() == doctest::Approx(2));
    CHECK(look.ship_at(60).position().x() == doctest::Approx(1 + 6));
    CHECK(look.rock_at(60) == 20);
}

TEST_CASE("interpolator: what is the owner's alone holds") {
    Look look;
    look.show(0);
    look.tell(1, {moving_ship(0, 60, 50)});
    look.tell(2, {moving_ship(1, 60, 40)});
    CHECK(look.ship_at(1.9).fuel() == 50);
    CHECK(look.ship_at(2).fuel() == 40);
}

TEST_CASE("interpolator: of a tick that lost a part the rest is shown") {
    std::vector<Described> many;
    for (std::uint32_t id = 1; id <= 150; ++id) many.push_back(rock(id, 10));
    Look look;
    look.show(0);
    look.tell(1, many);
    for (Described& one : many) one = rock(one.id, 20);
    const auto cut = look.datagrams(2, many);
    REQUIRE(cut.size() > 1);
    look.replica.receive(cut.front());
    for (Described& one : many) one = rock(one.id, 40);
    look.tell(3, many);
    CHECK(look.rock_at(1.5, 1) == doctest::Approx(15));
    CHECK(look.rock_at(1.5, 150) == doctest::Approx(17.5));
    CHECK(look.rock_at(2.5, 150) == doctest::Approx(32.5));
    CHECK(look.rocks() == 150);
}

TEST_CASE("interpolator: on another link the room is shown as it was until it is told anew") {
    Look look;
    look.show(0);
    look.tell(1, {rock(1, 10)});
    look.tell(2, {rock(1, 20)});
    CHECK(look.rock_at(1.5) == doctest::Approx(15));
    look.interpolator.hold(look.replica);
    look.replica.begin_again();
    CHECK(look.rock_at(1.6) == 20);
    CHECK(look.rock_at(2) == 20);
    Viewer anew{look.encoder, PresenceId{1}};
    tick(look.history, 5, {rock(1, 50)});
    anew.encode(Tick{5}, [&](Bytes bytes) {
        look.replica.receive(bytes);
    });
    CHECK(look.rock_at(3) == doctest::Approx(30));
    CHECK(look.rock_at(5) == 50);
    look.interpolator.clear();
    CHECK_FALSE(look.interpolator.is_shown());
}
