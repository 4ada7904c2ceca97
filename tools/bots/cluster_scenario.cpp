#include "cluster_scenario.hpp"

#include "child.hpp"
#include "comparison.hpp"
#include "crowd.hpp"
#include "program/install.hpp"
#include "program/interrupt.hpp"
#include "program/log.hpp"
#include "report.hpp"
#include "rules/schema.hpp"

#include <engine_net/clock.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using engine_net::Clock;
using engine_net::Time;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t node_count = 3;
constexpr auto restart_pause = 3s; // after which what is gone is there again
constexpr auto start_time = 30s;   // that a server may take
constexpr auto settling_time = 30s;
constexpr auto quiet_time = 3s; // for what servers still tell each other
constexpr int drain_s = 8;

/// Keys and logs, which nobody wants later.
class ScratchFolder {
public:
    ScratchFolder() {
        std::string name = std::filesystem::temp_directory_path() / "engine-net-bots-XXXXXX";
        if (mkdtemp(name.data()) != nullptr) path_ = name;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        if (!is_kept_ && !path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    void keep() { is_kept_ = true; }

private:
    std::filesystem::path path_;
    bool is_kept_ = false;
};

/// The servers, and the Redis beside them.
class Cluster {
public:
    Cluster(std::filesystem::path folder, engine_net::LogSink log)
        : folder_(std::move(folder)), log_(std::move(log)), redis_port_(find_free_port()) {
        for (std::uint16_t& port : ports_) port = find_free_port();
    }

    [[nodiscard]] std::vector<std::uint16_t> ports() const {
        return {ports_.begin(), ports_.end()};
    }
    void start_redis() {
        redis_ = Child({"redis-server",
                        "--port",
                        std::to_string(redis_port_),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "no",
                        "--dir",
                        folder_},
                       folder_ / "redis.log");
    }
    void kill_redis() { redis_.kill(); }
    void start(std::size_t node) {
        const std::string name = "node-" + std::to_string(node);
        const std::string port = std::to_string(ports_[node]);
        servers_[node] = Child({program::sibling("demo-server"),
                                "--port",
                                port,
                                "--bind",
                                "127.0.0.1",
                                "--node-name",
                                name,
                                "--public-address",
                                "127.0.0.1:" + port,
                                "--backplane",
                                "redis://127.0.0.1:" + std::to_string(redis_port_),
                                "--cluster-key-file",
                                folder_ / "cluster.key",
                                "--admin-key-file",
                                folder_ / "admin.key",
                                "--identity-file",
                                folder_ / (name + ".key"),
                                "--drain-seconds",
                                std::to_string(drain_s)},
                               folder_ / (name + ".log"));
    }
    Child& server(std::size_t node) { return servers_[node]; }
    /// The books of a server, as soon as it has some.
    [[nodiscard]] std::optional<ServerBooks> books(std::size_t node) const {
        const Time deadline = Clock::now() + start_time;
        std::optional<ServerBooks> books;
        while (!books && Clock::now() < deadline && !program::interrupted()) {
            engine_net::ClientConfig config;
            config.host = "127.0.0.1";
            config.port = ports_[node];
            config.name = "auditor";
            config.schema = arena::schema();
            config.log = log_;
            Auditor auditor(config);
            books = auditor.fetch();
            auditor.leave();
            if (!books) Clock::sleep_until(Clock::now() + 200ms);
        }
        return books;
    }

private:
    std::filesystem::path folder_;
    engine_net::LogSink log_;
    std::uint16_t redis_port_;
    std::array<std::uint16_t, node_count> ports_{};
    Child redis_;
    std::array<Child, node_count> servers_;
};

/// What is done to the cluster while the players go on.
class Troubles {
public:
    Troubles(Cluster& cluster, Time began, engine_net::Duration length)
        : cluster_(cluster), began_(began), length_(length) {}

    void poll() {
        if (is_time(0.25)) {
            say("node-2 is killed");
            cluster_.server(2).signal(SIGKILL);
            later_ = Clock::now() + restart_pause;
        } else if (is_time(0.5)) {
            say("node-1 is drained");
            cluster_.server(1).signal(SIGTERM);
            drained_ = true;
        } else if (is_time(0.75)) {
            say("Redis is killed, and comes back empty");
            cluster_.kill_redis();
            later_ = Clock::now() + restart_pause;
        }
        if (later_ && Clock::now() >= *later_) {
            step_ == 1 ? cluster_.start(2) : cluster_.start_redis();
            later_.reset();
        }
        if (drained_ && !cluster_.server(1).is_running()) {
            drained_ = false;
            const auto code = cluster_.server(1).wait(1ms);
            if (code != 0) {
                found.push_back("the drained server ended with " +
                                std::to_string(code.value_or(-1)));
            }
            say("node-1 has ended, and is started again");
            cluster_.start(1);
        }
    }
    /// All of it has happened, and what was gone is there again.
    [[nodiscard]] bool are_over() const { return step_ == 3 && !later_ && !drained_; }

    std::vector<std::string> found{};

private:
    bool is_time(double part) {
        const bool is_now =
            step_ == static_cast<int>(part * 4) - 1 && !later_ && !drained_ &&
            Clock::now() >=
                began_ + std::chrono::duration_cast<engine_net::Duration>(length_ * part);
        step_ += is_now ? 1 : 0;
        return is_now;
    }
    static void say(const char* what) {
        std::printf("bots: %s\n", what);
        std::fflush(stdout);
    }

    Cluster& cluster_;
    Time began_;
    engine_net::Duration length_;
    int step_ = 0;
    std::optional<Time> later_;
    bool drained_ = false;
};

std::optional<std::vector<ServerBooks>> all_books(const Cluster& cluster) {
    std::vector<ServerBooks> all;
    for (std::size_t node = 0; node < node_count; ++node) {
        auto books = cluster.books(node);
        if (!books) {
            std::fprintf(stderr, "bots: no books from node-%zu\n", node);
            return std::nullopt;
        }
        all.push_back(std::move(*books));
    }
    return all;
}

} // namespace

int run_cluster(const Settings& asked) {
    Settings settings = asked;
    program::Log log(settings.log_level);
    ScratchFolder scratch;
    Cluster cluster(scratch.path(), log.sink());
    settings.host = "127.0.0.1";
    settings.ports = cluster.ports();
    cluster.start_redis();
    for (std::size_t node = 0; node < node_count; ++node) cluster.start(node);
    if (!all_books(cluster)) {
        scratch.keep();
        std::fprintf(
            stderr,
            "bots: redis-server and demo-server have to be there; what they said is in %s\n",
            scratch.path().c_str());
        return 1;
    }
    std::printf("bots: %u players for %.0f s at %zu servers\n",
                settings.players,
                settings.seconds,
                node_count);
    std::fflush(stdout);
    Crowd crowd(settings, log.sink());
    const auto length = std::chrono::duration_cast<engine_net::Duration>(
        std::chrono::duration<double>(settings.seconds));
    const Time end = Clock::now() + length;
    Troubles troubles(cluster, Clock::now(), length);
    while ((Clock::now() < end || !troubles.are_over()) && !program::interrupted()) {
        troubles.poll();
        Clock::sleep_until(Clock::now() + 50ms);
    }
    crowd.wind_down();
    const Time deadline = Clock::now() + settling_time;
    while (crowd.settled() < settings.players && Clock::now() < deadline)
        Clock::sleep_until(Clock::now() + 100ms);
    const std::size_t settled = crowd.settled();
    Clock::sleep_until(Clock::now() + quiet_time);
    const auto last = all_books(cluster);
    crowd.finish();
    if (!last) {
        scratch.keep();
        return 1;
    }
    const Tally tally = crowd.tally();
    std::vector<std::string> found = differences(*last, crowd.books());
    found.insert(found.end(), troubles.found.begin(), troubles.found.end());
    found.insert(found.end(), tally.faults.begin(), tally.faults.end());
    if (settled < settings.players)
        found.push_back(std::to_string(settings.players - settled) + " bots wait for an answer");
    if (!found.empty()) {
        scratch.keep();
        std::printf("bots: what the servers said is in %s\n", scratch.path().c_str());
    }
    return report(tally, found);
}
