#pragma once

#include "cluster/backplane.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace engine_net {

/// Rooms that are watched by browsers at another server of the cluster than theirs: a room's frames
/// go to each such server once, for as long as it asks for them again and again.
class FeedRelay {
public:
    /// Between two times that a server asks.
    static constexpr Duration renewal = std::chrono::seconds(2);
    /// For which they go to one that does not ask again.
    static constexpr Duration kept = std::chrono::seconds(7);

    // Rooms of this server.

    /// True: that server did not watch it before.
    bool watch(RoomId room, cluster::NodeId node, Time now) {
        return viewers_[room].insert_or_assign(node, now + kept).second;
    }
    void unwatch(RoomId room, cluster::NodeId node) {
        const auto viewers = viewers_.find(room);
        if (viewers == viewers_.end()) return;
        viewers->second.erase(node);
        if (viewers->second.empty()) viewers_.erase(viewers);
    }
    [[nodiscard]] bool is_watched(RoomId room) const { return viewers_.contains(room); }
    /// The room is gone.
    void forget(RoomId room) { viewers_.erase(room); }
    /// Rooms that are watched no more, since nobody has asked for so long.
    std::set<RoomId> expire(Time now) {
        std::set<RoomId> over;
        for (auto& [room, viewers] : viewers_) {
            std::erase_if(viewers, [now](const auto& viewer) {
                return now >= viewer.second;
            });
            if (viewers.empty()) over.insert(room);
        }
        for (const RoomId room : over) viewers_.erase(room);
        return over;
    }

    // Rooms of others that are watched here.

    std::map<RoomId, cluster::NodeId> watched; ///< and who was asked for them
    Time next_renewal{};

private:
    std::map<RoomId, std::map<cluster::NodeId, Time>> viewers_; ///< each until then
};

/// On which a room's frames go to the servers that watch it.
inline std::string feed_topic(RoomId room) {
    return "feed/" + std::to_string(room.value);
}

} // namespace engine_net
