#pragma once

#include "core/bytes.hpp"
#include "replication/codec/references.hpp"
#include "replication/codec/snapshot_codec.hpp"
#include "replication/frame.hpp"

#include <engine_net/tick.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace engine_net {

/// The ticks that a shared section is coded against: the baseline and older ones, as in
/// `References`, but by tick.
struct ReferenceTicks {
    std::size_t count = 0; ///< 0: none, and the section is a whole state
    std::array<Tick, max_references> ticks{};
    bool has_gaps = false; ///< the receiver has not all of each of them

    friend bool operator==(const ReferenceTicks&, const ReferenceTicks&) = default;

    /// The baseline `newest`, if the receiver `has(Tick)` it, and for each wanted age the first of
    /// that age, or up to two ticks more, that it has.
    template <class Has>
    static ReferenceTicks choose(std::optional<Tick> newest, Tick tick, Has&& has);
    /// With their frames; nothing when `find(Tick)` lacks one.
    template <class Find>
    [[nodiscard]] std::optional<References> with_frames(Tick tick, Find&& find) const;
};

/// What stands before the coder's bytes in a coded shared section:
///
///     u8   ticks from the baseline to this one, at least 1
///     u16  2 bits for each older reference, the lowest first: how many ticks its age is above
///          `wanted_ages`, 3: it is not there; then bit 10: `from` is told; bit 11: `to` is told;
///          bit 12: `has_gaps`
///     u8, u16   type and index of the first slot, if told; else it is the first of all
///     u8, u16   of the slot after the last one, if told; else all later ones are told of
struct CodedHeader {
    ReferenceTicks references;
    Slot from;
    Slot to;
};
inline constexpr std::size_t max_coded_header_bytes = 9;

/// Of a header: the two bits for each older reference; and what they say of those before
/// `baseline`, nothing for what never is written.
unsigned lateness_of(const ReferenceTicks& references);
std::optional<ReferenceTicks> read_lateness(unsigned bits, Tick baseline);
/// Three bytes: type, index.
void write_slot(ByteWriter& writer, Slot slot);
Slot read_slot(ByteReader& reader);

void write_coded_header(const CodedHeader& header,
                        Tick tick,
                        Slot end,
                        std::vector<std::uint8_t>& out);
/// Takes it off `reader`; nothing for what `write_coded_header` never writes.
std::optional<CodedHeader> read_coded_header(ByteReader& reader, Tick tick, Slot end);

/// Ages that a reference may be too old by.
inline constexpr int most_late = 2;

template <class Has>
ReferenceTicks ReferenceTicks::choose(std::optional<Tick> newest, Tick tick, Has&& has) {
    ReferenceTicks chosen;
    if (!newest || !has(*newest) || tick - *newest < 1 || tick - *newest > 127) return chosen;
    chosen.ticks[chosen.count++] = *newest;
    for (std::size_t i = 1; i < max_references; ++i) {
        for (int late = 0; late <= most_late; ++late) {
            const Tick older = *newest - (wanted_ages[i] + late);
            if (older >= chosen.ticks[chosen.count - 1] || !has(older)) continue;
            chosen.ticks[chosen.count++] = older;
            break;
        }
    }
    return chosen;
}

template <class Find>
std::optional<References> ReferenceTicks::with_frames(Tick tick, Find&& find) const {
    References references;
    references.lag = count == 0 ? 0 : tick - ticks[0];
    for (std::size_t i = 0; i < count; ++i) {
        references.frames[i] = find(ticks[i]);
        if (!references.frames[i]) return std::nullopt;
        references.ages[i] = ticks[0] - ticks[i];
    }
    references.count = count;
    references.has_gaps = has_gaps;
    return references;
}

} // namespace engine_net
