#pragma once

#include <engine_net/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace engine_net {

/// What we know of a peer of ENet's beside ENet.
struct PeerSlot {
    PeerId id; ///< unset: free, or a stranger whose connection is not complete
    std::uint32_t reliable_bytes_waiting = 0;
    std::uint32_t last_heard = 0; ///< ENet's time of its last datagram
};

/// Names ENet's peers, which it uses again and again, by ids that are used once: the slot's index
/// in the low 16 bits, above it a number that counts up with each id.
class PeerTable {
public:
    explicit PeerTable(std::size_t size) : slots_(size) {}

    PeerId add(std::size_t index) {
        slots_[index].id = PeerId{++ids_given_ << index_bits | index};
        ++count_;
        return slots_[index].id;
    }
    void remove(std::size_t index) {
        if (slots_[index].id.is_set()) --count_;
        slots_[index].id = {};
    }
    /// The slot that `id` is in now.
    [[nodiscard]] std::optional<std::size_t> find_index(PeerId id) const {
        const std::size_t index = id.value & ((1u << index_bits) - 1);
        const bool is_here = id.is_set() && index < slots_.size() && slots_[index].id == id;
        return is_here ? std::optional(index) : std::nullopt;
    }
    PeerSlot& operator[](std::size_t index) { return slots_[index]; }
    const PeerSlot& operator[](std::size_t index) const { return slots_[index]; }
    [[nodiscard]] std::size_t count() const { return count_; }

private:
    static constexpr unsigned index_bits = 16;

    std::vector<PeerSlot> slots_;
    std::uint64_t ids_given_ = 0;
    std::size_t count_ = 0;
};

} // namespace engine_net
