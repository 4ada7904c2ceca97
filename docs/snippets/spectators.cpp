#include <engine_net/server.hpp>

#include "game_bfbs_generated.h"
#include "game_generated.h"

#include <string>

namespace spectators {

using namespace engine_net;
using namespace std::chrono_literals;

std::string secret_from_a_file();

class TankRoom : public RoomOf<tanks::Order, tanks::Event> {
    void on_tick(Tick) override {}
    void describe(SnapshotBuilder&) const override {}
    void on_input(Presence&, const tanks::Order&) override {}

    /// Crates are found by players alone.
    bool is_public(const SeenEntity& entity) const override { return entity.type != "tanks.Crate"; }
};

ServerConfig for_browsers() {
    ServerConfig config;
    config.bridge = BridgeConfig{.port = 8080, .files = "build/spectator"};
    config.authorise_channel = [](const ChannelRequest& request) -> ChannelRights {
        if (request.is_from_web && request.channel.starts_with("room/")) return {true, false};
        return default_channel_rights(request);
    };
    return config;
}

void define(Server& server) {
    RoomKindConfig kind{.capacity = 16};
    kind.spectators = 32;                // by UDP, with a client of the game
    kind.feed_rate = 20;                 // frames a second, for browsers; 0: they can't watch
    kind.spectator_delay = 10s;          // for all who watch
    kind.interest = {.asks_room = true}; // asks `is_public`, too
    kind.state_table = "tanks.Scores";   // so that MQTT can tell the state as JSON
    server.define_room<TankRoom>("tanks", compiled_schema<tanks::EventBinarySchema>(), kind);
}

ServerConfig for_stock_clients() {
    ServerConfig config;
    BridgeConfig bridge{.port = 8080};
    bridge.allowed_origins = {"https://game.example"};
    bridge.pusher = PusherConfig{.key = "app-key", .secret = secret_from_a_file()};
    bridge.mqtt = MqttConfig{.port = 1883};
    bridge.webhooks = WebhookConfig{.url = "https://game.example/hooks",
                                    .key = "app-key",
                                    .secret = secret_from_a_file(),
                                    .queue_file = "/var/lib/game/hooks"};
    config.bridge = bridge;
    return config;
}

} // namespace spectators
