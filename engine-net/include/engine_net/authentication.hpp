#pragma once

#include <engine_net/clock.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace engine_net {

class AuthInbox;

/// Who may begin to play. Whoever has begun may always come back (`Client::resume_token`).
enum class Auth : std::uint8_t {
    open, ///< whoever comes, unless `ServerConfig::authenticate` says otherwise
    /// Whoever shows a connect token that was not used before: see `connect_token.hpp`. Browsers
    /// may watch without one; `ServerConfig::authorise_channel` says whether they may talk.
    token,
};

/// Which connect tokens a server takes.
struct TokenConfig {
    /// What they are sealed with, 1 to `max_token_keys`, each as `make_connect_token_key` gives it.
    /// Any of them will do: add the next one before a backend uses it, and take the old one away
    /// when the last token of it has expired.
    std::vector<std::string> keys{};
    /// By which the backend's clock may differ from the server's, 0 to 600 s.
    std::chrono::seconds clock_tolerance{30};
    /// Used tokens, some 150 bytes each, which are remembered until they have expired. When there
    /// are so many, those that come are refused; none is forgotten for them.
    std::size_t max_remembered = 65'536;
    std::function<UnixTime()> unix_time = unix_time_now; ///< to tell what has expired
};

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
