#pragma once

#include "replication/entity_map.hpp"
#include "replication/frame.hpp"
#include "replication/replicated_schema.hpp"
#include "replication/type_cache.hpp"

#include <engine_net/snapshot_builder.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace engine_net {

/// The newest `history_ticks` ticks of a room, quantised. One per room; `schema` outlives it.
///
///     room.describe(history.begin(tick));
///     history.commit();
///
/// Memory grows with the entities that were ever there at a time and is never given back, so a tick
/// allocates nothing once a room has been as full as it gets.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): nothing deletes it by its base
class History final : private SnapshotBuilder {
public:
    explicit History(const ReplicatedSchema& schema);

    /// Begins the frame of `tick`, which must be newer than the last one (asserted; in release all
    /// older frames are forgotten). The builder is good until `commit`.
    SnapshotBuilder& begin(Tick tick);
    /// Ends it. Entities that were there the tick before and were not added are gone.
    void commit();

    /// Another way to get a tick: what everyone may see of a frame of another history, with the
    /// slots that it has there. One history has either these or those that were described.
    void copy(const Frame& frame, Tick tick);

    /// The frame of `tick`, or null when it is not there (any more).
    [[nodiscard]] const Frame* find(Tick tick) const;
    /// The last committed one, or null before the first.
    [[nodiscard]] const Frame* newest() const { return newest_; }
    /// The number of a type; nothing for an unknown one.
    [[nodiscard]] std::optional<std::size_t> find_type(const char* name) const {
        return types_.find(name);
    }
    /// Where an entity of the newest committed tick is, and has been since it appeared.
    [[nodiscard]] std::optional<Slot> find_slot(EntityId id) const { return slots_.find(id); }
    /// The entities of a tick that have private columns and this owner.
    [[nodiscard]] std::span<const Slot> owned_by(PresenceId owner, Tick tick) const;

    [[nodiscard]] const ReplicatedSchema& schema() const { return schema_; }
    /// Entities of the newest committed tick.
    [[nodiscard]] std::size_t entities() const { return entities_; }
    /// Entities left out since the start: added twice, without id, of an unknown type or size, or
    /// one too many for `max_entities`, `max_slots` or the datagrams of one tick.
    [[nodiscard]] std::uint64_t entities_refused() const { return entities_refused_; }

private:
    struct Stored {
        Frame frame;
        std::vector<Slot> owned; ///< that have private columns and an owner, ordered by owner
    };
    struct SlotUse {
        std::vector<std::uint16_t> incarnation; ///< of each slot's present or last user
        std::vector<EntityId> id;               ///< of its present user; not set: free
        std::vector<std::uint16_t> free;        ///< a heap, lowest first
        std::size_t next = 0; ///< after the one that was described last in this tick
    };

    void add_struct(const char* name,
                    EntityId id,
                    const void* state,
                    std::size_t bytes,
                    PresenceId owner) override;
    std::optional<Slot> find_slot(std::size_t type, EntityId id);
    std::optional<std::uint16_t> take_slot(std::size_t type, EntityId id);
    void keep_spawn_columns(const EntityType& type, std::size_t number, std::uint16_t slot);
    void release_absent();
    static void sort_owned(Stored& stored);
    Stored& stored(Tick tick) { return ring_[tick.value % ring_.size()]; }
    [[nodiscard]] const Stored& stored(Tick tick) const { return ring_[tick.value % ring_.size()]; }

    const ReplicatedSchema& schema_;
    mutable TypeCache types_;
    std::vector<Stored> ring_;
    std::vector<SlotUse> uses_; ///< by type
    EntityMap slots_;           ///< of the newest committed tick and the one being built
    Stored* building_ = nullptr;
    bool has_changed_type_ = false; ///< an entity has, in the tick being built
    const Frame* newest_ = nullptr;
    std::size_t max_tick_bits_;
    std::size_t entities_ = 0;
    std::size_t slots_used_ = 0;
    std::size_t building_entities_ = 0;
    std::size_t building_bits_ = 0;
    std::uint64_t entities_refused_ = 0;
};

} // namespace engine_net
