#include "wire/admin.hpp"

#include <engine_net/limits.hpp>

#include "bulk_generated.h"
#include "control_generated.h"
#include "hot_generated.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace engine_net::wire {

namespace {

/// As `transport/host.hpp` numbers them.
constexpr std::array<const char*, 5> channels{"control", "events", "bulk", "snapshots", "inputs"};

/// "" for one that is none.
const char* kind_name(std::size_t channel, std::uint8_t kind) {
    switch (channel) {
    case 0:
    case 1: return EnumNameMessage(static_cast<Message>(kind));
    case 2: return EnumNameBulkKind(static_cast<BulkKind>(kind));
    case 3: return "snapshot";
    case 4: return EnumNameHotKind(static_cast<HotKind>(kind));
    default: return "";
    }
}

} // namespace

Bytes AdminAsker::bytes(RoomId room, PresenceId viewer) {
    builder.Clear();
    return finish_request(CreateAdminAskBytes(builder, room.value, viewer.value));
}

Bytes AdminAsker::messages() {
    builder.Clear();
    return finish_request(CreateAdminAskMessages(builder));
}

Bytes AdminTeller::bytes(const engine_net::AdminBytes& bytes, bool exists) {
    builder.Clear();
    std::vector<flatbuffers::Offset<AdminTypeBits>> types;
    types.reserve(bytes.types.size() + 1);
    TypeTraffic others;
    for (const TypeTraffic& type : bytes.types) {
        if (has_space()) {
            types.push_back(add_type_bits(type));
            continue;
        }
        others.rest += type.rest;
        for (const TypeTraffic::Field& field : type.fields) others.rest += field.bits;
    }
    if (others.rest > 0) types.push_back(add_type_bits(others));
    const auto all = builder.CreateVector(types);
    return finish_reply(CreateAdminBytes(builder,
                                         bytes.room.value,
                                         bytes.viewer.value,
                                         exists,
                                         bytes.tick.value,
                                         bytes.sent,
                                         bytes.datagrams,
                                         bytes.bytes,
                                         std::max(bytes.header_bits, 0.0),
                                         all));
}

flatbuffers::Offset<AdminTypeBits> AdminTeller::add_type_bits(const TypeTraffic& type) {
    double rest = std::max(type.rest, 0.0);
    std::vector<flatbuffers::Offset<AdminFieldBits>> fields;
    fields.reserve(type.fields.size());
    for (const TypeTraffic::Field& field : type.fields) {
        const double bits = std::max(field.bits, 0.0);
        if (has_space()) {
            const auto name = text(field.name, max_name_bytes);
            fields.push_back(CreateAdminFieldBits(builder, name, bits));
        } else {
            rest += bits;
        }
    }
    const auto name = text(type.name, max_name_bytes);
    const auto all = builder.CreateVector(fields);
    return CreateAdminTypeBits(builder, name, rest, all);
}

Bytes AdminTeller::messages(std::span<const AdminMessageLine> lines) {
    builder.Clear();
    const auto all = builder.CreateVectorOfStructs(lines.data(), lines.size());
    return finish_reply(CreateAdminMessages(builder, all));
}

engine_net::AdminBytes bytes_of(const AdminBytes& bytes) {
    engine_net::AdminBytes told{.room = RoomId{bytes.room()},
                                .viewer = PresenceId{bytes.viewer()},
                                .tick = Tick{bytes.tick()},
                                .sent = bytes.sent(),
                                .datagrams = bytes.datagrams(),
                                .bytes = bytes.bytes(),
                                .header_bits = bytes.headers()};
    told.types.reserve(bytes.types()->size());
    for (const AdminTypeBits* type : *bytes.types()) {
        TypeTraffic& one = told.types.emplace_back();
        one.name = type->name()->str();
        one.rest = type->rest();
        one.fields.reserve(type->fields()->size());
        for (const AdminFieldBits* field : *type->fields())
            one.fields.push_back({field->name()->str(), field->bits()});
    }
    return told;
}

MessageTraffic traffic_of(const AdminMessageLine& line) {
    const std::size_t channel = line.channel();
    const std::string_view kind = kind_name(channel, line.kind());
    const bool is_unreadable = line.kind() == 0 && channel != 3;
    return {.channel = channel < channels.size() ? channels[channel] : "unknown",
            .kind = is_unreadable  ? "unreadable"
                    : kind.empty() ? "kind " + std::to_string(line.kind())
                                   : std::string(kind),
            .messages_in = line.messages_in(),
            .bytes_in = line.bytes_in(),
            .messages_out = line.messages_out(),
            .bytes_out = line.bytes_out()};
}

} // namespace engine_net::wire
