#pragma once

#include <engine_net/authentication.hpp>

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace engine_net {

/// Answers to `AuthRequest`s, given on any thread and taken by the server's.
class AuthInbox {
public:
    struct Answer {
        std::uint64_t ticket = 0;
        bool is_accepted = false;
        std::string user{};
        std::string name{};
        std::string reason{};
    };

    void give(Answer answer) {
        const std::lock_guard lock(mutex_);
        answers_.push_back(std::move(answer));
    }
    /// In the order in which they were given.
    std::vector<Answer> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(answers_, {});
    }

private:
    std::mutex mutex_;
    std::vector<Answer> answers_;
};

} // namespace engine_net
