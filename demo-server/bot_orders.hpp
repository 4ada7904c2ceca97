#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

/// Seats that are kept for bots to come, by their codes: from the server's thread to the bots'.
class BotOrders {
public:
    void add(std::string seat) {
        const std::lock_guard lock(mutex_);
        seats_.push_back(std::move(seat));
    }
    [[nodiscard]] std::vector<std::string> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(seats_, {});
    }

private:
    std::mutex mutex_;
    std::vector<std::string> seats_;
};
