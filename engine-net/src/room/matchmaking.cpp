#include <engine_net/limits.hpp>
#include <engine_net/matchmaking.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

namespace engine_net {

namespace {

/// Candidates that are taken in, one at a time, once there are enough players but they don't fit;
/// after these all are tried together. It bounds the work for a crowd of odd parties.
constexpr std::size_t max_tries = 16;
/// Tickets of one size that a seed looks at, for each that a match has room for, and besides. Only
/// those that don't accept it need more than one.
constexpr std::size_t looks_per_place = 4;
constexpr std::size_t looks_besides = 64;

/// Tickets of one size by rank, then oldest first. A ticket is its place in the list.
using Lane = std::map<double, std::set<std::size_t>>;
/// Tickets with the same properties by size.
using Pool = std::map<std::size_t, Lane>;

struct Candidate {
    std::size_t ticket = 0;
    std::size_t players = 0;
    double distance = 0; ///< from the seed's rank
};

bool is_nearer(const Candidate& a, const Candidate& b) {
    return std::tie(a.distance, a.ticket) < std::tie(b.distance, b.ticket);
}

enum class Prefer : std::uint8_t { fewest_players, most_players };

/// The teams of a match while they are filled.
class Teams {
public:
    explicit Teams(const MatchRules& rules) : team_size_(rules.team_size), teams_(rules.teams) {}

    /// The first of the preferred teams with room takes it; none if there is no room.
    void place(const Candidate& candidate, Prefer prefer) {
        Team* best = nullptr;
        for (Team& team : teams_) {
            if (team.players + candidate.players > team_size_) continue;
            const bool is_better = best == nullptr || (prefer == Prefer::fewest_players
                                                           ? team.players < best->players
                                                           : team.players > best->players);
            if (is_better) best = &team;
        }
        if (best == nullptr) return;
        best->tickets.push_back(candidate.ticket);
        best->players += candidate.players;
        players_ += candidate.players;
        oldest_ = std::min(oldest_, candidate.ticket);
    }
    [[nodiscard]] std::size_t players() const { return players_; }
    /// Of its tickets, which are numbered by age. Mostly it is the seed; but an older one that as
    /// a seed found nobody may be among them.
    [[nodiscard]] std::size_t oldest() const { return oldest_; }
    [[nodiscard]] std::vector<std::vector<std::size_t>> take() {
        std::vector<std::vector<std::size_t>> tickets;
        tickets.reserve(teams_.size());
        for (Team& team : teams_) tickets.push_back(std::move(team.tickets));
        return tickets;
    }

private:
    struct Team {
        std::vector<std::size_t> tickets{};
        std::size_t players = 0;
    };
    std::size_t team_size_;
    std::vector<Team> teams_;
    std::size_t players_ = 0;
    std::size_t oldest_ = std::numeric_limits<std::size_t>::max();
};

/// The ranks of a lane from one on both ways, nearest first.
class OutwardWalk {
public:
    OutwardWalk(const Lane& lane, double rank)
        : lane_(lane), rank_(rank), above_(lane.lower_bound(rank)), below_(above_) {}

    [[nodiscard]] bool is_over() const { return !has_above() && !has_below(); }
    /// Of the next. Unless it is over.
    [[nodiscard]] double distance() const { return std::min(way_up(), way_down()); }
    /// The tickets of the next rank, oldest first. Unless it is over.
    const std::set<std::size_t>& take() {
        const bool goes_up = !has_below() || (has_above() && way_up() <= way_down());
        return goes_up ? (above_++)->second : (--below_)->second;
    }

private:
    [[nodiscard]] bool has_above() const { return above_ != lane_.end(); }
    [[nodiscard]] bool has_below() const { return below_ != lane_.begin(); }
    [[nodiscard]] double way_up() const { return has_above() ? above_->first - rank_ : HUGE_VAL; }
    [[nodiscard]] double way_down() const {
        return has_below() ? rank_ - std::prev(below_)->first : HUGE_VAL;
    }

    const Lane& lane_;
    double rank_;
    Lane::const_iterator above_;
    Lane::const_iterator below_; ///< one past it
};

class RankMatcher {
public:
    RankMatcher(std::span<const MatchTicket> tickets, const MatchRules& rules)
        : tickets_(tickets), rules_(rules), pool_of_(tickets.size(), nullptr) {
        for (std::size_t i = 0; i < tickets.size(); ++i) {
            const MatchTicket& ticket = tickets[i];
            if (!std::isfinite(ticket.rank)) continue;
            if (ticket.players() == 0 || ticket.players() > rules.team_size) continue;
            pool_of_[i] = &pools_[ticket.properties];
            (*pool_of_[i])[ticket.players()][ticket.rank].insert(i);
        }
    }

    std::vector<MadeMatch> run() {
        std::vector<MadeMatch> made;
        if (rules_.players() == 0) return made;
        for (std::size_t seed = 0; seed < tickets_.size(); ++seed) {
            if (pool_of_[seed] == nullptr) continue;
            const std::vector<Candidate> candidates = candidates_for(seed);
            std::optional<Teams> teams = full_teams(seed, candidates);
            if (!teams) teams = incomplete_teams(seed, candidates);
            if (teams) made.push_back(take_out(teams->take()));
        }
        return made;
    }

private:
    [[nodiscard]] std::vector<Candidate> candidates_for(std::size_t seed) const;
    void add_nearest(std::size_t seed,
                     std::size_t players,
                     const Lane& lane,
                     std::vector<Candidate>& candidates) const;
    [[nodiscard]] std::optional<Teams> full_teams(std::size_t seed,
                                                  std::span<const Candidate> candidates) const;
    [[nodiscard]] std::optional<Teams>
    incomplete_teams(std::size_t seed, std::span<const Candidate> candidates) const;
    [[nodiscard]] Teams
    pack(std::size_t seed, std::span<const Candidate> candidates, Prefer prefer) const;
    MadeMatch take_out(const std::vector<std::vector<std::size_t>>& teams);

    std::span<const MatchTicket> tickets_;
    const MatchRules& rules_;
    std::map<std::map<std::string, std::string>, Pool> pools_;
    std::vector<Pool*> pool_of_; ///< by ticket; null: it is matched, or can't be
};

/// Those whom the seed accepts and who accept it, nearest first: of each size as many as a match
/// has room for, since more are of no use.
std::vector<Candidate> RankMatcher::candidates_for(std::size_t seed) const {
    std::vector<Candidate> candidates;
    for (const auto& [players, lane] : *pool_of_[seed])
        add_nearest(seed, players, lane, candidates);
    std::ranges::sort(candidates, is_nearer);
    return candidates;
}

void RankMatcher::add_nearest(std::size_t seed,
                              std::size_t players,
                              const Lane& lane,
                              std::vector<Candidate>& candidates) const {
    const std::size_t places = rules_.teams * (rules_.team_size / players);
    std::size_t looks = looks_per_place * places + looks_besides;
    std::vector<Candidate> nearest;
    OutwardWalk walk(lane, tickets_[seed].rank);
    while (!walk.is_over() && walk.distance() <= tickets_[seed].window) {
        // All of the same distance, above and below, before the oldest of them are chosen.
        const bool is_farther = !nearest.empty() && walk.distance() > nearest.back().distance;
        if (looks == 0 || (is_farther && nearest.size() >= places)) break;
        const double distance = walk.distance();
        std::size_t found = 0;
        for (const std::size_t ticket : walk.take()) {
            if (found == places || looks == 0) break;
            --looks;
            if (ticket == seed || !(distance <= tickets_[ticket].window)) continue;
            nearest.push_back({ticket, players, distance});
            ++found;
        }
    }
    std::ranges::sort(nearest, is_nearer);
    if (nearest.size() > places) nearest.resize(places);
    candidates.insert(candidates.end(), nearest.begin(), nearest.end());
}

/// Of as few of the nearest candidates as it takes.
std::optional<Teams> RankMatcher::full_teams(std::size_t seed,
                                             std::span<const Candidate> candidates) const {
    std::size_t players = tickets_[seed].players();
    std::size_t tries = 0;
    for (std::size_t count = 0; count <= candidates.size(); ++count) {
        if (count > 0) players += candidates[count - 1].players;
        const bool is_worth_it = tries < max_tries || count == candidates.size();
        if (players < rules_.players() || !is_worth_it) continue;
        ++tries;
        for (const Prefer prefer : {Prefer::fewest_players, Prefer::most_players}) {
            Teams teams = pack(seed, candidates.first(count), prefer);
            if (teams.players() == rules_.players()) return teams;
        }
    }
    return std::nullopt;
}

std::optional<Teams> RankMatcher::incomplete_teams(std::size_t seed,
                                                   std::span<const Candidate> candidates) const {
    if (rules_.min_players == 0) return std::nullopt;
    Teams teams = pack(seed, candidates, Prefer::fewest_players);
    if (teams.players() < rules_.min_players) return std::nullopt;
    if (tickets_[teams.oldest()].waited < rules_.incomplete_after) return std::nullopt;
    return teams;
}

/// The seed, then the largest first, of the same size the nearest.
Teams RankMatcher::pack(std::size_t seed,
                        std::span<const Candidate> candidates,
                        Prefer prefer) const {
    std::vector<Candidate> order(candidates.begin(), candidates.end());
    std::ranges::stable_sort(order, std::greater{}, &Candidate::players);
    Teams teams(rules_);
    teams.place({seed, tickets_[seed].players()}, prefer);
    for (const Candidate& candidate : order) teams.place(candidate, prefer);
    return teams;
}

MadeMatch RankMatcher::take_out(const std::vector<std::vector<std::size_t>>& teams) {
    MadeMatch match;
    match.teams.resize(teams.size());
    for (std::size_t team = 0; team < teams.size(); ++team) {
        match.teams[team].reserve(teams[team].size());
        for (const std::size_t i : teams[team]) {
            const MatchTicket& ticket = tickets_[i];
            match.teams[team].push_back(ticket.id);
            Lane& lane = (*std::exchange(pool_of_[i], nullptr))[ticket.players()];
            const auto same_rank = lane.find(ticket.rank);
            same_rank->second.erase(i);
            if (same_rank->second.empty()) lane.erase(same_rank);
        }
    }
    return match;
}

} // namespace

std::optional<std::string> MatchRules::validate() const {
    using namespace std::chrono_literals;
    if (teams < 1 || teams > 64) return "teams must be 1 to 64";
    if (team_size < 1 || team_size > 1024) return "team_size must be 1 to 1024 players";
    if (players() > max_room_capacity)
        return "team_size must be such that all teams have at most 1024 players, as a room";
    if (min_players > players()) return "min_players must be at most teams times team_size";
    if (incomplete_after < 0ms) return "incomplete_after must not be negative";
    // The other way round, they would let a NaN pass.
    if (!(window >= 0)) return "window must be at least 0";
    if (!(window_growth >= 0) || !std::isfinite(window_growth))
        return "window_growth must be finite and at least 0";
    if (!(max_window >= window)) return "max_window must be at least window";
    return std::nullopt;
}

double MatchRules::window_after(Duration waited) const {
    const double seconds = std::chrono::duration<double>(waited).count();
    return std::min(max_window, window + window_growth * seconds);
}

std::vector<MadeMatch> match_by_rank(std::span<const MatchTicket> tickets,
                                     const MatchRules& rules) {
    return RankMatcher(tickets, rules).run();
}

} // namespace engine_net
