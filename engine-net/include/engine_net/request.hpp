#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

/// What a request to the server came to.
enum class RequestError : std::uint8_t {
    none,
    unknown_kind, ///< the server has no such room kind
    no_such_room,
    room_full,
    too_many_rooms,
    refused_by_game, ///< the detail is the game's own
    schema_mismatch, ///< the detail names the field and both versions
    not_in_room,
    room_locked,       ///< by its game or host, or it is for those who are invited or matched
    wrong_password,    ///< of the room
    too_many_attempts, ///< at passwords and invite codes: wait a few seconds
    banned,            ///< from the room, by its host
    cancelled,         ///< by oneself: see `Client::cancel_queue`; or the server closes
    not_host,          ///< only the room's host may do that
    not_now,           ///< the detail says why, or the room's phase does
    no_such_player,    ///< it has left the room
    not_allowed,       ///< by the server's or the channel's rules
    muted,             ///< by the room's host, or for a while for chatting too fast
    too_fast,          ///< see `RequestLimits`: wait a second
    bad_request,       ///< the detail says what is wrong with it
    server_closing,    ///< nobody gets into a room any more: see `Server::drain`
    timed_out,         ///< no answer in the time that was given for it
    /// The session ended before the answer, or went on at another server: it may have been done.
    link_lost,
    unreachable, ///< the room is on another server, which can't be reached
};
/// One sentence for a person.
std::string_view message(RequestError error);

/// What a request without an answer of its own came to.
struct RequestResult {
    RequestError error = RequestError::none;
    std::string detail{}; ///< may be shown; often ""

    explicit operator bool() const { return error == RequestError::none; }
};
/// Called once.
using ResultHandler = std::function<void(const RequestResult&)>;

/// What `Client::call` came to.
struct CallAnswer {
    RequestError error = RequestError::none;
    std::string detail{};
    std::vector<std::uint8_t> payload{}; ///< the server's: verify it

    explicit operator bool() const { return error == RequestError::none; }
};

} // namespace engine_net
