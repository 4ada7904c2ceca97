#include "wire/control.hpp"

#include "wire/control_checks.hpp"
#include "wire/verified_table.hpp"

#include <engine_net/limits.hpp>

#include <utility>

namespace engine_net::wire {

namespace {

/// Our deepest message is Envelope > RoomList > RoomLine.
constexpr TableBounds bounds{.depth = 16, .tables = 2048};

template <class Table>
const Table* decode_bare(Bytes bytes) {
    const auto* table = verified_table<Table>(bytes, bounds);
    return table && is_sound(*table) ? table : nullptr;
}

} // namespace

const Envelope* decode_control(Bytes bytes) {
    // Shorter ones have no room for what the verifier's identifier check reads.
    if (bytes.size() < 2 * sizeof(flatbuffers::uoffset_t)) return nullptr;
    flatbuffers::Verifier verifier(bytes.data(), bytes.size(), bounds.depth, bounds.tables);
    if (!VerifyEnvelopeBuffer(verifier)) return nullptr;
    const Envelope* envelope = GetEnvelope(bytes.data());
    return is_sound(*envelope) ? envelope : nullptr;
}

void set_offset(std::span<std::uint8_t> message, std::uint32_t offset) {
    flatbuffers::GetMutableRoot<flatbuffers::Table>(message.data())
        ->SetField<std::uint32_t>(Envelope::VT_OFFSET, offset, 0);
}

const RoomNews* decode_room_news(Bytes bytes) {
    return decode_bare<RoomNews>(bytes);
}

const RoomPeople* decode_room_people(Bytes bytes) {
    return decode_bare<RoomPeople>(bytes);
}

const ChannelNews* decode_channel_news(Bytes bytes) {
    return decode_bare<ChannelNews>(bytes);
}

const UserNews* decode_user_news(Bytes bytes) {
    return decode_bare<UserNews>(bytes);
}

std::string_view view_of(const flatbuffers::String* text) {
    return text ? std::string_view(text->c_str(), text->size()) : std::string_view();
}

Bytes view_of(const flatbuffers::Vector<std::uint8_t>* bytes) {
    return bytes ? Bytes(bytes->data(), bytes->size()) : Bytes();
}

RoomSummary summary_of(const RoomLine& line) {
    return {RoomId{line.room()},
            line.kind()->str(),
            line.name()->str(),
            line.players(),
            line.capacity(),
            std::chrono::milliseconds(line.age_ms()),
            line.has_password(),
            line.is_locked(),
            line.spectators(),
            static_cast<engine_net::RoomPhase>(line.phase()),
            {view_of(line.metadata()).begin(), view_of(line.metadata()).end()},
            std::string(view_of(line.node())),
            line.is_uncertain()};
}

RoomMember member_of(const Member& member) {
    return {PresenceId{member.presence()},
            member.user()->str(),
            member.name()->str(),
            member.colour(),
            member.is_spectator(),
            member.is_connected(),
            member.is_ready(),
            member.is_muted(),
            member.team()};
}

UserSummary summary_of(const UserLine& line) {
    return {line.user()->str(),
            std::string(view_of(line.name())),
            static_cast<engine_net::UserState>(line.state()),
            std::string(view_of(line.status())),
            RoomId{line.room()}};
}

RoomQuery query_of(const FindRooms& find) {
    RoomQuery query{
        .kind = std::string(view_of(find.kind())), .first = find.first(), .count = find.count()};
    if (find.where()) {
        query.where.reserve(find.where()->size());
        for (const RoomFilter* filter : *find.where()) {
            const FieldValue value =
                filter->text() ? FieldValue(filter->text()->str()) : FieldValue(filter->number());
            query.where.push_back(
                {filter->field()->str(), static_cast<engine_net::Comparison>(filter->is()), value});
        }
    }
    if (find.order()) {
        query.order.reserve(find.order()->size());
        for (const RoomOrder* order : *find.order())
            query.order.push_back({order->field()->str(), order->descending()});
    }
    return query;
}

} // namespace engine_net::wire
