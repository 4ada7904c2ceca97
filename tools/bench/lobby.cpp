#include "benchmark.hpp"
#include "cpu_time.hpp"
#include "room/room_directory.hpp"
#include "room/room_select.hpp"
#include "room/room_watch.hpp"
#include "rules/schema.hpp"
#include "ship_room.hpp"

#include <engine_net/client.hpp>
#include <engine_net/server.hpp>
#include <engine_net/simulated_network.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;
using namespace std::chrono_literals;

constexpr std::size_t few_rooms = 10;
constexpr std::size_t many_rooms = 10'000;
constexpr std::size_t watchers = 100;
constexpr std::size_t changes = 2'000;
constexpr std::size_t searches = 50;
constexpr std::size_t page_rooms = 20;
constexpr std::size_t players = 40;
constexpr Time start{1h};

RoomKind ship_kind() {
    auto schema = ReplicatedSchema::load(arena::schema());
    return {
        .name = "ships", .schema = std::move(*schema), .codecs = {}, .capacity = 16, .make = [] {
            return std::make_unique<ShipRoom>();
        }};
}

/// A lobby of so many rooms, and those who watch its list.
class Lobby {
public:
    explicit Lobby(std::size_t rooms)
        : directory_({.max_rooms = many_rooms, .tick_rate = 60, .input_window_ticks = 32}) {
        directory_.define(ship_kind());
        const RoomKind& kind = *directory_.find_kind("ships");
        for (std::size_t i = 0; i < rooms; ++i)
            rooms_.push_back(directory_.create(kind, {.seed = i}, Tick{}, start));
        for (std::size_t i = 0; i < watchers; ++i)
            watches_.emplace_back(static_cast<std::uint32_t>(i + 1), directory_);
        tell_all();
    }
    /// One player more or less in one room, and everyone who watches is told; CPU of all that.
    double change(std::size_t number) {
        RoomInstance& room = *rooms_[number * 7919 % rooms_.size()];
        const double before = thread_cpu_us();
        if (room.players() < 8) {
            const PresenceId id{++last_presence_};
            static_cast<void>(room.join({.id = id, .session = SessionId{id.value}, .name = "ada"}));
        } else {
            room.leave(room.presences().front()->id(), LeaveReason::left, start);
        }
        directory_.note_change(room);
        tell_all();
        return thread_cpu_us() - before;
    }
    /// CPU of one search among all of them, which others have just searched as well or not.
    double search(bool is_first) {
        now_ += is_first ? 1s : 0s;
        const double before = thread_cpu_us();
        const std::vector<QueriedRoom>& rooms = directory_.queried(now_);
        const Selected found = select_rooms(rooms,
                                            {.where = {{"free_seats", Comparison::more, 8.0}},
                                             .order = {{"players", true}},
                                             .count = page_rooms});
        found_ += found.indices.size();
        return thread_cpu_us() - before;
    }
    [[nodiscard]] std::size_t messages() const { return messages_; }
    [[nodiscard]] std::size_t found() const { return found_; }

private:
    void tell_all() {
        for (RoomWatch& watch : watches_) {
            watch.send(directory_, start, many_rooms, encoder_, [this](Bytes) {
                ++messages_;
            });
        }
    }

    RoomDirectory directory_;
    std::vector<RoomInstance*> rooms_;
    std::vector<RoomWatch> watches_;
    wire::ControlEncoder encoder_;
    std::uint32_t last_presence_ = 0;
    std::size_t messages_ = 0;
    std::size_t found_ = 0;
    Time now_ = start;
};

bool measure_list(Report& report) {
    Lobby few(few_rooms);
    Lobby many(many_rooms);
    std::vector<double> few_us;
    std::vector<double> many_us;
    const std::size_t before = many.messages();
    for (std::size_t i = 0; i < changes; ++i) {
        few_us.push_back(few.change(i));
        many_us.push_back(many.change(i));
    }
    const std::size_t told = many.messages() - before;
    std::vector<double> first_us;
    std::vector<double> next_us;
    for (std::size_t i = 0; i < searches; ++i) {
        first_us.push_back(many.search(true));
        next_us.push_back(many.search(false));
    }
    report.add("list_watchers", std::uint64_t{watchers});
    report.add("list_change_us_10_rooms", median(few_us), 1);
    report.add("list_change_us_10000_rooms", median(many_us), 1);
    report.add("list_ratio", median(many_us) / median(few_us), 2);
    report.add("search_10000_rooms_ms", median(first_us) / 1000, 2);
    report.add("next_search_10000_rooms_ms", median(next_us) / 1000, 2);
    if (told == changes * watchers && many.found() == 2 * searches * page_rooms) return true;
    std::fprintf(stderr, "bench: not everyone was told of each change\n");
    return false;
}

/// Players who join rooms and leave them as fast as they can, on a server with many rooms.
class Revolving {
public:
    Revolving()
        : network_({.seed = 1, .link = {.delay = 1ms}})
        , server_({.port = 7777,
                   .tick_rate = 10,
                   .max_peers = 256,
                   .max_rooms = 2 * many_rooms,
                   .limits = {.requests_per_second = 100'000},
                   .network = &network_,
                   .seed = 1,
                   .log = [](LogLevel, std::string_view) {}}) {
        server_.define_room<ShipRoom>("ships", arena::schema(), {.capacity = 16});
    }
    bool start() {
        network_.advance_to(now_);
        if (!server_.start()) return false;
        for (std::size_t i = 0; i < many_rooms; ++i) {
            rooms_.push_back(*server_.create_room("ships", "room " + std::to_string(i)));
        }
        for (std::size_t i = 0; i < players; ++i) {
            ClientConfig config{.host = "10.0.0.1", .schema = arena::schema()};
            config.network = &network_;
            config.seed = i + 1;
            config.log = [](LogLevel, std::string_view) {};
            clients_.push_back(std::make_unique<Client>(config));
            revolve(*clients_.back());
        }
        run(2s);
        return joins_ > 0;
    }
    /// CPU of the server in that time, ticks of its rooms included.
    double run(Duration duration) {
        double cpu_us = 0;
        for (const Time end = now_ + duration; now_ < end;) {
            now_ += 1ms;
            network_.advance_to(now_);
            const double before = thread_cpu_us();
            server_.step(now_);
            cpu_us += thread_cpu_us() - before;
            for (const auto& client : clients_) client->poll(now_);
        }
        return cpu_us;
    }
    void rest() { is_resting_ = true; }
    [[nodiscard]] std::uint64_t joins() const { return joins_; }
    [[nodiscard]] std::uint64_t refused() const { return refused_; }

private:
    void revolve(Client& client) {
        if (is_resting_) return;
        const RoomId room = rooms_[next_room_++ * 7919 % rooms_.size()];
        client.join_room(room, [this, &client](const JoinResult& result) {
            result ? ++joins_ : ++refused_;
            client.leave_room();
            revolve(client);
        });
    }

    SimulatedNetwork network_;
    Server server_;
    Time now_{1s};
    std::vector<RoomId> rooms_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::size_t next_room_ = 0;
    std::uint64_t joins_ = 0;
    std::uint64_t refused_ = 0;
    bool is_resting_ = false;
};

bool measure_joins(const Options& options, Report& report) {
    Revolving revolving;
    if (!revolving.start()) return false;
    const std::uint64_t before = revolving.joins();
    const Duration time = std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(std::min(options.seconds, 20.0)));
    const double busy_us = revolving.run(time);
    const std::uint64_t joins = revolving.joins() - before;
    revolving.rest();
    revolving.run(500ms);
    const double idle_us = revolving.run(time);
    report.add("joins", joins);
    report.add("join_and_leave_us", (busy_us - idle_us) / static_cast<double>(joins), 1);
    report.add("joins_per_s_of_a_core",
               1e6 * static_cast<double>(joins) / std::max(busy_us - idle_us, 1.0),
               0);
    if (revolving.refused() == 0 && joins > 0) return true;
    std::fprintf(stderr, "bench: a join was refused\n");
    return false;
}

} // namespace

bool measure_lobby(const Options& options, Report& report) {
    return measure_list(report) && measure_joins(options, report);
}

} // namespace bench
