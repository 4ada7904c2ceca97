#include "room/match_queue.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

using Entry = MatchQueue::Entry;
using Sessions = std::vector<std::uint64_t>;

constexpr Time start{1h};

/// Session n's request is 100 + n.
Entry player(std::uint64_t session, double rank = 0) {
    return {.session = SessionId{session},
            .request = static_cast<std::uint32_t>(100 + session),
            .name = "player " + std::to_string(session),
            .rank = rank};
}

Entry member(std::uint64_t session, std::string party, std::uint32_t size, double rank = 0) {
    Entry entry = player(session, rank);
    entry.party = std::move(party);
    entry.party_size = size;
    return entry;
}

Sessions sessions(const std::vector<Entry>& entries) {
    Sessions numbers;
    numbers.reserve(entries.size());
    for (const Entry& entry : entries) numbers.push_back(entry.session.value);
    return numbers;
}

/// By match, then by team.
std::vector<std::vector<Sessions>> match(MatchQueue& queue, Time now = start) {
    std::vector<std::vector<Sessions>> all;
    for (const MatchQueue::Made& made : queue.match(now)) {
        std::vector<Sessions>& teams = all.emplace_back();
        for (const std::vector<Entry>& team : made.teams) teams.push_back(sessions(team));
    }
    return all;
}

using Matches = std::vector<std::vector<Sessions>>;

void add(MatchQueue& queue, Entry entry, Time now = start) {
    REQUIRE(queue.add(std::move(entry), now) == QueueVerdict::queued);
}

} // namespace

TEST_CASE("match queue: two that accept each other are matched, and are out") {
    MatchQueue queue({});
    CHECK(queue.is_empty());
    add(queue, player(1, 1000));
    CHECK(match(queue).empty());
    add(queue, player(2, 1040));
    CHECK(queue.size() == 2);
    const std::vector<MatchQueue::Made> made = queue.match(start);
    REQUIRE(made.size() == 1);
    REQUIRE(made[0].teams.size() == 2);
    CHECK(made[0].teams[1].front().session == SessionId{2});
    CHECK(made[0].teams[1].front().request == 102);
    CHECK(made[0].teams[1].front().name == "player 2");
    CHECK(made[0].teams[1].front().rank == 1040);
    CHECK(queue.is_empty());
    CHECK(queue.add(player(1), start) == QueueVerdict::queued); // again
}

TEST_CASE("match queue: windows widen with time, and both have to be wide enough") {
    MatchQueue queue({.window = 100, .window_growth = 20});
    add(queue, player(1, 0));
    add(queue, player(2, 200), start + 3s);
    CHECK(match(queue, start + 5s).empty()); // the first accepts 200, the second only 140
    CHECK(match(queue, start + 8s - 1us).empty());
    CHECK(match(queue, start + 8s) == Matches{{{1}, {2}}});
}

TEST_CASE("match queue: windows widen up to their bound") {
    MatchQueue queue({.max_window = 150});
    add(queue, player(1, 0));
    add(queue, player(2, 151));
    CHECK(match(queue, start + 24h).empty());
}

TEST_CASE("match queue: other properties wait for their like") {
    MatchQueue queue({});
    Entry duel = player(1);
    duel.properties = {{"mode", "duel"}};
    add(queue, duel);
    add(queue, player(2));
    CHECK(match(queue, start + 24h).empty());
    duel.session = SessionId{3};
    add(queue, duel);
    CHECK(match(queue) == Matches{{{1}, {3}}});
    CHECK(queue.size() == 1);
}

TEST_CASE("match queue: an incomplete match comes after its time, and only if allowed") {
    for (const std::uint32_t min_players : {0u, 3u}) {
        MatchQueue queue({.team_size = 2, .min_players = min_players, .incomplete_after = 30s});
        for (std::uint64_t i = 1; i <= 3; ++i) add(queue, player(i), start + i * 1s);
        CHECK(match(queue, start + 31s - 1us).empty());
        const Matches incomplete{{{1, 3}, {2}}};
        CHECK(match(queue, start + 31s) == (min_players == 3 ? incomplete : Matches{}));
    }
}

TEST_CASE("match queue: who cancels is in no match, and its request is told") {
    MatchQueue queue({});
    add(queue, player(1));
    add(queue, player(2));
    CHECK(queue.remove(SessionId{3}) == std::nullopt);
    CHECK(queue.remove(SessionId{1}) == 101);
    CHECK(queue.remove(SessionId{1}) == std::nullopt);
    CHECK(queue.size() == 1);
    CHECK(match(queue).empty());
    CHECK(queue.remove(SessionId{2}) == 102);
    CHECK(queue.is_empty());
}

TEST_CASE("match queue: a session waits once") {
    MatchQueue queue({.team_size = 2});
    add(queue, player(1));
    add(queue, member(2, "ada's", 2));
    CHECK(queue.add(player(1), start) == QueueVerdict::already_queued);
    CHECK(queue.add(member(1, "bob's", 2), start) == QueueVerdict::already_queued);
    CHECK(queue.add(member(2, "ada's", 2), start) == QueueVerdict::already_queued);
    CHECK(queue.size() == 2);
}

TEST_CASE("match queue: a party that can't be is refused") {
    MatchQueue queue({.team_size = 2});
    CHECK(queue.add(member(1, "ada's", 3), start) == QueueVerdict::bad_party);
    CHECK(queue.add(member(1, "ada's", 0), start) == QueueVerdict::bad_party);
    add(queue, member(1, "ada's", 2));
    CHECK(queue.add(member(2, "ada's", 1), start) == QueueVerdict::bad_party);
    Entry other = member(2, "ada's", 2);
    other.properties = {{"mode", "duel"}};
    CHECK(queue.add(other, start) == QueueVerdict::bad_party);
    CHECK(queue.size() == 1);
    add(queue, member(2, "ada's", 2));
    CHECK(queue.add(member(3, "ada's", 2), start) == QueueVerdict::bad_party); // it is whole
    queue.remove(SessionId{1});
    queue.remove(SessionId{2});
    add(queue, member(4, "ada's", 1)); // nobody is left of the former
}

TEST_CASE("match queue: a full queue refuses") {
    MatchQueue queue({});
    for (std::uint64_t i = 1; i <= max_queued_players; ++i) add(queue, player(i));
    CHECK(queue.add(player(0), start) == QueueVerdict::queue_full);
    queue.remove(SessionId{5});
    CHECK(queue.add(player(0), start) == QueueVerdict::queued);
    CHECK(match(queue).size() == max_queued_players / 2);
    CHECK(queue.is_empty());
}

TEST_CASE("match queue: a party is never split") {
    MatchQueue queue({.team_size = 2});
    add(queue, player(1));
    add(queue, member(2, "ada's", 2));
    add(queue, member(3, "ada's", 2));
    CHECK(match(queue, start + 24h).empty());
    add(queue, player(4));
    CHECK(match(queue) == Matches{{{1, 4}, {2, 3}}});
}

TEST_CASE("match queue: a party waits until it is whole, and has the mean of its ranks") {
    MatchQueue queue({.team_size = 2});
    add(queue, member(1, "ada's", 2, 0));
    add(queue, player(2, 300));
    add(queue, player(3, 300));
    CHECK(match(queue, start + 1s).empty());
    add(queue, member(4, "ada's", 2, 600), start + 1s);
    CHECK(match(queue, start + 1s) == Matches{{{2, 3}, {1, 4}}});
}

TEST_CASE("match queue: a party that took long to gather accepts no more than others at once") {
    MatchQueue queue({.team_size = 2});
    add(queue, member(1, "ada's", 2));
    const Time whole = start + 1h;
    add(queue, member(2, "ada's", 2), whole);
    add(queue, member(3, "bob's", 2, 200), whole);
    add(queue, member(4, "bob's", 2, 200), whole);
    CHECK(match(queue, whole).empty());
    CHECK(match(queue, whole + 5s) == Matches{{{1, 2}, {3, 4}}});
}

TEST_CASE("match queue: the others of a party that loses a member keep the time they waited") {
    MatchQueue queue({.team_size = 2});
    add(queue, member(1, "ada's", 2));
    add(queue, member(2, "ada's", 2));
    CHECK(queue.remove(SessionId{1}) == 101);
    add(queue, member(3, "bob's", 2, 200));
    add(queue, member(4, "bob's", 2, 200));
    CHECK(match(queue, start + 5s).empty());
    add(queue, member(5, "ada's", 2), start + 5s);
    CHECK(match(queue, start + 5s) == Matches{{{2, 5}, {3, 4}}});
    add(queue, member(1, "ada's", 2)); // another party of that name
    CHECK(queue.size() == 1);
}

TEST_CASE("match queue: a rank that is no number counts as 0") {
    MatchQueue queue({});
    add(queue, player(1, std::numeric_limits<double>::quiet_NaN()));
    add(queue, player(2, std::numeric_limits<double>::infinity()));
    CHECK(match(queue) == Matches{{{1}, {2}}});
}

TEST_CASE("match queue: a game's matcher decides, given whole tickets oldest first") {
    std::vector<MatchTicket> seen;
    const auto one_against_all = [&seen](std::span<const MatchTicket> tickets) {
        seen.assign(tickets.begin(), tickets.end());
        MadeMatch match{{{tickets[0].id}, {}}};
        for (const MatchTicket& ticket : tickets.subspan(1)) match.teams[1].push_back(ticket.id);
        return std::vector{match};
    };
    MatchQueue queue({.team_size = 2, .matcher = one_against_all});
    CHECK(match(queue).empty()); // nobody to ask about
    add(queue, member(1, "ada's", 2, 40));
    add(queue, player(2, 5000));
    Entry other = player(3);
    other.properties = {{"mode", "duel"}};
    add(queue, other, start + 1s);
    add(queue, member(4, "ada's", 2, 60), start + 2s);
    add(queue, member(5, "bob's", 2), start + 2s);
    CHECK(match(queue, start + 3s) == Matches{{{2}, {3, 1, 4}}});
    CHECK(queue.size() == 1);

    REQUIRE(seen.size() == 3);
    CHECK(seen[0].waited == 3s);
    CHECK(seen[0].window == 160);
    CHECK(seen[1].properties == other.properties);
    CHECK(seen[2].rank == 50);
    CHECK(seen[2].players() == 2);
    CHECK(seen[2].names == std::vector<std::string>{"player 1", "player 4"});
}

TEST_CASE("match queue: what a matcher makes up is ignored and counted, the rest is done") {
    std::vector<MadeMatch> answer;
    MatchQueue queue({.team_size = 2, .matcher = [&answer](auto) {
                          return answer;
                      }});
    add(queue, player(1));
    add(queue, member(2, "ada's", 2)); // not whole: ticket 2 is not the matcher's to use
    add(queue, player(3));
    answer = {{{{1}, {99}}}, {{{1, 1}}}, {{{1}, {1}}}, {{{1}, {2}}}, {{}}, {{{}, {}}}};
    CHECK(match(queue).empty());
    CHECK(queue.ignored_matches() == answer.size());
    CHECK(queue.size() == 3);

    answer = {{{{1}, {99}}}, {{{1}, {3}}}, {{{3}}}};
    CHECK(match(queue) == Matches{{{1}, {3}}});
    CHECK(queue.ignored_matches() == 8);
    CHECK(queue.size() == 1);
}

TEST_CASE("match queue: free seats are for the oldest that fit and accept the match") {
    MatchQueue queue({.team_size = 3});
    const std::map<std::string, std::string> duel{{"mode", "duel"}};
    add(queue, member(1, "ada's", 3));
    add(queue, member(2, "ada's", 3));
    add(queue, member(3, "ada's", 3));
    add(queue, player(4, 160)); // far off
    Entry other = player(5);
    other.properties = duel;
    add(queue, other);
    add(queue, member(6, "bob's", 2)); // half a party
    add(queue, player(7, 100));
    add(queue, player(8));
    add(queue, player(9));
    CHECK(queue.take_for_backfill(0, 0, {}, start).empty());
    CHECK(sessions(queue.take_for_backfill(2, 0, {}, start)) == Sessions{7, 8});
    CHECK(sessions(queue.take_for_backfill(2, 0, duel, start)) == Sessions{5});
    CHECK(sessions(queue.take_for_backfill(4, 0, {}, start)) == Sessions{1, 2, 3, 9});
    CHECK(queue.take_for_backfill(9, 0, {}, start + 3s - 1us).empty());
    CHECK(sessions(queue.take_for_backfill(9, 0, {}, start + 3s)) == Sessions{4});
    CHECK(queue.size() == 1);
}

TEST_CASE("match queue: no free seats are taken where the rules say no") {
    MatchQueue queue({.backfill = false});
    add(queue, player(1));
    CHECK(queue.take_for_backfill(4, 0, {}, start).empty());
    CHECK(queue.size() == 1);
}

TEST_CASE("match queue: everyone who waits learns how it stands") {
    MatchQueue queue({.team_size = 3});
    CHECK(queue.progress(start).empty());
    add(queue, member(1, "ada's", 2));
    add(queue, player(2), start + 1s);
    add(queue, member(3, "bob's", 2), start + 1s);
    add(queue, member(4, "ada's", 2), start + 2s);
    const std::vector<MatchQueue::Progress> all = queue.progress(start + 4s);
    REQUIRE(all.size() == 4);
    for (const MatchQueue::Progress& one : all) {
        CHECK(one.request == 100 + one.session.value);
        CHECK(one.waiting == 4);
        CHECK(one.needed == 6);
    }
    CHECK(all[0].session == SessionId{2});
    CHECK(all[0].waited == 3s);
    CHECK(all[0].window == 160);
    CHECK(all[1].session == SessionId{3}); // half a party
    CHECK(all[1].waited == 3s);
    CHECK(all[1].window == 100);
    CHECK(all[2].session == SessionId{1});
    CHECK(all[2].waited == 4s);
    CHECK(all[2].window == 140); // its party is whole since 2 s
    CHECK(all[3].session == SessionId{4});
    CHECK(all[3].waited == 2s);
}
