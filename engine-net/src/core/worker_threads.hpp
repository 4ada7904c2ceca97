#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace engine_net {

/// Threads that sleep until there is work for all of them.
class WorkerThreads {
public:
    /// 0: none, the calling thread is the only worker. Throws `std::system_error` when the system
    /// has no thread left.
    explicit WorkerThreads(std::size_t threads);
    ~WorkerThreads();
    WorkerThreads(const WorkerThreads&) = delete;
    WorkerThreads& operator=(const WorkerThreads&) = delete;

    /// How many workers there are for `threads`.
    static std::size_t count_for(std::size_t threads) { return threads == 0 ? 1 : threads; }
    [[nodiscard]] std::size_t count() const { return count_for(threads_.size()); }

    /// Calls `work(worker)` on every worker, with its number from 0 on, and returns when all are
    /// done. It must not throw.
    void run(const std::function<void(std::size_t)>& work);

private:
    void serve(std::size_t worker);
    void stop();

    std::mutex mutex_; ///< of what follows
    std::condition_variable begun_;
    std::condition_variable done_;
    const std::function<void(std::size_t)>* work_ = nullptr;
    std::uint64_t runs_ = 0;
    std::size_t busy_ = 0; ///< workers that are not done with this run
    bool is_over_ = false;
    std::vector<std::thread> threads_; ///< the last member, as they use all others
};

} // namespace engine_net
