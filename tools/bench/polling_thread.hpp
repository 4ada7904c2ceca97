#pragma once

#include <engine_net/clock.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <utility>

namespace bench {

/// Calls `poll` again and again, every `interval`, until it is stopped.
class PollingThread {
public:
    PollingThread(engine_net::Duration interval, std::function<void()> poll)
        : thread_([this, interval, poll = std::move(poll)] {
            for (engine_net::Time next = engine_net::Clock::now(); !is_over_;) {
                poll();
                next = std::max(next + interval, engine_net::Clock::now());
                engine_net::Clock::sleep_until(next);
            }
        }) {}
    ~PollingThread() { stop(); }
    PollingThread(const PollingThread&) = delete;
    PollingThread& operator=(const PollingThread&) = delete;

    /// What `poll` used is this thread's again afterwards.
    void stop() {
        is_over_ = true;
        if (thread_.joinable()) thread_.join();
    }

private:
    std::atomic<bool> is_over_ = false;
    std::thread thread_;
};

} // namespace bench
