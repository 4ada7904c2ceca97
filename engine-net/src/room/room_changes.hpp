#pragma once

#include <engine_net/ids.hpp>
#include <engine_net/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>

namespace engine_net {

/// Which rooms came, went or changed, in order: the newest `max_room_changes`, each with a number.
/// Whoever watches the list keeps the number that comes next for it, so a change costs the same
/// however many rooms and watchers there are.
class RoomChanges {
public:
    void note(RoomId room) {
        if (rooms_.size() == max_room_changes) {
            rooms_.pop_front();
            ++first_;
        }
        rooms_.push_back(room);
    }
    /// The number of the oldest that is kept, and the one that comes after the newest.
    [[nodiscard]] std::uint64_t begin() const { return first_; }
    [[nodiscard]] std::uint64_t end() const { return first_ + rooms_.size(); }
    /// `number` is one of those from `begin` to below `end`.
    [[nodiscard]] RoomId at(std::uint64_t number) const {
        return rooms_[static_cast<std::size_t>(number - first_)];
    }

private:
    std::deque<RoomId> rooms_;
    std::uint64_t first_ = 0;
};

} // namespace engine_net
