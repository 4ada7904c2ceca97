#include "cluster/local_seats.hpp"

#include <algorithm>
#include <utility>

namespace engine_net::cluster {

bool LocalSeats::Room::has_seat(const std::string& key) const {
    return free_seats > pending.size() && std::ranges::find(keys, key) != keys.end();
}

void LocalSeats::offer(NodeStay owner,
                       RoomId room,
                       std::vector<std::string> keys,
                       std::uint32_t free_seats,
                       std::uint32_t players,
                       Time now) {
    expire(now);
    // One that is full keeps what is pending: a seat that comes free may be someone's already.
    Room& offered = rooms_[room];
    offered.owner = owner;
    offered.keys = std::move(keys);
    offered.free_seats = free_seats;
    offered.players = players;
    offered.is_promised = false;
    if (offered.pending.empty() && (offered.keys.empty() || free_seats == 0)) rooms_.erase(room);
}

LocalSeats::Reservation LocalSeats::reserve(
    NodeStay asker, const std::string& key, RoomId own, std::uint32_t capacity, Time now) {
    expire(now);
    RoomId fullest{};
    std::size_t most = 0;
    for (const auto& [id, room] : rooms_) {
        const std::size_t taken = room.players + room.pending.size();
        if (!room.has_seat(key) || (fullest.is_set() && taken <= most)) continue;
        fullest = id;
        most = taken;
    }
    const bool is_new = !fullest.is_set();
    if (is_new) {
        fullest = own;
        rooms_[own] = {.owner = asker, .keys = {key}, .free_seats = capacity, .is_promised = true};
    }
    rooms_[fullest].pending[++last_number_] = now + reservation_time_;
    return {is_new, fullest, last_number_};
}

void LocalSeats::arrived(RoomId room, std::uint64_t reservation) {
    const auto found = rooms_.find(room);
    if (found != rooms_.end()) found->second.pending.erase(reservation);
}

void LocalSeats::withdraw_all(NodeStay owner, const std::vector<RoomId>& but) {
    std::erase_if(rooms_, [&](const auto& one) {
        return one.second.owner == owner && std::ranges::find(but, one.first) == but.end();
    });
}

void LocalSeats::expire(Time now) {
    for (auto& [id, room] : rooms_) {
        std::erase_if(room.pending, [&](const auto& pending) {
            return pending.second <= now;
        });
    }
    std::erase_if(rooms_, [](const auto& one) {
        const Room& room = one.second;
        const bool is_offered = !room.is_promised && !room.keys.empty() && room.free_seats > 0;
        return room.pending.empty() && !is_offered;
    });
}

} // namespace engine_net::cluster
