#include "check.hpp"

#include "arena_server.hpp"
#include "bot_crew.hpp"
#include "program/interrupt.hpp"
#include "program/log.hpp"
#include "token_keys.hpp"

#include <engine_net/clock.hpp>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

using engine_net::Clock;
using engine_net::CloseReason;
using engine_net::ServerStats;
using engine_net::Time;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t standard_bots = 16;
constexpr auto join_time = 10s; // within which every bot must have its seat

/// Begins when every bot has its seat, and ends after the wanted time.
class Play {
public:
    Play(const engine_net::Server& server, const BotCrew& crew, std::size_t bots, double seconds)
        : server_(server)
        , crew_(crew)
        , bots_(bots)
        , length_(std::chrono::duration_cast<engine_net::Duration>(
              std::chrono::duration<double>(seconds)))
        , opened_(Clock::now()) {}

    /// True when it is over.
    bool is_over() {
        const Time now = Clock::now();
        if (!begun_ && crew_.joined() == bots_) {
            begun_ = now;
            first_ = server_.stats();
        }
        const bool is_over = begun_ ? now - *begun_ >= length_ : now - opened_ >= join_time;
        if (is_over) last_ = server_.stats();
        return is_over || program::interrupted();
    }
    [[nodiscard]] bool has_begun() const { return begun_.has_value(); }
    [[nodiscard]] std::uint64_t ticks() const { return last_.ticks - first_.ticks; }
    [[nodiscard]] std::uint64_t late_ticks() const { return last_.late_ticks - first_.late_ticks; }
    [[nodiscard]] double bytes_per_client_per_s() const {
        const auto bytes = static_cast<double>(last_.link.bytes_out - first_.link.bytes_out);
        return bytes / static_cast<double>(bots_) / std::chrono::duration<double>(length_).count();
    }
    [[nodiscard]] const ServerStats& last() const { return last_; }

private:
    const engine_net::Server& server_;
    const BotCrew& crew_;
    std::size_t bots_;
    engine_net::Duration length_;
    Time opened_;
    std::optional<Time> begun_;
    ServerStats first_;
    ServerStats last_;
};

/// What went wrong with one bot; empty if nothing did.
std::string fault_of(const BotReport& bot, std::uint64_t ticks) {
    if (!bot.room.is_set()) return "got no seat: " + bot.join_error;
    if (bot.close_reason != CloseReason::server_closing) {
        return "was not told that the server closes: " + std::string(message(bot.close_reason));
    }
    // It has no ship for two seconds after each defeat.
    if (bot.ticks_flown < ticks / 4)
        return "saw its ship in only " + std::to_string(bot.ticks_flown) + " ticks";
    if (bot.stats.snapshot_datagrams < ticks / 2) {
        return "got only " + std::to_string(bot.stats.snapshot_datagrams) + " snapshots";
    }
    if (bot.stats.snapshots_refused > 0) {
        return "could not use " + std::to_string(bot.stats.snapshots_refused) + " snapshots";
    }
    if (bot.stats.state_checks == 0) return "could not compare its state with the server's";
    if (bot.stats.state_mismatches > 0) {
        return "had another state than the server " + std::to_string(bot.stats.state_mismatches) +
               " times";
    }
    if (bot.events == 0) return "got no events";
    if (bot.names == 0) return "was not told the players' names";
    return "";
}

std::vector<std::string>
faults(const std::vector<BotReport>& bots, const Play& play, std::uint64_t errors) {
    std::vector<std::string> faults;
    if (!play.has_begun()) faults.emplace_back("not every bot got a seat in time");
    for (const BotReport& bot : bots) {
        const std::string fault = fault_of(bot, play.ticks());
        if (!fault.empty()) faults.push_back(bot.name + " " + fault);
    }
    if (errors > 0) faults.push_back(std::to_string(errors) + " errors were logged");
    return faults;
}

void print_figures(const std::vector<BotReport>& bots, const Play& play) {
    const auto sum = [&bots](std::uint64_t engine_net::ClientStats::*figure) {
        return std::accumulate(bots.begin(),
                               bots.end(),
                               std::uint64_t{0},
                               [figure](auto so_far, const BotReport& bot) {
                                   return so_far + bot.stats.*figure;
                               });
    };
    const auto players = std::ranges::count_if(bots, [](const BotReport& bot) {
        return bot.room.is_set();
    });
    const ServerStats& last = play.last();
    std::printf("players: %td\n", players);
    std::printf("ticks: %" PRIu64 "\n", play.ticks());
    std::printf("tick_p99_us: %" PRId64 "\n", last.simulation.p99_us + last.network.p99_us);
    std::printf("snapshots_received: %" PRIu64 "\n",
                sum(&engine_net::ClientStats::snapshot_datagrams));
    std::printf("bytes_per_client_per_s: %.0f\n", play.bytes_per_client_per_s());
    std::printf("late_ticks: %" PRIu64 "\n", play.late_ticks());
    std::printf("state_checks: %" PRIu64 "\n", sum(&engine_net::ClientStats::state_checks));
    std::printf("state_mismatches: %" PRIu64 "\n", sum(&engine_net::ClientStats::state_mismatches));
}

} // namespace

int run_check(Settings settings) {
    settings.server.port = 0;
    settings.server.bind_address = "127.0.0.1";
    settings.rooms = 1;
    if (settings.bots == 0) settings.bots = standard_bots;
    settings.capacity = std::max(settings.capacity, settings.bots);

    program::Log log(settings.log_level);
    BotOrders orders;
    const auto server = start_server(settings, log, orders);
    if (!server) return 1;

    BotCrew crew({.bots = settings.bots,
                  .port = server->port(),
                  .seed = settings.server.seed.value_or(1),
                  .net_sim = {},
                  .log = log.sink(),
                  .token = token_maker(settings, server->key())});
    Play play(*server, crew, settings.bots, settings.check_s);
    server->run_until([&play] {
        return play.is_over();
    });
    const std::vector<BotReport> bots = crew.finish();

    print_figures(bots, play);
    auto why = faults(bots, play, log.errors());
    if (program::interrupted()) why.emplace_back("interrupted");
    for (const std::string& fault : why) std::printf("failure: %s\n", fault.c_str());
    std::printf("result: %s\n", why.empty() ? "ok" : "failed");
    return why.empty() ? 0 : 1;
}
