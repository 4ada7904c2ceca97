#pragma once

#include "core/bytes.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/tick.hpp>

#include "hot_generated.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace engine_net::wire {

/// Inputs of one datagram: the newest ticks' inputs in their order, and the acks of what arrived.
struct InputMessage {
    InputHeader header;
    Bytes inputs; ///< those that differ from the one before them

    [[nodiscard]] Tick tick_of(std::size_t index) const {
        return Tick{header.newest_tick()} - static_cast<std::int32_t>(header.count() - 1 - index);
    }
    [[nodiscard]] Bytes input(std::size_t index) const;
};

/// An unreliable event; `payload` starts at a multiple of 8 bytes in memory of its own.
struct EventMessage {
    RoomId room;
    std::vector<std::uint8_t> payload;
};

/// What the first byte says; `none` for an empty or unknown message.
HotKind kind_of(Bytes message);

std::optional<InputMessage> decode_input(Bytes message);
std::optional<Heartbeat> decode_heartbeat(Bytes message);
std::optional<EventMessage> decode_event(Bytes message);

/// `inputs` are all of them, oldest first. What the header says of changes is not looked at.
void encode_input(const InputHeader& header, Bytes inputs, std::vector<std::uint8_t>& out);
void encode_heartbeat(const Heartbeat& heartbeat, std::vector<std::uint8_t>& out);
void encode_event(RoomId room, Bytes payload, std::vector<std::uint8_t>& out);

} // namespace engine_net::wire
