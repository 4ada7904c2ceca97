#pragma once

#include "core/bytes.hpp"
#include "replication/frame.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/people.hpp>
#include <engine_net/tick.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace engine_net {

/// Takes down what happens in a room, on the thread of its ticks; it ends with the room. Bytes are
/// good for the call.
class RoomTape {
public:
    RoomTape() = default;
    virtual ~RoomTape() = default;
    RoomTape(const RoomTape&) = delete;
    RoomTape& operator=(const RoomTape&) = delete;

    virtual void join(const RoomMember& member) = 0;
    virtual void leave(PresenceId who) = 0;
    /// What the game is given of it in the tick that comes; empty: nothing.
    virtual void add_input(PresenceId who, Bytes input) = 0;
    virtual void add_event(Tick tick, Bytes event) = 0;
    /// One that went to some alone.
    virtual void add_private_event(Tick tick, std::span<const PresenceId> to, Bytes event) = 0;
    /// One that a client sent and the game took.
    virtual void add_client_event(Tick tick, PresenceId from, Bytes event) = 0;
    virtual void add_chat(Tick tick, std::string_view name, std::string_view text) = 0;
    /// The end of a tick: its entities and the room's state, of which a new one has a new version.
    virtual void add_frame(const Frame& frame, Bytes state, std::uint32_t version) = 0;

    /// Ticks that could not be taken down.
    [[nodiscard]] virtual std::uint64_t dropped_ticks() const = 0;
};

} // namespace engine_net
