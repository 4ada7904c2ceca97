#pragma once

#include "room/room_kind.hpp"
#include "wire/bulk.hpp"

#include <cstddef>
#include <functional>

namespace engine_net {

/// Brings one client a room kind's schema and its prior, piece by piece. It holds only how far it
/// is. `kind` outlives it.
class SchemaSender {
public:
    explicit SchemaSender(const RoomKind& kind) : kind_(&kind) {}

    [[nodiscard]] bool has_sent() const { return has_sent_; }
    /// Calls `send(Bytes)` for the next pieces, at most `count`.
    void send(std::size_t count, const std::function<void(Bytes)>& send);

private:
    const RoomKind* kind_;
    std::size_t offset_ = 0;
    bool has_sent_ = false;
};

} // namespace engine_net
