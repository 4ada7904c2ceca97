#include "crowd.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

using engine_net::Clock;
using engine_net::Time;
using namespace std::chrono_literals;

namespace {

constexpr auto poll_interval = 10ms;
constexpr auto patience = 2s; // with who does not get away

} // namespace

Crowd::Crowd(const Settings& settings, const engine_net::LogSink& log) : groups_(settings.threads) {
    const Time now = Clock::now();
    const std::uint64_t seed =
        settings.seed.value_or(static_cast<std::uint64_t>(now.time_since_epoch().count()));
    const auto arrivals = std::chrono::duration<double>(settings.seconds / 5);
    for (std::uint32_t i = 0; i < settings.players; ++i) {
        engine_net::ClientConfig config;
        config.host = settings.host;
        config.port =
            settings.ports.empty() ? settings.port : settings.ports[i % settings.ports.size()];
        config.name = "bot " + std::to_string(i + 1);
        config.net_sim = settings.net_sim;
        config.net_sim.seed += i;
        config.log = log;
        const auto arrival =
            now + std::chrono::duration_cast<engine_net::Duration>(arrivals * i / settings.players);
        groups_[i % groups_.size()].bots.emplace_back(std::move(config),
                                                      seed + 7 * i,
                                                      arrival,
                                                      settings.scenario == "play",
                                                      settings.scenario == "cluster",
                                                      board_);
    }
    for (Group& group : groups_) {
        group.thread = std::thread([this, &group] {
            play(group);
        });
    }
}

Crowd::~Crowd() {
    finish();
}

void Crowd::play(Group& group) {
    const auto count = [&group](bool (LobbyBot::*is_true)() const) {
        return static_cast<std::size_t>(std::ranges::count_if(group.bots, is_true));
    };
    std::size_t settled = 0;
    std::size_t in_rooms = 0;
    bool is_winding_down = false;
    for (Time now = Clock::now(); stage_ != Stage::leaving; now = Clock::now()) {
        if (stage_ == Stage::winding_down && !std::exchange(is_winding_down, true)) {
            for (LobbyBot& bot : group.bots) bot.wind_down();
        }
        for (LobbyBot& bot : group.bots) bot.poll(now);
        if (is_winding_down) {
            const std::size_t now_settled = count(&LobbyBot::is_settled);
            settled_ += now_settled - std::exchange(settled, now_settled);
        }
        const std::size_t now_in_rooms = count(&LobbyBot::is_in_room);
        in_rooms_ += now_in_rooms - std::exchange(in_rooms, now_in_rooms);
        Clock::sleep_until(now + poll_interval);
    }
    leave(group);
}

void Crowd::leave(Group& group) {
    std::ranges::transform(group.bots, std::back_inserter(group.books), &LobbyBot::books);
    for (LobbyBot& bot : group.bots) bot.leave();
    const Time deadline = Clock::now() + patience;
    for (Time now = Clock::now(); now < deadline; now = Clock::now()) {
        for (LobbyBot& bot : group.bots) bot.poll(now);
        if (std::ranges::all_of(group.bots, &LobbyBot::has_left)) return;
        Clock::sleep_until(now + poll_interval);
    }
}

void Crowd::finish() {
    stage_ = Stage::leaving;
    for (Group& group : groups_) {
        if (group.thread.joinable()) group.thread.join();
    }
}

std::vector<BotBooks> Crowd::books() const {
    std::vector<BotBooks> books;
    for (const Group& group : groups_)
        books.insert(books.end(), group.books.begin(), group.books.end());
    return books;
}

Tally Crowd::tally() const {
    Tally tally;
    for (const Group& group : groups_) {
        for (const LobbyBot& bot : group.bots) tally.add(bot.tally());
    }
    return tally;
}
