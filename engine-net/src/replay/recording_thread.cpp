#include "replay/recording_thread.hpp"

#include <chrono>
#include <iterator>
#include <utility>

namespace engine_net {

RecordingThread::~RecordingThread() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    ends_.notify_all();
    if (thread_.joinable()) thread_.join();
}

std::shared_ptr<RecordingQueue> RecordingThread::add(RecordingSink sink) {
    auto queue = std::make_shared<RecordingQueue>();
    const std::lock_guard lock(mutex_);
    added_.push_back({queue, std::move(sink)});
    if (!thread_.joinable()) {
        thread_ = std::thread([this] {
            serve();
        });
    }
    return queue;
}

void RecordingThread::serve() {
    std::vector<Output> outputs;
    for (bool is_over = false; !is_over;) {
        {
            std::unique_lock lock(mutex_);
            is_over = ends_.wait_for(lock, std::chrono::milliseconds(500), [this] {
                return is_over_;
            });
            std::move(added_.begin(), added_.end(), std::back_inserter(outputs));
            added_.clear();
        }
        write(outputs);
    }
}

void RecordingThread::write(std::vector<Output>& outputs) {
    std::erase_if(outputs, [this](Output& output) {
        const bool is_last = !output.queue->take(bytes_);
        if (!bytes_.empty()) output.sink(bytes_);
        return is_last;
    });
}

} // namespace engine_net
