#include "core/worker_threads.hpp"

namespace engine_net {

namespace {

/// How often the caller looks whether the others are done before it sleeps: some 100 µs. Their
/// parts are much alike, and to fall asleep and be woken takes about as long.
constexpr int most_looks = 400;

} // namespace

WorkerThreads::WorkerThreads(std::size_t workers) {
    try {
        for (std::size_t worker = 1; worker < workers; ++worker) {
            threads_.emplace_back([this, worker] {
                serve(worker);
            });
        }
    } catch (...) {
        stop();
        throw;
    }
}

WorkerThreads::~WorkerThreads() {
    stop();
}

void WorkerThreads::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    begun_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void WorkerThreads::run(const std::function<void(std::size_t)>& work) {
    if (threads_.empty()) return work(0);
    {
        const std::lock_guard lock(mutex_);
        work_ = &work;
        ++runs_;
        busy_ = threads_.size();
    }
    begun_.notify_all();
    work(0);
    // To yield lets a thread go on that waits for this very core.
    for (int i = 0; i < most_looks && busy_ != 0; ++i) std::this_thread::yield();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] {
        return busy_ == 0;
    });
}

/// A thread's life.
void WorkerThreads::serve(std::size_t worker) {
    std::uint64_t runs_done = 0;
    std::unique_lock lock(mutex_);
    while (true) {
        begun_.wait(lock, [&] {
            return is_over_ || runs_ != runs_done;
        });
        if (is_over_) return;
        lock.unlock();
        (*work_)(worker);
        lock.lock();
        ++runs_done;
        if (--busy_ == 0) done_.notify_one();
    }
}

} // namespace engine_net
