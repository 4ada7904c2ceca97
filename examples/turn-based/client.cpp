#include "seat_file.hpp"

#include <engine_net/client.hpp>

#include "game_generated.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <string>
#include <unistd.h>

using namespace engine_net;
using namespace std::chrono_literals;

void show(const game::Board& board) {
    const std::string cells = board.cells() != nullptr ? board.cells()->str() : "";
    for (std::size_t row = 0; row + 3 <= cells.size(); row += 3)
        std::printf("|%s|\n", cells.substr(row, 3).c_str());
    const auto* players = board.players();
    const auto name = [players](std::uint32_t player) {
        return players != nullptr && player < players->size() ? players->Get(player)->c_str()
                                                              : "nobody";
    };
    if (board.winner() < 0) {
        std::printf("%s's turn\n", name(board.turn()));
    } else {
        std::printf("%s wins\n", name(static_cast<std::uint32_t>(board.winner())));
    }
}

/// Says who of the others is away, when that changes.
void show_who_is_away(const Client& client, std::string& shown) {
    std::string away;
    for (const auto& [id, member] : client.members()) {
        if (!member.is_connected) away += ' ' + member.name;
    }
    if (away != shown) std::printf("away:%s\n", away.c_str());
    shown = away;
}

void move(Client& client, char cell) {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(game::CreateMove(builder, static_cast<std::uint8_t>(cell - '1')));
    client.call_room("move", bytes_of(builder), [](const CallAnswer& answer) {
        const std::string why(answer.detail.empty() ? message(answer.error) : answer.detail);
        if (!answer) std::printf("no: %s\n", why.c_str());
    });
}

// client PORT NAME FILE: plays with whoever comes; 1 to 9 are moves, q leaves for good. A game that
// it was killed in goes on when it is started with the same file within ten minutes.
int main(int argc, char** argv) {
    if (argc != 4) return 2;
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    SeatFile seat(argv[3]);
    Client client({.host = "127.0.0.1",
                   .port = static_cast<std::uint16_t>(std::atoi(argv[1])),
                   .name = argv[2],
                   .resume_time = 10min, // for which a lost link is tried again
                   .resume_token = seat.token()});
    std::string away;
    client.on_resumed([](std::uint32_t) {
        std::printf("back\n");
    });
    client.on_lost([&seat](CloseReason reason, const std::string& detail) {
        std::printf("lost: %s %s\n", message(reason).data(), detail.c_str());
        if (reason != CloseReason::unreachable) seat.forget();
    });
    client.on_room_left([&client](LeaveReason, const std::string& detail) {
        std::printf("the game is over: %s\n", detail.c_str());
        client.leave();
    });
    client.on_room_state<game::Board>([](const game::Board& board) {
        show(board);
    });
    client.on_room_change([&] {
        show_who_is_away(client, away);
    });
    if (seat.token().empty()) client.join_or_create("match");

    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    while (client.state() != ClientState::closed) {
        client.poll(Clock::now());
        seat.keep(client.resume_token());
        char key = 0;
        if (::poll(&input, 1, 20) <= 0) continue;
        if (::read(STDIN_FILENO, &key, 1) <= 0 || key == 'q') client.leave();
        if (key >= '1' && key <= '9') move(client, key);
    }
    if (client.close_reason() == CloseReason::left) seat.forget();
}
