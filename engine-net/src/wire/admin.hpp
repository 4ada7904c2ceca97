#pragma once

#include "core/bytes.hpp"
#include "wire/message_builder.hpp"

#include <engine_net/admin.hpp>

#include "admin_generated.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// The call "admin" of an admin session: see `schemas/admin.fbs`.
namespace engine_net::wire {

inline constexpr std::string_view admin_call = "admin";
inline constexpr std::size_t admin_number_bytes = 32;
inline constexpr std::size_t admin_proof_bytes = 32;

/// Null for what is no such request, or not within its bounds.
const AdminRequest* decode_admin_request(Bytes bytes);
const AdminReply* decode_admin_reply(Bytes bytes);

// What a server told.
ServerStats stats_of(const AdminServer& server);
AdminLinks links_of(const AdminServer& server);
/// Null: of its receive no more is known.
TickRecord record_of(const AdminTick& tick, const AdminReceiveParts* parts);
RoomTickRecord record_of(const AdminRoomTick& tick);
AdminRoom room_of(const AdminRoomLine& line);
AdminMember admin_member_of(const AdminMemberLine& line);

engine_net::AdminBytes bytes_of(const AdminBytes& bytes);
MessageTraffic traffic_of(const AdminMessageLine& line);

/// An entity's place in its room.
struct AdminPlace {
    std::uint16_t type = 0;
    std::uint16_t slot = 0;
};
/// Of the line that tells of an act.
inline constexpr std::size_t max_admin_act_bytes = 1024;
/// What an entity has before its struct's bytes: id and owner.
inline constexpr std::size_t admin_entity_header_bytes = 8;

/// Encodes requests. What it gives is good until the next call.
class AdminAsker : private MessageBuilder {
public:
    Bytes begin();
    Bytes login(Bytes proof);
    Bytes server(std::optional<Tick> after);
    Bytes rooms(std::uint32_t first);
    Bytes room(RoomId room, std::uint64_t after, Tick after_tick);
    Bytes act(const AdminAction& action);
    Bytes schema(RoomId room, std::size_t offset);
    Bytes entities(RoomId room, AdminPlace from, PresenceId viewer = {});
    Bytes bytes(RoomId room, PresenceId viewer);
    Bytes messages();

private:
    template <class Table>
    Bytes finish_request(flatbuffers::Offset<Table> ask) {
        return finish_bare(
            CreateAdminRequest(builder, AdminAskTraits<Table>::enum_value, ask.Union()));
    }
};

/// Encodes replies, each of at most `max_call_bytes`. What it gives is good until the next call.
class AdminTeller : private MessageBuilder {
public:
    Bytes challenge(Bytes number);
    Bytes welcome(AdminRights rights, std::uint32_t tick_rate);
    Bytes
    server(const ServerStats& stats, const AdminLinks& links, std::span<const TickRecord> newest);
    Bytes done();

    /// Page by page: `add_room` until it says that there is no more room for one, then `rooms`.
    void begin_rooms();
    bool add_room(const AdminRoom& room);
    Bytes rooms(std::uint32_t first, std::uint32_t next);
    /// The same of one room: its newest ticks, those in it, then what was said, as far as there is
    /// room.
    void begin_room(std::span<const RoomTickRecord> ticks = {});
    bool add_member(const AdminMember& member);
    bool add_said(const AdminLine& line);
    bool add_act(const std::string& act);
    /// Of `view` all but the lists.
    Bytes room(const AdminRoomView& view, bool exists);

    /// As much of it as fits from `offset` on.
    Bytes schema(RoomId room, std::uint64_t digest, Bytes schema, std::size_t offset);
    /// Entity by entity, types in their order; `add_entity` says no when there is no more room.
    void begin_entities();
    struct Entity {
        std::uint16_t type = 0;
        EntityId id;
        PresenceId owner;
        std::uint16_t age = 0; ///< ticks
        Bytes state;
    };
    bool add_entity(const Entity& entity);
    /// `next`: where it goes on; nothing: these were the last.
    Bytes entities(RoomId room,
                   PresenceId viewer,
                   std::uint64_t digest,
                   Tick tick,
                   const std::optional<AdminPlace>& next);

    /// Types and fields that there is no room for are put together.
    Bytes bytes(const engine_net::AdminBytes& bytes, bool exists);
    Bytes messages(std::span<const AdminMessageLine> lines);

private:
    template <class Table>
    Bytes finish_reply(flatbuffers::Offset<Table> tell) {
        return finish_bare(
            CreateAdminReply(builder, AdminTellTraits<Table>::enum_value, tell.Union()));
    }
    flatbuffers::Offset<AdminTypeBits> add_type_bits(const TypeTraffic& type);
    [[nodiscard]] bool has_space() const;

    std::vector<flatbuffers::Offset<AdminRoomLine>> rooms_;
    std::vector<flatbuffers::Offset<AdminMemberLine>> members_;
    std::vector<flatbuffers::Offset<AdminSaid>> said_;
    flatbuffers::Offset<flatbuffers::Vector<const AdminRoomTick*>> room_ticks_;
    std::vector<flatbuffers::Offset<flatbuffers::String>> acts_;
    struct Run {
        std::uint16_t type = 0;
        std::vector<std::uint8_t> entities{};
        std::vector<std::uint16_t> ages{};
    };
    std::vector<Run> runs_;
    std::size_t run_bytes_ = 0;
};

} // namespace engine_net::wire
