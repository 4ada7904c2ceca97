#pragma once

#include "core/bytes.hpp"
#include "wire/message_builder.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/lobby.hpp>
#include <engine_net/tick.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace engine_net::wire {

/// Encodes the messages of `control.fbs` about sessions and rooms, one function each. Text that is
/// too long is cut, and what is not UTF-8 in it replaced, so that no message is refused for it. A
/// result is good until the next call.
class ControlEncoder : private MessageBuilder {
public:
    struct Resume {
        SessionId session;
        Bytes secret;
        std::uint32_t received;
        bool has_forgotten;
        Bytes ticket{};
    };
    struct Elsewhere {
        std::string_view address{};
        std::string_view server_key{};
        Bytes seat{};
    };
    struct Welcome {
        SessionId session;
        Bytes secret;
        std::uint16_t tick_rate;
        std::uint32_t grace_ms;
        bool resumed;
        std::uint32_t received;
        std::uint32_t sent;
        RoomId room;
        PresenceId presence;
        std::uint64_t schema_digest;
        std::uint32_t room_grace_ms;
        Tick tick;
        std::string_view user{};
        Bytes ticket{};
        std::string_view invite{};
    };
    struct JoinRoom {
        std::uint32_t request;
        JoinMode mode;
        RoomId room;
        std::string_view kind;
        std::string_view name;
        std::uint32_t capacity;
        std::uint64_t schema_digest;
        bool is_private = false;
        std::string_view password{};
        std::string_view invite{};
        bool as_spectator = false;
        Bytes metadata{};
        double rank = 0;
        const std::map<std::string, std::string>* properties = nullptr; ///< null: none
        std::string_view party{};
        std::uint32_t party_size = 0;
    };
    struct JoinAnswer {
        std::uint32_t request;
        RequestError error;
        std::string_view detail;
        RoomId room;
        PresenceId presence;
        Tick tick;
        std::uint64_t schema_digest;
        std::uint32_t grace_ms;
        std::string_view invite{};
        const Elsewhere* elsewhere = nullptr; ///< null: here
    };

    struct Newcomer {
        std::string_view name{};
        std::string_view token{};
        std::uint32_t colour = 0;
        bool is_admin = false;
        Bytes connect_token{};
        Bytes seat{};
    };

    Bytes hello(std::uint32_t version, const Newcomer& newcomer, const Resume* resume);
    Bytes welcome(const Welcome& welcome);
    Bytes confirm();
    Bytes refuse(RefuseReason reason, std::string_view detail);
    Bytes refuse_elsewhere(const Elsewhere& place, std::string_view detail);
    Bytes refuse_seat(RequestError error, std::string_view detail);
    Bytes state_check(Tick tick, std::uint64_t hash);

    // Logged: `offset` is the message's place in the log.
    Bytes join_room(std::uint32_t offset, const JoinRoom& join);
    /// As it came, to be told to another node.
    Bytes join_room(std::uint32_t offset, const wire::JoinRoom& join);
    Bytes join_answer(std::uint32_t offset, const JoinAnswer& answer);
    Bytes request_schema(std::uint32_t offset, std::uint64_t digest);
    Bytes leave_room(std::uint32_t offset);
    Bytes room_left(std::uint32_t offset,
                    RoomId room,
                    engine_net::LeaveReason reason,
                    std::string_view detail);
    Bytes list_rooms(std::uint32_t offset, std::uint32_t request, std::uint32_t first);
    Bytes room_list(std::uint32_t offset,
                    std::uint32_t request,
                    std::uint32_t total,
                    std::span<const RoomSummary> rooms);
    Bytes watch_rooms(std::uint32_t offset, std::uint32_t request, bool on);
    /// A RoomNews, which has no place in the log.
    Bytes room_news(std::span<const RoomSummary> rooms, std::span<const RoomId> gone);
    Bytes event(std::uint32_t offset, RoomId room, Bytes bytes);
    Bytes move(std::uint32_t offset, const Elsewhere& place, std::string_view reason);
    Bytes ticket(std::uint32_t offset, Bytes ticket);
    Bytes goodbye(std::uint32_t offset, engine_net::LeaveReason reason, std::string_view detail);

private:
    flatbuffers::Offset<RoomLine> line(const RoomSummary& room);
    flatbuffers::Offset<wire::Elsewhere> elsewhere(const Elsewhere& place);
    /// Null when there are none.
    flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>> blob(Bytes bytes);
};

} // namespace engine_net::wire
