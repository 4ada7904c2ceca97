#pragma once

#include "replication/frame.hpp"

#include <engine_net/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace engine_net {

/// EntityId to slot, by open addressing. Allocates when it grows, never otherwise.
class EntityMap {
public:
    EntityMap();

    [[nodiscard]] std::optional<Slot> find(EntityId id) const;
    /// Sets or replaces. `id` must not be 0.
    void set(EntityId id, Slot slot);
    void erase(EntityId id);
    void clear();
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    struct Entry {
        EntityId id; ///< 0: free
        Slot slot;
    };
    [[nodiscard]] std::size_t home(EntityId id) const;
    [[nodiscard]] std::size_t place_of(EntityId id) const;
    void grow();

    std::vector<Entry> entries_; ///< a power of two of them, at most half in use
    std::size_t size_ = 0;
};

} // namespace engine_net
