#pragma once

#include "core/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace engine_net {

/// What was sent reliably and may have to be sent again after a resume. Messages are numbered from
/// 1; the other end tells how many it has received, and those are forgotten. Bounded in bytes: past
/// that the oldest are given up, and a resume that would need them must start over.
class ReliableLog {
public:
    static constexpr std::size_t max_bytes = 512 * 1024;

    /// The number that the next `append` will give.
    [[nodiscard]] std::uint32_t next_offset() const { return next_offset_; }
    void append(Bytes message);
    /// For a process that takes a session over: the next message gets the number `sent` + 1.
    /// Nothing may have been appended yet.
    void start_after(std::uint32_t sent);
    /// The other end has received the first `count` messages. A count that can't be true is
    /// ignored.
    void acknowledge(std::uint32_t count);

    /// The other end has received all of it.
    [[nodiscard]] bool is_acknowledged() const { return acknowledged_ + 1 == next_offset_; }
    /// It has received that one.
    [[nodiscard]] bool is_acknowledged(std::uint32_t offset) const {
        return offset <= acknowledged_;
    }
    /// False: messages after the first `received` are gone, or `received` can't be true.
    [[nodiscard]] bool can_replay_after(std::uint32_t received) const;
    /// Calls `send(Bytes)` for each message after the first `received`, in order.
    template <class Send>
    void replay_after(std::uint32_t received, Send&& send) const {
        for (const Entry& entry : entries_) {
            if (entry.offset > received) send(Bytes(entry.bytes));
        }
    }

private:
    struct Entry {
        std::uint32_t offset;
        std::vector<std::uint8_t> bytes;
    };

    std::deque<Entry> entries_;
    std::size_t bytes_ = 0;
    std::uint32_t next_offset_ = 1;
    std::uint32_t acknowledged_ = 0;
};

/// The receiving end: tells what is new.
class ReliableInbox {
public:
    enum class Verdict : std::uint8_t { fresh, repeated, gap };

    /// `fresh`: apply it. `repeated`: a resume sent it twice. `gap`: the sender broke the order.
    Verdict accept(std::uint32_t offset);
    /// For a process that takes a session over: the first `received` are not asked for.
    void start_after(std::uint32_t received) { received_ = received; }
    /// Messages received so far, which is what the other end is told.
    [[nodiscard]] std::uint32_t received() const { return received_; }

private:
    std::uint32_t received_ = 0;
};

} // namespace engine_net
