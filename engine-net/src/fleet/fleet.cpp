#include "fleet/sidecar.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/fleet.hpp>
#include <engine_net/server.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace engine_net {

namespace {

using fleet::Request;
using namespace std::chrono_literals;

constexpr std::uint16_t standard_port = 9358;
constexpr const char* health_path = "/health";
constexpr Duration first_pause = 100ms;
constexpr Duration look_interval = 250ms; // of `follow`
constexpr std::size_t max_lines = 64;     // of the log, until the next `beat`

enum class State : std::uint8_t { none, ready, allocated, shutdown };

std::string path_of(State state) {
    switch (state) {
    case State::none: break;
    case State::ready: return "/ready";
    case State::allocated: return "/allocate";
    case State::shutdown: return "/shutdown";
    }
    return "";
}

std::uint16_t port_of(const FleetConfig& config) {
    const char* const text = std::getenv("AGONES_SDK_HTTP_PORT");
    if (config.port || !text) return config.port.value_or(standard_port);
    const std::string_view digits(text);
    std::uint16_t port = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    const bool is_whole = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
    return is_whole && port != 0 ? port : standard_port;
}

/// As the SDK's JSON has 64-bit numbers.
std::string number(std::size_t value) {
    return std::to_string(value);
}

/// Text that is no UTF-8 is mended.
std::string to_text(const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// A value that is to be told when it has changed.
struct Metadata {
    std::string value{};
    bool is_told = false;
};
using MetadataByKey = std::map<std::string, Metadata>;

struct Players {
    std::size_t count = 0;
    std::optional<std::size_t> capacity{};

    friend bool operator==(const Players&, const Players&) = default;
};

} // namespace

/// What is wanted stands in it, and its thread tells what of that was not told.
class Fleet::Teller {
public:
    explicit Teller(FleetConfig config)
        : config_(std::move(config)), port_(port_of(config_)), thread_([this] {
            run();
        }) {}
    // NOLINTNEXTLINE(bugprone-exception-escape): of memory alone, and then the program ends
    ~Teller() {
        {
            const std::lock_guard lock(lock_);
            is_ending_ = true;
        }
        news_.notify_one();
        thread_.join();
        write_log();
    }
    Teller(const Teller&) = delete;
    Teller& operator=(const Teller&) = delete;

    void follow(const Server& server) {
        beat();
        const Time now = Clock::now();
        if (now < next_look_) return;
        next_look_ = now + look_interval;
        const ServerStats stats = server.stats();
        if (stats.players > 0) seated_ = now;
        if (server.is_drained()) {
            want(State::shutdown);
        } else if (stats.players > 0) {
            want(State::allocated);
        } else if (!seated_ || now - *seated_ >= config_.idle_time) {
            want(State::ready);
        }
        const auto capacity =
            config_.capacity > 0 ? std::optional<std::size_t>(config_.capacity) : std::nullopt;
        set_players({stats.players, capacity});
    }
    void beat() {
        {
            const std::lock_guard lock(lock_);
            beaten_ = Clock::now();
        }
        write_log();
    }
    void want(State state) {
        const std::lock_guard lock(lock_);
        if (wanted_ == state || wanted_ == State::shutdown) return;
        wanted_ = state;
        news_.notify_one();
    }
    void set_players(const Players& players) {
        const std::lock_guard lock(lock_);
        if (players_ == players) return;
        players_ = players;
        news_.notify_one();
    }
    bool set(MetadataByKey Teller::*all, const std::string& key, const std::string& value) {
        const std::lock_guard lock(lock_);
        MetadataByKey& metadata = this->*all;
        const auto found = metadata.find(key);
        if (found == metadata.end() && metadata.size() >= max_metadata) return false;
        if (found != metadata.end() && found->second.value == value) return true;
        metadata[key] = {value, false};
        news_.notify_one();
        return true;
    }

    MetadataByKey labels{};
    MetadataByKey annotations{};

private:
    /// What is to be told next, and what is noted once it is, with the lock held.
    struct Task {
        Request request{};
        std::function<void()> on_told{};
    };

    void run() {
        std::unique_lock lock(lock_);
        for (;;) {
            const Time now = Clock::now();
            auto task = health_task(now);
            if (!task && (now >= next_try_ || is_ending_)) task = news_task();
            if (task) {
                lock.unlock();
                const auto status = fleet::ask(config_.host, port_, task->request, config_.timeout);
                lock.lock();
                take_outcome(*task, status);
                if (is_ending_ && failing_.contains(task->request.path)) return;
                continue;
            }
            if (is_ending_) return;
            const Time health = std::max(next_health_, now + first_pause);
            news_.wait_until(lock, now < next_try_ ? std::min(health, next_try_) : health);
        }
    }
    /// Tried once each time: it holds up nothing else, and nothing else holds it up.
    std::optional<Task> health_task(Time now) {
        const bool is_well = beaten_ && now - *beaten_ < config_.stall_time;
        if (is_ending_ || !is_well || now < next_health_) return std::nullopt;
        return Task{{"POST", health_path, "{}"}, [] {}};
    }
    std::optional<Task> news_task() {
        if (auto task = state_task()) return task;
        if (is_ending_ || wanted_ == State::shutdown) return std::nullopt;
        if (has_counter_ && !config_.counter.empty() && players_ && told_players_ != players_)
            return players_task(*players_);
        if (auto task = metadata_task("/metadata/label", labels)) return task;
        return metadata_task("/metadata/annotation", annotations);
    }
    /// A server is ready first of all, or Agones gives it no port.
    std::optional<Task> state_task() {
        if (wanted_ == State::none || wanted_ == told_) return std::nullopt;
        const State next =
            told_ == State::none && wanted_ == State::allocated ? State::ready : wanted_;
        return Task{{"POST", path_of(next), "{}"}, [this, next] {
                        told_ = next;
                    }};
    }
    Task players_task(const Players& players) {
        nlohmann::json body{{"count", number(players.count)}};
        if (players.capacity) body["capacity"] = number(*players.capacity);
        return {{"PATCH", "/v1beta1/counters/" + config_.counter, to_text(body)}, [this, players] {
                    told_players_ = players;
                }};
    }
    static std::optional<Task> metadata_task(const std::string& path, MetadataByKey& all) {
        const auto found = std::ranges::find_if(all, [](const auto& one) {
            return !one.second.is_told;
        });
        if (found == all.end()) return std::nullopt;
        const nlohmann::json body{{"key", found->first}, {"value", found->second.value}};
        return Task{{"PUT", path, to_text(body)},
                    [&all, key = found->first, value = found->second.value] {
                        Metadata& metadata = all.at(key);
                        metadata.is_told = metadata.value == value;
                    }};
    }
    /// The sidecar's no to what it does not know is final; all else is tried again.
    void take_outcome(const Task& task, const Result<int, std::string>& status) {
        const std::string& path = task.request.path;
        const bool is_health = path == health_path;
        if (is_health) next_health_ = Clock::now() + config_.health_interval;
        const bool is_refused = status && *status >= 400 && *status < 500;
        if (is_refused) {
            note(LogLevel::warning,
                 "fleet: " + path + " was refused with " + std::to_string(*status));
            if (*status == 404 && task.request.method == "PATCH") has_counter_ = false;
        }
        if (is_refused || (status && *status >= 200 && *status < 300)) {
            task.on_told();
            if (!is_health) pause_ = first_pause;
            if (failing_.erase(path) > 0) note(LogLevel::info, "fleet: " + path + " is told now");
            return;
        }
        if (!is_health) {
            next_try_ = Clock::now() + pause_;
            pause_ = std::min<Duration>(2 * pause_, config_.longest_pause);
        }
        if (!failing_.insert(path).second) return;
        const std::string why = status ? "status " + std::to_string(*status) : status.error();
        note(LogLevel::warning, "fleet: " + path + " can't be told yet: " + why);
    }
    void note(LogLevel level, std::string text) {
        if (lines_.size() < max_lines) lines_.emplace_back(level, std::move(text));
    }
    void write_log() {
        std::vector<std::pair<LogLevel, std::string>> lines;
        {
            const std::lock_guard lock(lock_);
            lines.swap(lines_);
        }
        for (const auto& [level, text] : lines) config_.log(level, text);
    }

    const FleetConfig config_;
    const std::uint16_t port_;
    std::optional<Time> seated_{}; ///< when someone was, of the caller's thread as the next
    Time next_look_{};

    std::mutex lock_; ///< of all that follows
    std::condition_variable news_;
    bool is_ending_ = false;
    std::optional<Time> beaten_{};
    State wanted_ = State::none;
    State told_ = State::none;
    std::optional<Players> players_{};
    std::optional<Players> told_players_{};
    bool has_counter_ = true;
    Time next_health_{};
    std::set<std::string> failing_; ///< paths, of which the log was told
    Time next_try_{};
    Duration pause_ = first_pause;
    std::vector<std::pair<LogLevel, std::string>> lines_{};
    std::thread thread_; ///< last: it uses all of these
};

Fleet::Fleet(FleetConfig config) : teller_(std::make_unique<Teller>(std::move(config))) {}

Fleet::~Fleet() = default;

void Fleet::follow(const Server& server) {
    teller_->follow(server);
}

void Fleet::beat() {
    teller_->beat();
}

void Fleet::ready() {
    teller_->want(State::ready);
}

void Fleet::allocate() {
    teller_->want(State::allocated);
}

void Fleet::shutdown() {
    teller_->want(State::shutdown);
}

void Fleet::set_players(std::size_t players, std::optional<std::size_t> capacity) {
    teller_->set_players({players, capacity});
}

bool Fleet::set_label(const std::string& key, const std::string& value) {
    return teller_->set(&Teller::labels, key, value);
}

bool Fleet::set_annotation(const std::string& key, const std::string& value) {
    return teller_->set(&Teller::annotations, key, value);
}

} // namespace engine_net
