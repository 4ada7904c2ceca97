#pragma once

#include "lobby-watch/model/byte_history.hpp"
#include "lobby-watch/model/message_table.hpp"
#include "lobby-watch/model/saved_table.hpp"

namespace watch {

/// A room's snapshots by type and field, then the server's messages by channel and kind.
[[nodiscard]] SavedTable saved_bytes(const ByteHistory& snapshots, const MessageTable& messages);

} // namespace watch
