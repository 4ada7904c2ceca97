#include "cluster/redis_seats.hpp"

#include <limits>
#include <utility>

namespace engine_net::cluster {

void RedisSeats::change(RoomId room, const SeatChange& change) {
    SeatChange all = change;
    const auto offered = offers_.find(room);
    if (!all.offer) {
        all.offer = offered != offers_.end() ? offered->second : SeatChange::Offer{};
    } else if (all.offer->is_empty()) {
        offers_.erase(room);
        withdrawn_.insert(room);
    } else {
        offers_[room] = *all.offer;
        withdrawn_.erase(room);
    }
    if (scope_.is_in) send(room, all);
}

void RedisSeats::send(RoomId room, const SeatChange& change) {
    const SeatChange::Offer& offer = *change.offer;
    RedisConnection::Arguments arguments = scope_.arguments();
    arguments.push_back(std::to_string(room.value));
    arguments.push_back(std::to_string(offer.free_seats));
    arguments.push_back(std::to_string(offer.players));
    arguments.push_back(std::to_string(offer.keys.size()));
    arguments.insert(arguments.end(), offer.keys.begin(), offer.keys.end());
    for (const std::uint64_t number : change.arrived) arguments.push_back(std::to_string(number));
    const bool is_withdrawn = offer.is_empty();
    scope_.run(
        RedisScript::offer, std::move(arguments), [this, room, is_withdrawn](const RedisReply&) {
            if (is_withdrawn) withdrawn_.erase(room);
        });
}

void RedisSeats::reserve(std::uint64_t ticket,
                         const std::string& key,
                         RoomId own,
                         std::uint32_t capacity) {
    asked_[ticket] = own;
    if (!scope_.is_in) return fail(ticket);
    RedisConnection::Arguments arguments = scope_.arguments();
    arguments.push_back(key);
    arguments.push_back(std::to_string(own.value));
    arguments.push_back(std::to_string(capacity));
    arguments.push_back(std::to_string(reservation_time_.count()));
    const std::uint64_t epoch = scope_.stay.epoch;
    scope_.link.run(
        RedisScript::reserve, std::move(arguments), [this, ticket, epoch](const RedisReply& reply) {
            take_seat(ticket, reply);
            const bool is_refused = reply[0].number() != 1;
            if (is_refused && scope_.is_in && scope_.stay.epoch == epoch) scope_.on_refused();
        });
}

void RedisSeats::take_seat(std::uint64_t ticket, const RedisReply& reply) {
    const std::uint64_t room = reply[2].number().value_or(0);
    const bool is_room = room > 0 && room <= std::numeric_limits<std::uint32_t>::max();
    if (reply[0].number() != 1 || !is_room) return fail(ticket);
    asked_.erase(ticket);
    scope_.told.emplace_back(tell::Reserved{.ticket = ticket,
                                            .is_new = reply[1].number() == 1,
                                            .room = RoomId{static_cast<std::uint32_t>(room)},
                                            .reservation = reply[3].number().value_or(0)});
}

/// Its room may be offered all the same, until that is known to be withdrawn.
void RedisSeats::fail(std::uint64_t ticket) {
    const RoomId own = asked_.at(ticket);
    asked_.erase(ticket);
    if (!offers_.contains(own)) withdrawn_.insert(own);
    scope_.told.emplace_back(tell::Reserved{.ticket = ticket, .has_failed = true});
}

void RedisSeats::unlinked() {
    while (!asked_.empty()) fail(asked_.begin()->first);
}

void RedisSeats::say_again() {
    for (const RoomId room : withdrawn_) send(room, {.offer = SeatChange::Offer{}});
    for (const auto& [room, offer] : offers_) send(room, {.offer = offer});
}

} // namespace engine_net::cluster
