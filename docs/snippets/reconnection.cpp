#include <engine_net/client.hpp>
#include <engine_net/room.hpp>

#include "game_generated.h"

#include <fstream>
#include <map>
#include <string>

namespace reconnection {

using namespace engine_net;

void show_banner(const std::string& text);
void hide_banner();
void show_menu(const std::string& why);

void follow_the_link(Client& client) {
    client.on_suspended([] {
        show_banner("The connection is lost. Trying again...");
    });
    client.on_resumed([](std::uint32_t missed_ticks) {
        hide_banner();
        if (missed_ticks > 0) show_banner("You were away for a moment.");
    });
    client.on_lost([](CloseReason why, const std::string& detail) {
        show_menu(std::string(message(why)) + (detail.empty() ? "" : ": ") + detail);
    });
}

/// Call it once a frame.
void keep_token(const Client& client, const std::string& path) {
    static std::string kept;
    const std::string token = client.resume_token();
    if (token == kept) return;
    std::ofstream(path) << token; // readable by this user alone
    kept = token;
}

ClientConfig after_a_crash(ClientConfig config, const std::string& path) {
    std::ifstream(path) >> config.resume_token;
    return config;
}

struct Driver {
    tanks::Order order;
    bool is_on_autopilot = false;
};

class TankRoom : public RoomOf<tanks::Order, tanks::Event> {
    void on_tick(Tick) override {}
    void describe(SnapshotBuilder&) const override {}
    void on_input(Presence& who, const tanks::Order& order) override {
        drivers_[who.id()].order = order;
    }

    void on_suspend(Presence& who) override { drivers_[who.id()].is_on_autopilot = true; }
    void on_resume(Presence& who) override { drivers_[who.id()].is_on_autopilot = false; }
    void on_leave(Presence& who, LeaveReason) override { drivers_.erase(who.id()); }

    std::map<PresenceId, Driver> drivers_;
};

} // namespace reconnection
