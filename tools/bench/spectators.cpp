#include "benchmark.hpp"
#include "cpu_time.hpp"
#include "file_limit.hpp"
#include "polling_thread.hpp"
#include "rules/arena_room.hpp"
#include "rules/bot.hpp"
#include "rules/schema.hpp"
#include "watch_crowd.hpp"

#include <engine_net/server.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;
using namespace std::chrono_literals;

constexpr std::size_t players = 16;
constexpr std::size_t viewers = 1'000;
constexpr WatchCrowd::Size mixed{.fast = 450, .slow = 50};
constexpr std::uint32_t frames_per_second = 60 / WatchCrowd::Size{}.ticks_per_frame;
constexpr std::uint32_t tick_rate = 60;
constexpr double tick_period_us = 1e6 / tick_rate;
constexpr auto poll_interval = 5ms;
constexpr auto patience = 30s;

double resident_kb() {
    std::ifstream file("/proc/self/statm");
    double all = 0;
    double resident = 0;
    file >> all >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1024;
}

/// The Arena with its bots, over UDP on this machine, whose server is stepped in here.
class Match {
public:
    bool start() {
        ServerConfig config;
        config.port = 0;
        config.bind_address = "127.0.0.1";
        config.tick_rate = tick_rate;
        config.bridge = BridgeConfig{.port = 0, .bind_address = "127.0.0.1"};
        server_ = std::make_unique<Server>(config);
        server_->define_room<arena::ArenaRoom>(arena::room_kind,
                                               arena::schema(),
                                               {.capacity = players,
                                                .repeated_input_ticks = arena::repeated_input_ticks,
                                                .feed_rate = frames_per_second});
        if (const auto started = server_->start(); !started) {
            std::fprintf(stderr, "bench: %s\n", started.error().detail.c_str());
            return false;
        }
        room_ = *server_->create_room(arena::room_kind, "watched");
        for (std::size_t i = 0; i < players; ++i) {
            ClientConfig client;
            client.port = server_->port();
            client.name = "bot " + std::to_string(i + 1);
            bots_.push_back(std::make_unique<arena::Bot>(std::move(client), i + 1));
        }
        bots_thread_.emplace(poll_interval, [this] {
            const Time now = Clock::now();
            for (const auto& bot : bots_) bot->poll(now);
            bots_cpu_us_ = thread_cpu_us();
        });
        return play_until([this] {
            return server_->stats().players == players;
        });
    }
    /// False: it did not come to that.
    template <class Holds>
    bool play_until(const Holds& holds) {
        const Time give_up = Clock::now() + patience;
        while (!holds()) {
            if (Clock::now() > give_up) return false;
            step();
        }
        return true;
    }
    void play_for(double seconds) {
        const Time end = Clock::now() + std::chrono::duration_cast<Duration>(
                                            std::chrono::duration<double>(seconds));
        while (Clock::now() < end) step();
    }
    /// The wall time of each step since, of those that played a tick.
    std::vector<double> take_tick_us() { return std::exchange(tick_us_, {}); }
    /// Of the bridge's thread, and of what the server does for it besides.
    [[nodiscard]] double bridge_cpu_us() const {
        return process_cpu_us() - thread_cpu_us() - bots_cpu_us_;
    }
    void show_ticks_to(WatchCrowd* crowd) { crowd_ = crowd; }
    [[nodiscard]] const Server& server() const { return *server_; }
    [[nodiscard]] RoomId room() const { return room_; }

private:
    void step() {
        const Tick tick = server_->stats().tick;
        const Time begun = Clock::now();
        if (crowd_) crowd_->note_tick(tick + 1, begun);
        server_->step(begun);
        const std::chrono::duration<double, std::micro> taken = Clock::now() - begun;
        if (tick < server_->stats().tick) tick_us_.push_back(taken.count());
        Clock::sleep_until(server_->next_step());
    }

    std::unique_ptr<Server> server_;
    RoomId room_;
    std::vector<std::unique_ptr<arena::Bot>> bots_;
    std::atomic<double> bots_cpu_us_ = 0;
    std::optional<PollingThread> bots_thread_; ///< ends before the bots
    WatchCrowd* crowd_ = nullptr;
    std::vector<double> tick_us_;
};

struct Watched {
    WatchFigures fast;
    WatchFigures slow;
    std::vector<double> tick_us;
    double bridge_cpu_us = 0;
};

/// False: no figures came.
bool watch(Match& match, WatchCrowd& crowd, double seconds, Watched& watched) {
    (void)match.take_tick_us();
    crowd.begin();
    const double cpu = match.bridge_cpu_us();
    match.play_for(seconds);
    watched.bridge_cpu_us = match.bridge_cpu_us() - cpu;
    watched.tick_us = match.take_tick_us();
    crowd.end();
    const bool has_ended = match.play_until([&] {
        return crowd.has_ended() || !crowd.is_running();
    });
    if (!has_ended || !crowd.is_running()) {
        std::fprintf(stderr, "bench: the viewers' process ended\n");
        return false;
    }
    watched.fast = crowd.fast();
    watched.slow = crowd.slow();
    return true;
}

bool let_watch(Match& match, WatchCrowd& crowd, std::size_t count) {
    const bool all = match.play_until([&] {
        return crowd.watching() == count || !crowd.is_running();
    });
    if (all && crowd.is_running()) return true;
    std::fprintf(stderr, "bench: only %zu of %zu viewers got a frame\n", crowd.watching(), count);
    return false;
}

/// What 1,000 viewers cost the players, whose ticks are looked at without them before and after.
bool measure_many(Match& match, WatchCrowd& crowd, double seconds, Report& report) {
    match.play_for(seconds / 2);
    std::vector<double> alone_us = match.take_tick_us();
    match.show_ticks_to(&crowd);
    crowd.connect_fast(match.server().web_port(), match.room());
    Watched watched;
    if (!let_watch(match, crowd, viewers) || !watch(match, crowd, seconds, watched)) return false;
    match.show_ticks_to(nullptr);
    crowd.leave();
    const bool are_gone = match.play_until([&] {
        return match.server().stats().bridge.websockets == 0;
    });
    if (!are_gone) return false;
    (void)match.take_tick_us();
    match.play_for(seconds / 2);
    const std::vector<double> after_us = match.take_tick_us();
    alone_us.insert(alone_us.end(), after_us.begin(), after_us.end());

    const double alone_p99_us = percentile(alone_us, 99);
    const double watched_p99_us = percentile(watched.tick_us, 99);
    report.add("viewers", std::uint64_t{viewers});
    report.add("frames_per_viewer_and_second",
               static_cast<double>(watched.fast.frames) / viewers / seconds);
    report.add("missed_percent", watched.fast.missed_percent, 3);
    report.add("worst_missed_percent", watched.fast.worst_missed_percent, 3);
    report.add("frame_age_p50_ms", watched.fast.age_p50_ms);
    report.add("frame_age_p99_ms", watched.fast.age_p99_ms);
    report.add(
        "cpu_us_per_frame", watched.bridge_cpu_us / static_cast<double>(watched.fast.frames), 2);
    report.add("tick_p50_alone_us", median(alone_us));
    report.add("tick_p50_watched_us", median(watched.tick_us));
    report.add("tick_p99_alone_us", alone_p99_us);
    report.add("tick_p99_watched_us", watched_p99_us);
    report.add("tick_p99_growth_percent_of_period",
               100 * (watched_p99_us - alone_p99_us) / tick_period_us,
               2);
    return true;
}

/// What 50 viewers who read 1 kB/s cost 450 who read all.
bool measure_mixed(Match& match, WatchCrowd& crowd, double seconds, Report& report) {
    match.show_ticks_to(&crowd);
    crowd.connect_fast(match.server().web_port(), match.room());
    Watched before;
    if (!let_watch(match, crowd, mixed.fast) || !watch(match, crowd, seconds / 2, before)) {
        return false;
    }
    const double before_kb = resident_kb();
    crowd.connect_slow();
    Watched beside;
    if (!let_watch(match, crowd, mixed.fast + mixed.slow) ||
        !watch(match, crowd, seconds, beside)) {
        return false;
    }
    report.add("fast_viewers", std::uint64_t{mixed.fast});
    report.add("slow_viewers", std::uint64_t{mixed.slow});
    report.add("fast_age_p50_ms_alone", before.fast.age_p50_ms);
    report.add("fast_age_p50_ms_beside_slow", beside.fast.age_p50_ms);
    report.add("fast_age_p99_ms_alone", before.fast.age_p99_ms);
    report.add("fast_age_p99_ms_beside_slow", beside.fast.age_p99_ms);
    report.add("fast_worst_missed_percent", beside.fast.worst_missed_percent, 3);
    report.add("slow_frames_per_viewer_and_second",
               static_cast<double>(beside.slow.frames) / mixed.slow / seconds);
    report.add("slow_missed_percent", beside.slow.missed_percent);
    report.add("slow_age_p50_ms", beside.slow.age_p50_ms);
    report.add("slow_closed", beside.slow.closed);
    report.add("memory_growth_kb", resident_kb() - before_kb);
    return true;
}

} // namespace

bool measure_spectators(const Options& options, Report& report) {
    raise_file_limit();
    WatchCrowd many({.fast = viewers});
    WatchCrowd some(mixed);
    Match match;
    if (!match.start()) return false;
    return measure_many(match, many, options.seconds, report) &&
           measure_mixed(match, some, options.seconds, report);
}

} // namespace bench
