#include <engine_net/server.hpp>

#include "game_bfbs_generated.h"
#include "game_generated.h"

#include <array>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numbers>

using namespace engine_net;

/// A sky in which planets go round, whether somebody looks or not.
class Sky final : public Room {
    struct Orbit {
        float radius;
        float turns_per_second;
        std::uint8_t size;
    };
    static constexpr std::array<Orbit, 4> orbits{
        {{90, 0.25F, 5}, {160, 0.15F, 8}, {260, 0.08F, 14}, {400, 0.04F, 11}}};

    void on_tick(Tick) override { seconds_ += tick_seconds(); }
    void describe(SnapshotBuilder& snapshot) const override {
        std::uint32_t number = 0;
        for (const Orbit& orbit : orbits) {
            const auto angle =
                static_cast<float>(2 * std::numbers::pi * orbit.turns_per_second * seconds_);
            const game::Planet planet(
                orbit.radius * std::cos(angle), orbit.radius * std::sin(angle), orbit.size);
            snapshot.add(EntityId{++number}, planet);
        }
    }

    double seconds_ = 0;
};

volatile std::sig_atomic_t is_over = 0;

// server FOLDER [WEB_PORT]: shows the page in the folder, with 0 on any port that is free.
int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) return 2;
    std::signal(SIGINT, [](int) {
        is_over = 1;
    });
    std::signal(SIGTERM, [](int) {
        is_over = 1;
    });
    const int web_port = argc > 2 ? std::atoi(argv[2]) : 8080;
    BridgeConfig bridge;
    bridge.port = static_cast<std::uint16_t>(web_port);
    bridge.files = argv[1];
    Server server({.port = 0, .tick_rate = 30, .bridge = bridge});
    server.define_room<Sky>("sky", compiled_schema<game::GameBinarySchema>());
    if (const auto started = server.start(); !started) {
        std::fprintf(stderr, "%s\n", started.error().detail.c_str());
        return 1;
    }
    server.create_room("sky", "our sky");
    std::printf("http://127.0.0.1:%u/\n", server.web_port());
    std::fflush(stdout);
    server.run_until([] {
        return is_over != 0;
    });
}
