#pragma once

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
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace arena {

/// A server of the Arena and its clients, over a simulated network in virtual time.
class SimulatedArena {
public:
    struct Options {
        engine_net::LinkConditions link{.delay = std::chrono::milliseconds(20)};
        engine_net::RoomKindConfig kind{.repeated_input_ticks = repeated_input_ticks};
        ArenaRules rules{};
        std::uint64_t seed = 5;
    };

    SimulatedArena() : SimulatedArena(Options{}) {}
    explicit SimulatedArena(const Options& options)
        : network({.seed = options.seed, .link = options.link}), server(server_config()) {
        server.define_room(room_kind, schema(), options.kind, [this, rules = options.rules] {
            auto made = std::make_unique<ArenaRoom>(rules);
            room = made.get();
            return made;
        });
        REQUIRE(server.start());
    }
    engine_net::ClientConfig client_config(const std::string& name) {
        engine_net::ClientConfig config;
        config.host = "10.0.0.1";
        config.name = name;
        config.schema = schema();
        config.network = &network;
        config.seed = ++last_seed_;
        return config;
    }
    /// A client with a seat, and a list of the events it gets.
    engine_net::Client& add_player(const std::string& name) {
        clients.push_back(std::make_unique<engine_net::Client>(client_config(name)));
        engine_net::Client& client = *clients.back();
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
    /// A client that watches the room of the first one.
    engine_net::Client& add_spectator(const std::string& name) {
        clients.push_back(std::make_unique<engine_net::Client>(client_config(name)));
        engine_net::Client& client = *clients.back();
        client.watch_room(clients.front()->room(), {}, {});
        REQUIRE(run_until([&] {
            return client.room().is_set();
        }));
        return client;
    }
    void run(engine_net::Duration duration) {
        for (const engine_net::Time end = now + duration; now < end;
             now += std::chrono::milliseconds(2)) {
            network.advance_to(now);
            server.step(now);
            for (const auto& client : clients) client->poll(now);
            for (Bot& bot : bots) bot.poll(now);
        }
    }
    bool run_until(const std::function<bool()>& is_true) {
        for (int tries = 0; tries < 500 && !is_true(); ++tries) run(std::chrono::milliseconds(10));
        return is_true();
    }
    [[nodiscard]] std::size_t ships_seen_by(const engine_net::Client& client) const {
        std::size_t count = 0;
        const auto note = [&count](engine_net::EntityId, const Ship&) {
            ++count;
        };
        client.each<Ship>(now, note, engine_net::Shown::newest);
        return count;
    }
    /// The player's ship as `viewer` sees it, at most one.
    [[nodiscard]] std::vector<Ship> ship_of(const engine_net::Client& player,
                                            const engine_net::Client& viewer) const {
        std::vector<Ship> ships;
        const auto add = [&](engine_net::EntityId, const Ship& ship) {
            if (ship.player() == player.presence().value) ships.push_back(ship);
        };
        viewer.each<Ship>(now, add, engine_net::Shown::newest);
        return ships;
    }

    engine_net::SimulatedNetwork network;
    ArenaRoom* room = nullptr; ///< the newest one
    engine_net::Server server;
    std::vector<std::unique_ptr<engine_net::Client>> clients;
    std::deque<std::set<std::string>> events; ///< of each client: kind and name
    std::deque<Bot> bots;
    engine_net::Time now{std::chrono::seconds(1)};

private:
    engine_net::ServerConfig server_config() {
        engine_net::ServerConfig config;
        config.network = &network;
        config.seed = 9;
        config.session_timeout = std::chrono::seconds(1);
        return config;
    }

    std::uint64_t last_seed_ = 0;
};

} // namespace arena
