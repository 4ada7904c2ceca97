#include "wire/node_messages.hpp"

#include "wire/control.hpp"
#include "wire/saved_room.hpp"
#include "wire/text.hpp"
#include "wire/verified_table.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>

namespace engine_net::wire {

namespace {

/// Of a SavedRoom with all its members and reserved seats; the others have less.
constexpr TableBounds bounds{.depth = 4, .tables = 2 + 4 * max_room_capacity};

template <class Table>
std::vector<std::uint8_t> finish(flatbuffers::FlatBufferBuilder& builder,
                                 flatbuffers::Offset<Table> message) {
    builder.Finish(tables::CreateNodeMessage(
        builder, tables::SayingTraits<Table>::enum_value, message.Union()));
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

bool is_text_or_none(const flatbuffers::String* text, std::size_t most) {
    return !text || text->size() == 0 || is_display_text(view_of(text), most);
}

bool is_sound(const tables::Waiting& waiting) {
    if (!is_display_name(view_of(waiting.kind())) || !is_display_name(view_of(waiting.name())))
        return false;
    if (!is_text_or_none(waiting.party(), max_party_bytes)) return false;
    if (!waiting.properties()) return true;
    return waiting.properties()->size() <= max_ticket_properties &&
           std::ranges::all_of(*waiting.properties(), [](const tables::QueueProperty* property) {
               return is_text_or_none(property->key(), max_property_bytes) &&
                      is_text_or_none(property->value(), max_property_bytes);
           });
}

bool is_sound(const tables::NodeMessage& message) {
    switch (message.saying_type()) {
    case tables::Saying::WatchFeed:
    case tables::Saying::FeedPiece:
    case tables::Saying::SessionMoved:
    case tables::Saying::NotWaiting:
    case tables::Saying::WaitProgress:
    case tables::Saying::SeatGone: return true;
    case tables::Saying::SavedRoom: return wire::is_sound(*message.saying_as_SavedRoom());
    case tables::Saying::RoomTaken:
        return is_text_or_none(message.saying_as_RoomTaken()->reason(), max_reason_bytes);
    case tables::Saying::LateEvent:
        return message.saying_as_LateEvent()->event()->size() <= max_event_bytes;
    case tables::Saying::Waiting: return is_sound(*message.saying_as_Waiting());
    case tables::Saying::WaitOver:
        return message.saying_as_WaitOver()->end() <= tables::WaitEnd::MAX &&
               is_text_or_none(message.saying_as_WaitOver()->invite(), max_invite_bytes);
    case tables::Saying::NONE: return false;
    }
    return false;
}

} // namespace

std::vector<std::uint8_t> encode_watch_feed(RoomId room, bool is_wanted) {
    flatbuffers::FlatBufferBuilder builder;
    return finish(builder, tables::CreateWatchFeed(builder, room.value, is_wanted));
}

std::vector<std::uint8_t> encode_feed_piece(Bytes piece) {
    flatbuffers::FlatBufferBuilder builder(piece.size() + 64);
    const auto bytes = builder.CreateVector(piece.data(), piece.size());
    return finish(builder, tables::CreateFeedPiece(builder, bytes));
}

std::vector<std::uint8_t> encode_session_moved(SessionId session) {
    flatbuffers::FlatBufferBuilder builder;
    return finish(builder, tables::CreateSessionMoved(builder, session.value));
}

std::vector<std::uint8_t> encode_waiting(const WaitingPlayer& player) {
    flatbuffers::FlatBufferBuilder builder;
    std::vector<flatbuffers::Offset<tables::QueueProperty>> properties;
    properties.reserve(player.properties.size());
    for (const auto& [key, value] : player.properties) {
        properties.push_back(
            tables::CreateQueuePropertyDirect(builder, key.c_str(), value.c_str()));
    }
    return finish(builder,
                  tables::CreateWaitingDirect(builder,
                                              player.session.value,
                                              player.request,
                                              player.kind.c_str(),
                                              player.name.c_str(),
                                              player.rank,
                                              &properties,
                                              player.party.c_str(),
                                              player.party_size));
}

std::vector<std::uint8_t> encode_not_waiting(SessionId session) {
    flatbuffers::FlatBufferBuilder builder;
    return finish(builder, tables::CreateNotWaiting(builder, session.value));
}

std::vector<std::uint8_t> encode_wait_over(SessionId session,
                                           std::uint32_t request,
                                           tables::WaitEnd end,
                                           std::string_view invite) {
    flatbuffers::FlatBufferBuilder builder;
    const auto code = builder.CreateString(invite);
    return finish(builder, tables::CreateWaitOver(builder, session.value, request, end, code));
}

std::vector<std::uint8_t> encode_wait_progress(SessionId session,
                                               std::uint32_t request,
                                               std::uint32_t waiting,
                                               std::uint32_t needed,
                                               Duration waited,
                                               double window) {
    flatbuffers::FlatBufferBuilder builder;
    const auto waited_ms = static_cast<std::uint32_t>(waited.count() / 1000);
    return finish(builder,
                  tables::CreateWaitProgress(
                      builder, session.value, request, waiting, needed, waited_ms, window));
}

std::vector<std::uint8_t> encode_room_taken(RoomId room, const std::string& problem) {
    flatbuffers::FlatBufferBuilder builder;
    return finish(
        builder,
        tables::CreateRoomTakenDirect(builder, room.value, problem.empty(), problem.c_str()));
}

std::vector<std::uint8_t> encode_seat_gone(RoomId room, PresenceId who) {
    flatbuffers::FlatBufferBuilder builder;
    return finish(builder, tables::CreateSeatGone(builder, room.value, who.value));
}

std::vector<std::uint8_t> encode_late_event(RoomId room, PresenceId who, Bytes event) {
    flatbuffers::FlatBufferBuilder builder(event.size() + 64);
    const auto bytes = builder.CreateVector(event.data(), event.size());
    return finish(builder, tables::CreateLateEvent(builder, room.value, who.value, bytes));
}

const tables::NodeMessage* decode_node_message(Bytes bytes) {
    const auto* const message = verified_table<tables::NodeMessage>(bytes, bounds);
    return message && is_sound(*message) ? message : nullptr;
}

WaitingPlayer player_of(const tables::Waiting& waiting) {
    WaitingPlayer player{SessionId{waiting.session()},
                         waiting.request(),
                         waiting.kind()->str(),
                         waiting.name()->str(),
                         waiting.rank(),
                         {},
                         std::string(view_of(waiting.party())),
                         waiting.party_size()};
    if (!waiting.properties()) return player;
    for (const tables::QueueProperty* property : *waiting.properties())
        player.properties.emplace(property->key()->str(), property->value()->str());
    return player;
}

} // namespace engine_net::wire
