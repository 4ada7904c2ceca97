#include "rules/world.hpp"

#include <doctest/doctest.h>

using namespace arena;
using engine_net::PresenceId;

namespace {

constexpr float dt = 1.0F / 60;
constexpr std::uint32_t player_count = 8;

/// What players might hold down at that tick.
Input whim(std::uint32_t player, int tick) {
    const std::uint32_t bits =
        (player * 2654435761U) ^ (static_cast<std::uint32_t>(tick / 20) * 40503U);
    return {static_cast<std::uint8_t>((bits >> 7) & 0x0F)};
}

void play(World& world, int from, int to) {
    for (int tick = from; tick < to; ++tick) {
        for (std::uint32_t id = 1; id <= player_count; ++id) world.steer({id}, whim(id, tick));
        world.step(dt);
    }
}

} // namespace

TEST_CASE("world: one that was saved goes on exactly as the one that was not") {
    World world({.seed = 11});
    for (std::uint32_t id = 1; id <= player_count; ++id) world.add_player({id});
    for (int moves = 0; moves < 5; ++moves) {
        play(world, 600 * moves, 600 * (moves + 1));
        flatbuffers::FlatBufferBuilder builder;
        builder.Finish(world.save(builder));
        World other(*flatbuffers::GetRoot<SavedWorld>(builder.GetBufferPointer()));
        REQUIRE(other.digest() == world.digest());
        play(world, 600 * (moves + 1), 600 * (moves + 2));
        play(other, 600 * (moves + 1), 600 * (moves + 2));
        REQUIRE(other.digest() == world.digest());
    }
    CHECK(world.find_player({1})->deaths > 0);
}
