#pragma once

#include "core/bytes.hpp"
#include "transport/datagram_socket.hpp"
#include "transport/secure/datagram_key.hpp"
#include "transport/secure/datagrams.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace engine_net {

/// Where the datagrams of one connection are in what waits.
struct OutgoingChain {
    std::uint64_t flush = 0;
    std::size_t last = 0;
};

/// The datagrams of one tick, one after the other in memory that is used again. Those to be sealed
/// are sealed where they are, last of all, on as many threads as there are. ENet gives each peer a
/// datagram in turn; those of one leave in a row, which the system can send as one.
class OutgoingDatagrams {
    static constexpr std::size_t none = SIZE_MAX;
    /// Of many connections no key is in the cache when its turn comes.
    static constexpr std::size_t fetched_ahead = 2;

    struct Datagram {
        Address to;
        std::size_t offset = 0;
        std::size_t length = 0;
        const DatagramKey* key = nullptr; ///< null: it travels as it is
        std::uint64_t sequence = 0;
        std::size_t sealed_at = 0;
        bool is_first = true;    ///< of its connection
        std::size_t next = none; ///< of its connection

        void seal(std::span<std::uint8_t> all) const {
            const std::size_t text_at = sealed_at + sealed_header_bytes;
            const std::size_t tag_at = offset + length - tag_bytes;
            key->seal(sequence,
                      all.subspan(sealed_at, sealed_header_bytes),
                      all.subspan(text_at, tag_at - text_at),
                      all.subspan(tag_at, tag_bytes));
        }
    };

public:
    /// Begins a datagram; `append` adds to it.
    void begin(const Address& to) { datagrams_.push_back({.to = to, .offset = bytes_.size()}); }
    /// One of a connection's.
    void begin(const Address& to, OutgoingChain& chain) {
        begin(to);
        const std::size_t index = datagrams_.size() - 1;
        if (chain.flush == flush_) {
            datagrams_[chain.last].next = index;
            datagrams_[index].is_first = false;
        }
        chain = {.flush = flush_, .last = index};
    }
    void append(Bytes part) { bytes_.insert(bytes_.end(), part.begin(), part.end()); }
    /// What is appended from here on is sealed, but for its header; `end_sealed` follows.
    void begin_sealed(const SealedHeader& header, const DatagramKey& key, std::uint64_t sequence) {
        Datagram& datagram = datagrams_.back();
        datagram.key = &key;
        datagram.sequence = sequence;
        datagram.sealed_at = bytes_.size();
        write(header, bytes_);
    }
    void end_sealed() { bytes_.resize(bytes_.size() + tag_bytes); }
    void end() { datagrams_.back().length = bytes_.size() - datagrams_.back().offset; }
    std::vector<std::uint8_t>& buffer() { return bytes_; }
    void clear() {
        ++flush_;
        datagrams_.clear();
        bytes_.clear();
    }
    [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }
    [[nodiscard]] std::size_t count() const { return datagrams_.size(); }

    /// Some of them, in order.
    class Lane {
    public:
        /// Once, from any thread, then they are whole.
        void seal(std::span<std::uint8_t> bytes) const {
            for (std::size_t i = 0; i < datagrams_.size(); ++i) {
                if (i + fetched_ahead < datagrams_.size())
                    datagrams_[i + fetched_ahead]->key->fetch();
                datagrams_[i]->seal(bytes);
            }
        }
        std::vector<DatagramSocket::Outgoing> outgoing;

    private:
        friend class OutgoingDatagrams;
        std::vector<const Datagram*> datagrams_;
    };
    /// All of them in so many lanes; those to one address are in the same. Good until the next
    /// change.
    std::span<Lane> lanes(std::size_t count) {
        lanes_.resize(count);
        for (Lane& lane : lanes_) {
            lane.outgoing.clear();
            lane.datagrams_.clear();
        }
        for (std::size_t first = 0; first < datagrams_.size(); ++first) {
            if (!datagrams_[first].is_first) continue;
            for (std::size_t i = first; i != none; i = datagrams_[i].next) add(datagrams_[i]);
        }
        return lanes_;
    }

private:
    void add(const Datagram& one) {
        const std::size_t count = lanes_.size();
        Lane& lane = lanes_[count == 1 ? 0 : hash_of(one.to) % count];
        lane.outgoing.push_back({one.to, Bytes(bytes_).subspan(one.offset, one.length)});
        if (one.key != nullptr) lane.datagrams_.push_back(&one);
    }

    std::vector<std::uint8_t> bytes_;
    std::vector<Datagram> datagrams_;
    std::vector<Lane> lanes_;
    std::uint64_t flush_ = 1;
};

} // namespace engine_net
