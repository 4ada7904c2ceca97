#pragma once

#include "core/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace engine_net {

/// What a recording has for its file, between the thread of the room's ticks, which adds to it, and
/// the one that writes. Neither waits for the other.
class RecordingQueue {
public:
    /// More than a second of the fullest room.
    static constexpr std::size_t default_bytes = 16 * 1024 * 1024;

    explicit RecordingQueue(std::size_t most_bytes = default_bytes) : most_bytes_(most_bytes) {}

    /// False, and nothing is taken: it would be too full; and once it was, until half of it is
    /// written, so that there is room for more than one piece then.
    [[nodiscard]] bool push(Bytes bytes);
    /// There is nothing more to come.
    void close();

    /// All that is there to be written, into the memory of `bytes`. False: it was closed, and that
    /// was the last of it.
    bool take(std::vector<std::uint8_t>& bytes);

private:
    std::mutex mutex_;
    std::size_t most_bytes_;
    std::vector<std::uint8_t> waiting_;
    bool is_full_ = false;
    bool is_closed_ = false;
};

} // namespace engine_net
