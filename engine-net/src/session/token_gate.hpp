#pragma once

#include "core/bytes.hpp"
#include "session/connect_token.hpp"
#include "session/used_tokens.hpp"
#include "transport/secure/keys.hpp"

#include <engine_net/authentication.hpp>
#include <engine_net/connect_token.hpp>
#include <engine_net/ids.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

enum class TokenVerdict : std::uint8_t {
    good,
    missing,
    invalid, ///< not sealed with one of the keys
    expired, ///< or not issued yet
    other_server,
    used,
    too_many, ///< good, but no more can be remembered
};
/// For a person.
std::string_view message(TokenVerdict verdict);

/// The first field that is out of its bounds.
std::optional<std::string> problem_of(const TokenConfig& config);

/// Tells which connect tokens are good at a server, and remembers those that were used.
class TokenGate {
public:
    /// `server` is its key, as text.
    TokenGate(const TokenConfig& config, std::string server);

    struct Shown {
        TokenVerdict verdict = TokenVerdict::invalid;
        ConnectGrant grant{}; ///< of a good one, and of one that was used
        TokenNumber number{};
        SessionId began{}; ///< with one that was used
    };
    Shown look(Bytes token);
    /// From now on it is used: that session began with it.
    void use(const Shown& shown, SessionId session);

    [[nodiscard]] std::size_t remembered() const { return used_.count(); }

private:
    [[nodiscard]] TokenVerdict judge(const ConnectGrant& grant, UnixTime now) const;

    std::vector<SecretBytes> keys_;
    std::chrono::seconds tolerance_;
    std::function<UnixTime()> unix_time_;
    std::string server_;
    UsedTokens used_;
};

} // namespace engine_net
