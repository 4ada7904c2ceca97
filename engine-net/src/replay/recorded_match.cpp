#include "replay/recorded_match.hpp"

#include "replay/playback.hpp"

#include <optional>
#include <string>

namespace engine_net {

namespace {

/// What a frame costs to keep, about.
std::size_t memory_of(const Frame& frame) {
    std::size_t bytes = sizeof(Frame);
    for (const TypeFrame& rows : frame.types) {
        constexpr std::size_t keys = sizeof(std::uint16_t) + sizeof(EntityId) + sizeof(PresenceId);
        bytes += sizeof(TypeFrame) + rows.slots() * (keys + rows.stride() * sizeof(std::int32_t));
    }
    return bytes;
}

} // namespace

Result<RecordedMatch, RecordingError> read_match(const RecordingFile& file,
                                                 std::size_t most_bytes) {
    RecordedMatch match{file.header().ticks_per_second, {}};
    Playback playback(file);
    std::optional<Tick> last;
    Playback::Outcome outcome = playback.step();
    for (; outcome == Playback::Outcome::frame; outcome = playback.step()) {
        const Frame& frame = *playback.frame();
        const std::size_t bytes = memory_of(frame);
        if (bytes > most_bytes) {
            return Unexpected(RecordingError{"its tick " + std::to_string(frame.tick.value) +
                                             " is beyond what is read of one recording"});
        }
        most_bytes -= bytes;
        if (!last || frame.tick != *last + 1) match.stretches.emplace_back();
        match.stretches.back().push_back(frame);
        last = frame.tick;
    }
    if (outcome == Playback::Outcome::damaged && file.has_index())
        return Unexpected(RecordingError{playback.problem()});
    return match;
}

} // namespace engine_net
