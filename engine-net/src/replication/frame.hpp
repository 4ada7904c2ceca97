#pragma once

#include "replication/field_table.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/limits.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace engine_net {

/// Slots of a room, all types together. Twice the entities, so that a whole room can turn into
/// entities of another type.
inline constexpr std::size_t max_slots = 2 * max_entities;

/// Where an entity lives: the number of its type and its place among that type's rows. A slot is
/// used again; the incarnation tells one user from the next.
struct Slot {
    std::uint16_t type = 0;
    std::uint16_t index = 0;

    friend constexpr auto operator<=>(Slot, Slot) = default;
};

/// One tick of one entity type, an entity's numbers side by side.
class TypeFrame {
public:
    explicit TypeFrame(const EntityType& type) : stride_(type.stride) {}

    /// Makes every slot empty, keeping the memory.
    void clear();
    /// Makes room for slots 0 to `slots` - 1.
    void grow(std::size_t slots);

    /// Numbers from one row to the next.
    [[nodiscard]] std::size_t stride() const { return stride_; }
    [[nodiscard]] std::size_t slots() const { return incarnation.size(); }
    [[nodiscard]] std::int32_t* row(std::size_t slot) { return rows_.data() + slot * stride_; }
    [[nodiscard]] const std::int32_t* row(std::size_t slot) const {
        return rows_.data() + slot * stride_;
    }
    /// All of them, `stride` numbers each.
    [[nodiscard]] std::span<const std::int32_t> rows() const { return rows_; }
    [[nodiscard]] bool has(std::size_t slot) const {
        return slot < slots() && incarnation[slot] != 0;
    }

    std::vector<std::uint16_t> incarnation; ///< by slot; 0: no entity
    std::vector<EntityId> id;
    std::vector<PresenceId> owner;

private:
    std::size_t stride_;
    std::vector<std::int32_t> rows_;
};

/// All entities of one tick.
struct Frame {
    explicit Frame(std::span<const EntityType> entity_types);

    void clear(Tick new_tick);

    Tick tick;
    bool is_filled = false; ///< `tick` means something
    std::vector<TypeFrame> types;
};

} // namespace engine_net
