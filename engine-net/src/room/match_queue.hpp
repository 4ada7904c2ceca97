#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/matchmaking.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine_net {

enum class QueueVerdict : std::uint8_t {
    queued,
    already_queued, ///< the session waits here
    bad_party,      ///< larger than a team, whole already, or of another size or other properties
    queue_full,     ///< `max_queued_players` wait
};

/// Those who wait for a match of one kind of room. The time given never goes back.
class MatchQueue {
public:
    struct Entry {
        SessionId session{};
        std::uint32_t request = 0; ///< the client's, by which it knows the answers
        std::string name{};
        double rank = 0; ///< one that is not finite counts as 0
        std::map<std::string, std::string> properties{};
        std::string party{};          ///< the same for all its members; "": alone
        std::uint32_t party_size = 1; ///< members of the whole party; of no account when alone
    };
    struct Made {
        std::vector<std::vector<Entry>> teams{};
    };
    /// How it stands for one who waits.
    struct Progress {
        SessionId session{};
        std::uint32_t request = 0;
        std::uint32_t waiting = 0; ///< players in the queue
        std::uint32_t needed = 0;  ///< players of a full match
        Duration waited{0};        ///< since this player was queued
        double window = 0;         ///< difference in rank that it, or its party, accepts
    };

    /// `rules` are valid.
    explicit MatchQueue(MatchRules rules);

    /// A party waits for a match once all its members are here, and as long as they are.
    QueueVerdict add(Entry entry, Time now);
    /// Gives the request of a session that was queued. The others of its party wait on for another
    /// member; how long they have waited stays.
    std::optional<std::uint32_t> remove(SessionId session);

    /// Those who are matched are out of the queue. It lists all tickets and asks the matcher: call
    /// it a few times a second rather than on each tick.
    std::vector<Made> match(Time now);
    /// Takes those out of the queue who come into a running match of that rank and properties: the
    /// oldest whole tickets that fit. None where the rules say no.
    std::vector<Entry> take_for_backfill(std::size_t free_seats,
                                         double rank,
                                         const std::map<std::string, std::string>& properties,
                                         Time now);

    /// Of all who wait, by ticket.
    [[nodiscard]] std::vector<Progress> progress(Time now) const;
    /// Players, those of incomplete parties among them.
    [[nodiscard]] std::size_t size() const { return ticket_of_.size(); }
    [[nodiscard]] bool is_empty() const { return ticket_of_.empty(); }
    [[nodiscard]] const MatchRules& rules() const { return rules_; }
    /// Matches of the game's matcher that could not be.
    [[nodiscard]] std::uint64_t ignored_matches() const { return ignored_matches_; }

private:
    using TicketId = std::uint64_t;
    struct Member {
        Entry entry{};
        Time since{};
    };
    /// A player alone, or a party, whole or not.
    struct Ticket {
        std::size_t size = 1;
        std::vector<Member> members{};
        std::optional<Time> whole_since{}; ///< the first time; it may lack a member again

        [[nodiscard]] bool is_whole() const { return members.size() == size; }
        [[nodiscard]] double rank() const;
    };

    [[nodiscard]] bool has_place_in_party(const Entry& entry) const;
    [[nodiscard]] double window_of(const Ticket& ticket, Time now) const;
    [[nodiscard]] std::vector<MatchTicket> whole_tickets(Time now) const;
    [[nodiscard]] bool is_possible(const MadeMatch& match) const;
    void become_youngest(TicketId id);
    /// Moves its members to the end of `entries`.
    void take_out(TicketId id, std::vector<Entry>& entries);

    MatchRules rules_;
    std::map<TicketId, Ticket> tickets_; ///< whole ones: oldest first
    std::map<std::string, TicketId> party_tickets_;
    std::map<SessionId, TicketId> ticket_of_;
    TicketId last_ticket_ = 0;
    std::uint64_t ignored_matches_ = 0;
};

} // namespace engine_net
