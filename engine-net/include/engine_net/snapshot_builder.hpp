#pragma once

#include <engine_net/ids.hpp>

#include <cstddef>
#include <string_view>

namespace engine_net {

/// Takes a room's entities once a tick, for all viewers. Valid for the call of `Room::describe`
/// alone. What is added twice under one id, has an id of 0, or comes after `max_entities` is left
/// out and counted in `ServerStats::entities_refused`.
class SnapshotBuilder {
public:
    /// `State` is a FlatBuffers struct marked `replicated` in the room kind's schema. Fields marked
    /// `owner_only` go to `owner` alone. Numbers out of their field's range are clamped into it.
    template <class State>
    void add(EntityId id, const State& state, PresenceId owner = {}) {
        add_struct(State::GetFullyQualifiedName(), id, &state, sizeof state, owner);
    }

protected:
    SnapshotBuilder() = default;
    ~SnapshotBuilder() = default;
    SnapshotBuilder(const SnapshotBuilder&) = default;
    SnapshotBuilder& operator=(const SnapshotBuilder&) = default;

    /// `type` is the same pointer at each call for one type, so it can be looked up by address.
    virtual void add_struct(
        const char* type, EntityId id, const void* state, std::size_t bytes, PresenceId owner) = 0;
};

} // namespace engine_net
