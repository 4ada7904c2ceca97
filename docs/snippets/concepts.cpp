#include <engine_net/client.hpp>
#include <engine_net/server.hpp>

#include "game_bfbs_generated.h"
#include "game_generated.h"

#include <map>

namespace concepts {

using namespace engine_net;

struct Body {
    float x = 0;
    float y = 0;
    float speed = 0;
    float heading = 0;
};

/// The rules of driving: the same code on the server and in the client's prediction.
void drive(Body& body, const tanks::Order& order, double seconds);
tanks::Tank shown(const Body& body, PresenceId player);
Body body_of(const tanks::Tank& tank);
bool hits(const Body& shooter, const tanks::Tank& target);
void play_shot();
void draw(EntityId id, const tanks::Tank& tank);

class TankRoom final : public RoomOf<tanks::Order, tanks::Event> {
public:
    void on_join(Presence& who) override { tanks_[who.id()] = {}; }
    void on_leave(Presence& who, LeaveReason) override { tanks_.erase(who.id()); }
    void on_input(Presence& who, const tanks::Order& order) override {
        drive(tanks_[who.id()], order, tick_seconds());
        if ((order.buttons() & 1) != 0) fire(who);
    }
    void on_tick(Tick) override {}
    void describe(SnapshotBuilder& snapshot) const override {
        for (const auto& [player, body] : tanks_)
            snapshot.add(EntityId{player.value}, shown(body, player), player);
    }

private:
    void fire(const Presence& who) {
        rewind(who).each<tanks::Tank>([&](EntityId id, const tanks::Tank& tank) {
            if (tank.player() != who.id().value && hits(tanks_[who.id()], tank)) hurt(id);
        });
    }
    void hurt(EntityId id);

    std::map<PresenceId, Body> tanks_;
};

void predict_own_tank(Client& client) {
    client.predict(PredictionRules<tanks::Tank, tanks::Order, Body>{
        .owns =
            [&client](EntityId, const tanks::Tank& tank) {
                return tank.player() == client.presence().value;
            },
        .correct =
            [](Body& body, const tanks::Tank& told) {
                body = body_of(told);
            },
        .step =
            [](Body& body, const tanks::Order& order, const PredictedStep& step) {
                drive(body, order, step.seconds);
                if (step.is_first && (order.buttons() & 1) != 0) play_shot();
            },
        .describe =
            [&client](const Body& body, tanks::Tank& tank) {
                tank = shown(body, client.presence());
            },
    });
}

void draw_frame(Client& client, const tanks::Order& order) {
    const Time now = Clock::now();
    client.poll(now);
    client.send_input(order);
    client.each<tanks::Tank>(now, draw);
}

} // namespace concepts
