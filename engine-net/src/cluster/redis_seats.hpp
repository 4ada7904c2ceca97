#pragma once

#include "cluster/redis_scope.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace engine_net::cluster {

/// How a room is offered, and whose seats in it need not be kept any more: these count at once, so
/// that no seat is given twice.
struct SeatChange {
    struct Offer {
        std::vector<std::string> keys{};
        std::uint32_t free_seats = 0;
        std::uint32_t players = 0;

        [[nodiscard]] bool is_empty() const { return keys.empty() || free_seats == 0; }
    };

    std::optional<Offer> offer{}; ///< nothing: as before
    std::vector<std::uint64_t> arrived{};
};

/// The rooms that a node offers, and the seats that it asks for.
class RedisSeats {
public:
    RedisSeats(RedisScope& scope, std::chrono::milliseconds reservation_time)
        : scope_(scope), reservation_time_(reservation_time) {}

    void change(RoomId room, const SeatChange& change);
    void reserve(std::uint64_t ticket, const std::string& key, RoomId own, std::uint32_t capacity);

    void unlinked();
    /// In a new stay, or what may not have arrived.
    void say_again();

private:
    void send(RoomId room, const SeatChange& change);
    void take_seat(std::uint64_t ticket, const RedisReply& reply);
    void fail(std::uint64_t ticket);

    RedisScope& scope_;
    std::chrono::milliseconds reservation_time_;
    std::map<RoomId, SeatChange::Offer> offers_;
    std::set<RoomId> withdrawn_;            ///< or never opened, and not confirmed yet
    std::map<std::uint64_t, RoomId> asked_; ///< the rooms that are given with questions, by ticket
};

} // namespace engine_net::cluster
