#include "core/random.hpp"
#include "room/match_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

using Entry = MatchQueue::Entry;
using Properties = std::map<std::string, std::string>;

MatchRules random_rules(Random& random) {
    MatchRules rules{.teams = static_cast<std::uint32_t>(1 + random.next_below(3)),
                     .team_size = static_cast<std::uint32_t>(1 + random.next_below(4)),
                     .incomplete_after = 20s,
                     .max_window = random.next_chance(0.5) ? 150 : 1e9};
    if (random.next_chance(0.5))
        rules.min_players = static_cast<std::uint32_t>(1 + random.next_below(rules.players()));
    return rules;
}

/// A queue, and what is to be so of it, kept in the simplest way.
class Model {
public:
    Model(std::uint64_t seed, bool is_one_kind)
        : random_(seed), is_one_kind_(is_one_kind), rules_(random_rules(random_)), queue_(rules_) {}

    void step() {
        now_ += std::chrono::milliseconds(random_.next_below(2000));
        const std::uint64_t what = random_.next_below(10);
        if (what < 6) {
            queue_one();
        } else if (what < 7) {
            cancel_one();
        } else if (what < 8) {
            backfill();
        } else {
            match();
        }
        CHECK(queue_.size() == waiting_.size());
        CHECK(queued_ == matched_ + cancelled_ + waiting_.size());
    }
    /// Everyone who waits can be cancelled, so nobody was lost.
    void end() {
        for (const auto& [session, waiting] : waiting_)
            CHECK(queue_.remove(session) == waiting.entry.request);
        CHECK(queue_.is_empty());
    }
    [[nodiscard]] std::size_t matched() const { return matched_; }

private:
    struct Waiting {
        Entry entry{};
        Time since{};
    };
    /// A party that was whole keeps the time of that as long as any of it is left.
    struct Party {
        std::uint32_t size = 0;
        std::set<SessionId> members{};
        Time whole_since{};
        bool was_whole = false;
    };
    /// One alone or a party, as it is in a match.
    struct Group {
        double rank = 0;
        double window = 0;
        Properties properties{};
        std::size_t players = 0;
    };

    void queue_one() {
        Entry entry{.session = SessionId{++last_session_},
                    .request = static_cast<std::uint32_t>(random_.next()),
                    .name = "ada"};
        if (!is_one_kind_) {
            entry.rank = static_cast<double>(random_.next_below(40)) * 10;
            if (random_.next_chance(0.3)) entry.properties["mode"] = "duel";
            if (random_.next_chance(0.5)) entry.party = std::to_string(random_.next_below(6));
            entry.party_size = static_cast<std::uint32_t>(1 + random_.next_below(4));
        }
        const auto known = parties_.find(entry.party);
        const bool is_known = !entry.party.empty() && known != parties_.end();
        // Mostly as the others of the party say; what does not fit them is refused.
        if (is_known && random_.next_chance(0.8)) {
            entry.party_size = known->second.size;
            entry.properties = waiting_.at(*known->second.members.begin()).entry.properties;
        }
        const QueueVerdict verdict = queue_.add(entry, now_);
        CHECK(verdict == (fits_party(entry) ? QueueVerdict::queued : QueueVerdict::bad_party));
        CHECK((verdict != QueueVerdict::queued ||
               queue_.add(entry, now_) == QueueVerdict::already_queued));
        if (verdict == QueueVerdict::queued) note_queued(entry);
    }
    [[nodiscard]] bool fits_party(const Entry& entry) const {
        if (entry.party.empty()) return true;
        if (entry.party_size > rules_.team_size) return false;
        const auto known = parties_.find(entry.party);
        if (known == parties_.end()) return true;
        const Party& party = known->second;
        return party.size == entry.party_size && party.members.size() < party.size &&
               waiting_.at(*party.members.begin()).entry.properties == entry.properties;
    }
    void note_queued(const Entry& entry) {
        ++queued_;
        waiting_[entry.session] = {entry, now_};
        if (entry.party.empty()) return;
        Party& party = parties_[entry.party];
        party.size = entry.party_size;
        party.members.insert(entry.session);
        if (party.was_whole || party.members.size() < party.size) return;
        party.was_whole = true;
        party.whole_since = now_;
    }
    void note_gone(SessionId session) {
        const std::string party = waiting_.at(session).entry.party;
        waiting_.erase(session);
        if (party.empty()) return;
        parties_.at(party).members.erase(session);
        if (parties_.at(party).members.empty()) parties_.erase(party);
    }

    void cancel_one() {
        if (waiting_.empty()) return;
        auto any = waiting_.begin();
        std::advance(any, static_cast<std::ptrdiff_t>(random_.next_below(waiting_.size())));
        CHECK(queue_.remove(any->first) == any->second.entry.request);
        note_gone(SessionId{any->first});
        ++cancelled_;
    }

    void backfill() {
        const std::size_t seats = random_.next_below(4);
        const std::vector<Entry> taken = queue_.take_for_backfill(seats, 200, {}, now_);
        CHECK(taken.size() <= seats);
        for (const Group& group : take_groups(taken)) {
            CHECK(group.properties.empty());
            CHECK(std::abs(group.rank - 200) <= group.window);
        }
    }

    void match() {
        for (const MatchQueue::Made& made : queue_.match(now_)) check_match(made);
        if (is_one_kind_) CHECK(waiting_.size() < rules_.players());
    }
    void check_match(const MatchQueue::Made& made) {
        CHECK(made.teams.size() == rules_.teams);
        std::vector<Group> groups;
        std::size_t players = 0;
        Duration longest{0};
        for (const std::vector<Entry>& team : made.teams) {
            CHECK(team.size() <= rules_.team_size);
            players += team.size();
            for (const Entry& entry : team) longest = std::max(longest, waited(entry.session));
            for (const Group& group : take_groups(team)) groups.push_back(group);
        }
        if (players < rules_.players()) {
            REQUIRE(rules_.min_players > 0);
            CHECK(players >= rules_.min_players);
            CHECK(longest >= rules_.incomplete_after);
        }
        CHECK(std::ranges::any_of(groups, [&](const Group& seed) {
            return std::ranges::all_of(groups, [&](const Group& other) {
                return std::abs(seed.rank - other.rank) <= std::min(seed.window, other.window) &&
                       seed.properties == other.properties;
            });
        }));
    }

    /// How long its ticket has.
    [[nodiscard]] Duration waited(SessionId session) const {
        const auto found = waiting_.find(session);
        REQUIRE(found != waiting_.end()); // it was queued, and is in no two matches
        const Waiting& waiting = found->second;
        if (waiting.entry.party.empty()) return now_ - waiting.since;
        return now_ - parties_.at(waiting.entry.party).whole_since;
    }
    /// Those of one team. Their parties are there as a whole.
    std::vector<Group> take_groups(const std::vector<Entry>& entries) {
        std::map<std::string, Group> groups; // one alone: by its session
        for (const Entry& entry : entries) {
            const double window = rules_.window_after(waited(entry.session));
            const bool is_alone = entry.party.empty();
            Group& group =
                groups[is_alone ? "alone " + std::to_string(entry.session.value) : entry.party];
            const double size = is_alone ? 1 : parties_.at(entry.party).size;
            group.rank += entry.rank / size;
            group.window = window;
            group.properties = entry.properties;
            ++group.players;
        }
        std::vector<Group> list;
        for (const auto& [party, group] : groups) {
            const auto known = parties_.find(party);
            CHECK(group.players == (known == parties_.end() ? 1 : known->second.size));
            list.push_back(group);
        }
        for (const Entry& entry : entries) note_gone(entry.session);
        matched_ += entries.size();
        return list;
    }

    Random random_;
    bool is_one_kind_;
    MatchRules rules_;
    MatchQueue queue_;
    Time now_{1h};
    std::map<SessionId, Waiting> waiting_;
    std::map<std::string, Party> parties_;
    std::uint64_t last_session_ = 0;
    std::size_t queued_ = 0;
    std::size_t matched_ = 0;
    std::size_t cancelled_ = 0;
};

} // namespace

TEST_CASE("match queue: whatever comes and goes, matches keep the rules and nobody is lost") {
    std::size_t matched = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        Model model(seed, false);
        for (int i = 0; i < 200; ++i) model.step();
        model.end();
        matched += model.matched();
    }
    CHECK(matched > 200 * 20);
}

TEST_CASE("match queue: of a crowd of one kind and rank no full match is left") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        Model model(seed, true);
        for (int i = 0; i < 200; ++i) model.step();
        model.end();
    }
}
