#include "wire/people_encoder.hpp"

#include <engine_net/limits.hpp>

#include <variant>
#include <vector>

namespace engine_net::wire {

Bytes PeopleEncoder::find_rooms(std::uint32_t offset,
                                std::uint32_t request,
                                const RoomQuery& query) {
    builder.Clear();
    std::vector<flatbuffers::Offset<wire::RoomFilter>> filters;
    filters.reserve(query.where.size());
    for (const engine_net::RoomFilter& filter : query.where) {
        const auto* words = std::get_if<std::string>(&filter.value);
        const auto* number = std::get_if<double>(&filter.value);
        const auto field = text(filter.field, max_query_text_bytes);
        const auto value = words ? text(*words, max_query_text_bytes) : 0;
        filters.push_back(CreateRoomFilter(
            builder, field, static_cast<Comparison>(filter.is), value, number ? *number : 0));
    }
    std::vector<flatbuffers::Offset<wire::RoomOrder>> orders;
    orders.reserve(query.order.size());
    for (const engine_net::RoomOrder& order : query.order) {
        const auto field = text(order.field, max_query_text_bytes);
        orders.push_back(CreateRoomOrder(builder, field, order.descending));
    }
    const auto kind = text(query.kind, max_name_bytes);
    const auto where = builder.CreateVector(filters);
    const auto order = builder.CreateVector(orders);
    return finish(CreateFindRooms(builder, request, kind, where, order, query.first, query.count),
                  offset);
}

Bytes PeopleEncoder::answer(std::uint32_t offset,
                            std::uint32_t request,
                            RequestError error,
                            std::string_view detail,
                            Bytes bytes) {
    builder.Clear();
    const auto detail_text = text(detail, max_reason_bytes);
    const auto body = payload(bytes);
    return finish(CreateAnswer(builder, request, error, detail_text, body), offset);
}

Bytes PeopleEncoder::room_command(std::uint32_t offset,
                                  std::uint32_t request,
                                  RoomId room,
                                  engine_net::RoomVerb verb,
                                  PresenceId presence,
                                  std::string_view reason) {
    builder.Clear();
    const auto reason_text = text(reason, max_reason_bytes);
    return finish(
        CreateRoomCommand(
            builder, request, room.value, static_cast<RoomVerb>(verb), presence.value, reason_text),
        offset);
}

Bytes PeopleEncoder::set_metadata(std::uint32_t offset,
                                  std::uint32_t request,
                                  RoomId room,
                                  Bytes metadata) {
    builder.Clear();
    const auto body = payload(metadata);
    return finish(CreateSetMetadata(builder, request, room.value, body), offset);
}

Bytes PeopleEncoder::cancel_queue(std::uint32_t offset, std::uint32_t request) {
    builder.Clear();
    return finish(CreateCancelQueue(builder, request), offset);
}

Bytes PeopleEncoder::queue_progress(std::uint32_t offset,
                                    std::uint32_t request,
                                    std::uint32_t waiting,
                                    std::uint32_t needed,
                                    Duration waited,
                                    double window) {
    builder.Clear();
    const auto waited_ms = static_cast<std::uint32_t>(waited.count() / 1000);
    return finish(CreateQueueProgress(builder, request, waiting, needed, waited_ms, window),
                  offset);
}

Bytes PeopleEncoder::subscribe(std::uint32_t offset,
                               std::uint32_t request,
                               std::string_view channel,
                               Position position,
                               std::uint32_t recent) {
    builder.Clear();
    const auto name = text(channel, max_channel_name_bytes);
    return finish(CreateSubscribe(builder, request, name, position.epoch, position.next, recent),
                  offset);
}

Bytes PeopleEncoder::unsubscribe(std::uint32_t offset, std::uint32_t request) {
    builder.Clear();
    return finish(CreateUnsubscribe(builder, request), offset);
}

Bytes PeopleEncoder::publish(std::uint32_t offset,
                             std::uint32_t request,
                             const engine_net::ChannelMessage& message,
                             bool to_self) {
    builder.Clear();
    const auto channel = text(message.channel, max_channel_name_bytes);
    const auto event = text(message.event, max_event_name_bytes);
    const auto body = payload(message.payload);
    return finish(CreatePublish(builder,
                                request,
                                channel,
                                static_cast<ChannelKind>(message.kind),
                                event,
                                body,
                                to_self),
                  offset);
}

Bytes PeopleEncoder::call(
    std::uint32_t offset, std::uint32_t request, RoomId room, std::string_view name, Bytes bytes) {
    builder.Clear();
    const auto name_text = text(name, max_event_name_bytes);
    const auto body = payload(bytes);
    return finish(CreateCall(builder, request, room.value, name_text, body), offset);
}

Bytes PeopleEncoder::set_status(std::uint32_t offset, bool is_away, std::string_view status) {
    builder.Clear();
    const auto words = text(status, max_status_bytes);
    return finish(CreateSetStatus(builder, is_away, words), offset);
}

Bytes PeopleEncoder::watch_users(std::uint32_t offset,
                                 std::uint32_t request,
                                 std::span<const std::string> users) {
    builder.Clear();
    std::vector<flatbuffers::Offset<flatbuffers::String>> names;
    names.reserve(users.size());
    for (const std::string& user : users) names.push_back(text(user, max_user_bytes));
    const auto vector = builder.CreateVector(names);
    return finish(CreateWatchUsers(builder, request, vector), offset);
}

Bytes PeopleEncoder::room_people(const People& people) {
    builder.Clear();
    std::vector<flatbuffers::Offset<Member>> members;
    members.reserve(people.members.size());
    for (const RoomMember& member : people.members) {
        const auto user = text(member.user, max_user_bytes);
        const auto name = text(member.name, max_name_bytes);
        members.push_back(CreateMember(builder,
                                       member.id.value,
                                       user,
                                       name,
                                       member.colour,
                                       member.is_spectator,
                                       member.is_connected,
                                       member.is_ready,
                                       member.is_muted,
                                       member.team));
    }
    std::vector<std::uint32_t> gone;
    gone.reserve(people.gone.size());
    for (const PresenceId who : people.gone) gone.push_back(who.value);
    const auto member_vector = builder.CreateVector(members);
    const auto gone_vector = builder.CreateVector(gone);
    return finish_bare(CreateRoomPeople(builder,
                                        member_vector,
                                        gone_vector,
                                        static_cast<RoomPhase>(people.phase),
                                        people.start.value,
                                        people.host.value));
}

Bytes PeopleEncoder::channel_news(std::span<const engine_net::ChannelMessage> messages) {
    builder.Clear();
    std::vector<flatbuffers::Offset<wire::ChannelMessage>> offsets;
    offsets.reserve(messages.size());
    for (const engine_net::ChannelMessage& message : messages) {
        const auto user = text(message.user, max_user_bytes);
        const auto name = text(message.name, max_name_bytes);
        const auto event = text(message.event, max_event_name_bytes);
        const auto body = payload(message.payload);
        offsets.push_back(CreateChannelMessage(builder,
                                               message.number,
                                               static_cast<ChannelKind>(message.kind),
                                               user,
                                               name,
                                               event,
                                               body));
    }
    const auto vector = builder.CreateVector(offsets);
    return finish_bare(CreateChannelNews(builder, vector));
}

Bytes PeopleEncoder::user_news(std::span<const UserSummary> users) {
    builder.Clear();
    std::vector<flatbuffers::Offset<UserLine>> lines;
    lines.reserve(users.size());
    for (const UserSummary& user : users) {
        const auto id = text(user.user, max_user_bytes);
        const auto name = text(user.name, max_name_bytes);
        const auto status = text(user.status, max_status_bytes);
        lines.push_back(CreateUserLine(
            builder, id, name, static_cast<UserState>(user.state), status, user.room.value));
    }
    const auto vector = builder.CreateVector(lines);
    return finish_bare(CreateUserNews(builder, vector));
}

} // namespace engine_net::wire
