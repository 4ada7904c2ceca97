#include "room/matches.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace engine_net {

namespace {

using namespace std::chrono_literals;

constexpr Duration match_interval = 250ms;
constexpr Duration progress_interval = 1s;

/// Players of each team of a room.
std::vector<std::size_t> team_sizes(const RoomInstance& room, std::uint32_t teams) {
    std::vector<std::size_t> sizes(teams);
    for (const auto& [id, member] : room.roster().members()) {
        if (!member.is_spectator && member.team < teams) ++sizes[member.team];
    }
    return sizes;
}

} // namespace

QueueVerdict Matches::add(const RoomKind& kind, MatchQueue::Entry entry, Time now) {
    const SessionId session = entry.session;
    if (waiting_.contains(session)) return QueueVerdict::already_queued;
    const auto queue = queues_.try_emplace(kind.name, *kind.matchmaking).first;
    const QueueVerdict verdict = queue->second.add(std::move(entry), now);
    if (verdict == QueueVerdict::queued) waiting_.emplace(session, kind.name);
    return verdict;
}

std::optional<std::uint32_t> Matches::remove(SessionId session) {
    const auto waiting = waiting_.find(session);
    if (waiting == waiting_.end()) return std::nullopt;
    MatchQueue& queue = queues_.at(waiting->second);
    waiting_.erase(waiting);
    return queue.remove(session);
}

std::vector<Matches::Seating> Matches::make(Tick tick, Time now, const RoomMaker& make_room) {
    std::vector<Seating> seatings;
    if (now < next_matches_) return seatings;
    next_matches_ = now + match_interval;
    for (auto& [name, queue] : queues_) {
        if (queue.is_empty()) continue;
        const RoomKind& kind = *directory_.find_kind(name);
        fill(kind, queue, now, seatings);
        for (const MatchQueue::Made& made : queue.match(now))
            open(kind, made, tick, now, make_room, seatings);
    }
    for (const Seating& seating : seatings) waiting_.erase(seating.session);
    return seatings;
}

void Matches::fill(const RoomKind& kind,
                   MatchQueue& queue,
                   Time now,
                   std::vector<Seating>& seatings) {
    for (const auto& [id, opened] : rooms_) {
        RoomInstance* const room = directory_.find(id);
        if (!room || &room->kind() != &kind || !room->is_open() || !opened.takes_more) continue;
        const std::size_t free = room->settings().capacity - room->players() - room->reserved();
        std::vector<std::size_t> teams = team_sizes(*room, queue.rules().teams);
        for (const MatchQueue::Entry& entry :
             queue.take_for_backfill(free, opened.rank, opened.properties, now)) {
            const auto smallest = std::ranges::min_element(teams);
            ++*smallest;
            seatings.push_back({entry.session,
                                entry.request,
                                room,
                                static_cast<std::uint32_t>(smallest - teams.begin())});
        }
    }
}

void Matches::open(const RoomKind& kind,
                   const MatchQueue::Made& made,
                   Tick tick,
                   Time now,
                   const RoomMaker& make_room,
                   std::vector<Seating>& seatings) {
    std::size_t players = 0;
    Opened opened;
    for (const auto& team : made.teams) {
        for (const MatchQueue::Entry& entry : team) {
            opened.rank += entry.rank;
            opened.properties = entry.properties;
            ++players;
        }
    }
    opened.rank /= static_cast<double>(std::max<std::size_t>(players, 1));
    RoomInstance* room = nullptr;
    if (players <= kind.capacity) {
        RoomDirectory::NewRoom asked = make_room();
        asked.capacity = static_cast<std::uint32_t>(std::max(players, kind.matchmaking->players()));
        asked.is_by_invitation = true;
        room = directory_.create(kind, std::move(asked), tick, now);
    }
    if (room) rooms_.emplace(room->id(), std::move(opened));
    std::uint32_t number = 0;
    for (const auto& team : made.teams) {
        for (const MatchQueue::Entry& entry : team)
            seatings.push_back({entry.session, entry.request, room, number});
        ++number;
    }
}

std::vector<MatchQueue::Progress> Matches::progress(Time now) {
    std::vector<MatchQueue::Progress> all;
    if (now < next_progress_) return all;
    next_progress_ = now + progress_interval;
    for (const auto& [name, queue] : queues_) {
        const std::vector<MatchQueue::Progress> some = queue.progress(now);
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

std::vector<QueueDetails> Matches::details() const {
    std::vector<QueueDetails> details;
    details.reserve(queues_.size());
    for (const auto& [name, queue] : queues_) details.push_back({name, queue.size()});
    return details;
}

} // namespace engine_net
