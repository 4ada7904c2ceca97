#pragma once

#include "rules/world.hpp"

#include <engine_net/room.hpp>

#include "arena_generated.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace arena {

/// For `RoomKindConfig`: a gap in the inputs as long as this does not interrupt.
inline constexpr std::uint32_t repeated_input_ticks = 12;

/// How the Arena is played in a room.
struct ArenaRules {
    int asteroid_mass = WorldConfig{}.asteroid_mass;
    double match_s = 0; ///< after which a match ends; 0: there are none, it is played all the time
    /// Brings one more bot into that room; unset: there are none.
    std::function<engine_net::Admission(engine_net::RoomId)> add_bot{};
};

/// The Arena as a room: joins the world to its players. A match begins with a world of its own.
class ArenaRoom final : public engine_net::RoomOf<Input, Event> {
public:
    explicit ArenaRoom(ArenaRules rules = {}) : rules_(std::move(rules)) {}

    void on_create() override;
    void on_join(engine_net::Presence& who) override;
    void on_leave(engine_net::Presence& who, engine_net::LeaveReason reason) override;
    void on_suspend(engine_net::Presence& who) override;
    void on_resume(engine_net::Presence& who) override;
    void on_phase(engine_net::RoomPhase phase) override;
    void on_drain(std::uint32_t ticks) override;
    void on_input(engine_net::Presence& who, const Input& input) override;
    void on_event(engine_net::Presence& who, const Event& event) override;
    [[nodiscard]] bool takes_bots() const override { return rules_.add_bot != nullptr; }
    engine_net::Admission on_add_bot() override { return rules_.add_bot(id()); }
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> on_save() const override;
    bool on_load(std::span<const std::uint8_t> saved, engine_net::Tick saved_at) override;
    void on_tick(engine_net::Tick tick) override;
    void describe(engine_net::SnapshotBuilder& snapshot) const override;

private:
    class RoomHindsight;
    struct Member {
        std::string name;
        engine_net::Tick last_input;
        double emote_wait_s = 0;
    };

    void begin_world();
    void close_if_drained();
    void release_stale_inputs(engine_net::Tick tick);
    void tell(const Happening& happening);
    void show_names();

    ArenaRules rules_;
    std::uint64_t matches_ = 0;
    double left_s_ = 0; ///< of the match
    bool is_draining_ = false;
    std::optional<World> world_;
    std::map<engine_net::PresenceId, Member> members_;
};

} // namespace arena
