#include "wire/control_encoder.hpp"

#include "wire/control.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <vector>

namespace engine_net::wire {

Bytes ControlEncoder::hello(std::uint32_t version, const Newcomer& newcomer, const Resume* resume) {
    builder.Clear();
    flatbuffers::Offset<wire::Resume> resume_table;
    if (resume) {
        const auto secret = builder.CreateVector(resume->secret.data(), resume->secret.size());
        const auto ticket = blob(resume->ticket);
        resume_table = CreateResume(builder,
                                    resume->session.value,
                                    secret,
                                    resume->received,
                                    resume->has_forgotten,
                                    ticket);
    }
    const auto name = text(newcomer.name, max_name_bytes);
    const auto token = text(newcomer.token, max_token_bytes);
    const auto connect_token =
        builder.CreateVector(newcomer.connect_token.data(), newcomer.connect_token.size());
    const auto seat = blob(newcomer.seat);
    return finish(CreateHello(builder,
                              version,
                              name,
                              resume_table,
                              token,
                              newcomer.colour,
                              newcomer.is_admin,
                              connect_token,
                              seat),
                  0);
}

Bytes ControlEncoder::welcome(const Welcome& w) {
    builder.Clear();
    const auto secret = builder.CreateVector(w.secret.data(), w.secret.size());
    const auto user = text(w.user, max_user_bytes);
    const auto ticket = blob(w.ticket);
    const auto invite = w.invite.empty() ? 0 : text(w.invite, max_invite_bytes);
    return finish(CreateWelcome(builder,
                                w.session.value,
                                secret,
                                w.tick_rate,
                                w.grace_ms,
                                w.resumed,
                                w.received,
                                w.sent,
                                w.room.value,
                                w.presence.value,
                                w.schema_digest,
                                w.room_grace_ms,
                                w.tick.value,
                                user,
                                ticket,
                                invite),
                  0);
}

Bytes ControlEncoder::confirm() {
    builder.Clear();
    return finish(CreateConfirm(builder), 0);
}

Bytes ControlEncoder::refuse(RefuseReason reason, std::string_view detail) {
    builder.Clear();
    const auto detail_text = text(detail, max_reason_bytes);
    return finish(CreateRefuse(builder, reason, detail_text), 0);
}

Bytes ControlEncoder::refuse_elsewhere(const Elsewhere& place, std::string_view detail) {
    builder.Clear();
    const auto detail_text = text(detail, max_reason_bytes);
    const auto table = elsewhere(place);
    return finish(CreateRefuse(builder, RefuseReason::elsewhere, detail_text, table), 0);
}

Bytes ControlEncoder::refuse_seat(RequestError error, std::string_view detail) {
    builder.Clear();
    const auto detail_text = text(detail, max_reason_bytes);
    return finish(CreateRefuse(builder, RefuseReason::seat_refused, detail_text, 0, error), 0);
}

flatbuffers::Offset<wire::Elsewhere> ControlEncoder::elsewhere(const Elsewhere& place) {
    const auto address = text(place.address, max_node_address_bytes);
    const auto server_key = text(place.server_key, max_node_address_bytes);
    const auto seat = blob(place.seat);
    return CreateElsewhere(builder, address, server_key, seat);
}

flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>> ControlEncoder::blob(Bytes bytes) {
    if (bytes.empty()) return {};
    return builder.CreateVector(bytes.data(), bytes.size());
}

Bytes ControlEncoder::state_check(Tick tick, std::uint64_t hash) {
    builder.Clear();
    return finish(CreateStateCheck(builder, tick.value, hash), 0);
}

Bytes ControlEncoder::join_room(std::uint32_t offset, const JoinRoom& j) {
    builder.Clear();
    const auto kind = text(j.kind, max_name_bytes);
    const auto name = text(j.name, max_name_bytes);
    const auto password = text(j.password, max_password_bytes);
    const auto invite = text(j.invite, max_invite_bytes);
    const auto metadata = payload(j.metadata);
    const auto party = text(j.party, max_party_bytes);
    std::vector<flatbuffers::Offset<Property>> properties;
    if (j.properties) {
        properties.reserve(j.properties->size());
        for (const auto& [key, value] : *j.properties) {
            const auto key_text = text(key, max_property_bytes);
            const auto value_text = text(value, max_property_bytes);
            properties.push_back(CreateProperty(builder, key_text, value_text));
        }
    }
    const auto property_vector = builder.CreateVector(properties);
    return finish(CreateJoinRoom(builder,
                                 j.request,
                                 j.mode,
                                 j.room.value,
                                 kind,
                                 name,
                                 j.capacity,
                                 j.schema_digest,
                                 j.is_private,
                                 password,
                                 invite,
                                 j.as_spectator,
                                 metadata,
                                 j.rank,
                                 property_vector,
                                 party,
                                 j.party_size),
                  offset);
}

Bytes ControlEncoder::join_room(std::uint32_t offset, const wire::JoinRoom& j) {
    std::map<std::string, std::string> properties;
    if (j.properties()) {
        for (const Property* property : *j.properties())
            properties.emplace(property->key()->str(), property->value()->str());
    }
    return join_room(offset,
                     JoinRoom{j.request(),
                              j.mode(),
                              RoomId{j.room()},
                              view_of(j.kind()),
                              view_of(j.name()),
                              j.capacity(),
                              j.schema_digest(),
                              j.is_private(),
                              view_of(j.password()),
                              view_of(j.invite()),
                              j.as_spectator(),
                              view_of(j.metadata()),
                              j.rank(),
                              &properties,
                              view_of(j.party()),
                              j.party_size()});
}

Bytes ControlEncoder::join_answer(std::uint32_t offset, const JoinAnswer& a) {
    builder.Clear();
    const auto detail = text(a.detail, max_reason_bytes);
    const auto invite = text(a.invite, max_invite_bytes);
    const auto place =
        a.elsewhere ? elsewhere(*a.elsewhere) : flatbuffers::Offset<wire::Elsewhere>();
    return finish(CreateJoinAnswer(builder,
                                   a.request,
                                   a.error,
                                   detail,
                                   a.room.value,
                                   a.presence.value,
                                   a.tick.value,
                                   a.schema_digest,
                                   a.grace_ms,
                                   invite,
                                   place),
                  offset);
}

Bytes ControlEncoder::request_schema(std::uint32_t offset, std::uint64_t digest) {
    builder.Clear();
    return finish(CreateRequestSchema(builder, digest), offset);
}

Bytes ControlEncoder::leave_room(std::uint32_t offset) {
    builder.Clear();
    return finish(CreateLeaveRoom(builder), offset);
}

Bytes ControlEncoder::room_left(std::uint32_t offset,
                                RoomId room,
                                engine_net::LeaveReason reason,
                                std::string_view detail) {
    builder.Clear();
    const auto detail_text = text(detail, max_reason_bytes);
    return finish(
        CreateRoomLeft(builder, room.value, static_cast<LeaveReason>(reason), detail_text), offset);
}

Bytes ControlEncoder::list_rooms(std::uint32_t offset, std::uint32_t request, std::uint32_t first) {
    builder.Clear();
    return finish(CreateListRooms(builder, request, first), offset);
}

Bytes ControlEncoder::room_list(std::uint32_t offset,
                                std::uint32_t request,
                                std::uint32_t total,
                                std::span<const RoomSummary> rooms) {
    builder.Clear();
    std::vector<flatbuffers::Offset<RoomLine>> lines;
    for (const RoomSummary& room : rooms.first(std::min(rooms.size(), max_rooms_per_page)))
        lines.push_back(line(room));
    const auto vector = builder.CreateVector(lines);
    return finish(CreateRoomList(builder, request, total, vector), offset);
}

flatbuffers::Offset<RoomLine> ControlEncoder::line(const RoomSummary& room) {
    const auto kind = text(room.kind, max_name_bytes);
    const auto name = text(room.name, max_name_bytes);
    const auto metadata = payload(room.metadata);
    const auto node = room.node.empty() ? 0 : text(room.node, max_name_bytes);
    const auto age_ms = static_cast<std::uint32_t>(room.age.count() / 1000);
    return CreateRoomLine(builder,
                          room.id.value,
                          kind,
                          name,
                          room.players,
                          room.capacity,
                          age_ms,
                          room.has_password,
                          room.is_locked,
                          room.spectators,
                          static_cast<RoomPhase>(room.phase),
                          metadata,
                          node,
                          room.is_uncertain);
}

Bytes ControlEncoder::watch_rooms(std::uint32_t offset, std::uint32_t request, bool on) {
    builder.Clear();
    return finish(CreateWatchRooms(builder, request, on), offset);
}

Bytes ControlEncoder::room_news(std::span<const RoomSummary> rooms, std::span<const RoomId> gone) {
    builder.Clear();
    std::vector<flatbuffers::Offset<RoomLine>> lines;
    lines.reserve(rooms.size());
    for (const RoomSummary& room : rooms) lines.push_back(line(room));
    std::vector<std::uint32_t> ids;
    ids.reserve(gone.size());
    for (const RoomId room : gone) ids.push_back(room.value);
    const auto line_vector = builder.CreateVector(lines);
    const auto id_vector = builder.CreateVector(ids);
    return finish_bare(CreateRoomNews(builder, line_vector, id_vector));
}

Bytes ControlEncoder::event(std::uint32_t offset, RoomId room, Bytes bytes) {
    builder.Clear();
    const auto vector = payload(bytes);
    return finish(CreateEvent(builder, room.value, vector), offset);
}

Bytes ControlEncoder::move(std::uint32_t offset, const Elsewhere& place, std::string_view reason) {
    builder.Clear();
    const auto table = elsewhere(place);
    const auto reason_text = text(reason, max_reason_bytes);
    return finish(CreateMove(builder, table, reason_text), offset);
}

Bytes ControlEncoder::ticket(std::uint32_t offset, Bytes ticket) {
    builder.Clear();
    const auto bytes = builder.CreateVector(ticket.data(), ticket.size());
    return finish(CreateTicket(builder, bytes), offset);
}

Bytes ControlEncoder::goodbye(std::uint32_t offset,
                              engine_net::LeaveReason reason,
                              std::string_view detail) {
    builder.Clear();
    const auto detail_text = text(detail, max_reason_bytes);
    return finish(CreateGoodbye(builder, static_cast<LeaveReason>(reason), detail_text), offset);
}

} // namespace engine_net::wire
