#include <engine_net/client.hpp>

#include "game_bfbs_generated.h"
#include "game_generated.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

/// A player who walks about at random.
class Bot {
public:
    Bot(std::uint16_t port, std::uint32_t number)
        : random_(number)
        , client_({.host = "127.0.0.1",
                   .port = port,
                   .name = "bot " + std::to_string(number),
                   .schema = compiled_schema<game::GameBinarySchema>()}) {
        client_.join_or_create("field", [this](const JoinResult& seat) {
            if (!seat) why_not_ = std::string(message(seat.error)) + ' ' + seat.detail;
        });
    }

    void play(Time now) {
        client_.poll(now);
        const EntityId own{client_.presence().value};
        is_in_ = client_.state() == ClientState::online &&
                 client_.find<game::Walker>(own, now, Shown::newest).has_value();
        if (now < next_turn_) return;
        next_turn_ = now + 500ms;
        std::uniform_int_distribution<int> way(-1, 1);
        client_.send_input(game::Input(static_cast<std::int8_t>(way(random_)),
                                       static_cast<std::int8_t>(way(random_))));
    }

    /// It sees itself in a room.
    [[nodiscard]] bool is_in() const { return is_in_; }
    /// Why it is not.
    [[nodiscard]] std::string why_not() const {
        if (client_.state() != ClientState::closed)
            return why_not_.empty() ? "no answer yet" : why_not_;
        return std::string(message(client_.close_reason())) + ' ' + client_.close_detail();
    }
    [[nodiscard]] ClientStats stats() const { return client_.stats(); }
    void leave() { client_.leave(); }
    [[nodiscard]] bool is_over() const { return client_.state() == ClientState::closed; }

private:
    std::minstd_rand random_;
    Client client_;
    std::string why_not_;
    bool is_in_ = false;
    Time next_turn_{};
};

using Bots = std::vector<std::unique_ptr<Bot>>;

/// Plays until then, or until `is_done`. False: time is up.
template <class IsDone>
bool play_until(Bots& bots, Time end, IsDone&& is_done) {
    for (Time now = Clock::now(); now < end; now = Clock::now()) {
        for (const auto& bot : bots) bot->play(now);
        if (is_done()) return true;
        Clock::sleep_until(now + 10ms);
    }
    return false;
}

/// Bytes that all bots have been sent, and have sent, as UDP payloads.
LinkStats traffic_of(const Bots& bots) {
    LinkStats sum;
    for (const auto& bot : bots) {
        sum.bytes_in += bot->stats().link.bytes_in;
        sum.bytes_out += bot->stats().link.bytes_out;
    }
    return sum;
}

void report(const Bots& bots, const LinkStats& before, double seconds) {
    std::vector<double> round_trips_ms;
    round_trips_ms.reserve(bots.size());
    double loss = 0;
    for (const auto& bot : bots) {
        const ClientStats stats = bot->stats();
        round_trips_ms.push_back(
            std::chrono::duration<double, std::milli>(stats.round_trip).count());
        loss += stats.loss_in / static_cast<double>(bots.size());
    }
    std::ranges::sort(round_trips_ms);
    const LinkStats after = traffic_of(bots);
    const double bot_seconds = seconds * static_cast<double>(bots.size());
    std::printf("round trip: %.1f ms in the middle, %.1f ms at most; %.1f %% lost\n",
                round_trips_ms[round_trips_ms.size() / 2],
                round_trips_ms.back(),
                100 * loss);
    std::printf("each is sent %.0f bytes/s, and sends %.0f\n",
                static_cast<double>(after.bytes_in - before.bytes_in) / bot_seconds,
                static_cast<double>(after.bytes_out - before.bytes_out) / bot_seconds);
}

// bots PORT PLAYERS SECONDS: so many play for so long. 1, if somebody did not get in, or was lost.
int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    const auto players = static_cast<std::uint32_t>(std::max(1, std::atoi(argv[2])));
    const std::chrono::seconds time(std::atoi(argv[3]));

    Bots bots;
    bots.reserve(players);
    for (std::uint32_t i = 1; i <= players; ++i) bots.push_back(std::make_unique<Bot>(port, i));
    const auto in = [&bots] {
        return std::ranges::count_if(bots, [](const auto& bot) {
            return bot->is_in();
        });
    };
    play_until(bots, Clock::now() + 30s, [&bots] {
        return std::ranges::all_of(bots, [](const auto& bot) {
            return bot->is_in() || bot->is_over();
        });
    });
    std::printf("%td of %u are in\n", in(), players);
    const LinkStats before = traffic_of(bots);
    const Time begin = Clock::now();
    play_until(bots, begin + time, [] {
        return false;
    });
    report(bots, before, std::chrono::duration<double>(Clock::now() - begin).count());
    const bool all_are_in = in() == static_cast<std::ptrdiff_t>(players);
    for (std::size_t i = 0; i < bots.size(); ++i) {
        if (!bots[i]->is_in())
            std::printf("bot %zu is not in: %s\n", i + 1, bots[i]->why_not().c_str());
    }
    for (const auto& bot : bots) bot->leave();
    play_until(bots, Clock::now() + 5s, [&bots] {
        return std::ranges::all_of(bots, [](const auto& bot) {
            return bot->is_over();
        });
    });
    return all_are_in ? 0 : 1;
}
