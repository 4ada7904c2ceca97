#include "wire/hot.hpp"

#include <engine_net/limits.hpp>

namespace engine_net::wire {

namespace {

/// 285 years in microseconds: sums of times stay far from the ends of their type, and a tick rate
/// times one does too.
constexpr std::uint64_t max_clock_us = std::uint64_t{1} << 53;

static_assert(max_message_bytes - sizeof(EventHeader) == max_unreliable_event_bytes);

} // namespace

HotKind kind_of(Bytes message) {
    if (message.empty() || message[0] > static_cast<std::uint8_t>(HotKind::MAX))
        return HotKind::none;
    return static_cast<HotKind>(message[0]);
}

std::optional<InputMessage> decode_input(Bytes message) {
    ByteReader reader(message);
    const auto header = reader.read<InputHeader>();
    const std::size_t bytes = std::size_t{header.count()} * header.input_bytes();
    const Bytes inputs = reader.read_bytes(bytes);
    if (!reader.finished() || header.kind() != HotKind::input || header.has_ack() > 1)
        return std::nullopt;
    if (header.count() > max_redundant_inputs || header.input_bytes() > max_input_bytes)
        return std::nullopt;
    if ((header.count() == 0) != (header.input_bytes() == 0)) return std::nullopt;
    return InputMessage{header, inputs};
}

std::optional<Heartbeat> decode_heartbeat(Bytes message) {
    ByteReader reader(message);
    const auto heartbeat = reader.read<Heartbeat>();
    if (!reader.finished() || heartbeat.kind() != HotKind::heartbeat || heartbeat.has_echo() > 1)
        return std::nullopt;
    if (heartbeat.sent_us() > max_clock_us || heartbeat.echo_us() > max_clock_us)
        return std::nullopt;
    return heartbeat;
}

std::optional<EventMessage> decode_event(Bytes message) {
    ByteReader reader(message);
    const auto header = reader.read<EventHeader>();
    const std::size_t bytes = reader.rest().size();
    if (!reader.ok() || header.kind() != HotKind::event || bytes == 0 ||
        bytes > max_unreliable_event_bytes)
        return std::nullopt;
    return EventMessage{RoomId{header.room()}, {reader.rest().begin(), reader.rest().end()}};
}

void encode_input(const InputHeader& header, Bytes inputs, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(header);
    writer.write_bytes(inputs);
}

void encode_heartbeat(const Heartbeat& heartbeat, std::vector<std::uint8_t>& out) {
    ByteWriter(out).write(heartbeat);
}

void encode_event(RoomId room, Bytes payload, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(EventHeader(HotKind::event, room.value));
    writer.write_bytes(payload);
}

} // namespace engine_net::wire
