#pragma once

#include <engine_net/people.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace engine_net {

/// Where other users are: one's friends. See `Client::users`; the same thread calls it.
class Users {
public:
    virtual ~Users() = default;

    /// From now on these are told of, at most `max_watched_users`, instead of those before: once as
    /// they are, then when it changes. None ends it. It goes on through resumes.
    virtual void watch(std::vector<std::string> users,
                       std::function<void(const UserSummary&)> on_change) = 0;
    /// As they were told of last. Good until the next `poll`.
    [[nodiscard]] virtual const std::map<std::string, UserSummary>& all() const = 0;
    /// What others are told of oneself besides where one is, at most `max_status_bytes` of text.
    virtual void set_status(bool is_away, std::string text = {}) = 0;

protected:
    Users() = default;
    Users(const Users&) = default;
    Users& operator=(const Users&) = default;
};

} // namespace engine_net
