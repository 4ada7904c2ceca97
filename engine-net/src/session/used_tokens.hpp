#pragma once

#include "session/connect_token.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>

namespace engine_net {

/// Tokens that were used, remembered until they have expired, whatever they are for. None is
/// forgotten for a new one.
class UsedTokens {
public:
    /// Clocks may differ by `tolerance`; no more than `most` are remembered.
    UsedTokens(std::chrono::seconds tolerance, std::size_t most)
        : tolerance_(tolerance), most_(most) {}

    /// Those that have expired by now.
    void forget_expired(UnixTime now);
    /// Whether it is too late for one, or it could have been used and forgotten since, because the
    /// clock was put back.
    [[nodiscard]] bool is_over(UnixTime expires_at, UnixTime now) const {
        return now > expires_at + tolerance_ || expires_at <= forgotten_until_;
    }
    /// The session that began with it, if it was used.
    [[nodiscard]] std::optional<SessionId> find(const TokenNumber& number) const;
    [[nodiscard]] bool is_full() const { return used_.size() >= most_; }
    void use(const TokenNumber& number, UnixTime expires_at, SessionId session);
    [[nodiscard]] std::size_t count() const { return used_.size(); }

private:
    std::chrono::seconds tolerance_;
    std::size_t most_;
    std::map<TokenNumber, SessionId> used_;
    std::multimap<UnixTime, TokenNumber> by_expiry_;
    UnixTime forgotten_until_{};
};

} // namespace engine_net
