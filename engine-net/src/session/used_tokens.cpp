#include "session/used_tokens.hpp"

namespace engine_net {

std::optional<SessionId> UsedTokens::find(const TokenNumber& number) const {
    const auto used = used_.find(number);
    return used == used_.end() ? std::nullopt : std::optional(used->second);
}

void UsedTokens::use(const TokenNumber& number, UnixTime expires_at, SessionId session) {
    if (used_.insert_or_assign(number, session).second) by_expiry_.emplace(expires_at, number);
}

void UsedTokens::forget_expired(UnixTime now) {
    while (!by_expiry_.empty() && by_expiry_.begin()->first + tolerance_ < now) {
        forgotten_until_ = by_expiry_.begin()->first;
        used_.erase(by_expiry_.begin()->second);
        by_expiry_.erase(by_expiry_.begin());
    }
}

} // namespace engine_net
