#pragma once

#include "replay/recording_file.hpp"
#include "replication/codec/prior_training.hpp"

#include <engine_net/result.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine_net {

/// All ticks of a recording in memory, to learn from.
struct RecordedMatch {
    std::uint32_t ticks_per_second = 0;
    std::vector<Recording> stretches; ///< of ticks without a gap between them
};

/// Memory that the ticks of one recording may take; a thousand entities fill it in five minutes.
inline constexpr std::size_t max_recorded_bytes = std::size_t{1} << 30;

Result<RecordedMatch, RecordingError> read_match(const RecordingFile& file,
                                                 std::size_t most_bytes = max_recorded_bytes);

} // namespace engine_net
