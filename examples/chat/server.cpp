#include <engine_net/server.hpp>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

using namespace engine_net;

/// A table that people talk at. Nothing on it moves, so it has no schema and describes nothing.
class Table final : public Room {
    void on_tick(Tick) override {}
    void describe(SnapshotBuilder&) const override {}
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
    // Channels are served once a tick: ten times a second is soon enough for what people read.
    Server server({.port = static_cast<std::uint16_t>(port), .tick_rate = 10});
    server.define_room<Table>("table", {}, {.capacity = 8});
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
