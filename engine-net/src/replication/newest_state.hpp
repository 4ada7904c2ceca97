#pragma once

#include "replication/entity_map.hpp"
#include "replication/frame.hpp"
#include "replication/sections.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace engine_net {

/// The newest version of each entity that a client was told of. Datagrams may come in any order:
/// of two that tell of the same slot the one of the newer tick counts, for absence too. `types`
/// outlives it.
class NewestState {
public:
    explicit NewestState(std::span<const EntityType> types);

    /// Takes a datagram's content; `frame` is its tick's, with all that has arrived of it.
    void take(const Sections& told, const Frame& frame);
    /// Everything of a tick has been taken: what one owns no more becomes blank.
    void take_complete(const Frame& frame);
    void clear();

    [[nodiscard]] std::size_t entities() const { return ids_.size(); }
    /// Rows by slot, private columns of others blank.
    [[nodiscard]] const TypeFrame& rows(std::size_t type) const { return types_[type].rows; }
    [[nodiscard]] std::optional<Slot> find(EntityId id) const { return ids_.find(id); }
    /// The tick of an entity's row.
    [[nodiscard]] Tick told_tick(Slot slot) const {
        return types_[slot.type].versions[slot.index].tick;
    }
    /// Slots of a type ever told of.
    [[nodiscard]] std::size_t slots(std::size_t type) const { return types_[type].rows.slots(); }

private:
    struct Version {
        Tick tick;                ///< when it was last told whether, and what, is there
        Tick kept_tick;           ///< when it was last told that it still is
        Tick own_tick;            ///< when its private columns were, or that there are none for us
        bool is_told = false;     ///< `tick` means something
        bool is_kept = false;     ///< `kept_tick` means something
        bool is_own_told = false; ///< `own_tick` means something
        bool is_own = false;      ///< there are some
    };
    struct OneType {
        explicit OneType(const EntityType& type) : rows(type) {}
        TypeFrame rows;
        std::vector<Version> versions;
        bool has_end = false;
        Tick end_tick;       ///< the newest word on where the type ends:
        std::size_t end = 0; ///< no entity at `end_tick` here or later
    };

    void take_run(const ToldRun& run,
                  std::span<const ToldEntity>& told,
                  std::span<const KeptEntity>& kept,
                  const Sections& sections,
                  const Frame& frame);
    void appear(const ToldEntity& entity, const Sections& sections, const Frame& frame);
    void keep(const KeptEntity& entity, Tick tick);
    void vanish(Slot slot, Tick tick);
    void remove(Slot slot);
    void take_own(const ToldEntity& entity, const Sections& sections, Tick tick);
    void copy_own(Slot slot, const std::int32_t* numbers, Tick tick);
    bool is_known_elsewhere(const ToldEntity& entity, Tick tick);
    void grow(Slot slot);

    std::span<const EntityType> schema_types_;
    std::vector<OneType> types_;
    EntityMap ids_;
};

} // namespace engine_net
