#include "room_match.hpp"

#include "cpu_time.hpp"
#include "rules/schema.hpp"

#include <chrono>
#include <cstdio>
#include <string>

namespace bench {

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr Duration period{1'000'000 / ship_tick_rate};
constexpr auto nearest = 8ms; ///< one way
constexpr auto farther = 4ms; ///< with each seat
constexpr std::uint32_t most_ticks_to_join = 10 * ship_tick_rate;
constexpr double new_buttons_chance = 0.02; ///< of a player in a tick
constexpr std::size_t buttons = 8;          ///< thrust, left and right, in every combination

ServerConfig server_config(std::uint32_t room_threads) {
    ServerConfig config;
    config.port = 0;
    config.bind_address = "127.0.0.1";
    config.tick_rate = ship_tick_rate;
    config.max_peers = 4095;
    config.room_threads = room_threads;
    return config;
}

} // namespace

RoomMatch::RoomMatch(std::uint32_t room_threads)
    : server_(server_config(room_threads)), now_(Clock::now()) {}

bool RoomMatch::start() {
    server_.define_room<ShipRoom>("ships", arena::schema(), {.capacity = ships_per_room});
    const auto started = server_.start();
    if (!started) std::fprintf(stderr, "bench: %s\n", started.error().detail.c_str());
    return started.has_value();
}

bool RoomMatch::open_rooms(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto room = server_.create_room("ships", "room " + std::to_string(rooms() + 1));
        if (!room) {
            std::fprintf(stderr, "bench: no room beyond %zu\n", rooms());
            return false;
        }
        for (std::size_t seat = 0; seat < ships_per_room; ++seat) add_player(*room, seat);
    }
    for (std::uint32_t i = 0; i < most_ticks_to_join; ++i) {
        if (server_.stats().players == clients_.size()) return true;
        play();
    }
    std::fprintf(stderr,
                 "bench: only %zu of %zu players joined; does this program get so many sockets "
                 "(ulimit -n)?\n",
                 server_.stats().players,
                 clients_.size());
    return false;
}

void RoomMatch::add_player(RoomId room, std::size_t seat) {
    ClientConfig config;
    config.port = server_.port();
    config.name = "player " + std::to_string(clients_.size() + 1);
    config.schema = arena::schema();
    config.net_sim.out.delay = nearest + seat * farther;
    config.net_sim.in.delay = nearest + seat * farther;
    clients_.push_back(std::make_unique<Client>(std::move(config)));
    clients_.back()->join_room(room);
}

double RoomMatch::play() {
    now_ += period;
    const double begun = thread_cpu_us();
    server_.step(now_);
    const double ended = thread_cpu_us();
    for (const auto& client : clients_) {
        if (random_.next_chance(new_buttons_chance))
            client->send_input(arena::Input(static_cast<std::uint8_t>(random_.next() % buttons)));
        client->poll(now_);
    }
    return ended - begun;
}

double RoomMatch::play(std::uint32_t ticks) {
    std::vector<double> costs;
    for (std::uint32_t i = 0; i < ticks; ++i) costs.push_back(play());
    return median(std::move(costs));
}

std::uint64_t RoomMatch::state_checks() const {
    std::uint64_t checks = 0;
    for (const auto& client : clients_) checks += client->stats().state_checks;
    return checks;
}

std::uint64_t RoomMatch::faults() const {
    std::uint64_t faults = 0;
    for (const auto& client : clients_) {
        const ClientStats stats = client->stats();
        faults += stats.state_mismatches + stats.snapshots_refused;
        faults += client->state() == ClientState::online ? 0 : 1;
    }
    return faults;
}

} // namespace bench
