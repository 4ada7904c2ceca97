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

/// Names ENet's peers, which it uses again and again, by ids that are used once: the ENet host's
/// number and the slot's index in the low 16 bits, above them a number that counts up with each id.
class PeerTable {
public:
    /// `host`: 0 to 15. `size`: at most 4,096. `places`: that all hosts' tables have left.
    PeerTable(std::size_t host, std::size_t size, std::size_t& places)
        : host_(host), places_(places), slots_(size) {}

    static std::size_t host_of(PeerId id) { return id.value >> index_bits & 0xF; }

    /// Nothing where no place is left.
    std::optional<PeerId> add(std::size_t index) {
        if (places_ == 0) return std::nullopt;
        --places_;
        const std::uint64_t number = ++ids_given_;
        slots_[index].id = PeerId{number << 16 | std::uint64_t{host_} << index_bits | index};
        ++count_;
        return slots_[index].id;
    }
    void remove(std::size_t index) {
        if (!slots_[index].id.is_set()) return;
        ++places_;
        --count_;
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
    static constexpr unsigned index_bits = 12;

    std::size_t host_;
    std::size_t& places_;
    std::vector<PeerSlot> slots_;
    std::uint64_t ids_given_ = 0;
    std::size_t count_ = 0;
};

} // namespace engine_net
