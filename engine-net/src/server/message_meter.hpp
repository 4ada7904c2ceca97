#pragma once

#include "transport/host.hpp"
#include "wire/admin.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
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

} // namespace engine_net
