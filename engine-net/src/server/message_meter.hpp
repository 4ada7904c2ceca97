#pragma once

#include "transport/host.hpp"
#include "wire/admin.hpp"

#include <engine_net/clock.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace engine_net {

/// Messages and their bytes, each way, by channel and kind.
class MessageMeter {
public:
    void note_in(Channel channel, std::uint8_t kind, std::size_t bytes) {
        Count& count = at(channel, kind);
        ++count.messages_in;
        count.bytes_in += bytes;
    }
    /// One of ours.
    void note_out(Channel channel, Bytes message);
    /// Of the kinds that there were any of.
    [[nodiscard]] std::vector<wire::AdminMessageLine> lines() const;

private:
    struct Count {
        std::uint64_t messages_in = 0;
        std::uint64_t bytes_in = 0;
        std::uint64_t messages_out = 0;
        std::uint64_t bytes_out = 0;
    };
    /// More than any channel has; what is beyond is unreadable.
    static constexpr std::size_t kinds = 64;

    Count& at(Channel channel, std::uint8_t kind) {
        return counts_[static_cast<std::size_t>(channel)][kind < kinds ? kind : 0];
    }

    std::array<std::array<Count, kinds>, channel_count> counts_{};
};

/// What reading and doing messages takes, apart from receiving them: the sums of a step.
class MessageClock {
public:
    struct Times {
        Duration decode{0};
        Duration queue{0};
    };

    /// Without it no clock is read.
    void turn_on() { is_on_ = true; }
    void begin() {
        if (is_on_) then_ = Clock::now();
        is_decoded_ = false;
    }
    /// What follows is done with what was read.
    void note_decoded() {
        lap(times_.decode);
        is_decoded_ = true;
    }
    void end() { lap(is_decoded_ ? times_.queue : times_.decode); }
    Times take() { return std::exchange(times_, {}); }

private:
    void lap(Duration& sum) {
        if (!is_on_) return;
        const Time before = std::exchange(then_, Clock::now());
        sum += then_ - before;
    }

    bool is_on_ = false;
    bool is_decoded_ = false;
    Time then_{};
    Times times_{};
};

} // namespace engine_net
