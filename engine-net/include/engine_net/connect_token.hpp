#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/limits.hpp>
#include <engine_net/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

// A connect token is what a game's backend gives a player whom it knows, for one visit to a server:
// sealed with a key that the backend and its servers share, so that nobody else can make one, nor
// change it. A server with `Auth::token` lets nobody play without one, each once. PROTOCOL.md draws
// the bytes, for backends in other languages.

/// A server that a token is good for.
struct TokenServer {
    std::string key{};     ///< `Server::key`: the client takes no other server for it
    std::string address{}; ///< for the client, as "host:port", at most `max_token_address_bytes` of
                           ///< text that can be shown; "": it knows by other means
};

/// What a token says.
struct ConnectGrant {
    std::string user{}; ///< who the player is, the same each time: 1 to `max_user_bytes` of UTF-8
    std::string name{}; ///< what it is called; "": whatever it calls itself
    std::string room{}; ///< the name of the rooms that it may be in; "": any. No secret
    UnixTime issued_at{};
    UnixTime expires_at{}; ///< until then it may begin to play; at most `longest_token_life` later
    std::vector<TokenServer> servers{}; ///< 1 to `max_token_servers`; once on each of them
};

/// What the player who has a token can read of it.
struct TokenInfo {
    UnixTime expires_at{};
    std::vector<TokenServer> servers{};
};

/// A new key for tokens: 64 hexadecimal digits of the system's randomness. A secret: whoever has it
/// can let in whom they like.
std::string make_connect_token_key();

/// The token, `A-Z a-z 0-9 - _` and at most `max_connect_token_digits` long: for JSON, a URL or a
/// command line. A secret until it is used: whoever shows it first is that player. On failure, what
/// is wrong with the key or the grant. From any thread.
Result<std::string, std::string> seal_connect_token(std::string_view key,
                                                    const ConnectGrant& grant);

/// Nothing: it is no token. What is said of it has not been proved: only a server can tell.
std::optional<TokenInfo> read_connect_token(std::string_view token);
/// All of it, for who has the key; nothing when it was not sealed with that. Says nothing of
/// whether it has expired.
std::optional<ConnectGrant> open_connect_token(std::string_view key, std::string_view token);

} // namespace engine_net
