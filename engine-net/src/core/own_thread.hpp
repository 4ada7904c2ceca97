#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace engine_net {

/// The one thread that may call an object. Every public call asks `is_here` first, and does nothing
/// where it says no.
class OwnThread {
public:
    /// The calling thread is the one from now on.
    void take() { owner_.store(std::this_thread::get_id(), std::memory_order_relaxed); }
    /// The same if there is none yet; then as `is_here`.
    [[nodiscard]] bool take_first(const char* function) {
        std::thread::id none;
        owner_.compare_exchange_strong(none, std::this_thread::get_id(), std::memory_order_relaxed);
        return is_here(function);
    }
    /// False: the object has a thread and this is another. Then that was reported, as a call of
    /// `function`, and counted.
    [[nodiscard]] bool is_here(const char* function) const {
        const std::thread::id owner = owner_.load(std::memory_order_relaxed);
        if (owner == std::this_thread::get_id() || owner == std::thread::id()) return true;
        refuse(function);
        return false;
    }
    /// Calls from other threads.
    [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

private:
    void refuse(const char* function) const;

    std::atomic<std::thread::id> owner_{};
    mutable std::atomic<std::uint64_t> refused_ = 0;
};

/// Hears of every call from a wrong thread, on that thread.
using WrongThreadListener = void (*)(const char* function);

/// What stood there before, at first one that says which function it was and aborts, as an assert
/// does, and in release does nothing. For tests.
WrongThreadListener exchange_wrong_thread_listener(WrongThreadListener listener);

} // namespace engine_net
