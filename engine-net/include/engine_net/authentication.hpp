#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace engine_net {

class AuthInbox;

/// A player who wants in.
struct AuthRequest {
    std::string name;  ///< as it wants to be called; may be shown to everyone
    std::string token; ///< `ClientConfig::token`, at most `max_token_bytes` of UTF-8
};

/// The answer to an `AuthRequest`. May be kept, copied, and used on any thread, also after the
/// server is gone; the first answer counts. Without one the player is sent away after
/// `ServerConfig::handshake_timeout`.
class AuthReply {
public:
    AuthReply(std::weak_ptr<AuthInbox> inbox, std::uint64_t ticket)
        : inbox_(std::move(inbox)), ticket_(ticket) {}

    /// It is this user, 1 to `max_user_bytes` of UTF-8, by whatever name the game knows users: the
    /// same for all its sessions, shown to others. With a name, that is what it is called.
    void accept(std::string user, std::string name = {}) const;
    /// `reason` is shown to the player.
    void refuse(std::string reason) const;

private:
    std::weak_ptr<AuthInbox> inbox_;
    std::uint64_t ticket_;
};

using Authenticate = std::function<void(const AuthRequest&, AuthReply)>;

} // namespace engine_net
