#include "rules/arena_room.hpp"
#include "rules/bot.hpp"
#include "rules/schema.hpp"
#include "rules/ship.hpp"

#include <engine_net/client.hpp>
#include <engine_net/server.hpp>
#include <engine_net/simulated_network.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace arena;
using namespace std::chrono_literals;
using engine_net::Client;
using engine_net::ClientConfig;
using engine_net::Duration;
using engine_net::EntityId;
using engine_net::Time;

namespace {

/// A server of the Arena and its clients, over a simulated network in virtual time.
class SimulatedArena {
public:
    SimulatedArena() : network({.seed = 5, .link = {.delay = 20ms}}), server(server_config()) {
        server.define_room<ArenaRoom>(room_kind, schema());
        REQUIRE(server.start());
    }
    ClientConfig client_config(const std::string& name) {
        ClientConfig config;
        config.host = "10.0.0.1";
        config.name = name;
        config.schema = schema();
        config.network = &network;
        config.seed = ++last_seed_;
        return config;
    }
    /// A client with a seat, and a list of the events it gets.
    Client& add_player(const std::string& name) {
        clients.push_back(std::make_unique<Client>(client_config(name)));
        Client& client = *clients.back();
        auto& heard = events.emplace_back();
        client.on_event<Event>([&heard](const Event& event) {
            const std::string text = event.name() ? event.name()->str() : "";
            heard.insert(std::string(EnumNameEventKind(event.kind())) + " " + text);
        });
        client.join_or_create(room_kind);
        REQUIRE(run_until([&] {
            return client.room().is_set() && ships_seen_by(client) > 0;
        }));
        return client;
    }
    void run(Duration duration) {
        for (const Time end = now + duration; now < end; now += 2ms) {
            network.advance_to(now);
            server.step(now);
            for (const auto& client : clients) client->poll(now);
            for (Bot& bot : bots) bot.poll(now);
        }
    }
    bool run_until(const std::function<bool()>& is_true) {
        for (int tries = 0; tries < 500 && !is_true(); ++tries) run(10ms);
        return is_true();
    }
    [[nodiscard]] std::size_t ships_seen_by(const Client& client) const {
        std::size_t count = 0;
        const auto note = [&count](EntityId, const Ship&) {
            ++count;
        };
        client.each<Ship>(now, note, engine_net::Shown::newest);
        return count;
    }
    /// The player's ship as `viewer` sees it, at most one.
    [[nodiscard]] std::vector<Ship> ship_of(const Client& player, const Client& viewer) const {
        std::vector<Ship> ships;
        const auto add = [&](EntityId, const Ship& ship) {
            if (ship.player() == player.presence().value) ships.push_back(ship);
        };
        viewer.each<Ship>(now, add, engine_net::Shown::newest);
        return ships;
    }

    engine_net::SimulatedNetwork network;
    engine_net::Server server;
    std::vector<std::unique_ptr<Client>> clients;
    std::deque<std::set<std::string>> events; ///< of each client: kind and name
    std::deque<Bot> bots;
    Time now{1s};

private:
    engine_net::ServerConfig server_config() {
        engine_net::ServerConfig config;
        config.network = &network;
        config.seed = 9;
        config.session_timeout = 1s;
        return config;
    }

    std::uint64_t last_seed_ = 0;
};

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
