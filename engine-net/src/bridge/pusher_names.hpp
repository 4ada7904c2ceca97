#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// What channels are called by Pusher clients, and by all others:
///
///     private-NAME            private/NAME
///     presence-NAME           presence/NAME
///     #server-to-user-ID      private/#ID
///     any other NAME          NAME
///
/// where a ; stands for a / in NAME, since there is none in theirs.
namespace engine_net::bridge::pusher {

inline constexpr std::size_t max_channel_bytes = 164; ///< of Pusher's names

enum class Kind : std::uint8_t {
    open,     ///< for all whom the game lets in
    guarded,  ///< for those for whom the backend has signed: private, encrypted
    presence, ///< the same, and all on it know who is there
    own,      ///< of one user who has signed in
};

struct Name {
    std::string channel{}; ///< as all others call it
    Kind kind = Kind::open;
    bool is_cache = false; ///< who subscribes is told what was said last
};

/// Nothing: no channel can be called so.
std::optional<Name> parse_name(std::string_view name);
/// Nothing: Pusher clients can't reach it.
std::optional<std::string> name_of(std::string_view channel);
/// The channel of a user who has signed in.
std::string channel_of_user(std::string_view user);

} // namespace engine_net::bridge::pusher
