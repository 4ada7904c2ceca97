#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/event.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/limits.hpp>
#include <engine_net/people.hpp>
#include <engine_net/shown.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>

namespace engine_net {

/// A room as it is shown to someone: a running one by `Client`, a recorded one by `Replay`. What
/// draws this draws both.
class ShownRoom {
public:
    /// Calls `visit(EntityId, const State&)` for each entity of that type as it is shown at `now`,
    /// the time of the frame. The state lives for the call.
    ///
    /// In a running room, what one moves oneself is shown ahead of the server, if the game has said
    /// how: see `Client::predict`. All else is shown a little in the past, at `Client::shown_time`,
    /// so that there are versions to both sides of it: between these the fields that the schema has
    /// `interpolate` for move evenly, the others hold. How far in the past follows from how late
    /// snapshots come; see `ClientStats`. When none comes, what has a velocity moves on by it for
    /// `ClientConfig::max_extrapolation`, then all holds; after a longer stall the newest is shown
    /// at once, not what was missed.
    ///
    /// A recorded room is shown at the moment that its last `poll` came to, between the two ticks
    /// around it.
    template <class State, class Visit>
    void each(Time now, Visit&& visit, Shown shown = Shown::predicted) const {
        each_struct(
            State::GetFullyQualifiedName(), now, shown, [&visit](EntityId id, const void* state) {
                visit(id, *static_cast<const State*>(state));
            });
    }
    /// One entity as it is shown at `now`.
    template <class State>
    [[nodiscard]] std::optional<State>
    find(EntityId id, Time now, Shown shown = Shown::predicted) const {
        State state;
        if (!find_struct(State::GetFullyQualifiedName(), id, now, shown, &state))
            return std::nullopt;
        return state;
    }

    /// The room's state, see `Room::set_state`: the newest one that has come whole. Null when none
    /// has, or when it is not a valid `State`, which a client counts. Good until the next `poll`;
    /// taken in a handler, until that returns.
    template <class State>
    [[nodiscard]] const State* room_state() const {
        return root_of<State>(room_state_bytes(&is_state<State>));
    }

    /// One's own; unset in the lobby, and in a recording.
    [[nodiscard]] virtual PresenceId presence() const = 0;
    /// Everyone who is in the room, by presence; empty in the lobby. Good until the next `poll`.
    [[nodiscard]] virtual const std::map<PresenceId, RoomMember>& members() const = 0;

protected:
    using StateCheck = bool (*)(std::span<const std::uint8_t>);

    ShownRoom() = default;
    ~ShownRoom() = default;
    ShownRoom(const ShownRoom&) = default;
    ShownRoom& operator=(const ShownRoom&) = default;

    template <class State>
    static bool is_state(std::span<const std::uint8_t> bytes) {
        return verified<State>(bytes, max_state_tables) != nullptr;
    }
    template <class State>
    static const State* root_of(std::span<const std::uint8_t> bytes) {
        return bytes.empty() ? nullptr : flatbuffers::GetRoot<State>(bytes.data());
    }

private:
    /// Empty where `check` does not hold.
    [[nodiscard]] virtual std::span<const std::uint8_t>
    room_state_bytes(StateCheck check) const = 0;
    virtual void each_struct(const char* type,
                             Time now,
                             Shown shown,
                             const std::function<void(EntityId, const void*)>& visit) const = 0;
    virtual bool
    find_struct(const char* type, EntityId id, Time now, Shown shown, void* state) const = 0;
};

} // namespace engine_net
