#include "bot_crew.hpp"

#include "rules/bot.hpp"

#include <engine_net/clock.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <list>
#include <optional>
#include <utility>

using arena::Bot;
using engine_net::ClientConfig;
using engine_net::ClientState;
using engine_net::Clock;
using engine_net::CloseReason;
using engine_net::JoinResult;
using engine_net::LogLevel;
using engine_net::Time;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t bots_per_thread = 32;
constexpr auto poll_interval = 5ms;
constexpr auto patience = 1s; // with a server that has not said that it closes

/// A bot and what is known of it. Its client is asked for the rest when it is closed.
class Member {
public:
    Member(const ClientConfig& config, std::uint64_t seed, const std::string& seat = {})
        : log_(config.log), bot_(config, seed, seat) {
        report_.name = config.name;
    }

    void poll(Time now) {
        if (!is_playing()) return;
        bot_.poll(now);
        const auto& answer = bot_.join_result();
        if (answer && !report_.room.is_set()) note_answer(*answer);
        if (!is_playing()) note_close();
    }
    [[nodiscard]] bool is_playing() const { return bot_.client().state() != ClientState::closed; }
    [[nodiscard]] bool has_joined() const { return report_.room.is_set(); }
    /// It had a seat, or got none, and is in no room now.
    [[nodiscard]] bool has_lost_its_seat() const {
        return bot_.join_result() && !bot_.client().room().is_set();
    }
    void leave() { bot_.leave(); }
    [[nodiscard]] BotReport report() const {
        BotReport report = report_;
        report.close_reason = bot_.client().close_reason();
        report.ticks_flown = bot_.ticks_flown();
        report.events = bot_.events();
        report.names = bot_.names();
        report.stats = bot_.client().stats();
        return report;
    }

private:
    void note_answer(const JoinResult& answer) {
        report_.room = answer.room;
        if (answer || !report_.join_error.empty()) return;
        report_.join_error = std::string(message(answer.error)) + " " + answer.detail;
        log_(LogLevel::warning, report_.name + " got no seat: " + report_.join_error);
    }
    void note_close() {
        const CloseReason reason = bot_.client().close_reason();
        if (reason == CloseReason::server_closing) return;
        const std::string why = std::string(message(reason)) + " " + bot_.client().close_detail();
        log_(LogLevel::warning, report_.name + " is out: " + why);
    }

    engine_net::LogSink log_;
    Bot bot_;
    BotReport report_;
};

} // namespace

BotCrew::BotCrew(BotCrewConfig config) : config_(std::move(config)), reports_(config_.bots) {
    for (std::size_t first = 0; first < config_.bots; first += bots_per_thread) {
        const std::size_t count = std::min(bots_per_thread, config_.bots - first);
        threads_.emplace_back([this, first, count] {
            play(first, count);
        });
    }
    if (config_.orders) {
        threads_.emplace_back([this] {
            play_ordered();
        });
    }
}

BotCrew::~BotCrew() {
    finish();
}

std::vector<BotReport> BotCrew::finish() {
    is_over_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    return reports_;
}

void BotCrew::note_joined(std::size_t more) {
    joined_ += more;
    if (more == 0 || joined_ < config_.bots || is_complete_.exchange(true)) return;
    config_.log(LogLevel::info, "all " + std::to_string(config_.bots) + " bots play");
}

void BotCrew::play(std::size_t first, std::size_t count) {
    std::deque<Member> members;
    for (std::size_t i = first; i < first + count; ++i) {
        members.emplace_back(client_of(i), config_.seed + i);
    }

    std::size_t joined = 0;
    std::optional<Time> deadline;
    for (Time now = Clock::now(); !deadline || now < *deadline; now = Clock::now()) {
        for (Member& member : members) member.poll(now);
        const auto seated =
            static_cast<std::size_t>(std::ranges::count_if(members, &Member::has_joined));
        note_joined(seated - std::exchange(joined, seated));

        if (std::ranges::none_of(members, &Member::is_playing)) break;
        if (is_over_ && !deadline) deadline = now + patience;
        Clock::sleep_until(now + poll_interval);
    }
    std::ranges::transform(
        members, reports_.begin() + static_cast<std::ptrdiff_t>(first), &Member::report);
}

ClientConfig BotCrew::client_of(std::size_t number) const {
    ClientConfig config;
    config.host = config_.host;
    config.port = config_.port;
    config.name = "bot " + std::to_string(number + 1);
    config.net_sim = config_.net_sim;
    config.net_sim.seed += number;
    config.log = config_.log;
    if (config_.token) config.connect_token = config_.token(config.name);
    return config;
}

void BotCrew::play_ordered() {
    std::list<Member> members;
    std::size_t number = config_.bots;
    std::optional<Time> deadline;
    for (Time now = Clock::now(); !deadline || now < *deadline; now = Clock::now()) {
        for (const std::string& seat : config_.orders->take()) {
            members.emplace_back(client_of(number), config_.seed + number, seat);
            ++number;
        }
        for (Member& member : members) {
            member.poll(now);
            if (member.has_lost_its_seat()) member.leave();
        }
        std::erase_if(members, [](const Member& member) {
            return !member.is_playing();
        });
        if (is_over_ && members.empty()) break;
        if (is_over_ && !deadline) deadline = now + patience;
        Clock::sleep_until(now + poll_interval);
    }
}
