#pragma once

#include "core/bytes.hpp"
#include "replication/codec/size_meter.hpp"
#include "replication/frame.hpp"

#include <engine_net/limits.hpp>

#include "hot_generated.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// The body of a snapshot datagram, after `wire::SnapshotHeader`. Numbers are packed to bits,
/// lowest bit of the lowest byte first; a section ends at a whole byte, its last bits zero.
///
///     u16               bytes of the shared section; has_private_bit: a private section follows
///                       it; is_coded_bit, is_scoped_bit and is_own_changes_bit: see below
///     shared section    a run of the room's slots: the same bytes for all viewers
///     private section   to the datagram's end: private columns of the viewer's own entities
///
/// A shared section, unless it is empty and tells of nothing:
///
///     6   type of its first slot
///     16  index of its first slot; then, for each type from there on:
///     16    n, slots told of
///     1     ends: no later slot of the type has an entity (in the last section, ends for all
///     types) n times 1       present; 0 is news too: no entity there. When present: 16
///     incarnation, never 0 32      id, never 0
///     ...     the shared columns, each as number - lo in its own bits
///     1     more: the next type follows. Never after a type that does not end.
///
/// A private section:
///
///     16  n, then n times
///     6     type
///     16    index
///     16    incarnation
///     ...   the private columns
///
/// A private section with is_own_changes_bit, where the shared one is coded: of the viewer's own
/// entities at the baseline, by type and index, all of which are still its own, and no others
///
///     1     something changed; if so, for each entity
///     1       something changed; if so, for each of its private columns
///     1         it changed; then it follows, as number - lo in its own bits
namespace engine_net {

/// Of the shared and the private section together.
inline constexpr std::size_t max_sections_bytes =
    max_message_bytes - sizeof(wire::SnapshotHeader) - sizeof(std::uint16_t);

inline constexpr std::uint16_t has_private_bit = 0x8000;
/// The shared section is coded against older ticks: `coded_section.hpp` draws it.
inline constexpr std::uint16_t is_coded_bit = 0x4000;
/// The private section tells what changed since the baseline of the shared one.
inline constexpr std::uint16_t is_own_changes_bit = 0x2000;
/// The shared section is for this viewer alone, or for those who see and have the same:
/// `scoped_section.hpp` draws it. A tick's sections all are, or none.
inline constexpr std::uint16_t is_scoped_bit = 0x1000;
inline constexpr std::uint16_t section_bits = 0xF000;

/// An entity as a section tells of it.
struct ToldEntity {
    Slot slot;
    std::uint16_t incarnation = 0;
    EntityId id;             ///< not set in private sections
    std::size_t numbers = 0; ///< where its columns begin in `Sections::numbers`
};

/// An entity of which a scoped section says that it is there, but not how it is.
struct KeptEntity {
    Slot slot;
    std::uint16_t incarnation = 0;
    EntityId id; ///< not set if that was never told
};

/// A shared section told of every slot in first..end - 1, and, if `ends`, of all later ones.
struct ToldRun {
    std::uint16_t type = 0;
    std::uint16_t first = 0;
    std::uint16_t end = 0;
    bool ends = false;
};

/// A datagram's body, decoded and checked against the schema, not yet against anything else.
struct Sections {
    bool is_scoped = false;
    std::vector<ToldRun> runs;
    std::vector<ToldEntity> shared; ///< in the order of slots, each in a run
    std::vector<KeptEntity> kept;   ///< the same, without those in `shared`
    std::vector<ToldEntity> own;    ///< of the private section
    std::vector<std::int32_t> numbers;

    void clear();
};

/// Where each shared section of a frame begins, so that all of them are about equally long and none
/// longer than `max_sections_bytes`: at least one, at most `max_parts` less what private sections
/// need, given that the frame holds no more than `max_tick_bits`.
void plan_sections(std::span<const EntityType> types, const Frame& frame, std::vector<Slot>& cuts);
/// Appends the shared section of the slots from `from` up to `to`; the end is {number of types, 0}.
void encode_shared(std::span<const EntityType> types,
                   const Frame& frame,
                   Slot from,
                   Slot to,
                   std::vector<std::uint8_t>& out);
/// Appends to `told`. False: not what `encode_shared` writes; `told` is then of no use. `meter`, if
/// any, counts whose the bits are; so below.
bool decode_shared(std::span<const EntityType> types,
                   Bytes section,
                   Sections& told,
                   SizeMeter* meter = nullptr);

/// Appends one private section of as many of `entities` as fit in `room_bytes`; gives their number.
std::size_t encode_private(std::span<const EntityType> types,
                           const Frame& frame,
                           std::span<const Slot> entities,
                           std::size_t room_bytes,
                           std::vector<std::uint8_t>& out);
bool decode_private(std::span<const EntityType> types,
                    Bytes section,
                    Sections& told,
                    SizeMeter* meter = nullptr);

/// Appends the private section of what changed in `own` since `before`, which has the same entities
/// in these slots.
void encode_own_changes(std::span<const EntityType> types,
                        const Frame& frame,
                        const Frame& before,
                        std::span<const Slot> own,
                        std::vector<std::uint8_t>& out);
bool decode_own_changes(std::span<const EntityType> types,
                        Bytes section,
                        const Frame& before,
                        std::span<const Slot> own,
                        Sections& told,
                        SizeMeter* meter = nullptr);

/// What an entity adds to a tick at most, and what a tick may hold so that `max_parts` datagrams
/// are enough for a viewer who owns everything.
std::size_t entity_bits(const EntityType& type);
std::size_t max_tick_bits(std::span<const EntityType> types);

} // namespace engine_net
