// What players of a cluster wait for, and what its list of rooms costs Redis and each server.

#include "benchmark.hpp"
#include "core/random.hpp"
#include "cpu_time.hpp"
#include "node_lobby.hpp"
#include "node_server.hpp"
#include "redis_process.hpp"
#include "rules/schema.hpp"

#include <engine_net/client.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;
using namespace std::chrono_literals;

constexpr Duration patience = 20s;
constexpr Duration step_period = 16'667us;
constexpr Duration look_period = 100us; ///< what clients notice is as late as that
/// Between two things that a player does: by chance, as nothing is to go by the servers' ticks.
constexpr Duration shortest_pause = 20ms;
constexpr std::chrono::duration<double> pause_range{0.05};
constexpr std::size_t walker_count = 4; ///< players who join at the same time
constexpr std::size_t said_bytes = 100;
constexpr double measured_times = 21; ///< that have an equal part of the time

double ms_since(Time begun) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

void add_times(Report& report, const std::string& name, const std::vector<double>& times_ms) {
    report.add(name + "_p50_ms", percentile(times_ms, 50));
    report.add(name + "_p99_ms", percentile(times_ms, 99));
    report.add(name + "_count", std::uint64_t{times_ms.size()});
}

bool complain(std::string_view what) {
    std::fprintf(stderr, "bench: %.*s\n", static_cast<int>(what.size()), what.data());
    return false;
}

/// Servers, alone or of one cluster, with a room each.
class Servers {
public:
    Servers(const std::string& redis_url, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            nodes_.push_back(std::make_unique<NodeServer>(redis_url, i));
    }
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    [[nodiscard]] RoomId room(std::size_t node) const { return nodes_[node]->room(); }
    [[nodiscard]] std::string problem() const {
        for (const auto& node : nodes_) {
            if (!node->problem().empty()) return node->problem();
        }
        return {};
    }
    /// Of that node. It is told of all rooms.
    [[nodiscard]] std::unique_ptr<Client> make_client(std::size_t node) const {
        ClientConfig config;
        config.port = nodes_[node]->port();
        config.schema = arena::schema();
        config.log = [](LogLevel, std::string_view) {};
        auto client = std::make_unique<Client>(std::move(config));
        client->watch_rooms();
        return client;
    }
    [[nodiscard]] bool knows_all_rooms(const Client& client) const {
        return client.rooms().size() == nodes_.size();
    }

private:
    std::vector<std::unique_ptr<NodeServer>> nodes_;
};

Time random_time(Random& random) {
    return Clock::now() + shortest_pause +
           std::chrono::duration_cast<Duration>(random.next_unit() * pause_range);
}

/// A player who joins one room after the other.
class Walker {
public:
    /// `step`: how many nodes further the next room is; 0: it is where the player is.
    Walker(const Servers& servers, std::size_t number, std::size_t step)
        : servers_(servers)
        , step_(step)
        , node_(number % servers.size())
        , client_(servers.make_client(node_))
        , random_(number) {}

    /// Until it knows where to go it goes nowhere.
    void poll() {
        client_->poll(Clock::now());
        if (is_joining_ || Clock::now() < next_ || !servers_.knows_all_rooms(*client_)) return;
        is_joining_ = true;
        node_ = (node_ + step_) % servers_.size();
        client_->join_room(servers_.room(node_),
                           [this, begun = Clock::now()](const JoinResult& seat) {
                               if (seat) times_ms_.push_back(ms_since(begun));
                               is_good_ = is_good_ && seat;
                               client_->leave_room();
                               is_joining_ = false;
                               next_ = random_time(random_);
                           });
    }
    [[nodiscard]] bool is_good() const { return is_good_ && !times_ms_.empty(); }
    /// From a request until it was seated.
    [[nodiscard]] const std::vector<double>& times_ms() const { return times_ms_; }

private:
    const Servers& servers_;
    std::size_t step_;
    std::size_t node_;
    std::unique_ptr<Client> client_;
    Random random_;
    Time next_{};
    bool is_joining_ = false;
    bool is_good_ = true;
    std::vector<double> times_ms_;
};

bool measure_joins(const Servers& servers,
                   std::size_t step,
                   Duration time,
                   const std::string& name,
                   Report& report) {
    std::vector<std::unique_ptr<Walker>> walkers;
    for (std::size_t i = 0; i < walker_count; ++i)
        walkers.push_back(std::make_unique<Walker>(servers, i, step));
    for (const Time end = Clock::now() + time; Clock::now() < end;) {
        for (const auto& walker : walkers) walker->poll();
        Clock::sleep_until(Clock::now() + look_period);
    }
    std::vector<double> times_ms;
    for (const auto& walker : walkers) {
        times_ms.insert(times_ms.end(), walker->times_ms().begin(), walker->times_ms().end());
        if (!walker->is_good()) return complain("a player got into no room");
    }
    add_times(report, name, times_ms);
    return true;
}

/// One who speaks at the first node, and those who listen at each.
class Conversation {
public:
    explicit Conversation(const Servers& servers) : heard_(servers.size()) {
        clients_.push_back(servers.make_client(0));
        for (std::size_t node = 0; node < servers.size(); ++node) {
            clients_.push_back(servers.make_client(node));
            clients_.back()->channels().subscribe(channel, [this, node](const ChannelMessage&) {
                heard_[node].push_back(ms_since(begun_));
            });
        }
    }
    bool run(Duration time) {
        if (!poll_until(Clock::now() + patience, [this] {
                return std::ranges::all_of(clients_.begin() + 1, clients_.end(), [](auto& client) {
                    return client->channels().is_subscribed(channel);
                });
            }))
            return false;
        const std::vector<std::uint8_t> payload(said_bytes);
        for (const Time end = Clock::now() + time; Clock::now() < end;) {
            poll_until(random_time(random_), [] {
                return false;
            });
            begun_ = Clock::now();
            clients_.front()->channels().publish(channel, "said", payload);
            ++said_;
            if (!poll_until(begun_ + patience, [this] {
                    return std::ranges::all_of(heard_, [this](const auto& times) {
                        return times.size() == said_;
                    });
                }))
                return false;
        }
        return true;
    }
    /// From each time that something was said, at the node where it was said.
    [[nodiscard]] const std::vector<double>& heard_there_ms() const { return heard_.front(); }
    /// At all others.
    [[nodiscard]] std::vector<double> heard_elsewhere_ms() const {
        std::vector<double> all;
        for (std::size_t node = 1; node < heard_.size(); ++node)
            all.insert(all.end(), heard_[node].begin(), heard_[node].end());
        return all;
    }

private:
    static constexpr const char* channel = "lobby";

    bool poll_until(Time end, const std::function<bool()>& is_so) {
        while (!is_so() && Clock::now() < end) {
            for (const auto& client : clients_) client->poll(Clock::now());
            Clock::sleep_until(Clock::now() + look_period);
        }
        return is_so();
    }

    std::vector<std::unique_ptr<Client>> clients_; ///< the first one speaks
    std::vector<std::vector<double>> heard_;
    Time begun_{};
    std::size_t said_ = 0;
    Random random_{1};
};

bool measure_chat(const Servers& servers, Duration time, const std::string& name, Report& report) {
    Conversation conversation(servers);
    if (!conversation.run(time)) return complain("what was said was not heard");
    add_times(report, name + "_say_at_own", conversation.heard_there_ms());
    if (servers.size() > 1)
        add_times(report, name + "_say_to_other", conversation.heard_elsewhere_ms());
    return true;
}

bool measure_players(const Servers& servers,
                     Duration time,
                     const std::string& name,
                     Report& report) {
    if (const std::string problem = servers.problem(); !problem.empty()) return complain(problem);
    if (!measure_joins(servers, 0, time, name + "_join_at_own", report)) return false;
    if (servers.size() > 1 && !measure_joins(servers, 1, time, name + "_join_at_other", report))
        return false;
    return measure_chat(servers, time, name, report);
}

/// Servers' lobbies, all on this thread, each with its link to Redis on one of its own.
class Lobbies {
public:
    Lobbies(const RedisProcess& redis, std::size_t count, std::size_t rooms) : rooms_(rooms) {
        for (std::size_t i = 0; i < count; ++i)
            nodes_.push_back(std::make_unique<NodeLobby>(redis.url(), i, rooms));
    }
    [[nodiscard]] bool is_good() const {
        return std::ranges::all_of(nodes_, [](const auto& node) {
            return node->is_good();
        });
    }
    /// Until all know of all.
    bool settle() {
        for (const auto& node : nodes_) node->rest();
        const auto is_settled = [this] {
            return std::ranges::all_of(nodes_, [this](const auto& node) {
                const std::size_t others = (nodes_.size() - 1) * rooms_;
                return node->known_rooms() == others &&
                       node->known_players() == others * NodeLobby::players_per_room;
            });
        };
        for (const Time end = Clock::now() + patience; !is_settled() && Clock::now() < end;)
            run(200ms);
        for (const auto& node : nodes_) node->go_on();
        return is_settled();
    }
    /// CPU of each step of each node.
    std::vector<double> run(Duration time) {
        std::vector<double> steps_us;
        const Time end = Clock::now() + time;
        for (Time next = Clock::now(); next < end; next += step_period) {
            Clock::sleep_until(next);
            for (const auto& node : nodes_) {
                const double before = thread_cpu_us();
                node->step(Clock::now());
                steps_us.push_back(thread_cpu_us() - before);
            }
        }
        return steps_us;
    }

private:
    std::size_t rooms_;
    std::vector<std::unique_ptr<NodeLobby>> nodes_;
};

/// What `count` nodes with so many rooms each cost.
bool measure_rooms(std::size_t count, std::size_t rooms, Duration time, Report& report) {
    const RedisProcess redis;
    if (!redis.is_running()) return complain("redis-server does not run");
    Lobbies lobbies(redis, count, rooms);
    if (!lobbies.is_good()) return complain("a node does not get in");
    if (!lobbies.settle()) return complain("nodes don't know of each other's rooms");
    lobbies.run(1s); // what is new is new no more
    const RedisProcess::Counts counts = redis.counts();
    const double redis_us = redis.cpu_us();
    const double all_us = process_cpu_us();
    const double main_us = thread_cpu_us();
    const Time begun = Clock::now();
    const std::vector<double> steps_us = lobbies.run(time);
    const double us = 1000 * ms_since(begun);
    const double main_part = (thread_cpu_us() - main_us) / us;
    const double all_part = (process_cpu_us() - all_us) / us;
    const double redis_part = (redis.cpu_us() - redis_us) / us;
    const RedisProcess::Counts after = redis.counts();
    const auto nodes = static_cast<double>(count);
    const double seconds = us / 1e6;
    const std::string name = std::string("nodes_")
                                 .append(std::to_string(count))
                                 .append("_rooms_")
                                 .append(std::to_string(rooms));
    report.add(name + "_redis_cpu_percent", 100 * redis_part, 2);
    report.add(name + "_redis_calls_per_s", (after.calls - counts.calls) / seconds, 0);
    report.add(name + "_redis_commands_per_s", (after.commands - counts.commands) / seconds, 0);
    report.add(name + "_redis_in_kB_per_s", (after.bytes_in - counts.bytes_in) / seconds / 1e3);
    report.add(name + "_redis_out_kB_per_s", (after.bytes_out - counts.bytes_out) / seconds / 1e3);
    report.add(name + "_node_step_p50_us", percentile(steps_us, 50));
    report.add(name + "_node_step_p99_us", percentile(steps_us, 99));
    report.add(name + "_node_server_thread_percent", 100 * main_part / nodes, 2);
    report.add(name + "_node_redis_thread_percent", 100 * (all_part - main_part) / nodes, 2);
    if (!lobbies.settle()) return complain("nodes don't know of each other's changes");
    return true;
}

} // namespace

bool measure_nodes(const Options& options, Report& report) {
    const auto time = std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(options.seconds / measured_times));
    report.add("tick_rate", std::uint64_t{node_tick_rate});
    if (!measure_players(Servers({}, 1), time, "alone", report)) return false;
    for (const std::size_t count : {1u, 2u, 4u}) {
        const RedisProcess redis;
        if (!redis.is_running()) return complain("redis-server does not run");
        const std::string name = std::string("nodes_").append(std::to_string(count));
        if (!measure_players(Servers(redis.url(), count), time, name, report)) return false;
    }
    for (const std::size_t rooms : {0u, 100u, 1000u}) {
        for (const std::size_t count : {1u, 2u, 4u}) {
            if (!measure_rooms(count, rooms, time, report)) return false;
        }
    }
    return measure_rooms(16, 0, time, report) && measure_rooms(64, 0, time, report);
}

} // namespace bench
