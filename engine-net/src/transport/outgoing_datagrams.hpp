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

/// The datagrams of one tick, one after the other in memory that is used again. Those to be sealed
/// are sealed where they are, last of all, on as many threads as there are.
class OutgoingDatagrams {
    struct Datagram {
        Address to;
        std::size_t offset;
        std::size_t length;
        const DatagramKey* key; ///< null: it travels as it is
        std::uint64_t sequence;
        std::size_t sealed_at;

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
    void begin(const Address& to) { datagrams_.push_back({to, bytes_.size(), 0, nullptr, 0, 0}); }
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
            for (const Datagram* const one : datagrams_) one->seal(bytes);
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
        for (const Datagram& one : datagrams_) {
            Lane& lane = lanes_[count == 1 ? 0 : hash_of(one.to) % count];
            lane.outgoing.push_back({one.to, Bytes(bytes_).subspan(one.offset, one.length)});
            if (one.key != nullptr) lane.datagrams_.push_back(&one);
        }
        return lanes_;
    }

private:
    std::vector<std::uint8_t> bytes_;
    std::vector<Datagram> datagrams_;
    std::vector<Lane> lanes_;
};

} // namespace engine_net
