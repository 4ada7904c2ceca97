#include "arena/simulated_arena.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace arena;
using namespace std::chrono_literals;
using engine_net::Client;
using engine_net::EntityId;

namespace {

std::map<std::uint32_t, std::string> names_told(const Client& client) {
    std::map<std::uint32_t, std::string> names;
    if (const auto* state = client.room_state<Names>()) {
        for (const Name* name : *state->all()) names[name->player()] = name->text()->str();
    }
    return names;
}

void say(Client& client, EventKind kind, Emote emote) {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(CreateEvent(builder, kind, 0, 0, nullptr, 0, emote));
    client.send_event(engine_net::bytes_of(builder));
}

} // namespace

TEST_CASE("arena room: everyone gets a ship, a score and the names of all") {
    SimulatedArena arena;
    const Client& ada = arena.add_player("ada");
    const Client& bob = arena.add_player("bob");
    CHECK(arena.run_until([&] {
        return arena.ships_seen_by(ada) == 2;
    }));
    CHECK(arena.ship_of(bob, ada).size() == 1);

    std::size_t scores = 0;
    bob.each<Score>(arena.now, [&scores](EntityId, const Score&) {
        ++scores;
    });
    CHECK(scores == 2);
    arena.run(100ms);
    for (const auto& client : arena.clients) {
        CHECK(names_told(*client) == std::map<std::uint32_t, std::string>{
                                         {ada.presence().value, "ada"},
                                         {bob.presence().value, "bob"},
                                     });
    }
    CHECK(arena.events[0].contains("joined bob"));
}

TEST_CASE("arena room: inputs steer the own ship and no other") {
    SimulatedArena arena;
    Client& ada = arena.add_player("ada");
    const Client& bob = arena.add_player("bob");
    ada.send_input(Input(static_cast<std::uint8_t>(Button::thrust)));
    arena.run(500ms);
    REQUIRE(arena.ship_of(ada, bob).size() == 1);
    REQUIRE(arena.ship_of(bob, bob).size() == 1);
    const auto thrusting = static_cast<std::uint8_t>(ShipFlag::thrusting);
    CHECK((arena.ship_of(ada, bob)[0].flags() & thrusting) != 0);
    CHECK((arena.ship_of(bob, bob)[0].flags() & thrusting) == 0);
}

TEST_CASE("arena room: fuel and ammunition are told to nobody but the owner") {
    SimulatedArena arena;
    const Client& ada = arena.add_player("ada");
    const Client& bob = arena.add_player("bob");
    arena.run(200ms);
    REQUIRE(arena.ship_of(ada, ada).size() == 1);
    REQUIRE(arena.ship_of(ada, bob).size() == 1);
    CHECK(arena.ship_of(ada, ada)[0].ammo() == static_cast<int>(full_magazine));
    CHECK(arena.ship_of(ada, bob)[0].ammo() == 0);
    CHECK(arena.ship_of(ada, bob)[0].fuel() == 0);
}

TEST_CASE("arena room: an emote goes round, and nothing else that a player may send") {
    SimulatedArena arena;
    Client& ada = arena.add_player("ada");
    arena.add_player("bob");
    say(ada, EventKind::destroyed, Emote::laugh);
    arena.run(200ms);
    CHECK_FALSE(arena.events[1].contains("destroyed "));
    CHECK_FALSE(arena.events[1].contains("emote "));
    say(ada, EventKind::emote, Emote::laugh);
    arena.run(200ms);
    CHECK(arena.events[1].contains("emote "));
}

TEST_CASE("arena room: whoever leaves takes the ship along, and the others are told") {
    SimulatedArena arena;
    Client& ada = arena.add_player("ada");
    const Client& bob = arena.add_player("bob");
    const auto presence = ada.presence();
    ada.leave();
    arena.run(300ms);
    bob.each<Ship>(arena.now, [presence](EntityId, const Ship& ship) {
        CHECK(ship.player() != presence.value);
    });
    CHECK(arena.events[1].contains("left ada"));
    CHECK(names_told(bob).size() == 1);
}

TEST_CASE("arena room: the ship of a player whose link is down coasts until it is back") {
    SimulatedArena arena;
    arena.add_player("ada");
    const Client& bob = arena.add_player("bob");
    arena.clients.erase(arena.clients.begin()); // as a process that dies
    const auto coasting = static_cast<std::uint8_t>(ShipFlag::coasting);
    const bool coasts = arena.run_until([&] {
        bool found = false;
        bob.each<Ship>(arena.now, [&](EntityId, const Ship& ship) {
            found = found || (ship.flags() & coasting) != 0;
        });
        return found;
    });
    CHECK(coasts);
}

TEST_CASE("arena room: sixteen bots play, and see what the server sees") {
    SimulatedArena arena;
    for (std::uint64_t i = 0; i < 16; ++i) {
        arena.bots.emplace_back(arena.client_config("bot"), i);
    }
    arena.run(12s);
    for (const Bot& bot : arena.bots) {
        CHECK(bot.client().room() == arena.bots.front().client().room());
        CHECK(bot.ticks_flown() > 300);
        CHECK(bot.events() > 16);
        CHECK(bot.client().stats().state_checks > 0);
        CHECK(bot.client().stats().state_mismatches == 0);
    }
    const engine_net::ServerStats stats = arena.server.stats();
    CHECK(stats.players == 16);
    CHECK(stats.entities_refused == 0);
    CHECK(stats.refused.malformed_messages == 0);
    CHECK(stats.refused.malformed_inputs == 0);
}
