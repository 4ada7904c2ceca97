#pragma once

#include "replay/recording_queue.hpp"

#include <engine_net/recording.hpp>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace engine_net {

/// The thread that writes a server's recordings, twice a second. It runs from the first one on.
class RecordingThread {
public:
    RecordingThread() = default;
    /// Writes what there is of all recordings.
    ~RecordingThread();
    RecordingThread(const RecordingThread&) = delete;
    RecordingThread& operator=(const RecordingThread&) = delete;

    /// What goes into the queue is given to `sink` until the queue was closed and is empty.
    std::shared_ptr<RecordingQueue> add(RecordingSink sink);

private:
    struct Output {
        std::shared_ptr<RecordingQueue> queue;
        RecordingSink sink;
    };
    void serve();
    void write(std::vector<Output>& outputs);

    std::mutex mutex_;
    std::condition_variable ends_;
    bool is_over_ = false;
    std::vector<Output> added_;       ///< since the thread last looked
    std::vector<std::uint8_t> bytes_; ///< the thread's, reused
    std::thread thread_;
};

} // namespace engine_net
