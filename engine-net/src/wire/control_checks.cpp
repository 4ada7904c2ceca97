#include "wire/control_checks.hpp"

#include "wire/control.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>
#include <engine_net/room_query.hpp>

#include <algorithm>
#include <cmath>

namespace engine_net::wire {

namespace {

bool is_text(const flatbuffers::String* text, std::size_t max_bytes) {
    const std::string_view view = view_of(text);
    return view.size() <= max_bytes && is_utf8(view);
}

constexpr std::size_t max_server_key_digits = 64;

bool is_blob(const flatbuffers::Vector<std::uint8_t>* bytes, std::size_t max_bytes) {
    return !bytes || bytes->size() <= max_bytes;
}

template <class Enum>
bool is_known(Enum value) {
    return value >= Enum::MIN && value <= Enum::MAX;
}

bool is_sound(const Hello& hello) {
    if (!is_text(hello.name(), max_name_bytes) || !is_text(hello.token(), max_token_bytes))
        return false;
    if (!is_blob(hello.connect_token(), max_connect_token_bytes) ||
        !is_blob(hello.seat(), max_seat_bytes))
        return false;
    return !hello.resume() || (hello.resume()->secret()->size() <= secret_bytes &&
                               is_blob(hello.resume()->ticket(), max_ticket_bytes));
}
bool is_sound(const Welcome& welcome) {
    return welcome.secret()->size() == secret_bytes && welcome.tick_rate() >= 1 &&
           welcome.tick_rate() <= max_tick_rate && welcome.session() != 0 &&
           is_text(welcome.user(), max_user_bytes) && is_blob(welcome.ticket(), max_ticket_bytes) &&
           is_text(welcome.invite(), max_invite_bytes);
}
bool is_sound(const Confirm&) {
    return true;
}
/// Absent it is sound.
bool is_sound(const Elsewhere* elsewhere) {
    return !elsewhere || (is_text(elsewhere->address(), max_node_address_bytes) &&
                          is_text(elsewhere->server_key(), max_server_key_digits) &&
                          is_blob(elsewhere->seat(), max_seat_bytes));
}
bool is_sound(const Refuse& refuse) {
    return is_known(refuse.reason()) && is_text(refuse.detail(), max_reason_bytes) &&
           is_known(refuse.join_error()) && is_sound(refuse.elsewhere());
}
bool is_sound(const StateCheck&) {
    return true;
}
bool are_sound(const flatbuffers::Vector<flatbuffers::Offset<Property>>* properties) {
    if (!properties) return true;
    return properties->size() <= max_ticket_properties &&
           std::ranges::all_of(*properties, [](const Property* property) {
               return is_text(property->key(), max_property_bytes) &&
                      is_text(property->value(), max_property_bytes);
           });
}
bool is_sound(const JoinRoom& join) {
    if (!is_blob(join.metadata(), max_metadata_bytes) || !is_text(join.party(), max_party_bytes))
        return false;
    if (!std::isfinite(join.rank()) || !are_sound(join.properties())) return false;
    return is_known(join.mode()) && is_text(join.kind(), max_name_bytes) &&
           is_text(join.name(), max_name_bytes) && is_text(join.password(), max_password_bytes) &&
           is_text(join.invite(), max_invite_bytes);
}
bool is_sound(const JoinAnswer& answer) {
    return is_known(answer.error()) && is_text(answer.detail(), max_reason_bytes) &&
           is_text(answer.invite(), max_invite_bytes) && is_sound(answer.elsewhere());
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
        if (!is_known(line->phase()) || !is_blob(line->metadata(), max_metadata_bytes))
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
bool is_sound(const Move& move) {
    return is_sound(move.elsewhere()) && is_text(move.reason(), max_reason_bytes);
}
bool is_sound(const Ticket& ticket) {
    return is_blob(ticket.ticket(), max_ticket_bytes);
}

bool is_sound(const FindRooms& find) {
    const auto is_filter = [](const RoomFilter* filter) {
        return is_text(filter->field(), max_query_text_bytes) && is_known(filter->is()) &&
               is_text(filter->text(), max_query_text_bytes);
    };
    const auto is_order = [](const RoomOrder* order) {
        return is_text(order->field(), max_query_text_bytes);
    };
    if (find.where() && (find.where()->size() > max_query_filters ||
                         !std::ranges::all_of(*find.where(), is_filter)))
        return false;
    if (find.order() &&
        (find.order()->size() > max_query_orders || !std::ranges::all_of(*find.order(), is_order)))
        return false;
    return is_text(find.kind(), max_name_bytes);
}
bool is_sound(const Answer& answer) {
    return is_known(answer.error()) && is_text(answer.detail(), max_reason_bytes) &&
           is_blob(answer.payload(), max_call_bytes);
}
bool is_sound(const RoomCommand& command) {
    return is_known(command.verb()) && is_text(command.reason(), max_reason_bytes);
}
bool is_sound(const SetMetadata& set) {
    return is_blob(set.metadata(), max_metadata_bytes);
}
bool is_sound(const CancelQueue&) {
    return true;
}
bool is_sound(const QueueProgress&) {
    return true;
}
bool is_sound(const Subscribe& subscribe) {
    return is_text(subscribe.channel(), max_channel_name_bytes);
}
bool is_sound(const Unsubscribe&) {
    return true;
}
bool is_sound(const Publish& publish) {
    const bool is_said =
        publish.kind() == ChannelKind::message || publish.kind() == ChannelKind::chat;
    return is_said && is_text(publish.channel(), max_channel_name_bytes) &&
           is_text(publish.event(), max_event_name_bytes) &&
           is_blob(publish.payload(), max_channel_payload_bytes);
}
bool is_sound(const Call& call) {
    return is_text(call.name(), max_event_name_bytes) && is_blob(call.payload(), max_call_bytes);
}
bool is_sound(const SetStatus& status) {
    return is_text(status.text(), max_status_bytes);
}
bool is_sound(const WatchUsers& watch) {
    return watch.users()->size() <= max_watched_users &&
           std::ranges::all_of(*watch.users(), [](const flatbuffers::String* user) {
               return is_text(user, max_user_bytes);
           });
}

} // namespace

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
    case Message::FindRooms: return is_sound(*envelope.message_as_FindRooms());
    case Message::Answer: return is_sound(*envelope.message_as_Answer());
    case Message::RoomCommand: return is_sound(*envelope.message_as_RoomCommand());
    case Message::SetMetadata: return is_sound(*envelope.message_as_SetMetadata());
    case Message::CancelQueue: return is_sound(*envelope.message_as_CancelQueue());
    case Message::QueueProgress: return is_sound(*envelope.message_as_QueueProgress());
    case Message::Subscribe: return is_sound(*envelope.message_as_Subscribe());
    case Message::Unsubscribe: return is_sound(*envelope.message_as_Unsubscribe());
    case Message::Publish: return is_sound(*envelope.message_as_Publish());
    case Message::Call: return is_sound(*envelope.message_as_Call());
    case Message::SetStatus: return is_sound(*envelope.message_as_SetStatus());
    case Message::WatchUsers: return is_sound(*envelope.message_as_WatchUsers());
    case Message::Move: return is_sound(*envelope.message_as_Move());
    case Message::Ticket: return is_sound(*envelope.message_as_Ticket());
    case Message::NONE: return false;
    }
    return false;
}

bool is_sound(const RoomNews& news) {
    const bool is_long = news.gone() && news.gone()->size() > max_rooms_per_page;
    return !is_long && are_sound(*news.rooms());
}

bool is_sound(const RoomPeople& people) {
    if (people.members()->size() > max_lines || !is_known(people.phase())) return false;
    if (people.gone() && people.gone()->size() > max_lines) return false;
    return std::ranges::all_of(*people.members(), [](const Member* member) {
        return is_text(member->user(), max_user_bytes) && is_text(member->name(), max_name_bytes);
    });
}

bool is_sound(const ChannelNews& news) {
    return news.messages()->size() <= max_lines &&
           std::ranges::all_of(*news.messages(), [](const ChannelMessage* message) {
               return is_known(message->kind()) && is_text(message->user(), max_user_bytes) &&
                      is_text(message->name(), max_name_bytes) &&
                      is_text(message->event(), max_event_name_bytes) &&
                      is_blob(message->payload(), max_channel_payload_bytes);
           });
}

bool is_sound(const UserNews& news) {
    return news.users()->size() <= max_lines &&
           std::ranges::all_of(*news.users(), [](const UserLine* line) {
               return is_text(line->user(), max_user_bytes) &&
                      is_text(line->name(), max_name_bytes) && is_known(line->state()) &&
                      is_text(line->status(), max_status_bytes);
           });
}

} // namespace engine_net::wire
