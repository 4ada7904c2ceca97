#include <engine_net/server.hpp>

#include "game_bfbs_generated.h"
#include "game_generated.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <map>

using namespace engine_net;

class Field final : public RoomOf<game::Input> {
    static constexpr float step = 0.1F; // metres a tick

    void on_join(Presence& who) override { walkers_[who.id()]; }
    void on_leave(Presence& who, LeaveReason) override { walkers_.erase(who.id()); }
    void on_input(Presence& who, const game::Input& input) override {
        const game::Walker& walker = walkers_[who.id()];
        const auto way = [](std::int8_t wish) {
            return step * std::clamp<float>(wish, -1, 1);
        };
        walkers_[who.id()] = {walker.x() + way(input.dx()), walker.y() + way(input.dy())};
    }
    void on_tick(Tick) override {}
    void describe(SnapshotBuilder& snapshot) const override {
        for (const auto& [who, walker] : walkers_) snapshot.add(EntityId{who.value}, walker, who);
    }

    std::map<PresenceId, game::Walker> walkers_;
};

volatile std::sig_atomic_t is_over = 0;

int main() {
    std::signal(SIGINT, [](int) {
        is_over = 1;
    });
    std::signal(SIGTERM, [](int) {
        is_over = 1;
    });
    Server server({.port = 7777, .tick_rate = 30});
    server.define_room<Field>("field", compiled_schema<game::GameBinarySchema>());
    if (const auto started = server.start(); !started) {
        std::fprintf(stderr, "%s\n", started.error().detail.c_str());
        return 1;
    }
    server.run_until([] {
        return is_over != 0;
    });
}
