// Coded snapshots from a viewer's datagrams to a client's state. What the bytes look like is not
// looked at.

#include "replication/codec/prior_training.hpp"
#include "replication/random_game.hpp"
#include "replication/random_schema.hpp"
#include "replication/rocks_room.hpp"
#include "replication/watched_room.hpp"

#include "scalars_bfbs_generated.h"

#include <doctest/doctest.h>

using namespace engine_net;

namespace {

/// Anything between a perfect link and a terrible one.
UnreliableLink::Conditions any_conditions(Random& random) {
    UnreliableLink::Conditions conditions{0, 0, 0};
    if (random.next_chance(0.8)) conditions.loss = random.next_unit() * 0.5;
    if (random.next_chance(0.5)) conditions.duplicate = random.next_unit() * 0.3;
    if (random.next_chance(0.8)) conditions.most_delay_ticks = random.next_below(20);
    return conditions;
}

/// Plays a game to watchers on all kinds of links, who are sent every tick or not, and ack when
/// they like. Gives what is wrong, or nothing.
template <class Step>
std::string play(WatchedRoom& room, std::uint64_t seed, std::uint32_t ticks, Step&& step) {
    Random random(seed);
    for (std::uint32_t who = 0; who < 3; ++who)
        room.add_watcher(who, random.next(), any_conditions(random));
    const double sends = random.next_chance(0.5) ? 1 : 0.3;
    const double acks = random.next_chance(0.5) ? 1 : 0.2;
    for (std::uint32_t i = 0; i < ticks; ++i) {
        std::string wrong = room.step(step(), random.next_chance(sends), random.next_chance(acks));
        if (!wrong.empty()) return "tick " + std::to_string(room.now.value) + ": " + wrong;
    }
    return room.settle(step());
}

std::string
play_rocks(std::uint64_t seed, std::uint32_t ticks, std::size_t most, const Priors& priors = {}) {
    WatchedRoom room(rocks_room::schema(), Tick{}, priors);
    rocks_room::RandomRoom rocks(seed, most);
    return play(room, seed, ticks, [&]() -> WatchedRoom::Describe {
        return rocks_room::described(rocks.step());
    });
}

/// What is learned of a match of rocks, for viewers of some lags.
Priors rocks_priors() {
    const CodeBook book(rocks_room::schema().types(), WatchedRoom::ticks_per_second);
    History history(rocks_room::schema());
    rocks_room::RandomRoom rocks(1, 40);
    std::vector<Recording> recordings(1);
    for (std::uint32_t t = 1; t <= 100; ++t) {
        rocks_room::tick(history, t, rocks.step());
        recordings[0].push_back(*history.newest());
    }
    std::array<std::optional<Prior>, lag_classes> trained;
    for (const int lag : {1, 2, 8}) trained[lag_class_of(lag)] = train_prior(book, recordings, lag);
    const auto bytes = Priors::write(book, 1, trained);
    const auto read = Priors::read(book, 1, bytes);
    REQUIRE(read.has_value());
    return *read;
}

std::string play_game(const ReplicatedSchema& schema, std::uint64_t seed, std::size_t most) {
    WatchedRoom room(schema);
    RandomGame game(schema, seed, most);
    return play(room, seed, 120, [&]() -> WatchedRoom::Describe {
        game.step();
        return [&game](SnapshotBuilder& snapshot) {
            game.describe(snapshot);
        };
    });
}

std::string play_any_schema(std::uint64_t seed) {
    const made::Schema made = RandomSchema(seed).make();
    const auto schema = ReplicatedSchema::load(made.compiled());
    return schema ? play_game(*schema, seed, 20) : schema.error().text;
}

} // namespace

TEST_CASE("coded snapshot: at rest each client has the server's state") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        CHECK(play_rocks(seed, 150, 40) == "");
    }
}

TEST_CASE("coded snapshot: at rest each client has the server's state, many times over" *
          doctest::test_suite("long")) {
    for (std::uint64_t seed = 101; seed <= 160; ++seed) {
        CAPTURE(seed);
        CHECK(play_rocks(seed, 150, seed % 60) == "");
    }
}

TEST_CASE("coded snapshot: at rest each client has the server's state, with a trained prior too") {
    const Priors priors = rocks_priors();
    for (std::uint64_t seed = 11; seed <= 13; ++seed) {
        CAPTURE(seed);
        CHECK(play_rocks(seed, 150, 40, priors) == "");
    }
}

TEST_CASE("coded snapshot: every kind of number comes through") {
    const auto schema = ReplicatedSchema::load(compiled_schema<scalars::RootBinarySchema>());
    REQUIRE(schema);
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        CAPTURE(seed);
        CHECK(play_game(*schema, seed, 20) == "");
    }
}

TEST_CASE("coded snapshot: any schema will do") {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        CAPTURE(seed);
        CHECK(play_any_schema(seed) == "");
    }
}

TEST_CASE("coded snapshot: any schema will do, many times over" * doctest::test_suite("long")) {
    for (std::uint64_t seed = 101; seed <= 180; ++seed) {
        CAPTURE(seed);
        CHECK(play_any_schema(seed) == "");
    }
}

TEST_CASE("coded snapshot: the same match is the same bytes") {
    const auto sent_in_a_match = [] {
        WatchedRoom room(rocks_room::schema());
        rocks_room::RandomRoom rocks(71, 40);
        for (std::uint32_t who = 0; who < 3; ++who) room.add_watcher(who, who, {});
        std::vector<std::uint64_t> sent;
        for (int i = 0; i < 150; ++i) {
            room.step(rocks_room::described(rocks.step()));
            for (const auto& watcher : room.watchers) sent.push_back(watcher->sent);
        }
        return sent;
    };
    CHECK(sent_in_a_match() == sent_in_a_match());
}

TEST_CASE("coded snapshot: a velocity may be far beyond what it moves") {
    made::Struct ship{.name = "Ship", .fields = {}, .bytes = 16};
    ship.fields = {{.name = "place",
                    .type = reflection::Double,
                    .attributes = {{"step", "0.000000001"}, {"range", "-0.0005..0.0005"}}},
                   {.name = "speed",
                    .type = reflection::Int,
                    .attributes = {{"velocity_of", "place"}},
                    .offset = 8}};
    const made::Schema made({ship});
    const auto schema = ReplicatedSchema::load(made.compiled());
    REQUIRE(schema);
    CHECK(play_game(*schema, 5, 20) == "");
}

TEST_CASE("coded snapshot: what is one's own and did not change costs a byte") {
    using namespace rocks_room;
    History history(schema());
    SnapshotCodec codec(schema().types(), 60);
    SnapshotCodec their_codec(schema().types(), 60);
    SnapshotEncoder encoder(history, &codec);
    Viewer owner(encoder, PresenceId{1});
    Viewer guest(encoder, PresenceId{2});
    Replica owners(schema(), &their_codec);
    Replica guests(schema(), &their_codec);
    const auto bytes_of = [&](Viewer& viewer, Replica& replica, std::uint32_t t) {
        std::size_t bytes = 0;
        viewer.encode(Tick{t}, [&](Bytes datagram) {
            CHECK(replica.receive(datagram) == ReceiveOutcome::ok);
            bytes += datagram.size();
        });
        viewer.on_ack(replica.acks().newest, replica.acks().bits);
        return bytes;
    };
    std::uint8_t fuel = 100;
    for (std::uint32_t t = 1; t <= 20; ++t) {
        if (t > 10) --fuel;
        tick(history, t, {ship(7, 1, fuel)});
        const std::size_t more = bytes_of(owner, owners, t) - bytes_of(guest, guests, t);
        if (t > 1) CHECK(more == (t > 10 ? 2 : 1));
        rocks::Ship state;
        REQUIRE(owners.find("rocks.Ship", EntityId{7}, &state));
        CHECK(state.fuel() == fuel);
        REQUIRE(guests.find("rocks.Ship", EntityId{7}, &state));
        CHECK(state.fuel() == 100); // its default
        CHECK(owners.state_hash(Tick{t}) != guests.state_hash(Tick{t}));
    }
}
