#include "mover_match.hpp"

#include "cpu_time.hpp"
#include "mover_field.hpp"
#include "replication/budget.hpp"

#include <cstdio>
#include <string>

namespace bench {

namespace {

using namespace engine_net;
using namespace std::chrono_literals;

constexpr Duration period{1'000'000 / mover_tick_rate};
constexpr Duration poll_interval = 1ms;
constexpr Duration most_time_to_join = 20s;

/// Of a snapshot's datagram, but IP's and UDP's.
constexpr std::uint64_t header_bytes = datagram_overhead_bytes - 28;

ServerConfig server_config() {
    ServerConfig config;
    config.port = 0;
    config.bind_address = "127.0.0.1";
    config.tick_rate = mover_tick_rate;
    return config;
}

double ratio(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace

MoverMatch::MoverMatch(CompiledSchema schema) : schema_(schema), server_(server_config()) {}

bool MoverMatch::start() {
    server_.define_room<MoverRoom>("movers", schema_, {.capacity = mover_viewers});
    if (const auto started = server_.start(); !started) {
        std::fprintf(stderr, "bench: %s\n", started.error().detail.c_str());
        return false;
    }
    for (std::uint32_t i = 0; i < mover_viewers; ++i) {
        ClientConfig config;
        config.port = server_.port();
        config.name = "viewer " + std::to_string(i);
        config.schema = schema_;
        clients_.push_back(std::make_unique<Client>(std::move(config)));
        clients_.back()->join_or_create("movers");
        clients_.back()->send_input(movers::Input(0));
    }
    thread_ = std::make_unique<PollingThread>(poll_interval, [this] {
        poll_clients();
    });
    const bool are_here = play_until([&] {
        return server_.stats().players == mover_viewers;
    });
    if (are_here) return true;
    std::fprintf(stderr, "bench: only %zu viewers joined\n", server_.stats().players);
    return false;
}

void MoverMatch::poll_clients() {
    for (const auto& client : clients_) client->poll(Clock::now());
    const std::lock_guard lock(bare_clients_mutex_);
    for (const auto& client : bare_clients_) client->poll(bare_traffic_);
}

ServerFigures MoverMatch::play(std::uint32_t seconds) {
    const ServerStats before = server_.stats();
    const std::uint64_t bare_before = bare_server_ ? bare_server_->bytes_sent() : 0;
    std::vector<double> server_us;
    std::vector<double> bare_us;
    for (std::uint32_t i = 0; i < seconds; ++i) {
        const Costs costs = play_second();
        server_us.push_back(costs.server);
        bare_us.push_back(costs.bare);
    }
    const ServerStats after = server_.stats();

    const std::uint64_t snapshots = (after.ticks - before.ticks) * mover_viewers;
    const std::uint64_t datagrams_out = after.link.datagrams_out - before.link.datagrams_out;
    const std::uint64_t bytes_out = after.link.bytes_out - before.link.bytes_out;
    const std::uint64_t datagrams_in = after.link.datagrams_in - before.link.datagrams_in;
    const std::uint64_t bytes_in = after.link.bytes_in - before.link.bytes_in;
    ServerFigures figures;
    figures.bytes_out_per_snapshot = ratio(bytes_out, snapshots);
    figures.bytes_per_snapshot =
        ratio(after.snapshot_bytes - before.snapshot_bytes +
                  (after.snapshot_datagrams - before.snapshot_datagrams) * header_bytes,
              snapshots);
    figures.server_us = median(server_us);
    figures.enet_us = median(bare_us);
    figures.traffic = {ratio(datagrams_out, snapshots),
                       ratio(bytes_out, datagrams_out),
                       ratio(datagrams_in, snapshots),
                       ratio(bytes_in, datagrams_in)};
    const std::uint64_t shared = after.snapshots_shared - before.snapshots_shared;
    figures.shared_percent = 100 * ratio(shared, snapshots);
    if (bare_server_) {
        figures.enet_bytes_per_snapshot =
            ratio(bare_server_->bytes_sent() - bare_before, snapshots);
    }
    return figures;
}

MoverMatch::Costs MoverMatch::play_second() {
    const std::uint64_t first = server_.stats().ticks;
    Costs sum;
    for (std::uint32_t i = 0; i < mover_tick_rate; ++i) {
        const Costs costs = step();
        sum.server += costs.server;
        sum.bare += costs.bare;
    }
    const auto ticks = static_cast<double>(server_.stats().ticks - first);
    return {sum.server / (ticks * mover_viewers), sum.bare / (mover_tick_rate * mover_viewers)};
}

MoverMatch::Costs MoverMatch::step() {
    const double begun = thread_cpu_us();
    server_.step(Clock::now());
    Costs costs{thread_cpu_us() - begun, 0};
    const Time next = server_.next_step();
    if (bare_server_) {
        Clock::sleep_until(next - period / 2);
        const double bare_begun = thread_cpu_us();
        bare_server_->step(bare_traffic_);
        costs.bare = thread_cpu_us() - bare_begun;
    }
    Clock::sleep_until(next);
    return costs;
}

/// False: it took too long.
template <class IsTrue>
bool MoverMatch::play_until(IsTrue&& is_true) {
    const Time give_up = Clock::now() + most_time_to_join;
    while (!is_true() && Clock::now() < give_up) step();
    return is_true();
}

bool MoverMatch::start_bare(const BareTraffic& traffic) {
    bare_traffic_ = traffic;
    bare_server_ = std::make_unique<BareServer>(mover_viewers);
    bool is_open = bare_server_->is_open();
    for (std::uint32_t i = 0; i < mover_viewers && is_open; ++i) {
        auto client = std::make_unique<BareClient>(bare_server_->port());
        is_open = client->is_open();
        const std::lock_guard lock(bare_clients_mutex_);
        if (is_open) bare_clients_.push_back(std::move(client));
    }
    if (!is_open) {
        std::fprintf(stderr, "bench: ENet alone has no sockets here; was it compiled in?\n");
        return false;
    }
    const bool are_here = play_until([&] {
        return bare_server_->connected() == mover_viewers;
    });
    if (are_here) return true;
    std::fprintf(stderr, "bench: only %zu peers of ENet's connected\n", bare_server_->connected());
    return false;
}

void MoverMatch::stop() {
    thread_->stop();
    for (const auto& client : clients_) client->move_to_this_thread();
}

std::uint64_t MoverMatch::mismatches() const {
    std::uint64_t mismatches = 0;
    for (const auto& client : clients_) mismatches += client->stats().state_mismatches;
    return mismatches;
}

std::uint64_t MoverMatch::state_checks() const {
    std::uint64_t checks = 0;
    for (const auto& client : clients_) checks += client->stats().state_checks;
    return checks;
}

std::uint64_t MoverMatch::snapshots_refused() const {
    std::uint64_t refused = 0;
    for (const auto& client : clients_) refused += client->stats().snapshots_refused;
    return refused;
}

} // namespace bench
