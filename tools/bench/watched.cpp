#include "benchmark.hpp"
#include "core/random.hpp"
#include "cpu_time.hpp"
#include "file_limit.hpp"
#include "rules/schema.hpp"

#include <engine_net/admin.hpp>
#include <engine_net/client.hpp>
#include <engine_net/server.hpp>

#include "arena_generated.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;
using namespace std::chrono_literals;

constexpr std::uint32_t tick_rate = 10;
constexpr Duration period{1'000'000 / tick_rate};
constexpr Duration frame = 16'667us; ///< of the admin's window
constexpr std::size_t rooms = 1'000;
constexpr std::uint32_t players_per_room = 2;
constexpr std::uint32_t rocks_per_room = 10;
constexpr int most_ticks_to_join = 600;
constexpr int turn_ticks = 20; ///< with the admin, then without

/// Ten rocks that drift.
class Drift final : public RoomOf<arena::Input, arena::Event> {
public:
    void on_input(Presence&, const arena::Input& input) override {
        pushes_ += static_cast<float>(input.buttons());
    }
    void on_tick(Tick tick) override { time_ = static_cast<float>(tick.value % 1000); }
    void describe(SnapshotBuilder& snapshot) const override {
        for (std::uint32_t i = 0; i < rocks_per_room; ++i) {
            const auto n = static_cast<float>(i);
            const arena::Asteroid rock(arena::Vec2(time_ * (n + 1) / 4, n * 50 + pushes_ * 0.001F),
                                       arena::Vec2(n + 1, 0),
                                       time_ * 0.01F,
                                       20);
            snapshot.add(EntityId{i + 1}, rock);
        }
    }

private:
    float time_ = 0;
    float pushes_ = 0;
};

/// Over UDP on this machine, in time of its own: a tick of the server, then everyone's poll.
class Lobbies {
public:
    bool start() {
        ServerConfig config;
        config.port = 0;
        config.bind_address = "127.0.0.1";
        config.tick_rate = tick_rate;
        config.max_peers = 4095;
        config.max_rooms = 2 * rooms;
        config.admin.key = make_admin_key();
        config.log = [](LogLevel, std::string_view) {};
        server_ = std::make_unique<Server>(config);
        server_->define_room<Drift>("drift", arena::schema(), {.capacity = players_per_room});
        if (const auto started = server_->start(); !started) {
            std::fprintf(stderr, "bench: %s\n", started.error().detail.c_str());
            return false;
        }
        for (std::size_t i = 0; i < rooms; ++i) {
            const auto room = server_->create_room("drift", "room " + std::to_string(i + 1));
            for (std::uint32_t seat = 0; seat < players_per_room; ++seat) add_player(*room);
        }
        admin_ = std::make_unique<AdminClient>(
            AdminClientConfig{.port = server_->port(), .key = config.admin.key, .log = config.log});
        for (int i = 0; i < most_ticks_to_join; ++i) {
            play(true);
            if (server_->stats().players < clients_.size() || !admin_->has_all_rooms()) continue;
            admin_->look_at(admin_->rooms().begin()->first);
            admin_->watch_bytes(true);
            return true;
        }
        std::fprintf(stderr,
                     "bench: only %zu of %zu players joined; does this program get so many "
                     "sockets (ulimit -n)?\n",
                     server_->stats().players,
                     clients_.size());
        return false;
    }
    /// A tick. The CPU time of the server's steps in it, in microseconds.
    double play(bool is_watched) {
        const Time end = now_ + period;
        double used = step(end);
        for (const auto& client : clients_) {
            if (random_.next_chance(0.1))
                client->send_input(arena::Input(static_cast<std::uint8_t>(random_.next() % 8)));
            client->poll(now_);
        }
        if (!is_watched) return used;
        for (Time at = end - period; at < end; at += frame) admin_->poll(std::min(at, end));
        return used;
    }
    [[nodiscard]] const AdminClient& admin() const { return *admin_; }

private:
    double step(Time to) {
        now_ = to;
        const double begun = thread_cpu_us();
        server_->step(now_);
        return thread_cpu_us() - begun;
    }
    void add_player(RoomId room) {
        ClientConfig config;
        config.port = server_->port();
        config.name = "player " + std::to_string(clients_.size() + 1);
        config.schema = arena::schema();
        clients_.push_back(std::make_unique<Client>(std::move(config)));
        clients_.back()->join_room(room);
    }

    std::unique_ptr<Server> server_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::unique_ptr<AdminClient> admin_;
    Random random_{1};
    Time now_ = Clock::now();
};

} // namespace

bool measure_watched(const Options& options, Report& report) {
    raise_file_limit();
    Lobbies lobbies;
    if (!lobbies.start()) return false;
    std::vector<double> alone_us;
    std::vector<double> watched_us;
    const Time end = Clock::now() + std::chrono::duration_cast<Duration>(
                                        std::chrono::duration<double>(options.seconds));
    while (Clock::now() < end) {
        for (int i = 0; i < turn_ticks; ++i) alone_us.push_back(lobbies.play(false));
        for (int i = 0; i < turn_ticks; ++i) watched_us.push_back(lobbies.play(true));
    }
    constexpr double period_us = 1e6 / tick_rate;
    report.add("rooms", std::uint64_t{lobbies.admin().rooms().size()});
    report.add("players", std::uint64_t{rooms * players_per_room});
    report.add("ticks", std::uint64_t{alone_us.size() + watched_us.size()});
    report.add("tick_p50_alone_us", median(alone_us));
    report.add("tick_p50_watched_us", median(watched_us));
    report.add("tick_p99_alone_us", percentile(alone_us, 99));
    report.add("tick_p99_watched_us", percentile(watched_us, 99));
    report.add("tick_p99_growth_percent_of_period",
               100 * (percentile(watched_us, 99) - percentile(alone_us, 99)) / period_us,
               2);
    return true;
}

} // namespace bench
