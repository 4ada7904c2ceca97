#include "field.hpp"
#include "screen.hpp"

#include <engine_net/client.hpp>
#include <engine_net/server.hpp>

#include "game_bfbs_generated.h"

#include <SDL.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

constexpr Duration frame_time = 16'667us;

struct Arguments {
    std::string name;
    std::uint16_t host_port = 0; ///< of the one who hosts; 0: this one does
    int demo_seconds = 0;        ///< to walk to the right by itself and then end; 0: the keys say
};

game::Input wish_of(const Arguments& arguments) {
    if (arguments.demo_seconds > 0) return {1, 0};
    const Uint8* const keys = SDL_GetKeyboardState(nullptr);
    return {static_cast<std::int8_t>(keys[SDL_SCANCODE_RIGHT] - keys[SDL_SCANCODE_LEFT]),
            static_cast<std::int8_t>(keys[SDL_SCANCODE_DOWN] - keys[SDL_SCANCODE_UP])};
}

/// Sleeps until there is something to do, for the frame or for the network, or a key is pressed.
void sleep_until(Time wake) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(wake - Clock::now());
    if (left > 0ms) SDL_WaitEventTimeout(nullptr, static_cast<int>(left.count()));
}

bool wants_to_quit() {
    bool quits = false;
    for (SDL_Event event; SDL_PollEvent(&event) != 0;) quits = quits || event.type == SDL_QUIT;
    return quits;
}

/// A frame loop like any game's: the network gets its turn when it is due, and never holds up a
/// frame.
void play(const Arguments& arguments,
          Screen& screen,
          Client& client,
          std::optional<Server>& server) {
    const Time end = arguments.demo_seconds > 0
                         ? Clock::now() + std::chrono::seconds(arguments.demo_seconds)
                         : Time::max();
    Time next_frame = Clock::now();
    int frames = 0;
    while (!wants_to_quit() && client.state() != ClientState::closed && Clock::now() < end) {
        const Time now = Clock::now();
        if (server && now >= server->next_step()) server->step(now);
        client.poll(now);
        if (now >= next_frame) {
            client.send_input(wish_of(arguments));
            screen.draw(client, now);
            ++frames;
            next_frame = std::max(next_frame + frame_time, now); // what is late is not made good
        }
        Time wake = std::min(next_frame, client.next_poll());
        if (server) wake = std::min(wake, server->next_step());
        sleep_until(wake);
    }
    std::printf("%d frames\n", frames);
    client.each<game::Walker>(Clock::now(), [&](EntityId id, const game::Walker& walker) {
        const char* whose = id.value == client.presence().value ? "mine" : "another";
        std::printf("%s at %.1f, %.1f\n", whose, walker.x(), walker.y());
    });
}

/// So that the others need not wait for timeouts.
void say_goodbye(Client& client, std::optional<Server>& server) {
    client.leave();
    if (server) server->stop("the host has left");
    while (client.state() != ClientState::closed || (server && !server->has_stopped())) {
        const Time now = Clock::now();
        client.poll(now);
        if (server) server->step(now);
        Clock::sleep_until(now + 5ms);
    }
}

/// The server of who hosts, in the same process and on the same thread. The host's own client comes
/// to it as all others do.
bool start(std::optional<Server>& server) {
    server.emplace(ServerConfig{.port = 0, .tick_rate = 60, .max_peers = 16});
    server->define_room<Field>("field", compiled_schema<game::GameBinarySchema>());
    if (const auto started = server->start(); !started) {
        std::fprintf(stderr, "%s\n", started.error().detail.c_str());
        return false;
    }
    std::printf("port %u\n", server->port());
    std::fflush(stdout);
    return true;
}

// game NAME [PORT [SECONDS]]: with PORT 0 it hosts, on a port that it says; otherwise it joins who
// does. With SECONDS it walks by itself for so long.
int main(int argc, char** argv) {
    if (argc < 2 || argc > 4) return 2;
    const Arguments arguments{.name = argv[1],
                              .host_port =
                                  static_cast<std::uint16_t>(argc > 2 ? std::atoi(argv[2]) : 0),
                              .demo_seconds = argc > 3 ? std::atoi(argv[3]) : 0};
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
        std::fprintf(stderr, "SDL: %s\n", SDL_GetError());
        return 1;
    }
    std::optional<Server> server;
    if (arguments.host_port == 0 && !start(server)) return 1;
    Client client({.host = "127.0.0.1",
                   .port = server ? server->port() : arguments.host_port,
                   .name = arguments.name,
                   .schema = compiled_schema<game::GameBinarySchema>()});
    client.on_lost([](CloseReason reason, const std::string& detail) {
        std::fprintf(stderr, "lost: %s %s\n", message(reason).data(), detail.c_str());
    });
    client.join_or_create("field");
    {
        Screen screen;
        if (!screen.is_open()) {
            std::fprintf(stderr, "SDL: %s\n", SDL_GetError());
            return 1;
        }
        play(arguments, screen, client, server);
    }
    say_goodbye(client, server);
    SDL_Quit();
}
