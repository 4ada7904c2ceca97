#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// The bounds that the wire imposes, the same for every server and client. What one server may
/// choose for itself stands in `ServerConfig`.
namespace engine_net {

/// A UDP payload that passes every path in use (IPv6 asks for 1,280 with headers; VPNs take some).
inline constexpr std::size_t max_datagram_bytes = 1200;
/// Kept free for the secure layer's header and tag.
inline constexpr std::size_t secure_layer_bytes = 25;
/// What ENet may fill.
inline constexpr std::size_t enet_mtu_bytes = max_datagram_bytes - secure_layer_bytes;
/// ENet's own headers in a datagram with one unsequenced or reliable command.
inline constexpr std::size_t enet_header_bytes = 28;
/// The largest message that travels as one datagram. One byte more would become two reliable
/// fragments, which an unreliable message must never be.
inline constexpr std::size_t max_message_bytes = enet_mtu_bytes - enet_header_bytes;
/// The largest reliable message, for control, events and bulk; ENet cuts it into fragments.
inline constexpr std::size_t max_reliable_message_bytes = 64 * 1024;
/// One game event, so that it and its envelope fit a reliable message many times over.
inline constexpr std::size_t max_event_bytes = 16 * 1024;
/// One unreliable game event, which is a datagram of its own with a header of 8 bytes.
inline constexpr std::size_t max_unreliable_event_bytes = max_message_bytes - 8;
/// A room's state, or a presence's own. It travels in pieces.
inline constexpr std::size_t max_state_bytes = 64 * 1024;
/// Tables of a state: as many as fit one. Events and messages have fewer, see `verified`.
inline constexpr std::uint32_t max_state_tables = max_state_bytes / 8;
/// Pieces of states and schemas that one player is sent in a tick, each a full datagram: 4.5 kB, so
/// 64 kB take a quarter second at 60 Hz, if the way there is short.
inline constexpr std::size_t max_bulk_pieces_per_tick = 4;
/// Reliable data that may wait for a player's acknowledgement when such a piece is sent. It
/// is all that can queue before a snapshot or an event: 32 ms on a way of 2 Mbit/s. On the other
/// hand no more than this travels in a round trip.
inline constexpr std::size_t max_bytes_waiting_before_bulk = 8 * 1024;
/// A game's compiled schema (the arena's has 5 kB), and its prior (the arena's has 37 kB). They
/// travel in pieces to a client that has others.
inline constexpr std::size_t max_schema_bytes = 256 * 1024;
inline constexpr std::size_t max_prior_bytes = 256 * 1024;
/// A game's input struct for one tick; many must fit one datagram for redundancy.
inline constexpr std::size_t max_input_bytes = 64;
/// Newest inputs repeated in one datagram; 16 cover a loss of a quarter second at 60 Hz.
inline constexpr std::size_t max_redundant_inputs = 16;
/// Inputs of a player whose link was lost that are replayed after its resume; the older are
/// dropped.
inline constexpr std::size_t max_replayed_inputs = 128;
/// Ticks per second of a server.
inline constexpr std::uint32_t max_tick_rate = 240;
/// Bytes (not characters) of a player's, room's or room kind's name, as UTF-8.
inline constexpr std::size_t max_name_bytes = 64;
/// Bytes of a room's password, as UTF-8, and of its invite code.
inline constexpr std::size_t max_password_bytes = 64;
inline constexpr std::size_t max_invite_bytes = 16;
/// Bytes of a reason given to a person.
inline constexpr std::size_t max_reason_bytes = 256;
/// What a client shows to `ServerConfig::authenticate`, and the name of a user that it gives.
inline constexpr std::size_t max_token_bytes = 1024;
inline constexpr std::size_t max_user_bytes = 64;
/// Connect tokens. Their memory is bounded by how long they live, so that is bounded too.
inline constexpr std::size_t max_token_servers = 8;
inline constexpr std::size_t max_token_address_bytes = 64;
inline constexpr std::chrono::hours longest_token_life{24};
/// One with as much of everything as it may have, and its text, in which 3 bytes are 4 digits.
inline constexpr std::size_t max_connect_token_bytes = 1029;
inline constexpr std::size_t max_connect_token_digits = 1372;
/// Keys for them that a server takes at a time, so that an old one can be replaced.
inline constexpr std::size_t max_token_keys = 4;
/// Where a node of a cluster is reached: a name of DNS, a colon and a port.
inline constexpr std::size_t max_node_address_bytes = 260;
/// What a node seals for another one, a player's seat and whose session it is. As PROTOCOL.md draws
/// them they are shorter.
inline constexpr std::size_t max_seat_bytes = 8 * 1024;
inline constexpr std::size_t max_ticket_bytes = 512;
/// A user's own words on its state.
inline constexpr std::size_t max_status_bytes = 128;
/// What the lobby list says of a room in the game's own table; a page of rooms is one message.
inline constexpr std::size_t max_metadata_bytes = 512;
/// Names of channels and of what is said on them, as UTF-8.
inline constexpr std::size_t max_channel_name_bytes = 164;
inline constexpr std::size_t max_event_name_bytes = 200;
/// One message on a channel, and a line of chat, as UTF-8.
inline constexpr std::size_t max_channel_payload_bytes = 10 * 1024;
inline constexpr std::size_t max_chat_bytes = 512;
/// Channels that one session may be subscribed to.
inline constexpr std::size_t max_subscriptions = 32;
/// What a call of `Client::call` and its answer carry.
inline constexpr std::size_t max_call_bytes = 16 * 1024;
/// What a game may save of a room that goes to another server of the cluster.
inline constexpr std::size_t max_saved_game_bytes = 512 * 1024;
/// Users that one session may watch, and properties that a ticket may have.
inline constexpr std::size_t max_watched_users = 256;
inline constexpr std::size_t max_ticket_properties = 8;
inline constexpr std::size_t max_property_bytes = 64;
inline constexpr std::size_t max_party_bytes = 64;
/// Rooms in one page of the lobby list.
inline constexpr std::size_t max_rooms_per_page = 64;
/// Changes of the lobby list that are kept for who watches it. Whoever falls farther behind is told
/// the whole list anew.
inline constexpr std::size_t max_room_changes = 16'384;
/// Rooms that a client keeps of the list; it forgets what it is told beyond that.
inline constexpr std::size_t max_listed_rooms = 65'536;
/// Threads that one server spreads its rooms over.
inline constexpr std::uint32_t max_room_threads = 64;
/// Seats of one room.
inline constexpr std::uint32_t max_room_capacity = 1024;
/// Entities of one room. Slots are 16-bit numbers on the wire.
inline constexpr std::size_t max_entities = 16'384;
/// A tick older than this many ticks is no baseline any more.
inline constexpr std::size_t history_ticks = 128;
/// Longer than any gap that a link should have; who is away for longer does nothing.
inline constexpr std::uint32_t max_repeated_inputs = 120;
/// Of `ClientConfig`. With more, at high tick rates, versions would be forgotten before they are
/// shown, and nobody wants to play so far in the past.
inline constexpr std::chrono::milliseconds longest_interpolation_delay{1'000};
inline constexpr std::chrono::milliseconds longest_extrapolation{1'000};

/// The wire version. Two ends with different ones refuse each other, saying both.
inline constexpr std::uint32_t protocol_version = 1;

} // namespace engine_net
