#pragma once

#include <engine_net/room.hpp>
#include <engine_net/schema.hpp>

#include "test_game_bfbs_generated.h"
#include "test_game_generated.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace test_game {

inline engine_net::CompiledSchema schema(std::span<const std::uint8_t> prior = {}) {
    return engine_net::compiled_schema<CallBinarySchema>(prior);
}

/// What happened in the rooms of one test, in order: "join ada", "resume ada", ...
struct Books {
    std::vector<std::string> log;
    std::vector<std::uint32_t> calls; ///< the numbers of the events received
    std::uint64_t inputs = 0;
    std::uint64_t doubled_inputs = 0; ///< more than one for a presence in one tick
    bool refuses_joins = false;
    bool refuses_locks = false;
    bool echoes_calls = false;
    bool closes_on_leave = false; ///< once somebody has left, the room ends
    bool saves_rooms = false;     ///< for other servers to go on with them
    bool refuses_rooms = false;   ///< that others have saved

    [[nodiscard]] std::size_t count(const std::string& line) const;
};

/// A finished Board with as many marks, which are the numbers from `first_mark` on.
flatbuffers::DetachedBuffer
board(const std::string& title, std::size_t marks = 0, std::uint32_t first_mark = 0);
/// The marks that make a Board of this title as long as a state may be.
std::size_t most_marks(const std::string& title);

/// Everyone has a body that inputs push; the rest drift in circles.
class Pond final : public engine_net::RoomOf<Push, Call> {
public:
    explicit Pond(Books& books, std::size_t drifters = 20) : books_(books), drifters_(drifters) {}

    engine_net::Admission on_join_request(const engine_net::JoinRequest& request) override;
    void on_join(engine_net::Presence& who) override;
    void on_leave(engine_net::Presence& who, engine_net::LeaveReason reason) override;
    void on_suspend(engine_net::Presence& who) override;
    void on_resume(engine_net::Presence& who) override;
    void on_phase(engine_net::RoomPhase phase) override;
    void on_drain(std::uint32_t ticks) override;
    engine_net::Admission on_command(const engine_net::Presence& who,
                                     engine_net::RoomVerb verb,
                                     const engine_net::Presence* whom) override;
    engine_net::CallResult on_call(engine_net::Presence& who,
                                   std::string_view name,
                                   std::span<const std::uint8_t> payload) override;
    void on_input(engine_net::Presence& who, const Push& input) override;
    void on_event(engine_net::Presence& who, const Call& call) override;
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> on_save() const override;
    bool on_load(std::span<const std::uint8_t> saved, engine_net::Tick saved_at) override;
    void on_tick(engine_net::Tick tick) override;
    void describe(engine_net::SnapshotBuilder& snapshot) const override;

    /// Sends a Call to everyone.
    void call(std::uint32_t number, engine_net::Delivery delivery = engine_net::Delivery::reliable);
    void show(std::span<const std::uint8_t> board) { set_state(board); }
    void show_to(engine_net::PresenceId who, std::span<const std::uint8_t> board);
    /// Moves a swimmer, as nothing that its player does could.
    void shove(engine_net::PresenceId who, double x) {
        swimmers_.at(who).x += static_cast<float>(x);
    }
    [[nodiscard]] double place_of(engine_net::PresenceId who) const { return swimmers_.at(who).x; }
    /// One more drifter from the next tick on.
    void grow() { ++drifters_; }
    [[nodiscard]] engine_net::EntityId drifter(std::size_t index) const;
    /// An entity from the next tick on that names another one.
    void tie(engine_net::EntityId leash, engine_net::EntityId holder) { leashes_[leash] = holder; }
    void call_to(std::span<const engine_net::Presence* const> some, std::uint32_t number);
    [[nodiscard]] std::span<engine_net::Presence* const> swimmers() const { return presences(); }
    void lock(bool locked) { set_locked(locked); }
    void end_the_match() { end_match(); }
    void describe_room(std::span<const std::uint8_t> metadata) { set_metadata(metadata); }
    void kick_all(const std::string& reason);
    void kick_one(engine_net::PresenceId who, const std::string& reason);
    void end(const std::string& reason) { close(reason); }

private:
    struct Swimmer {
        float x = 0;
        float y = 0;
        std::uint16_t pushes = 0;
        engine_net::Tick last_input;
    };

    Books& books_;
    std::size_t drifters_;
    std::uint32_t time_ = 0;
    std::map<engine_net::PresenceId, Swimmer> swimmers_;
    std::map<engine_net::EntityId, engine_net::EntityId> leashes_;
};

} // namespace test_game
