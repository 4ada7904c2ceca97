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
    [[nodiscard]] std::size_t count() const { return datagrams_.size(); }

    /// All of them, in order; good until the next change.
    std::span<DatagramSocket::Outgoing> all() {
        outgoing_.clear();
        for (const Datagram& one : datagrams_) outgoing_.push_back(outgoing(one));
        return outgoing_;
    }
    /// All of them in so many lists, in order; those to one address are in the same. Good until the
    /// next change.
    std::span<std::vector<DatagramSocket::Outgoing>> lanes(std::size_t count) {
        lanes_.resize(count);
        for (auto& lane : lanes_) lane.clear();
        for (const Datagram& one : datagrams_)
            lanes_[lane_of(one.to) % count].push_back(outgoing(one));
        return lanes_;
    }

private:
    struct Datagram {
        Address to;
        std::size_t offset;
        std::size_t length;
    };

    /// Systems give out ports in patterns, such as all of them odd.
    static std::uint32_t lane_of(const Address& to) {
        constexpr std::uint32_t golden_ratio = 0x9E37'79B1;
        return (to.host * golden_ratio + to.port) * golden_ratio >> 16;
    }
    [[nodiscard]] DatagramSocket::Outgoing outgoing(const Datagram& one) const {
        return {one.to, Bytes(bytes_).subspan(one.offset, one.length)};
    }

    std::vector<std::uint8_t> bytes_;
    std::vector<Datagram> datagrams_;
    std::vector<DatagramSocket::Outgoing> outgoing_;
    std::vector<std::vector<DatagramSocket::Outgoing>> lanes_;
};

} // namespace engine_net
