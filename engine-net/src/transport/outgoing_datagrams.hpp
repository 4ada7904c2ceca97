#pragma once

#include "core/bytes.hpp"
#include "transport/datagram_socket.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace engine_net {

/// The datagrams of one tick, one after the other in memory that is used again.
class OutgoingDatagrams {
public:
    /// Begins a datagram; `append` adds to it.
    void begin(const Address& to) { datagrams_.push_back({to, bytes_.size(), 0}); }
    void append(Bytes part) {
        bytes_.insert(bytes_.end(), part.begin(), part.end());
        datagrams_.back().length += part.size();
    }
    void clear() {
        datagrams_.clear();
        bytes_.clear();
    }
    [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

    /// All of them, in order; good until the next change.
    std::span<DatagramSocket::Outgoing> all() {
        outgoing_.clear();
        for (const Datagram& one : datagrams_)
            outgoing_.push_back({one.to, Bytes(bytes_).subspan(one.offset, one.length)});
        return outgoing_;
    }

private:
    struct Datagram {
        Address to;
        std::size_t offset;
        std::size_t length;
    };

    std::vector<std::uint8_t> bytes_;
    std::vector<Datagram> datagrams_;
    std::vector<DatagramSocket::Outgoing> outgoing_;
};

} // namespace engine_net
