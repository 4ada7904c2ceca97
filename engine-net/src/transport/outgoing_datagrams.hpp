#pragma once

#include "core/bytes.hpp"
#include "transport/address.hpp"

#include <cstddef>
#include <cstdint>
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

    /// `visit(const Address&, Bytes)` for each, in order.
    template <class Visit>
    void each(Visit visit) const {
        for (const Datagram& datagram : datagrams_) {
            visit(datagram.to, Bytes(bytes_).subspan(datagram.offset, datagram.length));
        }
    }

private:
    struct Datagram {
        Address to;
        std::size_t offset;
        std::size_t length;
    };

    std::vector<std::uint8_t> bytes_;
    std::vector<Datagram> datagrams_;
};

} // namespace engine_net
