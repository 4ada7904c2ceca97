#pragma once

#include <engine_net/clock.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace engine_net {

/// Players that wait in one queue, those of incomplete parties among them; more are refused. So
/// many are matched in 5 ms by twos or tens, in up to 70 ms by hundreds; half a second where
/// matches of 1,024 find nearly enough.
inline constexpr std::size_t max_queued_players = 10'000;

/// A player or a whole party that waits for a match.
struct MatchTicket {
    std::uint64_t id = 0;             ///< never used again by its queue
    std::vector<std::string> names{}; ///< the players' display names, one each
    double rank = 0;                  ///< finite; a party's is the mean of its players'
    std::map<std::string, std::string> properties{}; ///< a party's are the same for all
    Duration waited{0};                              ///< a party: since it was whole first
    double window = 0; ///< the difference in rank that it accepts now; at least 0

    [[nodiscard]] std::size_t players() const { return names.size(); }
};

/// Who plays together: the tickets' ids, by team. A ticket is in one team as a whole.
struct MadeMatch {
    std::vector<std::vector<std::uint64_t>> teams{};
};

/// Makes matches of those who wait, given oldest first; valid for the call. Whoever is in none
/// waits on. A match that is empty, or names a ticket that is unknown or in use already (in it or
/// in an earlier one), is ignored and counted. How many teams there are, and of what size, is the
/// matcher's own affair.
using Matcher = std::function<std::vector<MadeMatch>(std::span<const MatchTicket>)>;

/// Who is matched with whom, and when.
struct MatchRules {
    std::uint32_t teams = 2;     ///< 1 to 64
    std::uint32_t team_size = 1; ///< players, 1 to 1,024; all teams: at most a room's 1,024 seats
    /// Players of an incomplete match, at most those of a full one; 0: full matches only. Its teams
    /// are as even as whole parties allow; one may be empty.
    std::uint32_t min_players = 0;
    /// An incomplete match is made once its oldest ticket has waited this long.
    std::chrono::milliseconds incomplete_after{30'000};
    double window = 100;       ///< difference in rank that is accepted at once; at least 0
    double window_growth = 20; ///< what that grows by in each second of waiting; finite, at least 0
    double max_window = std::numeric_limits<double>::infinity(); ///< at least `window`
    bool backfill = true; ///< free seats of running matches are offered to those who wait
    Matcher matcher{};    ///< null: `match_by_rank`

    /// The first field that is out of its bounds, with what would be right; nothing if all is well.
    [[nodiscard]] std::optional<std::string> validate() const;
    /// Of a full match.
    [[nodiscard]] std::size_t players() const { return std::size_t{teams} * team_size; }
    /// The difference in rank that is accepted after waiting so long.
    [[nodiscard]] double window_after(Duration waited) const;
};

/// The matcher unless `MatchRules::matcher` is set, for such a one to build on.
///
/// Each ticket in turn, oldest first, is the seed of a match. Its candidates have the same
/// properties (the same keys with the same values), and accept its rank as it accepts theirs: the
/// difference is within both windows. So two candidates may differ by more, one above the seed
/// and one below. They come in by rank, nearest first, then by age, until whole parties fill all
/// teams: the largest first, each into the team with the fewest players that has room, or, where
/// that fails, with the most. If all candidates fill no match, and `min_players` allows, they
/// make an incomplete one.
///
/// It looks at a bounded number of candidates for each seed, and does not try all combinations of
/// parties: a match that only such a search would find waits until others come. Where all are
/// alone, it misses none that the seed's nearest fill.
///
/// For n tickets and matches of k players it takes O(n log n + n k log k), where k log k bounds the
/// candidates of a seed; packing them costs as many times the number of teams, for those seeds that
/// have enough. Equal tickets give equal matches.
///
/// A ticket whose rank is not finite, or that has no players or more than a team, is in no match.
std::vector<MadeMatch> match_by_rank(std::span<const MatchTicket> tickets, const MatchRules& rules);

} // namespace engine_net
