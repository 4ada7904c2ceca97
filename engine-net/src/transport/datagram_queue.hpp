#pragma once

#include "core/bytes.hpp"
#include "transport/address.hpp"
#include "transport/link_fate.hpp"

#include <engine_net/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace engine_net {

/// Datagrams on their way, which come out in the order of their arrival; those that arrive at one
/// moment in the order of their sending.
class DatagramQueue {
public:
    struct Datagram {
        Time due;
        std::uint64_t order;
        Address from;
        Address to;
        std::vector<std::uint8_t> bytes;
    };

    /// False, and dropped, when 65,536, or 64 MB, are on their way already.
    bool push(const Fate::Copy& copy, const Address& from, const Address& to, Bytes bytes);
    /// The first one that has arrived by `now`, good until the next `push` or `pop`.
    [[nodiscard]] const Datagram* find_due(Time now) const;
    void pop();
    [[nodiscard]] std::optional<Time> next_due() const;

private:
    std::vector<Datagram> heap_;
    std::size_t bytes_ = 0;                        ///< of those in it
    std::vector<std::vector<std::uint8_t>> spare_; ///< memory of those that came out
    std::uint64_t pushed_ = 0;
};

} // namespace engine_net
