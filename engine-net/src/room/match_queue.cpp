#include "room/match_queue.hpp"

#include "core/assert.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace engine_net {

double MatchQueue::Ticket::rank() const {
    double mean = 0;
    // Each divided by itself, as the sum of great ones is not finite.
    for (const Member& member : members) {
        mean += member.entry.rank / static_cast<double>(members.size());
    }
    return mean;
}

MatchQueue::MatchQueue(MatchRules rules) : rules_(std::move(rules)) {
    ENGINE_NET_ASSERT(!rules_.validate());
}

QueueVerdict MatchQueue::add(Entry entry, Time now) {
    if (ticket_of_.contains(entry.session)) return QueueVerdict::already_queued;
    const bool is_alone = entry.party.empty();
    if (!is_alone && !has_place_in_party(entry)) return QueueVerdict::bad_party;
    if (size() >= max_queued_players) return QueueVerdict::queue_full;
    if (!std::isfinite(entry.rank)) entry.rank = 0;

    TicketId id = last_ticket_ + 1;
    if (!is_alone) id = party_tickets_.try_emplace(entry.party, id).first->second;
    last_ticket_ = std::max(last_ticket_, id);
    Ticket& ticket = tickets_[id];
    ticket.size = is_alone ? 1 : entry.party_size;
    ticket_of_[entry.session] = id;
    ticket.members.push_back({std::move(entry), now});
    if (ticket.is_whole() && !ticket.whole_since) {
        ticket.whole_since = now;
        if (!is_alone) become_youngest(id);
    }
    return QueueVerdict::queued;
}

bool MatchQueue::has_place_in_party(const Entry& entry) const {
    if (entry.party_size < 1 || entry.party_size > rules_.team_size) return false;
    const auto known = party_tickets_.find(entry.party);
    if (known == party_tickets_.end()) return true;
    const Ticket& ticket = tickets_.at(known->second);
    return !ticket.is_whole() && ticket.size == entry.party_size &&
           ticket.members.front().entry.properties == entry.properties;
}

/// A party waits since it is whole: were it as old as its first member, one that took its time to
/// gather would be matched with anybody at once.
void MatchQueue::become_youngest(TicketId id) {
    auto node = tickets_.extract(id);
    node.key() = ++last_ticket_;
    for (const Member& member : node.mapped().members) {
        ticket_of_[member.entry.session] = node.key();
        party_tickets_[member.entry.party] = node.key();
    }
    tickets_.insert(std::move(node));
}

std::optional<std::uint32_t> MatchQueue::remove(SessionId session) {
    const auto place = ticket_of_.find(session);
    if (place == ticket_of_.end()) return std::nullopt;
    const auto ticket = tickets_.find(place->second);
    std::vector<Member>& members = ticket->second.members;
    const auto member = std::ranges::find(members, session, [](const Member& one) {
        return one.entry.session;
    });
    const Entry entry = std::move(member->entry);
    members.erase(member);
    ticket_of_.erase(place);
    if (members.empty()) {
        party_tickets_.erase(entry.party);
        tickets_.erase(ticket);
    }
    return entry.request;
}

std::vector<MatchQueue::Made> MatchQueue::match(Time now) {
    const std::vector<MatchTicket> tickets = whole_tickets(now);
    std::vector<Made> all;
    if (tickets.empty()) return all;
    for (const MadeMatch& match :
         rules_.matcher ? rules_.matcher(tickets) : match_by_rank(tickets, rules_)) {
        if (!is_possible(match)) {
            ++ignored_matches_;
            continue;
        }
        Made made;
        made.teams.resize(match.teams.size());
        for (std::size_t team = 0; team < match.teams.size(); ++team) {
            for (const TicketId id : match.teams[team]) take_out(id, made.teams[team]);
        }
        all.push_back(std::move(made));
    }
    return all;
}

/// What an earlier match took is not in the queue any more.
bool MatchQueue::is_possible(const MadeMatch& match) const {
    std::set<TicketId> seen;
    for (const std::vector<TicketId>& team : match.teams) {
        for (const TicketId id : team) {
            const auto ticket = tickets_.find(id);
            if (ticket == tickets_.end() || !ticket->second.is_whole()) return false;
            if (!seen.insert(id).second) return false;
        }
    }
    return !seen.empty();
}

std::vector<MatchQueue::Entry>
MatchQueue::take_for_backfill(std::size_t free_seats,
                              double rank,
                              const std::map<std::string, std::string>& properties,
                              Time now) {
    std::vector<Entry> entries;
    if (!rules_.backfill) return entries;
    for (auto next = tickets_.begin(); next != tickets_.end() && entries.size() < free_seats;) {
        const auto& [id, ticket] = *next++; // before its ticket goes
        if (!ticket.is_whole() || ticket.size > free_seats - entries.size()) continue;
        if (!(std::abs(ticket.rank() - rank) <= window_of(ticket, now))) continue;
        if (ticket.members.front().entry.properties == properties) take_out(id, entries);
    }
    return entries;
}

void MatchQueue::take_out(TicketId id, std::vector<Entry>& entries) {
    const auto node = tickets_.extract(id);
    for (Member& member : node.mapped().members) {
        ticket_of_.erase(member.entry.session);
        party_tickets_.erase(member.entry.party);
        entries.push_back(std::move(member.entry));
    }
}

double MatchQueue::window_of(const Ticket& ticket, Time now) const {
    return rules_.window_after(now - ticket.whole_since.value_or(now));
}

std::vector<MatchTicket> MatchQueue::whole_tickets(Time now) const {
    std::vector<MatchTicket> list;
    list.reserve(tickets_.size());
    for (const auto& [id, ticket] : tickets_) {
        if (!ticket.is_whole()) continue;
        MatchTicket& line = list.emplace_back();
        line.id = id;
        line.names.reserve(ticket.members.size());
        for (const Member& member : ticket.members) line.names.push_back(member.entry.name);
        line.rank = ticket.rank();
        line.properties = ticket.members.front().entry.properties;
        line.waited = now - ticket.whole_since.value_or(now);
        line.window = window_of(ticket, now);
    }
    return list;
}

std::vector<MatchQueue::Progress> MatchQueue::progress(Time now) const {
    std::vector<Progress> list;
    list.reserve(size());
    for (const auto& [id, ticket] : tickets_) {
        for (const Member& member : ticket.members) {
            list.push_back({member.entry.session,
                            member.entry.request,
                            static_cast<std::uint32_t>(size()),
                            static_cast<std::uint32_t>(rules_.players()),
                            now - member.since,
                            window_of(ticket, now)});
        }
    }
    return list;
}

} // namespace engine_net
