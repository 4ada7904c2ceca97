#include "wire/hot.hpp"

#include "core/assert.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <bit>

namespace engine_net::wire {

namespace {

/// 285 years in microseconds: sums of times stay far from the ends of their type, and a tick rate
/// times one does too.
constexpr std::uint64_t max_clock_us = std::uint64_t{1} << 53;

static_assert(max_message_bytes - sizeof(EventHeader) == max_unreliable_event_bytes);
static_assert(max_redundant_inputs <= 16, "each has a bit of InputHeader::changes");

/// The first is one, and no bit stands for what is not there.
bool are_sound(unsigned changes, unsigned count) {
    return count == 0 ? changes == 0 : (changes & 1) != 0 && (changes >> count) == 0;
}

} // namespace

HotKind kind_of(Bytes message) {
    if (message.empty() || message[0] > static_cast<std::uint8_t>(HotKind::MAX))
        return HotKind::none;
    return static_cast<HotKind>(message[0]);
}

std::optional<InputMessage> decode_input(Bytes message) {
    ByteReader reader(message);
    const auto header = reader.read<InputHeader>();
    const auto told = static_cast<std::size_t>(std::popcount(header.changes()));
    const Bytes inputs = reader.read_bytes(told * header.input_bytes());
    if (!reader.finished() || header.kind() != HotKind::input || header.has_ack() > 1)
        return std::nullopt;
    if (header.count() > max_redundant_inputs || header.input_bytes() > max_input_bytes)
        return std::nullopt;
    if ((header.count() == 0) != (header.input_bytes() == 0)) return std::nullopt;
    if (!are_sound(header.changes(), header.count())) return std::nullopt;
    return InputMessage{header, inputs};
}

Bytes InputMessage::input(std::size_t index) const {
    const unsigned until = header.changes() & ((2U << index) - 1);
    const auto told = static_cast<std::size_t>(std::popcount(until));
    return inputs.subspan((told - 1) * header.input_bytes(), header.input_bytes());
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
    ENGINE_NET_ASSERT(header.count() <= max_redundant_inputs);
    const std::size_t bytes = header.input_bytes();
    const auto place = [&](std::size_t index) {
        return inputs.subspan(index * bytes, bytes);
    };
    unsigned changes = 0;
    for (std::size_t i = 0; i < header.count(); ++i) {
        if (i == 0 || !std::ranges::equal(place(i), place(i - 1))) changes |= 1U << i;
    }
    ByteWriter writer(out);
    writer.write(InputHeader(header.kind(),
                             header.count(),
                             header.input_bytes(),
                             header.has_ack(),
                             header.ack_bits(),
                             header.newest_tick(),
                             header.ack_newest(),
                             header.presence_low(),
                             header.sequence(),
                             static_cast<std::uint16_t>(changes),
                             header.shown_ago()));
    for (std::size_t i = 0; i < header.count(); ++i) {
        if ((changes & (1U << i)) != 0) writer.write_bytes(place(i));
    }
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
