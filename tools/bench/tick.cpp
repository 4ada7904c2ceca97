#include "benchmark.hpp"

#include <engine_net/client.hpp>
#include <engine_net/server.hpp>

#include "arena_bfbs_generated.h"
#include "arena_generated.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;
using namespace std::chrono_literals;

constexpr std::uint32_t players = 64;
constexpr std::uint32_t asteroids = 200 - players;
constexpr std::uint32_t first_asteroid = 10'000;
constexpr float edge = 1000;

/// Ships that their players turn and push, and asteroids that drift: the arena's entities without
/// its rules, so that the library's share of a tick is what is measured. Its matches are not like
/// the arena's, so the arena's prior would be of no use.
class Field final : public RoomOf<arena::Input, arena::Event> {
public:
    void on_join(Presence& who) override {
        ships_.push_back({who.id(), static_cast<float>(ships_.size()) * 10, 0, 0});
    }
    void on_input(Presence& who, const arena::Input& input) override {
        for (ShipBody& ship : ships_) {
            if (ship.who == who.id()) ship.speed = static_cast<float>(input.buttons());
        }
    }
    void on_tick(Tick tick) override {
        time_ = static_cast<float>(tick.value);
        for (ShipBody& ship : ships_) {
            ship.heading += 0.01F;
            ship.x = ship.x + ship.speed > edge ? -edge : ship.x + ship.speed;
        }
    }
    void describe(SnapshotBuilder& snapshot) const override {
        for (const ShipBody& ship : ships_) {
            const arena::Ship state(arena::Vec2(ship.x, 0),
                                    arena::Vec2(ship.speed, 0),
                                    ship.heading,
                                    ship.who.value,
                                    0,
                                    0,
                                    100,
                                    200,
                                    50);
            snapshot.add(EntityId{ship.who.value}, state, ship.who);
        }
        for (std::uint32_t i = 0; i < asteroids; ++i) {
            const auto n = static_cast<float>(i);
            const float x =
                static_cast<float>(static_cast<int>(time_ * (1 + n / 50) + n * 13) % 2000) - edge;
            const arena::Asteroid state(
                arena::Vec2(x, n * 7 - 400), arena::Vec2(60 + n, 0), n + time_ * 0.01F, 20);
            snapshot.add(EntityId{first_asteroid + i}, state);
        }
    }

private:
    struct ShipBody {
        PresenceId who;
        float x;
        float heading;
        float speed;
    };
    std::vector<ShipBody> ships_;
    float time_ = 0;
};

/// All players, polled 60 times a second from one thread.
class Players {
public:
    explicit Players(std::uint16_t port) {
        for (std::uint32_t i = 0; i < players; ++i) {
            ClientConfig config;
            config.port = port;
            config.name = "player " + std::to_string(i);
            config.schema = compiled_schema<arena::EventBinarySchema>();
            clients_.push_back(std::make_unique<Client>(std::move(config)));
            clients_.back()->join_or_create("field");
            clients_.back()->send_input(arena::Input(static_cast<std::uint8_t>(i % 8)));
        }
        thread_ = std::thread([this] {
            run();
        });
    }
    ~Players() {
        is_over_ = true;
        thread_.join();
    }
    Players(const Players&) = delete;
    Players& operator=(const Players&) = delete;

    [[nodiscard]] std::uint64_t snapshots() const { return snapshots_; }
    [[nodiscard]] std::uint64_t mismatches() const { return mismatches_; }

private:
    void run() {
        for (Time next = Clock::now(); !is_over_; next += 16'667us) {
            std::uint64_t snapshots = 0;
            std::uint64_t mismatches = 0;
            for (const auto& client : clients_) {
                client->poll(Clock::now());
                snapshots += client->stats().snapshot_datagrams;
                mismatches += client->stats().state_mismatches;
            }
            snapshots_ = snapshots;
            mismatches_ = mismatches;
            Clock::sleep_until(next);
        }
    }

    std::vector<std::unique_ptr<Client>> clients_;
    std::atomic<bool> is_over_ = false;
    std::atomic<std::uint64_t> snapshots_ = 0;
    std::atomic<std::uint64_t> mismatches_ = 0;
    std::thread thread_;
};

} // namespace

bool measure_tick(const Options& options, Report& report) {
    ServerConfig config;
    config.port = 0;
    config.bind_address = "127.0.0.1";
    Server server(config);
    server.define_room<Field>(
        "field", compiled_schema<arena::EventBinarySchema>(), {.capacity = players});
    if (const auto started = server.start(); !started) {
        std::fprintf(stderr, "bench: %s\n", started.error().detail.c_str());
        return false;
    }
    const Players crowd(server.port());
    const auto step_until = [&](auto&& is_over) {
        while (!is_over()) {
            server.step(Clock::now());
            Clock::sleep_until(server.next_step());
        }
    };
    const Time give_up = Clock::now() + 10s;
    step_until([&] {
        return server.stats().players == players || Clock::now() > give_up;
    });
    if (server.stats().players < players) {
        std::fprintf(
            stderr, "bench: only %zu of %u players joined\n", server.stats().players, players);
        return false;
    }
    const ServerStats before = server.stats();
    const auto seconds =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.seconds));
    const Time end = Clock::now() + seconds;
    step_until([&] {
        return Clock::now() >= end;
    });
    const ServerStats after = server.stats();

    const std::uint64_t ticks = after.ticks - before.ticks;
    report.add("players", std::uint64_t{players});
    report.add("entities", std::uint64_t{players + asteroids});
    report.add("ticks", ticks);
    report.add("tick_p50_us", static_cast<std::uint64_t>(after.simulation.p50_us));
    report.add("tick_p99_us", static_cast<std::uint64_t>(after.simulation.p99_us));
    report.add("network_p50_us", static_cast<std::uint64_t>(after.network.p50_us));
    report.add("network_p99_us", static_cast<std::uint64_t>(after.network.p99_us));
    report.add("late_ticks", after.late_ticks - before.late_ticks);
    report.add("snapshot_bytes_per_player_and_tick",
               static_cast<double>(after.snapshot_bytes - before.snapshot_bytes) /
                   static_cast<double>(ticks * players));
    report.add("snapshot_datagrams_sent", after.snapshot_datagrams);
    report.add("snapshot_datagrams_received", crowd.snapshots());
    report.add("state_mismatches", crowd.mismatches());
    return true;
}

} // namespace bench
