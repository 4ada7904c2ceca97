#include "client/request_error.hpp"

namespace engine_net {

std::string_view message(RequestError error) {
    switch (error) {
    case RequestError::none: return "done";
    case RequestError::unknown_kind: return "the server has no rooms of this kind";
    case RequestError::no_such_room: return "there is no such room";
    case RequestError::room_full: return "the room is full";
    case RequestError::too_many_rooms: return "the server runs as many rooms as it may";
    case RequestError::refused_by_game: return "the game refused";
    case RequestError::schema_mismatch: return "client and server have different schemas";
    case RequestError::not_in_room: return "not in a room";
    case RequestError::room_locked: return "the room is locked";
    case RequestError::wrong_password: return "the password is wrong";
    case RequestError::too_many_attempts: return "too many attempts: wait a few seconds";
    case RequestError::banned: return "banned from this room";
    case RequestError::cancelled: return "cancelled";
    case RequestError::not_host: return "only the host may do that";
    case RequestError::not_now: return "not possible at present";
    case RequestError::no_such_player: return "there is no such player in the room";
    case RequestError::not_allowed: return "not allowed";
    case RequestError::muted: return "muted";
    case RequestError::too_fast: return "too fast: wait a second";
    case RequestError::bad_request: return "the request makes no sense";
    case RequestError::server_closing: return "the server is closing";
    case RequestError::timed_out: return "no answer in time";
    case RequestError::link_lost: return "the connection ended before the answer";
    case RequestError::unreachable: return "the server of the room can't be reached";
    }
    return "unknown";
}

RequestError error_of(wire::RequestError error) {
    switch (error) {
    case wire::RequestError::none: return RequestError::none;
    case wire::RequestError::unknown_kind: return RequestError::unknown_kind;
    case wire::RequestError::no_such_room: return RequestError::no_such_room;
    case wire::RequestError::room_full: return RequestError::room_full;
    case wire::RequestError::too_many_rooms: return RequestError::too_many_rooms;
    case wire::RequestError::refused_by_game: return RequestError::refused_by_game;
    case wire::RequestError::schema_mismatch: return RequestError::schema_mismatch;
    case wire::RequestError::not_in_room: return RequestError::not_in_room;
    case wire::RequestError::room_locked: return RequestError::room_locked;
    case wire::RequestError::wrong_password: return RequestError::wrong_password;
    case wire::RequestError::too_many_attempts: return RequestError::too_many_attempts;
    case wire::RequestError::banned: return RequestError::banned;
    case wire::RequestError::cancelled: return RequestError::cancelled;
    case wire::RequestError::not_host: return RequestError::not_host;
    case wire::RequestError::not_now: return RequestError::not_now;
    case wire::RequestError::no_such_player: return RequestError::no_such_player;
    case wire::RequestError::not_allowed: return RequestError::not_allowed;
    case wire::RequestError::muted: return RequestError::muted;
    case wire::RequestError::too_fast: return RequestError::too_fast;
    case wire::RequestError::bad_request: return RequestError::bad_request;
    case wire::RequestError::elsewhere: return RequestError::unreachable;
    case wire::RequestError::server_closing: return RequestError::server_closing;
    }
    return RequestError::refused_by_game;
}

} // namespace engine_net
