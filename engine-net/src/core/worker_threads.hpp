#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace engine_net {

/// Workers that do the parts of one work side by side: the thread that calls `run`, which is worker
/// 0, and threads that sleep meanwhile. The caller would only wait for the others, and two that
/// share its core would wait for it.
class WorkerThreads {
public:
    /// `workers`, at least 1, with the calling thread. Throws `std::system_error` when the system
    /// has no thread left.
    explicit WorkerThreads(std::size_t workers);
    ~WorkerThreads();
    WorkerThreads(const WorkerThreads&) = delete;
    WorkerThreads& operator=(const WorkerThreads&) = delete;

    [[nodiscard]] std::size_t count() const { return threads_.size() + 1; }

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
    /// Threads that are not done with this run. Goes down to 0 under the mutex; read without it.
    std::atomic<std::size_t> busy_ = 0;
    bool is_over_ = false;
    std::vector<std::thread> threads_; ///< the last member, as they use all others
};

} // namespace engine_net
