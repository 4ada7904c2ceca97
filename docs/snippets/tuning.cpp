#include <engine_net/client.hpp>
#include <engine_net/server.hpp>

#include "game_bfbs_generated.h"
#include "game_generated.h"

#include <cstdio>
#include <memory>
#include <set>
#include <string>

namespace tuning {

using namespace engine_net;
using namespace std::chrono_literals;

class TankRoom : public RoomOf<tanks::Order, tanks::Event> {
    void on_tick(Tick) override {}
    void describe(SnapshotBuilder&) const override {}
    void on_input(Presence&, const tanks::Order&) override {}

    double relevance(const Presence& viewer, const SeenEntity& entity) const override {
        if (entity.type == "tanks.Crate") return 1;
        if (is_in_smoke(entity.id)) return 0; // hidden
        return entity.owner == target_of(viewer.id()) ? 8 : 4;
    }
    bool is_in_smoke(EntityId id) const { return in_smoke_.contains(id); }
    PresenceId target_of(PresenceId player) const;

    std::set<EntityId> in_smoke_;
};

RoomKindConfig large_world() {
    RoomKindConfig kind{.capacity = 64};
    kind.snapshot_rate = 20;
    kind.bytes_per_second = 32'000;
    kind.interest = {.radius = 150, .asks_room = true};
    kind.repeated_input_ticks = 6;
    kind.max_rewind = 250ms;
    return kind;
}

void print_what_fields_cost(Client& client) {
    for (const TypeTraffic& type : client.traffic()) {
        for (const TypeTraffic::Field& field : type.fields)
            std::printf(
                "%s.%s %.0f bytes\n", type.name.c_str(), field.name.c_str(), field.bits / 8);
    }
}

bool try_a_bad_link(Client& client) {
    auto link = parse_link_simulation("delay=60,jitter=20,loss=2");
    if (!link) return false; // link.error() says which word is wrong
    client.set_net_sim(*link);
    return true;
}

} // namespace tuning
