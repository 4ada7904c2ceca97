#pragma once

#include "core/bytes.hpp"

#include <engine_net/client.hpp>
#include <engine_net/snapshot_builder.hpp>

#include <functional>
#include <utility>

namespace engine_net {

/// What the public headers do with generated structs, for callers who have a type's name and bytes.
/// Names live as long as whatever they are given to.
class Untyped {
public:
    static void
    add(SnapshotBuilder& snapshot, const char* type, EntityId id, Bytes state, PresenceId owner) {
        (snapshot.*(&Builder::add_struct))(type, id, state.data(), state.size(), owner);
    }
    static void each(const Client& client,
                     const char* type,
                     Time now,
                     Shown shown,
                     const std::function<void(EntityId, const void*)>& visit) {
        client.each_struct(type, now, shown, visit);
    }
    static void send_input(Client& client, const char* type, Bytes input) {
        client.send_input_bytes(type, input.data(), input.size());
    }
    static Bytes room_state(const Client& client, bool (*check)(Bytes)) {
        return client.room_state_bytes(check);
    }
    static void on_room_state(Client& client, std::function<void()> handler) {
        client.on_room_state_news(std::move(handler));
    }

private:
    /// Which lets what is protected be named.
    class Builder : public SnapshotBuilder {
    public:
        using SnapshotBuilder::add_struct;

    protected:
        ~Builder() = default;
    };
};

} // namespace engine_net
