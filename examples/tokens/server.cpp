#include <engine_net/server.hpp>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

using namespace engine_net;

/// A room that says who comes: whom the backend says, whatever they call themselves.
class Hall final : public Room {
    void on_join(Presence& who) override {
        std::printf("%s, user %s, is in\n", who.name().c_str(), who.user().c_str());
        std::fflush(stdout);
    }
    void on_tick(Tick) override {}
    void describe(SnapshotBuilder&) const override {}
};

volatile std::sig_atomic_t is_over = 0;

// server PORT KEY_FILE: with port 0 on any that is free, and says which. Lets in who has a token
// that is sealed with the key, which the backend has, too, and names the key by which this server
// is known.
int main(int argc, char** argv) {
    if (argc != 3) return 2;
    std::signal(SIGINT, [](int) {
        is_over = 1;
    });
    std::signal(SIGTERM, [](int) {
        is_over = 1;
    });
    std::string token_key;
    std::ifstream(argv[2]) >> token_key;
    Server server({.port = static_cast<std::uint16_t>(std::atoi(argv[1])),
                   .tick_rate = 10,
                   .auth = Auth::token,
                   .tokens = {.keys = {token_key}}});
    server.define_room<Hall>("hall", {});
    if (const auto started = server.start(); !started) {
        std::fprintf(stderr, "%s\n", started.error().detail.c_str());
        return 1;
    }
    std::printf("port %u key %s\n", server.port(), server.key().c_str());
    std::fflush(stdout);
    server.run_until([] {
        return is_over != 0;
    });
}
