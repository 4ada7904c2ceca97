#pragma once

#include "cluster/backplane.hpp"

#include <map>
#include <string>
#include <vector>

namespace engine_net::cluster {

/// The rooms that are offered, and the seats in them that are kept for someone.
class LocalSeats {
public:
    struct Reservation {
        bool is_new = false;
        RoomId room{};
        std::uint64_t number = 0;
    };

    explicit LocalSeats(Duration reservation_time) : reservation_time_(reservation_time) {}

    /// Without keys, or seats, the room is withdrawn.
    void offer(NodeStay owner,
               RoomId room,
               std::vector<std::string> keys,
               std::uint32_t free_seats,
               std::uint32_t players,
               Time now);
    Reservation
    reserve(NodeStay asker, const std::string& key, RoomId own, std::uint32_t capacity, Time now);
    void arrived(RoomId room, std::uint64_t reservation);
    /// Withdraws all that this stay has offered, but the rooms that are named.
    void withdraw_all(NodeStay owner, const std::vector<RoomId>& but = {});
    void clear() { rooms_.clear(); }

private:
    struct Room {
        NodeStay owner{};
        std::vector<std::string> keys{};
        std::uint32_t free_seats = 0;
        std::uint32_t players = 0;
        bool is_promised = false; ///< its owner is yet to open it
        std::map<std::uint64_t, Time> pending{};

        [[nodiscard]] bool has_seat(const std::string& key) const;
    };

    void expire(Time now);

    Duration reservation_time_;
    std::map<RoomId, Room> rooms_;
    std::uint64_t last_number_ = 0;
};

} // namespace engine_net::cluster
