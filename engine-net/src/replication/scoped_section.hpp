#pragma once

#include "core/bytes.hpp"
#include "replication/codec/scoped_references.hpp"
#include "replication/coded_section.hpp"
#include "replication/frame.hpp"

#include <engine_net/tick.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace engine_net {

/// The ticks that a scoped section is coded against, as in `ScopedReferences`, but by tick.
struct ScopedTicks {
    std::size_t count = 0;
    std::array<Tick, max_scoped_references> ticks{};

    friend bool operator==(const ScopedTicks&, const ScopedTicks&) = default;

    static ScopedTicks of(const ReferenceTicks& ticks);
};
/// How much older than the youngest one they may be, in ticks.
inline constexpr int most_scoped_age = 64;

/// What stands before the coder's bytes in a scoped section, which tells one viewer what it sees:
///
///     u8   ticks from the youngest reference to this one; 0: there are no references
///     u8   bits 0 to 2: class of the entities' typical lag; bit 3: all that is seen is told;
///          bit 4: `from` is told; bit 5: `to` is told; bit 6: the references are listed;
///          bit 7: what is seen is all there is, and all told, and the tick may be a reference of
///          coded sections
///     u16  when there are references and they are not listed: 2 bits for each older one, as in
///          `CodedHeader`
///     u8   when they are listed: how many older ones; then for each, going up, from 1
///     u8     how many ticks it is older than the youngest
///     u8, u16   type and index of the first slot, if told; else it is the first of all
///     u8, u16   of the slot after the last one, if told; else all later ones are told of
struct ScopedHeader {
    ScopedTicks references;
    std::size_t lag_class = 0;
    bool tells_all = false;
    bool is_everything = false;
    bool lists_references = false; ///< else they are what `ReferenceTicks::choose` gives
    Slot from;
    Slot to;
};
inline constexpr std::size_t max_scoped_header_bytes = 9 + max_scoped_references;

void write_scoped_header(const ScopedHeader& header,
                         Tick tick,
                         Slot end,
                         std::vector<std::uint8_t>& out);
/// Takes it off `reader`; nothing for what `write_scoped_header` never writes.
std::optional<ScopedHeader> read_scoped_header(ByteReader& reader, Tick tick, Slot end);

} // namespace engine_net
