#pragma once

#include <engine_net/ids.hpp>

#include <cstdint>
#include <functional>
#include <span>

namespace engine_net {

/// Takes the next bytes of a recording, to append them to a file and flush it: what it was given is
/// what a crash leaves. It is called about twice a second, and destroyed after the last time, on a
/// thread of the server's own that writes all of its recordings. While it is slow the server goes
/// on: what then finds no room in memory is left out, see `ServerStats::recording_ticks_dropped`.
/// The bytes are good for the call. It must not throw.
using RecordingSink = std::function<void(std::span<const std::uint8_t>)>;

/// Asked as a room opens, on the server's thread: where its recording goes, or nothing if it is not
/// to be recorded.
using RoomRecorder = std::function<RecordingSink(RoomId)>;

} // namespace engine_net
