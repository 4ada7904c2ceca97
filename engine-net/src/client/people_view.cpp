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
    if (seat == room_.seat) {
        room_.is_whole = false;
        return;
    }
    const bool has_come = seat.is_set() && coming_.seat == seat;
    room_ = has_come ? std::exchange(coming_, {}) : Room{.seat = seat};
}

bool PeopleView::receive(Bytes message) {
    ByteReader reader(message);
    const auto header = reader.read<wire::RoomPeopleHeader>();
    if (!reader.ok() || header.begins() > 1 || header.is_whole() > 1) return false;
    // Aligned as a FlatBuffer must be, wherever the message lies.
    const std::vector<std::uint8_t> copy(reader.rest().begin(), reader.rest().end());
    const wire::RoomPeople* const people = wire::decode_room_people(copy);
    if (!people) return false;
    const PresenceId seat{header.presence()};
    if (!seat.is_set()) return true;
    Room& room = seat == room_.seat ? room_ : coming_;
    if (header.begins() == 1) {
        room.seat = seat;
        room.members.clear();
    } else if (room.seat != seat) {
        return true;
    }
    for (const wire::Member* line : *people->members()) {
        const PresenceId id{line->presence()};
        if (room.members.size() >= max_members && !room.members.contains(id)) continue;
        RoomMember& member = room.members[id];
        const auto ping = member.ping;
        member = wire::member_of(*line);
        member.ping = ping;
    }
    if (people->gone()) {
        for (const std::uint32_t id : *people->gone()) room.members.erase(PresenceId{id});
    }
    room.phase = static_cast<RoomPhase>(people->phase());
    room.start = Tick{people->start()};
    room.host = PresenceId{people->host()};
    room.is_whole = header.is_whole() == 1;
    room.has_news = true;
    return true;
}

bool PeopleView::receive_pings(Bytes message) {
    const auto pings = wire::decode_pings(message);
    if (!pings) return false;
    if (!room_.seat.is_set() || pings->to != room_.seat) return true;
    for (std::size_t i = 0; i < pings->count(); ++i) {
        const wire::PingLine line = pings->line_at(i);
        const auto member = room_.members.find(PresenceId{line.presence()});
        if (member != room_.members.end())
            member->second.ping = std::chrono::milliseconds(line.ms());
    }
    room_.has_news = true;
    return true;
}

bool PeopleView::take_news() {
    return room_.is_whole && std::exchange(room_.has_news, false);
}

} // namespace engine_net
