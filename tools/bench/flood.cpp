// What players and newcomers notice while somebody floods the server with requests to connect.

#include "benchmark.hpp"
#include "counting_host.hpp"
#include "cpu_time.hpp"
#include "plain_datagrams.hpp"
#include "transport/secure/datagrams.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

namespace bench {

namespace {

using namespace engine_net;
using namespace std::chrono_literals;

constexpr std::size_t players = 16;
constexpr std::size_t snapshot_bytes = 400;
constexpr std::size_t input_bytes = 40;
constexpr Duration period{1'000'000 / 60};
constexpr Duration patience = 5s;

constexpr std::size_t flood_sockets = 50;
constexpr std::size_t hellos_of_socket = 20; ///< at once
constexpr Duration flood_pause = 10ms;       ///< that makes 100,000 a second

/// Two threads, as two programs: the server, and its players.
class Match {
public:
    Match() : server_({.max_peers = 64, .accepts = true}, Channel::snapshots, snapshot_bytes) {
        for (std::size_t i = 0; i <= players; ++i) {
            auto& player = players_.emplace_back(
                std::make_unique<CountingHost>(HostConfig{}, Channel::inputs, input_bytes));
            is_open_ = is_open_ && player->is_open();
        }
        is_open_ = is_open_ && server_.is_open();
        if (!is_open_) return;
        for (std::size_t i = 0; i < players; ++i) connect(i);
        threads_.emplace_back([this] {
            run_server();
        });
        threads_.emplace_back([this] {
            run_players();
        });
    }
    ~Match() { finish(); }
    Match(const Match&) = delete;
    Match& operator=(const Match&) = delete;

    [[nodiscard]] bool is_open() const { return is_open_; }
    [[nodiscard]] Address address() { return server_.host().local_address(); }
    [[nodiscard]] std::size_t connected() const { return connected_; }
    void speak(bool speaks) { speaks_ = speaks; }
    /// One more player; how long it takes until it is connected.
    Duration join() {
        const Time begun = Clock::now();
        newcomer_asks_ = true;
        while (!newcomer_is_in_ && Clock::now() - begun < patience)
            std::this_thread::sleep_for(1ms);
        return Clock::now() - begun;
    }
    void finish() {
        is_over_ = true;
        for (std::thread& thread : std::exchange(threads_, {})) thread.join();
    }

    // After `finish`.

    CountingHost& server() { return server_; }
    [[nodiscard]] double server_cpu_ms_per_s() const { return cpu_us_ / 1e3 / seconds_; }
    [[nodiscard]] std::uint64_t sent_up() const { return sum(&CountingHost::sent); }
    [[nodiscard]] std::uint64_t received_down() const { return sum(&CountingHost::received); }

private:
    void connect(std::size_t player) { players_[player]->host().connect(address(), Clock::now()); }
    void run_server() {
        const Time begun = Clock::now();
        for (Time next = begun; !is_over_; next += period) {
            Clock::sleep_until(next);
            server_.tick(Clock::now(), speaks_ ? 1 : 0);
            connected_ = server_.connected();
        }
        cpu_us_ = thread_cpu_us();
        seconds_ = std::chrono::duration<double>(Clock::now() - begun).count();
    }
    void run_players() {
        bool has_asked = false;
        for (Time next = Clock::now(); !is_over_; next += period) {
            Clock::sleep_until(next);
            if (newcomer_asks_ && !has_asked) {
                has_asked = true;
                connect(players);
            }
            for (const auto& player : players_) player->tick(Clock::now(), speaks_ ? 1 : 0);
            newcomer_is_in_ = players_.back()->connected() > 0;
        }
    }
    [[nodiscard]] std::uint64_t sum(std::uint64_t (CountingHost::*count)() const) const {
        std::uint64_t all = 0;
        for (const auto& player : players_) all += (*player.*count)();
        return all;
    }

    CountingHost server_;
    std::vector<std::unique_ptr<CountingHost>> players_; ///< the last one joins later
    bool is_open_ = true;
    std::atomic<bool> speaks_{false};
    std::atomic<bool> is_over_{false};
    std::atomic<bool> newcomer_asks_{false};
    std::atomic<bool> newcomer_is_in_{false};
    std::atomic<std::size_t> connected_{0};
    double cpu_us_ = 0;
    double seconds_ = 1;
    std::vector<std::thread> threads_;
};

class Flood {
public:
    explicit Flood(const Address& to) {
        sockaddr_in server{};
        server.sin_family = AF_INET;
        server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        server.sin_port = htons(to.port);
        for (std::size_t i = 0; i < flood_sockets; ++i) {
            std::vector<std::uint8_t> hello;
            write(Hello{.version = secure_version, .ephemeral = {static_cast<std::uint8_t>(i)}},
                  hello);
            PlainSocket& socket = sockets_.emplace_back();
            socket.set_receivers(std::vector<sockaddr_in>(hellos_of_socket, server), hello.size());
            socket.set_bytes(hello);
        }
    }
    /// For so long; `at_half` is called in the middle of it, on another thread.
    template <class AtHalf>
    void run(Duration time, AtHalf at_half) {
        const Time begun = Clock::now();
        std::thread other([&] {
            Clock::sleep_until(begun + time / 2);
            at_half();
        });
        for (Time next = begun; next < begun + time; next += flood_pause) {
            Clock::sleep_until(next);
            for (PlainSocket& socket : sockets_) {
                sent_ += socket.send();
                answers_ += socket.receive();
            }
        }
        seconds_ = std::chrono::duration<double>(Clock::now() - begun).count();
        other.join();
    }
    [[nodiscard]] double hellos_per_s() const { return static_cast<double>(sent_) / seconds_; }
    [[nodiscard]] std::uint64_t answers() const { return answers_; }

private:
    std::deque<PlainSocket> sockets_;
    std::uint64_t sent_ = 0;
    std::uint64_t answers_ = 0;
    double seconds_ = 1;
};

double percent_lost(std::uint64_t sent, std::uint64_t received) {
    return 100.0 * (static_cast<double>(sent) - static_cast<double>(received)) /
           static_cast<double>(sent);
}

} // namespace

bool measure_flood(const Options& options, Report& report) {
    Match match;
    if (!match.is_open()) return false;
    const Time begun = Clock::now();
    while (match.connected() < players && Clock::now() - begun < patience)
        std::this_thread::sleep_for(10ms);
    if (match.connected() < players) {
        std::fprintf(stderr, "bench: the players could not connect\n");
        return false;
    }
    match.speak(true);
    Flood flood(match.address());
    Duration join{};
    const auto time = std::chrono::duration<double>(options.seconds);
    flood.run(std::chrono::duration_cast<Duration>(time), [&] {
        join = match.join();
    });
    const std::size_t slots = match.connected();
    match.speak(false);
    std::this_thread::sleep_for(500ms); // for what is on its way
    match.finish();

    const LinkStats stats = match.server().host().stats();
    report.add("hellos_per_s", flood.hellos_per_s(), 0);
    report.add("challenges_got", flood.answers());
    report.add("unchallenged", stats.secure.unchallenged);
    report.add("slots_used_by_flood", std::uint64_t{slots} - players - 1);
    report.add("join_ms", std::chrono::duration<double, std::milli>(join).count(), 1);
    report.add("lost_up_percent", percent_lost(match.sent_up(), match.server().received()), 3);
    report.add("lost_down_percent", percent_lost(match.server().sent(), match.received_down()), 3);
    report.add("server_cpu_ms_per_s", match.server_cpu_ms_per_s(), 0);
    return slots == players + 1;
}

} // namespace bench
