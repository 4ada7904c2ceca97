#pragma once

#include <engine_net/ids.hpp>
#include <engine_net/tick.hpp>

#include <cstdint>
#include <functional>
#include <optional>

namespace engine_net {

class History;

/// A room at a moment that is past, also between two ticks: see `Room::rewind`. States are those
/// that clients were told, quantised, and interpolated as the schema says. Copies are cheap.
class Rewind {
public:
    /// Nothing was there.
    Rewind() = default;
    /// For the library. `history` outlives it.
    Rewind(const History& history, Tick tick, double fraction, std::uint32_t tick_rate)
        : history_(&history), tick_(tick), fraction_(fraction), tick_rate_(tick_rate) {}

    /// The tick before that moment, and how much of the next one has passed, 0 to below 1.
    [[nodiscard]] Tick tick() const { return tick_; }
    [[nodiscard]] double fraction() const { return fraction_; }

    /// An entity as it was. Nothing when it was not there then, or is not there now.
    template <class State>
    [[nodiscard]] std::optional<State> find(EntityId id) const {
        State state;
        if (!find_struct(State::GetFullyQualifiedName(), id, &state)) return std::nullopt;
        return state;
    }
    /// Calls `visit(EntityId, const State&)` for each entity of the type that was there then. The
    /// state lives for the call.
    template <class State, class Visit>
    void each(Visit&& visit) const {
        each_struct(State::GetFullyQualifiedName(), [&visit](EntityId id, const void* state) {
            visit(id, *static_cast<const State*>(state));
        });
    }

private:
    bool find_struct(const char* type, EntityId id, void* state) const;
    void each_struct(const char* type,
                     const std::function<void(EntityId, const void*)>& visit) const;

    const History* history_ = nullptr;
    Tick tick_{};
    double fraction_ = 0;
    std::uint32_t tick_rate_ = 1;
};

} // namespace engine_net
