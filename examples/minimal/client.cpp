#include <engine_net/client.hpp>

#include "game_bfbs_generated.h"
#include "game_generated.h"

#include <chrono>
#include <cstdio>

using namespace engine_net;
using namespace std::chrono_literals;

// client NAME DX DY: walks that way for five seconds, and says where everyone is.
int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const game::Input input(static_cast<std::int8_t>(std::atoi(argv[2])),
                            static_cast<std::int8_t>(std::atoi(argv[3])));
    Client client({.host = "127.0.0.1",
                   .port = 7777,
                   .name = argv[1],
                   .schema = compiled_schema<game::GameBinarySchema>()});
    client.join_or_create("field");
    const Time end = Clock::now() + 5s;
    Time next_report = Clock::now() + 1s;
    for (Time now = Clock::now(); now < end; now = Clock::now()) {
        client.poll(now);
        client.send_input(input);
        if (now >= next_report) {
            next_report += 1s;
            for (const auto& [id, member] : client.members()) {
                const auto walker = client.find<game::Walker>(EntityId{id.value}, now);
                if (walker)
                    std::printf(
                        "%s is at %.1f, %.1f\n", member.name.c_str(), walker->x(), walker->y());
            }
        }
        client.wait_until(now + 16ms);
    }
    client.leave();
    while (client.state() != ClientState::closed) {
        client.poll(Clock::now());
        client.wait_until(Clock::now() + 10ms);
    }
}
