#pragma once

#include <engine_net/ids.hpp>

#include <cstdint>
#include <functional>
#include <span>

namespace engine_net {

/// Takes the next bytes of a recording, to append them to a file; they are good for the call.
using RecordingSink = std::function<void(std::span<const std::uint8_t>)>;

/// Asked as a room opens: where its recording goes, or nothing if it is not to be recorded.
using RoomRecorder = std::function<RecordingSink(RoomId)>;

} // namespace engine_net
