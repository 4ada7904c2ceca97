#pragma once

#include "core/bytes.hpp"
#include "room/room_directory.hpp"
#include "wire/control_encoder.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace engine_net {

/// Brings one client the lobby list: whole, by id, then what changes. It holds only how far it is;
/// a room that has changed several times meanwhile is told once, as it is then.
class RoomWatch {
public:
    /// `request` is the client's, by which it knows the answers.
    RoomWatch(std::uint32_t request, const RoomDirectory& directory)
        : request_(request), next_change_(directory.changes().end()) {}

    [[nodiscard]] bool has_news(const RoomDirectory& directory) const {
        return !is_whole_ || next_change_ < directory.changes().end();
    }
    /// Told all that there was when `send` was called last: what is new may wait for more.
    [[nodiscard]] bool has_caught_up() const { return has_caught_up_; }
    /// Calls `send(Bytes)` for the next messages, at most `count`.
    void send(const RoomDirectory& directory,
              Time now,
              std::size_t count,
              wire::ControlEncoder& encoder,
              const std::function<void(Bytes)>& send);

private:
    struct News {
        std::vector<RoomSummary> rooms;
        std::vector<RoomId> gone;
    };
    void start_over(const RoomDirectory& directory);
    void take_rooms(const RoomDirectory& directory, Time now, News& news);
    void take_changes(const RoomDirectory& directory, Time now, News& news);

    std::uint32_t request_;
    bool begins_ = true;
    bool is_whole_ = false;
    bool has_caught_up_ = false;
    RoomId next_room_{}; ///< all before it were told, until all are
    std::uint64_t next_change_;
};

} // namespace engine_net
