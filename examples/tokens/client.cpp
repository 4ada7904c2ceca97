#include <engine_net/client.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

// client PORT [TOKEN_FILE]: enters the hall with the token, says as whom, and leaves. 0, if it got
// in.
int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) return 2;
    std::string token;
    if (argc == 3) std::ifstream(argv[2]) >> token;
    Client client({.host = "127.0.0.1",
                   .port = static_cast<std::uint16_t>(std::atoi(argv[1])),
                   .name = "nobody",
                   .connect_token = token});
    client.on_lost([](CloseReason reason, const std::string& detail) {
        const bool needs_another = reason == CloseReason::token_refused;
        std::printf("%s: %s\n", needs_another ? "token refused" : "lost", detail.c_str());
    });
    bool is_in = false;
    client.join_or_create("hall", [&](const JoinResult& seat) {
        is_in = static_cast<bool>(seat);
        if (is_in) std::printf("in, as user %s\n", client.user().c_str());
        client.leave();
    });
    while (client.state() != ClientState::closed) {
        client.poll(Clock::now());
        client.wait_until(Clock::now() + 10ms);
    }
    return is_in ? 0 : 1;
}
