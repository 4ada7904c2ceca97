#include "wire/saved_room.hpp"

#include "wire/control.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>

namespace engine_net::wire {

namespace {

using Builder = flatbuffers::FlatBufferBuilder;
constexpr std::uint32_t most_members = 2 * max_room_capacity; // with spectators

std::chrono::milliseconds milliseconds_of(Duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

auto encode(Builder& builder, const SavedRoom::Member& saved) {
    const RoomMember& member = saved.member;
    return tables::CreateSavedMemberDirect(builder,
                                           member.id.value,
                                           saved.session.value,
                                           member.user.c_str(),
                                           member.name.c_str(),
                                           member.colour,
                                           member.team,
                                           member.is_spectator,
                                           member.is_connected,
                                           member.is_ready,
                                           member.is_muted,
                                           saved.snapshot_rate,
                                           &saved.private_state.bytes,
                                           saved.private_state.version);
}

auto encode(Builder& builder, const SavedRoom::Reservation& reservation) {
    const auto left = static_cast<std::uint32_t>(milliseconds_of(reservation.left).count());
    return tables::CreateSavedReservationDirect(
        builder, reservation.code.c_str(), left, reservation.team);
}

template <class Table, class Item>
auto encode_all(Builder& builder, const std::vector<Item>& items) {
    std::vector<flatbuffers::Offset<Table>> tables;
    tables.reserve(items.size());
    for (const Item& item : items) tables.push_back(encode(builder, item));
    return builder.CreateVector(tables);
}

bool is_text(const flatbuffers::String* text, std::size_t most) {
    return is_display_text(view_of(text), most);
}

bool is_text_or_none(const flatbuffers::String* text, std::size_t most) {
    return text->size() == 0 || is_text(text, most);
}

bool is_sound(const tables::SavedMember& member) {
    return member.presence() != 0 && is_text(member.user(), max_user_bytes) &&
           is_text(member.name(), max_name_bytes) &&
           view_of(member.private_state()).size() <= max_state_bytes;
}

SavedRoom::Member member_of(const tables::SavedMember& table) {
    SavedRoom::Member saved;
    saved.member = {.id = PresenceId{table.presence()},
                    .user = table.user()->str(),
                    .name = table.name()->str(),
                    .colour = table.colour(),
                    .is_spectator = table.is_spectator(),
                    .is_connected = table.is_connected(),
                    .is_ready = table.is_ready(),
                    .is_muted = table.is_muted(),
                    .team = table.team()};
    saved.session = SessionId{table.session()};
    saved.snapshot_rate = table.snapshot_rate();
    const Bytes state = view_of(table.private_state());
    saved.private_state = {{state.begin(), state.end()}, table.private_version()};
    return saved;
}

std::vector<std::uint8_t> copy_of(const flatbuffers::Vector<std::uint8_t>* bytes) {
    return {bytes->begin(), bytes->end()};
}

bool have_all_their_own_seats(const tables::SavedRoom& room) {
    std::set<std::uint32_t> seats;
    return std::ranges::all_of(*room.members(), [&seats](const tables::SavedMember* member) {
        return seats.insert(member->presence()).second;
    });
}

} // namespace

std::vector<std::uint8_t> encode_saved_room(const SavedRoom& room) {
    Builder builder(1024 + room.game.size() + room.state.bytes.size());
    const auto kind = builder.CreateString(room.kind);
    const auto name = builder.CreateString(room.name);
    const auto password = builder.CreateString(room.password);
    const auto invite = builder.CreateString(room.invite);
    const auto metadata = builder.CreateVector(room.metadata);
    const auto banned = builder.CreateVectorOfStrings(room.banned.begin(), room.banned.end());
    const auto state = builder.CreateVector(room.state.bytes);
    const auto members = encode_all<tables::SavedMember>(builder, room.members);
    const auto reservations = encode_all<tables::SavedReservation>(builder, room.reservations);
    const auto game = builder.CreateVector(room.game);
    tables::SavedRoomBuilder table(builder);
    table.add_room(room.id.value);
    table.add_kind(kind);
    table.add_schema_digest(room.schema_digest);
    table.add_name(name);
    table.add_capacity(room.capacity);
    table.add_stays_when_empty(room.stays_when_empty);
    table.add_is_private(room.is_private);
    table.add_is_by_invitation(room.is_by_invitation);
    table.add_is_match(room.is_match);
    table.add_password(password);
    table.add_invite(invite);
    table.add_metadata(metadata);
    table.add_seed(room.seed);
    table.add_moves(room.moves);
    table.add_age_ms(static_cast<std::uint64_t>(milliseconds_of(room.age).count()));
    table.add_is_locked(room.is_locked);
    table.add_is_paused(room.is_paused);
    table.add_phase(static_cast<std::uint8_t>(room.phase));
    table.add_host(room.host.value);
    table.add_is_started_by_host(room.is_started_by_host);
    table.add_start_in(room.start_in);
    table.add_saved_at(room.saved_at.value);
    table.add_banned(banned);
    table.add_state(state);
    table.add_state_version(room.state.version);
    table.add_members(members);
    table.add_reservations(reservations);
    table.add_game(game);
    const auto saying = table.Finish();
    builder.Finish(tables::CreateNodeMessage(builder, tables::Saying::SavedRoom, saying.Union()));
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

bool is_sound(const tables::SavedRoom& room) {
    const bool is_named = room.room() != 0 && is_text(room.kind(), max_name_bytes) &&
                          is_text(room.name(), max_name_bytes) &&
                          is_text_or_none(room.invite(), max_invite_bytes);
    const bool is_bounded =
        room.password()->size() <= max_password_bytes &&
        room.metadata()->size() <= max_metadata_bytes && room.state()->size() <= max_state_bytes &&
        room.game()->size() <= max_saved_game_bytes && room.members()->size() <= most_members &&
        room.capacity() <= max_room_capacity;
    return is_named && is_bounded &&
           room.phase() <= static_cast<std::uint8_t>(engine_net::RoomPhase::ended) &&
           have_all_their_own_seats(room) &&
           std::ranges::all_of(*room.members(),
                               [](const tables::SavedMember* member) {
                                   return is_sound(*member);
                               }) &&
           std::ranges::all_of(*room.reservations(),
                               [](const tables::SavedReservation* reservation) {
                                   return is_text(reservation->code(), max_invite_bytes);
                               }) &&
           std::ranges::all_of(*room.banned(), [](const flatbuffers::String* user) {
               return is_text(user, max_user_bytes);
           });
}

SavedRoom saved_room_of(const tables::SavedRoom& table) {
    SavedRoom room;
    room.id = RoomId{table.room()};
    room.kind = table.kind()->str();
    room.schema_digest = table.schema_digest();
    room.name = table.name()->str();
    room.capacity = table.capacity();
    room.stays_when_empty = table.stays_when_empty();
    room.is_private = table.is_private();
    room.is_by_invitation = table.is_by_invitation();
    room.is_match = table.is_match();
    room.password = table.password()->str();
    room.invite = table.invite()->str();
    room.metadata = copy_of(table.metadata());
    room.seed = table.seed();
    room.moves = table.moves();
    constexpr std::chrono::hours most_age{24 * 365 * 100};
    room.age = std::min<std::chrono::milliseconds>(
        most_age,
        std::chrono::milliseconds(static_cast<std::int64_t>(table.age_ms() & (~0ull >> 1))));
    room.is_locked = table.is_locked();
    room.is_paused = table.is_paused();
    room.phase = static_cast<engine_net::RoomPhase>(table.phase());
    room.host = PresenceId{table.host()};
    room.is_started_by_host = table.is_started_by_host();
    room.start_in = table.start_in();
    room.saved_at = Tick{table.saved_at()};
    for (const flatbuffers::String* user : *table.banned()) room.banned.insert(user->str());
    room.state = {copy_of(table.state()), table.state_version()};
    room.members.reserve(table.members()->size());
    for (const tables::SavedMember* member : *table.members())
        room.members.push_back(member_of(*member));
    room.reservations.reserve(table.reservations()->size());
    for (const tables::SavedReservation* one : *table.reservations()) {
        room.reservations.push_back(
            {one->code()->str(), std::chrono::milliseconds(one->left_ms()), one->team()});
    }
    room.game = copy_of(table.game());
    return room;
}

} // namespace engine_net::wire
