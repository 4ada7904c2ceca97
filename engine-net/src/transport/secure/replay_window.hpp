#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

namespace engine_net {

/// Which datagrams of a connection came already (the idea of RFC 6479), by their sequence numbers,
/// of which the wire has the lower half.
class ReplayWindow {
public:
    /// What is further behind the newest one counts as having come.
    static constexpr std::size_t size = 1024;

    /// The whole number: the one next to the newest that came, of all that end so.
    [[nodiscard]] std::uint64_t whole(std::uint32_t lower) const {
        constexpr std::uint64_t turn = std::uint64_t{1} << 32;
        const std::uint64_t next = newest_ + 1;
        const std::uint64_t candidate = (next & ~(turn - 1)) | lower;
        if (candidate + turn / 2 < next) return candidate + turn;
        if (candidate >= turn && candidate > next + turn / 2) return candidate - turn;
        return candidate;
    }
    [[nodiscard]] bool is_new(std::uint64_t sequence) const {
        if (sequence > newest_ || is_empty_) return true;
        return newest_ - sequence < size && !came_[sequence % size];
    }
    /// Only once it is known to be authentic. True: the newest so far.
    bool take(std::uint64_t sequence) {
        const bool is_newest = is_empty_ || sequence > newest_;
        if (is_newest) advance_to(sequence);
        came_[sequence % size] = true;
        return is_newest;
    }

private:
    void advance_to(std::uint64_t sequence) {
        if (is_empty_ || sequence - newest_ >= size) {
            came_.reset();
        } else {
            for (std::uint64_t i = newest_ + 1; i < sequence; ++i) came_[i % size] = false;
        }
        newest_ = sequence;
        is_empty_ = false;
    }

    std::bitset<size> came_;
    std::uint64_t newest_ = 0;
    bool is_empty_ = true;
};

} // namespace engine_net
