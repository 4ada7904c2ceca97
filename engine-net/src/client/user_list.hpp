#pragma once

#include "core/bytes.hpp"

#include <engine_net/people.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace engine_net {

/// The users that a client watches, as it was told.
class UserList {
public:
    using ChangeHandler = std::function<void(const UserSummary&)>;

    void watch(std::vector<std::string> users, ChangeHandler on_change);
    /// What answers this request is taken from now on.
    void ask(std::uint32_t request) { request_ = request; }
    [[nodiscard]] const std::vector<std::string>& watched() const { return watched_; }
    [[nodiscard]] const std::map<std::string, UserSummary>& all() const { return users_; }
    /// Calls the handler for each change. False: not UserNews.
    bool receive(Bytes message);

private:
    std::uint32_t request_ = 0;
    std::vector<std::string> watched_;
    ChangeHandler on_change_;
    std::map<std::string, UserSummary> users_;
};

} // namespace engine_net
