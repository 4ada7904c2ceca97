#include <engine_net/server.hpp>

#include "game_generated.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

/// Three in a row, for two. Nothing happens but by a player's call, so a tick has nothing to do.
class Match final : public Room {
    void on_join(Presence& who) override {
        players_.push_back(who.name());
        seats_.push_back(who.id());
        publish();
    }
    /// Only once the grace time is over, or because it wants to: who is away keeps the seat.
    void on_leave(Presence& who, LeaveReason reason) override {
        if (reason != LeaveReason::room_closed) close(who.name() + " has left");
    }
    CallResult
    on_call(Presence& who, std::string_view name, std::span<const std::uint8_t> payload) override {
        const auto* move = verified<game::Move>(payload);
        if (name != "move" || move == nullptr) return CallResult::refuse("there are only moves");
        if (seats_.size() < 2) return CallResult::refuse("the other one is not there yet");
        if (winner_ >= 0) return CallResult::refuse("the game is over");
        if (who.id() != seats_[turn_]) return CallResult::refuse("it is not your turn");
        if (move->cell() >= cells_.size() || cells_[move->cell()] != ' ')
            return CallResult::refuse("that is no free cell");
        cells_[move->cell()] = turn_ == 0 ? 'x' : 'o';
        winner_ = winner();
        turn_ = 1 - turn_;
        publish();
        return CallResult::answer({});
    }
    void on_tick(Tick) override {}
    void describe(SnapshotBuilder&) const override {}

    /// The player who has three in a row; 2: nobody, and no cell is free; -1: it goes on.
    [[nodiscard]] std::int8_t winner() const {
        static constexpr std::array<std::array<std::size_t, 3>, 8> rows{{{0, 1, 2},
                                                                         {3, 4, 5},
                                                                         {6, 7, 8},
                                                                         {0, 3, 6},
                                                                         {1, 4, 7},
                                                                         {2, 5, 8},
                                                                         {0, 4, 8},
                                                                         {2, 4, 6}}};
        for (const auto& [a, b, c] : rows) {
            if (cells_[a] != ' ' && cells_[a] == cells_[b] && cells_[b] == cells_[c])
                return cells_[a] == 'x' ? 0 : 1;
        }
        return std::ranges::count(cells_, ' ') == 0 ? 2 : -1;
    }

    void publish() {
        flatbuffers::FlatBufferBuilder builder;
        const auto players = builder.CreateVectorOfStrings(players_);
        const auto cells = builder.CreateString(cells_);
        builder.Finish(game::CreateBoard(builder, cells, players, turn_, winner_));
        set_state(bytes_of(builder));
    }

    std::vector<std::string> players_;
    std::vector<PresenceId> seats_;
    std::string cells_ = std::string(9, ' ');
    std::uint8_t turn_ = 0;
    std::int8_t winner_ = -1;
};

volatile std::sig_atomic_t is_over = 0;

// server [PORT]: with 0 on any port that is free, and says which.
int main(int argc, char** argv) {
    std::signal(SIGINT, [](int) {
        is_over = 1;
    });
    std::signal(SIGTERM, [](int) {
        is_over = 1;
    });
    const int port = argc > 1 ? std::atoi(argv[1]) : 7777;
    Server server({.port = static_cast<std::uint16_t>(port),
                   .tick_rate = 10,
                   .grace_time = 10min}); // for which a seat is held
    server.define_room<Match>("match", {}, {.capacity = 2});
    if (const auto started = server.start(); !started) {
        std::fprintf(stderr, "%s\n", started.error().detail.c_str());
        return 1;
    }
    std::printf("port %u\n", server.port());
    std::fflush(stdout);
    server.run_until([] {
        return is_over != 0;
    });
}
