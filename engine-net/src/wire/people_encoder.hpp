#pragma once

#include "core/bytes.hpp"
#include "wire/message_builder.hpp"

#include <engine_net/channel.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/people.hpp>
#include <engine_net/room_query.hpp>
#include <engine_net/tick.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace engine_net::wire {

/// Encodes the messages of `control.fbs` about people: what they do in rooms besides playing, who
/// waits for a match, channels, users. As `ControlEncoder` does it.
class PeopleEncoder : private MessageBuilder {
public:
    struct People {
        std::span<const RoomMember> members;
        std::span<const PresenceId> gone;
        engine_net::RoomPhase phase{};
        Tick start{};
        PresenceId host{};
    };
    struct Position {
        std::uint64_t epoch = 0;
        std::uint64_t next = 0;
    };

    // Logged: `offset` is the message's place in the log.
    Bytes find_rooms(std::uint32_t offset, std::uint32_t request, const RoomQuery& query);
    Bytes answer(std::uint32_t offset,
                 std::uint32_t request,
                 RequestError error,
                 std::string_view detail,
                 Bytes bytes = {});
    Bytes room_command(std::uint32_t offset,
                       std::uint32_t request,
                       RoomId room,
                       engine_net::RoomVerb verb,
                       PresenceId presence,
                       std::string_view reason);
    Bytes set_metadata(std::uint32_t offset, std::uint32_t request, RoomId room, Bytes metadata);
    Bytes cancel_queue(std::uint32_t offset, std::uint32_t request);
    Bytes queue_progress(std::uint32_t offset,
                         std::uint32_t request,
                         std::uint32_t waiting,
                         std::uint32_t needed,
                         Duration waited,
                         double window);
    Bytes subscribe(std::uint32_t offset,
                    std::uint32_t request,
                    std::string_view channel,
                    Position position,
                    std::uint32_t recent);
    Bytes unsubscribe(std::uint32_t offset, std::uint32_t request);
    Bytes publish(std::uint32_t offset,
                  std::uint32_t request,
                  const engine_net::ChannelMessage& message,
                  bool to_self);
    Bytes call(std::uint32_t offset,
               std::uint32_t request,
               RoomId room,
               std::string_view name,
               Bytes bytes);
    Bytes set_status(std::uint32_t offset, bool is_away, std::string_view status);
    Bytes
    watch_users(std::uint32_t offset, std::uint32_t request, std::span<const std::string> users);

    // Without a place in the log.
    Bytes room_people(const People& people);
    Bytes channel_news(std::span<const engine_net::ChannelMessage> messages);
    Bytes user_news(std::span<const UserSummary> users);
};

} // namespace engine_net::wire
