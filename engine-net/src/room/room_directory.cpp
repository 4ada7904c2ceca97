#include "room/room_directory.hpp"

#include "core/assert.hpp"
#include "wire/text.hpp"

#include <algorithm>
#include <iterator>

namespace engine_net {

std::string in_capitals(std::string_view code) {
    std::string capitals(code);
    for (char& letter : capitals) {
        if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    }
    return capitals;
}

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
    const RoomId id = room.id.is_set() ? room.id : claim_id();
    RoomInstance::Settings settings;
    settings.id = id;
    settings.name = wire::is_display_name(room.name)
                        ? std::move(room.name)
                        : wire::to_utf8(kind.name + " " + std::to_string(id.value), max_name_bytes);
    settings.capacity = room.capacity == 0 ? kind.capacity : std::min(room.capacity, kind.capacity);
    settings.stays_when_empty = room.stays_when_empty;
    settings.is_private = room.is_private;
    settings.is_by_invitation = room.is_by_invitation;
    settings.password = std::move(room.password);
    settings.invite = std::move(room.invite);
    settings.metadata = std::move(room.metadata);
    settings.seed = room.seed;
    return open(kind, std::move(settings), tick, now, nullptr);
}

RoomInstance*
RoomDirectory::take_up(const RoomKind& kind, const wire::SavedRoom& saved, Tick tick, Time now) {
    if (rooms_.size() >= settings_.max_rooms || rooms_.contains(saved.id)) return nullptr;
    RoomInstance::Settings settings;
    settings.id = saved.id;
    settings.name = saved.name;
    settings.capacity = std::min(saved.capacity, kind.capacity);
    settings.stays_when_empty = saved.stays_when_empty;
    settings.is_private = saved.is_private;
    settings.is_by_invitation = saved.is_by_invitation;
    settings.password = saved.password;
    settings.invite = saved.invite;
    settings.metadata = saved.metadata;
    settings.seed = saved.seed;
    settings.moves = saved.moves;
    RoomInstance* const room = open(kind, std::move(settings), tick, now, &saved);
    if (!room) return nullptr;
    for (const wire::SavedRoom::Reservation& kept : saved.reservations) {
        if (!room->is_full() && !has_reservation(kept.code))
            reserve(*room, kept.code, now + kept.left, kept.team);
    }
    return room;
}

/// Null: its game could not read what was saved.
RoomInstance* RoomDirectory::open(const RoomKind& kind,
                                  RoomInstance::Settings settings,
                                  Tick tick,
                                  Time now,
                                  const wire::SavedRoom* saved) {
    settings.tick_rate = settings_.tick_rate;
    settings.input_window_ticks = settings_.input_window_ticks;
    settings.worker = least_busy_worker();
    auto instance = std::make_unique<RoomInstance>(kind, std::move(settings), tick, now, saved);
    if (!instance->is_sound()) return nullptr;
    remove_remote(instance->id());
    const RoomInstance::Settings& made_with = instance->settings();
    seats_[made_with.worker] += made_with.capacity;
    if (!made_with.invite.empty()) invites_.emplace(made_with.invite, made_with.id);
    RoomInstance* const made =
        rooms_.emplace(made_with.id, std::move(instance)).first->second.get();
    note_change(*made);
    return made;
}

void RoomDirectory::number_rooms(std::uint32_t first, std::uint32_t count, std::uint32_t start) {
    ENGINE_NET_ASSERT(first > 0 && count > settings_.max_rooms);
    first_id_ = first;
    id_count_ = count;
    opened_ = start % count;
}

/// There are more than may run at a time.
RoomId RoomDirectory::claim_id() {
    RoomId id;
    do {
        id = RoomId{first_id_ + opened_};
        opened_ = (opened_ + 1) % id_count_;
    } while (rooms_.contains(id) || remote_.contains(id));
    return id;
}

void RoomDirectory::put_remote(RemoteRoom room) {
    const RoomId id = room.summary.id;
    if (rooms_.contains(id)) return;
    listed_.insert_or_assign(id, Place{room.summary.players, id});
    remote_.insert_or_assign(id, std::move(room));
    changes_.note(id);
}

void RoomDirectory::remove_remote(RoomId id) {
    if (remote_.erase(id) == 0) return;
    listed_.erase(id);
    changes_.note(id);
}

const RoomDirectory::RemoteRoom* RoomDirectory::find_remote(RoomId id) const {
    const auto room = remote_.find(id);
    return room == remote_.end() ? nullptr : &room->second;
}

std::optional<RoomSummary> RoomDirectory::line_of(RoomId id, Time now) const {
    if (const RoomInstance* room = find(id)) {
        if (room->settings().is_private) return std::nullopt;
        return room->summary(now);
    }
    const RemoteRoom* const remote = find_remote(id);
    if (!remote) return std::nullopt;
    RoomSummary summary = remote->summary;
    summary.age += now - remote->told;
    return summary;
}

void RoomDirectory::note_change(const RoomInstance& room) {
    if (room.settings().is_private) return;
    changes_.note(room.id());
    close_to_all(room);
    const Place place{room.players(), room.id()};
    listed_.insert_or_assign(room.id(), place);
    if (is_for_all(room)) open_[&room.kind()].insert(place);
}

bool RoomDirectory::is_for_all(const RoomInstance& room) {
    const RoomInstance::Settings& settings = room.settings();
    return room.is_open() && settings.password.empty() && !settings.is_by_invitation &&
           !settings.is_private;
}

void RoomDirectory::close_to_all(const RoomInstance& room) {
    const auto known = listed_.find(room.id());
    if (known != listed_.end()) open_[&room.kind()].erase(known->second);
}

RoomInstance* RoomDirectory::find(RoomId id) const {
    const auto room = rooms_.find(id);
    return room == rooms_.end() ? nullptr : room->second.get();
}

RoomInstance* RoomDirectory::find_with_seat(const RoomKind& kind,
                                            const std::string& user,
                                            std::string_view name) const {
    const auto places = open_.find(&kind);
    if (places == open_.end()) return nullptr;
    for (const Place& place : places->second) {
        RoomInstance* const room = find(place.room);
        if (room->has_banned(user) || (!name.empty() && room->settings().name != name)) continue;
        if (room->is_open()) return room; // else its game has just closed or locked it
    }
    return nullptr;
}

RoomInstance* RoomDirectory::find_by_invite(std::string_view code) const {
    const std::string capitals = in_capitals(code);
    const auto reservation = reservations_.find(capitals);
    if (reservation != reservations_.end()) return find(reservation->second.room);
    const auto invite = invites_.find(capitals);
    return invite == invites_.end() ? nullptr : find(invite->second);
}

bool RoomDirectory::has_reservation(std::string_view code) const {
    return reservations_.contains(in_capitals(code));
}

std::uint32_t RoomDirectory::team_of(std::string_view code) const {
    const auto reservation = reservations_.find(in_capitals(code));
    return reservation == reservations_.end() ? 0 : reservation->second.team;
}

void RoomDirectory::reserve(RoomInstance& room, std::string code, Time until, std::uint32_t team) {
    ENGINE_NET_ASSERT(!room.is_full());
    expiries_.emplace(until, code);
    reservations_.emplace(std::move(code), Reservation{room.id(), until, team});
    room.set_reserved(room.reserved() + 1);
    note_change(room);
}

std::vector<wire::SavedRoom::Reservation> RoomDirectory::reservations(RoomId room, Time now) const {
    std::vector<wire::SavedRoom::Reservation> kept;
    for (const auto& [code, reservation] : reservations_) {
        if (reservation.room == room && reservation.until > now)
            kept.push_back({code, reservation.until - now, reservation.team});
    }
    return kept;
}

void RoomDirectory::use_reservation(std::string_view code) {
    const auto reservation = reservations_.find(in_capitals(code));
    if (reservation != reservations_.end()) end_reservation(reservation);
}

void RoomDirectory::expire_reservations(Time now) {
    while (!expiries_.empty() && expiries_.begin()->first <= now)
        end_reservation(reservations_.find(expiries_.begin()->second));
}

void RoomDirectory::end_reservation(
    std::map<std::string, Reservation, std::less<>>::iterator reservation) {
    RoomInstance* const room = find(reservation->second.room);
    expiries_.erase({reservation->second.until, reservation->first});
    reservations_.erase(reservation);
    if (!room) return;
    room->set_reserved(room->reserved() - 1);
    note_change(*room);
}

/// The one whose rooms have the fewest seats: players are what a tick's time goes by.
std::size_t RoomDirectory::least_busy_worker() const {
    return static_cast<std::size_t>(std::ranges::min_element(seats_) - seats_.begin());
}

void RoomDirectory::remove(RoomId id) {
    const RoomInstance* const room = find(id);
    if (!room) return;
    seats_[room->settings().worker] -= room->settings().capacity;
    invites_.erase(room->settings().invite);
    close_to_all(*room);
    if (listed_.erase(id) > 0) changes_.note(id);
    rooms_.erase(id);
}

std::vector<RoomSummary> RoomDirectory::page(std::size_t first, std::size_t count, Time now) const {
    if (first >= listed_.size()) return {};
    return lines_from(
        std::next(listed_.begin(), static_cast<std::ptrdiff_t>(first))->first, count, now);
}

const std::vector<QueriedRoom>& RoomDirectory::queried(Time now) {
    constexpr Duration longest = std::chrono::milliseconds(250);
    if (queried_at_ && now - *queried_at_ < longest) return queried_;
    queried_at_ = now;
    queried_.clear();
    queried_.reserve(listed_.size());
    for (const auto& [id, place] : listed_) {
        RoomSummary summary = *line_of(id, now);
        const RoomKind* const kind = find_kind(summary.kind);
        const bool is_described = kind && kind->metadata;
        queried_.push_back({std::move(summary), {}, is_described ? &*kind->metadata : nullptr});
        queried_.back().metadata = queried_.back().summary.metadata;
    }
    return queried_;
}

std::vector<RoomSummary>
RoomDirectory::lines_from(RoomId first, std::size_t count, Time now) const {
    std::vector<RoomSummary> lines;
    for (auto room = listed_.lower_bound(first); room != listed_.end() && lines.size() < count;
         ++room)
        lines.push_back(*line_of(room->first, now));
    return lines;
}

} // namespace engine_net
