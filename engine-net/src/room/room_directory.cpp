#include "room/room_directory.hpp"

#include "core/assert.hpp"
#include "wire/text.hpp"

#include <algorithm>
#include <iterator>

namespace engine_net {

void RoomDirectory::define(RoomKind kind) {
    std::string name = kind.name;
    [[maybe_unused]] const bool is_new = kinds_.emplace(std::move(name), std::move(kind)).second;
    ENGINE_NET_ASSERT(is_new);
}

const RoomKind* RoomDirectory::find_kind(std::string_view name) const {
    const auto kind = kinds_.find(name);
    return kind == kinds_.end() ? nullptr : &kind->second;
}

const RoomKind* RoomDirectory::find_kind_of(std::uint64_t schema_digest) const {
    const auto found = std::ranges::find_if(kinds_, [schema_digest](const auto& kind) {
        return kind.second.schema.digest() == schema_digest;
    });
    return found == kinds_.end() ? nullptr : &found->second;
}

RoomInstance* RoomDirectory::create(const RoomKind& kind, NewRoom room, Tick tick, Time now) {
    if (rooms_.size() >= settings_.max_rooms) return nullptr;
    const RoomId id{++last_id_};
    RoomInstance::Settings settings;
    settings.id = id;
    settings.name = wire::is_display_name(room.name)
                        ? std::move(room.name)
                        : wire::to_utf8(kind.name + " " + std::to_string(id.value), max_name_bytes);
    settings.capacity = room.capacity == 0 ? kind.capacity : std::min(room.capacity, kind.capacity);
    settings.stays_when_empty = room.stays_when_empty;
    settings.seed = room.seed;
    settings.tick_rate = settings_.tick_rate;
    settings.input_window_ticks = settings_.input_window_ticks;
    settings.worker = least_busy_worker();
    auto instance = std::make_unique<RoomInstance>(kind, std::move(settings), tick, now);
    return rooms_.emplace(id, std::move(instance)).first->second.get();
}

RoomInstance* RoomDirectory::find(RoomId id) const {
    const auto room = rooms_.find(id);
    return room == rooms_.end() ? nullptr : room->second.get();
}

RoomInstance* RoomDirectory::find_with_seat(const RoomKind& kind) const {
    RoomInstance* best = nullptr;
    for (const auto& [id, room] : rooms_) {
        if (&room->kind() != &kind || !room->is_open()) continue;
        if (!best || room->players() > best->players()) best = room.get();
    }
    return best;
}

/// The one whose rooms have the fewest seats: players are what a tick's time goes by.
std::size_t RoomDirectory::least_busy_worker() const {
    std::vector<std::size_t> seats(settings_.workers);
    for (const auto& [id, room] : rooms_)
        seats[room->settings().worker] += room->settings().capacity;
    return static_cast<std::size_t>(std::ranges::min_element(seats) - seats.begin());
}

void RoomDirectory::remove(RoomId id) {
    rooms_.erase(id);
}

std::vector<RoomSummary> RoomDirectory::page(std::size_t first, std::size_t count, Time now) const {
    std::vector<RoomSummary> lines;
    if (first >= rooms_.size()) return lines;
    auto room = std::next(rooms_.begin(), static_cast<std::ptrdiff_t>(first));
    for (; room != rooms_.end() && lines.size() < count; ++room)
        lines.push_back(room->second->summary(now));
    return lines;
}

} // namespace engine_net
