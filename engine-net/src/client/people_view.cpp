#include "client/people_view.hpp"

#include "wire/bulk.hpp"
#include "wire/control.hpp"

#include <engine_net/limits.hpp>

#include <utility>
#include <vector>

namespace engine_net {

namespace {

/// A room has no more players and spectators.
constexpr std::size_t max_members = 2 * std::size_t{max_room_capacity};

} // namespace

void PeopleView::enter(PresenceId seat) {
    if (seat != seat_) *this = {};
    seat_ = seat;
    is_whole_ = false;
}

bool PeopleView::receive(Bytes message) {
    ByteReader reader(message);
    const auto header = reader.read<wire::RoomPeopleHeader>();
    if (!reader.ok() || header.begins() > 1 || header.is_whole() > 1) return false;
    // Aligned as a FlatBuffer must be, wherever the message lies.
    const std::vector<std::uint8_t> copy(reader.rest().begin(), reader.rest().end());
    const wire::RoomPeople* const people = wire::decode_room_people(copy);
    if (!people) return false;
    if (!seat_.is_set() || PresenceId{header.presence()} != seat_) return true;
    if (header.begins() == 1) members_.clear();
    for (const wire::Member* line : *people->members()) {
        const PresenceId id{line->presence()};
        if (members_.size() >= max_members && !members_.contains(id)) continue;
        RoomMember& member = members_[id];
        const auto ping = member.ping;
        member = wire::member_of(*line);
        member.ping = ping;
    }
    if (people->gone()) {
        for (const std::uint32_t id : *people->gone()) members_.erase(PresenceId{id});
    }
    phase_ = static_cast<RoomPhase>(people->phase());
    start_ = Tick{people->start()};
    host_ = PresenceId{people->host()};
    is_whole_ = header.is_whole() == 1;
    has_news_ = true;
    return true;
}

bool PeopleView::receive_pings(Bytes message) {
    const auto pings = wire::decode_pings(message);
    if (!pings) return false;
    if (!seat_.is_set() || pings->to != seat_) return true;
    for (std::size_t i = 0; i < pings->count(); ++i) {
        const wire::PingLine line = pings->line_at(i);
        const auto member = members_.find(PresenceId{line.presence()});
        if (member != members_.end()) member->second.ping = std::chrono::milliseconds(line.ms());
    }
    has_news_ = true;
    return true;
}

bool PeopleView::take_news() {
    return is_whole_ && std::exchange(has_news_, false);
}

} // namespace engine_net
