#include "wire/control.hpp"

#include "wire/text.hpp"

#include <engine_net/limits.hpp>

namespace engine_net::wire {

namespace {

/// Our deepest message is Envelope > RoomList > RoomLine.
constexpr flatbuffers::uoffset_t max_depth = 16;
constexpr flatbuffers::uoffset_t max_tables = 2048;

std::string_view view_of(const flatbuffers::String* text) {
    return text ? std::string_view(text->c_str(), text->size()) : std::string_view();
}
bool is_text(const flatbuffers::String* text, std::size_t max_bytes) {
    const std::string_view view = view_of(text);
    return view.size() <= max_bytes && is_utf8(view);
}

template <class Enum>
bool is_known(Enum value) {
    return value >= Enum::MIN && value <= Enum::MAX;
}

bool is_sound(const Hello& hello) {
    if (!is_text(hello.name(), max_name_bytes)) return false;
    return !hello.resume() || hello.resume()->secret()->size() <= secret_bytes;
}
bool is_sound(const Welcome& welcome) {
    return welcome.secret()->size() == secret_bytes && welcome.tick_rate() >= 1 &&
           welcome.tick_rate() <= max_tick_rate && welcome.session() != 0;
}
bool is_sound(const Confirm&) {
    return true;
}
bool is_sound(const Refuse& refuse) {
    return is_known(refuse.reason()) && is_text(refuse.detail(), max_reason_bytes);
}
bool is_sound(const StateCheck&) {
    return true;
}
bool is_sound(const JoinRoom& join) {
    return is_known(join.mode()) && is_text(join.kind(), max_name_bytes) &&
           is_text(join.name(), max_name_bytes) && is_text(join.password(), max_password_bytes) &&
           is_text(join.invite(), max_invite_bytes);
}
bool is_sound(const JoinAnswer& answer) {
    return is_known(answer.error()) && is_text(answer.detail(), max_reason_bytes) &&
           is_text(answer.invite(), max_invite_bytes);
}
bool is_sound(const RequestSchema&) {
    return true;
}
bool is_sound(const LeaveRoom&) {
    return true;
}
bool is_sound(const RoomLeft& left) {
    return is_known(left.reason()) && is_text(left.detail(), max_reason_bytes);
}
bool is_sound(const ListRooms&) {
    return true;
}
bool are_sound(const flatbuffers::Vector<flatbuffers::Offset<RoomLine>>& rooms) {
    if (rooms.size() > max_rooms_per_page) return false;
    for (const RoomLine* line : rooms) {
        if (!is_text(line->kind(), max_name_bytes) || !is_text(line->name(), max_name_bytes))
            return false;
    }
    return true;
}
bool is_sound(const RoomList& list) {
    return are_sound(*list.rooms());
}
bool is_sound(const WatchRooms&) {
    return true;
}
bool is_sound(const Event& event) {
    return event.payload()->size() <= max_event_bytes;
}
bool is_sound(const Goodbye& goodbye) {
    return is_known(goodbye.reason()) && is_text(goodbye.detail(), max_reason_bytes);
}

bool is_sound(const Envelope& envelope) {
    switch (envelope.message_type()) {
    case Message::Hello: return is_sound(*envelope.message_as_Hello());
    case Message::Welcome: return is_sound(*envelope.message_as_Welcome());
    case Message::Confirm: return is_sound(*envelope.message_as_Confirm());
    case Message::Refuse: return is_sound(*envelope.message_as_Refuse());
    case Message::StateCheck: return is_sound(*envelope.message_as_StateCheck());
    case Message::JoinRoom: return is_sound(*envelope.message_as_JoinRoom());
    case Message::JoinAnswer: return is_sound(*envelope.message_as_JoinAnswer());
    case Message::RequestSchema: return is_sound(*envelope.message_as_RequestSchema());
    case Message::WatchRooms: return is_sound(*envelope.message_as_WatchRooms());
    case Message::LeaveRoom: return is_sound(*envelope.message_as_LeaveRoom());
    case Message::RoomLeft: return is_sound(*envelope.message_as_RoomLeft());
    case Message::ListRooms: return is_sound(*envelope.message_as_ListRooms());
    case Message::RoomList: return is_sound(*envelope.message_as_RoomList());
    case Message::Event: return is_sound(*envelope.message_as_Event());
    case Message::Goodbye: return is_sound(*envelope.message_as_Goodbye());
    case Message::NONE: return false;
    }
    return false;
}

} // namespace

const Envelope* decode_control(Bytes bytes) {
    // Shorter ones have no room for what the verifier's identifier check reads.
    if (bytes.size() < 2 * sizeof(flatbuffers::uoffset_t)) return nullptr;
    flatbuffers::Verifier verifier(bytes.data(), bytes.size(), max_depth, max_tables);
    if (!VerifyEnvelopeBuffer(verifier)) return nullptr;
    const Envelope* envelope = GetEnvelope(bytes.data());
    return is_sound(*envelope) ? envelope : nullptr;
}

const RoomNews* decode_room_news(Bytes bytes) {
    if (bytes.size() < sizeof(flatbuffers::uoffset_t)) return nullptr;
    flatbuffers::Verifier verifier(bytes.data(), bytes.size(), max_depth, max_tables);
    if (!verifier.VerifyBuffer<RoomNews>(nullptr)) return nullptr;
    const auto* news = flatbuffers::GetRoot<RoomNews>(bytes.data());
    const bool is_long = news->gone() && news->gone()->size() > max_rooms_per_page;
    return !is_long && are_sound(*news->rooms()) ? news : nullptr;
}

RoomSummary summary_of(const RoomLine& line) {
    return {RoomId{line.room()},
            line.kind()->str(),
            line.name()->str(),
            line.players(),
            line.capacity(),
            std::chrono::milliseconds(line.age_ms()),
            line.has_password(),
            line.is_locked()};
}

template <class Table>
Bytes ControlEncoder::finish(flatbuffers::Offset<Table> message, std::uint32_t offset) {
    builder_.Finish(
        CreateEnvelope(builder_, offset, MessageTraits<Table>::enum_value, message.Union()),
        EnvelopeIdentifier());
    return {builder_.GetBufferPointer(), builder_.GetSize()};
}

flatbuffers::Offset<flatbuffers::String> ControlEncoder::text(std::string_view text,
                                                              std::size_t max_bytes) {
    if (text.size() <= max_bytes && is_utf8(text))
        return builder_.CreateString(text.data(), text.size());
    const std::string usable = to_utf8(text, max_bytes);
    return builder_.CreateString(usable);
}

Bytes ControlEncoder::hello(std::uint32_t version, std::string_view name, const Resume* resume) {
    builder_.Clear();
    flatbuffers::Offset<wire::Resume> resume_table;
    if (resume) {
        const auto secret = builder_.CreateVector(resume->secret.data(), resume->secret.size());
        resume_table = CreateResume(
            builder_, resume->session.value, secret, resume->received, resume->has_forgotten);
    }
    const auto name_text = text(name, max_name_bytes);
    return finish(CreateHello(builder_, version, name_text, resume_table), 0);
}

Bytes ControlEncoder::welcome(const Welcome& w) {
    builder_.Clear();
    const auto secret = builder_.CreateVector(w.secret.data(), w.secret.size());
    return finish(CreateWelcome(builder_,
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
                                w.tick.value),
                  0);
}

Bytes ControlEncoder::confirm() {
    builder_.Clear();
    return finish(CreateConfirm(builder_), 0);
}

Bytes ControlEncoder::refuse(RefuseReason reason, std::string_view detail) {
    builder_.Clear();
    const auto detail_text = text(detail, max_reason_bytes);
    return finish(CreateRefuse(builder_, reason, detail_text), 0);
}

Bytes ControlEncoder::state_check(Tick tick, std::uint64_t hash) {
    builder_.Clear();
    return finish(CreateStateCheck(builder_, tick.value, hash), 0);
}

Bytes ControlEncoder::join_room(std::uint32_t offset, const JoinRoom& j) {
    builder_.Clear();
    const auto kind = text(j.kind, max_name_bytes);
    const auto name = text(j.name, max_name_bytes);
    const auto password = text(j.password, max_password_bytes);
    const auto invite = text(j.invite, max_invite_bytes);
    return finish(CreateJoinRoom(builder_,
                                 j.request,
                                 j.mode,
                                 j.room.value,
                                 kind,
                                 name,
                                 j.capacity,
                                 j.schema_digest,
                                 j.is_private,
                                 password,
                                 invite),
                  offset);
}

Bytes ControlEncoder::join_answer(std::uint32_t offset, const JoinAnswer& a) {
    builder_.Clear();
    const auto detail = text(a.detail, max_reason_bytes);
    const auto invite = text(a.invite, max_invite_bytes);
    return finish(CreateJoinAnswer(builder_,
                                   a.request,
                                   a.error,
                                   detail,
                                   a.room.value,
                                   a.presence.value,
                                   a.tick.value,
                                   a.schema_digest,
                                   a.grace_ms,
                                   invite),
                  offset);
}

Bytes ControlEncoder::request_schema(std::uint32_t offset, std::uint64_t digest) {
    builder_.Clear();
    return finish(CreateRequestSchema(builder_, digest), offset);
}

Bytes ControlEncoder::leave_room(std::uint32_t offset) {
    builder_.Clear();
    return finish(CreateLeaveRoom(builder_), offset);
}

Bytes ControlEncoder::room_left(std::uint32_t offset,
                                RoomId room,
                                engine_net::LeaveReason reason,
                                std::string_view detail) {
    builder_.Clear();
    const auto detail_text = text(detail, max_reason_bytes);
    return finish(
        CreateRoomLeft(builder_, room.value, static_cast<LeaveReason>(reason), detail_text),
        offset);
}

Bytes ControlEncoder::list_rooms(std::uint32_t offset, std::uint32_t request, std::uint32_t first) {
    builder_.Clear();
    return finish(CreateListRooms(builder_, request, first), offset);
}

Bytes ControlEncoder::room_list(std::uint32_t offset,
                                std::uint32_t request,
                                std::uint32_t total,
                                std::span<const RoomSummary> rooms) {
    builder_.Clear();
    std::vector<flatbuffers::Offset<RoomLine>> lines;
    for (const RoomSummary& room : rooms.first(std::min(rooms.size(), max_rooms_per_page)))
        lines.push_back(line(room));
    const auto vector = builder_.CreateVector(lines);
    return finish(CreateRoomList(builder_, request, total, vector), offset);
}

flatbuffers::Offset<RoomLine> ControlEncoder::line(const RoomSummary& room) {
    const auto kind = text(room.kind, max_name_bytes);
    const auto name = text(room.name, max_name_bytes);
    const auto age_ms = static_cast<std::uint32_t>(room.age.count() / 1000);
    return CreateRoomLine(builder_,
                          room.id.value,
                          kind,
                          name,
                          room.players,
                          room.capacity,
                          age_ms,
                          room.has_password,
                          room.is_locked);
}

Bytes ControlEncoder::watch_rooms(std::uint32_t offset, std::uint32_t request, bool on) {
    builder_.Clear();
    return finish(CreateWatchRooms(builder_, request, on), offset);
}

Bytes ControlEncoder::room_news(std::span<const RoomSummary> rooms, std::span<const RoomId> gone) {
    builder_.Clear();
    std::vector<flatbuffers::Offset<RoomLine>> lines;
    lines.reserve(rooms.size());
    for (const RoomSummary& room : rooms) lines.push_back(line(room));
    std::vector<std::uint32_t> ids;
    ids.reserve(gone.size());
    for (const RoomId room : gone) ids.push_back(room.value);
    const auto line_vector = builder_.CreateVector(lines);
    const auto id_vector = builder_.CreateVector(ids);
    builder_.Finish(CreateRoomNews(builder_, line_vector, id_vector));
    return {builder_.GetBufferPointer(), builder_.GetSize()};
}

Bytes ControlEncoder::event(std::uint32_t offset, RoomId room, Bytes payload) {
    builder_.Clear();
    builder_.ForceVectorAlignment(payload.size(), sizeof(std::uint8_t), 8);
    const auto vector = builder_.CreateVector(payload.data(), payload.size());
    return finish(CreateEvent(builder_, room.value, vector), offset);
}

Bytes ControlEncoder::goodbye(std::uint32_t offset,
                              engine_net::LeaveReason reason,
                              std::string_view detail) {
    builder_.Clear();
    const auto detail_text = text(detail, max_reason_bytes);
    return finish(CreateGoodbye(builder_, static_cast<LeaveReason>(reason), detail_text), offset);
}

} // namespace engine_net::wire
