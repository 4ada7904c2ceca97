#include "replay/block_payloads.hpp"

#include <engine_net/limits.hpp>

#include <utility>

namespace engine_net {

namespace {

/// Seats, and those who watch; more never were in a room.
constexpr std::size_t max_people = 2 * std::size_t{max_room_capacity};
constexpr std::size_t index_head_bytes = 8;
constexpr std::size_t index_entry_bytes = 12;

void append_text(std::string_view text, ByteWriter& writer) {
    writer.write(static_cast<std::uint16_t>(text.size()));
    writer.write_bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string read_text(ByteReader& reader) {
    const Bytes bytes = reader.read_bytes(reader.read<std::uint16_t>());
    return {bytes.begin(), bytes.end()};
}

void append_long(Bytes bytes, ByteWriter& writer) {
    writer.write(static_cast<std::uint32_t>(bytes.size()));
    writer.write_bytes(bytes);
}

std::vector<std::uint8_t> read_long(ByteReader& reader) {
    const Bytes bytes = reader.read_bytes(reader.read<std::uint32_t>());
    return {bytes.begin(), bytes.end()};
}

} // namespace

void append_header(const RecordingHeader& header, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(header.protocol);
    writer.write(header.ticks_per_second);
    writer.write(header.room);
    append_text(header.kind, writer);
    append_text(header.room_name, writer);
    append_long(header.schema, writer);
    append_long(header.prior, writer);
}

std::optional<RecordingHeader> read_header(Bytes payload) {
    ByteReader reader(payload);
    RecordingHeader header;
    header.protocol = reader.read<std::uint32_t>();
    header.ticks_per_second = reader.read<std::uint32_t>();
    header.room = reader.read<RoomId>();
    header.kind = read_text(reader);
    header.room_name = read_text(reader);
    header.schema = read_long(reader);
    header.prior = read_long(reader);
    const bool is_sound = reader.finished() && header.ticks_per_second >= 1 &&
                          header.ticks_per_second <= max_tick_rate;
    if (!is_sound) return std::nullopt;
    return header;
}

void append_people(const std::map<PresenceId, RoomMember>& people, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    for (const auto& [id, member] : people) {
        writer.write(id);
        writer.write(member.colour);
        writer.write(member.team);
        writer.write(static_cast<std::uint8_t>(member.is_spectator));
        append_text(member.name, writer);
    }
}

std::optional<std::map<PresenceId, RoomMember>> read_people(Bytes payload) {
    ByteReader reader(payload);
    std::map<PresenceId, RoomMember> people;
    while (!reader.rest().empty()) {
        RoomMember member;
        member.id = reader.read<PresenceId>();
        member.colour = reader.read<std::uint32_t>();
        member.team = reader.read<std::uint32_t>();
        const auto flag = reader.read<std::uint8_t>();
        member.is_spectator = flag == 1;
        member.name = read_text(reader);
        const bool is_sound = reader.ok() && flag <= 1 && people.size() < max_people;
        if (!is_sound || !people.emplace(member.id, std::move(member)).second) return std::nullopt;
    }
    return reader.ok() ? std::optional(std::move(people)) : std::nullopt;
}

void append_inputs(const Inputs& inputs, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    for (const auto& [who, input] : inputs) {
        writer.write(who);
        writer.write(static_cast<std::uint8_t>(input.size()));
        writer.write_bytes(input);
    }
}

bool read_inputs(Bytes payload, Inputs& inputs) {
    ByteReader reader(payload);
    while (!reader.rest().empty()) {
        const auto who = reader.read<PresenceId>();
        const Bytes input = reader.read_bytes(reader.read<std::uint8_t>());
        if (!reader.ok() || input.size() > max_input_bytes) return false;
        if (input.empty()) {
            inputs.erase(who);
        } else {
            inputs[who].assign(input.begin(), input.end());
        }
        if (inputs.size() > max_people) return false;
    }
    return reader.ok();
}

void append_chat(std::string_view name, std::string_view text, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    append_text(name, writer);
    append_text(text, writer);
}

std::optional<ChatLine> read_chat(Bytes payload) {
    ByteReader reader(payload);
    ChatLine line;
    line.name = read_text(reader);
    line.text = read_text(reader);
    const bool is_sound = reader.finished() && line.name.size() <= max_name_bytes &&
                          line.text.size() <= max_channel_payload_bytes;
    return is_sound ? std::optional(std::move(line)) : std::nullopt;
}

void append_private_event(std::span<const PresenceId> people,
                          Bytes event,
                          std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(static_cast<std::uint16_t>(people.size()));
    for (const PresenceId who : people) writer.write(who);
    writer.write_bytes(event);
}

std::optional<PrivateEvent> read_private_event(Bytes payload) {
    ByteReader reader(payload);
    PrivateEvent event;
    const std::size_t people = reader.read<std::uint16_t>();
    if (people > max_people || people * sizeof(PresenceId) > reader.rest().size())
        return std::nullopt;
    event.people.reserve(people);
    for (std::size_t i = 0; i < people; ++i) event.people.push_back(reader.read<PresenceId>());
    event.bytes.assign(reader.rest().begin(), reader.rest().end());
    return reader.ok() ? std::optional(std::move(event)) : std::nullopt;
}

void append_index(const RecordingIndex& index, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(index.last_tick);
    writer.write(index.dropped_ticks);
    for (const IndexEntry& entry : index.entries) {
        writer.write(entry.tick);
        writer.write(entry.offset);
    }
}

std::optional<RecordingIndex> read_index(Bytes payload) {
    const bool is_sized = payload.size() >= index_head_bytes &&
                          (payload.size() - index_head_bytes) % index_entry_bytes == 0;
    if (!is_sized) return std::nullopt;
    ByteReader reader(payload);
    RecordingIndex index;
    index.last_tick = reader.read<Tick>();
    index.dropped_ticks = reader.read<std::uint32_t>();
    index.entries.reserve((payload.size() - index_head_bytes) / index_entry_bytes);
    while (!reader.rest().empty()) {
        const IndexEntry entry{reader.read<Tick>(), reader.read<std::uint64_t>()};
        const bool ascends = index.entries.empty() || (entry.tick > index.entries.back().tick &&
                                                       entry.offset > index.entries.back().offset);
        if (!ascends || entry.tick > index.last_tick) return std::nullopt;
        index.entries.push_back(entry);
    }
    return index;
}

} // namespace engine_net
