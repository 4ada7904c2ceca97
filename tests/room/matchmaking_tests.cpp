#include <engine_net/matchmaking.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

using Teams = std::vector<std::vector<std::uint64_t>>;

MatchTicket ticket(std::uint64_t id, double rank, std::size_t players = 1, double window = 100) {
    return {.id = id,
            .names = std::vector<std::string>(players, "ada"),
            .rank = rank,
            .window = window};
}

/// The teams of the only match; none if there is none.
Teams only_match(const std::vector<MatchTicket>& tickets, const MatchRules& rules) {
    const std::vector<MadeMatch> made = match_by_rank(tickets, rules);
    REQUIRE(made.size() <= 1);
    return made.empty() ? Teams{} : made.front().teams;
}

/// The field that `validate` names.
std::string bad_field(const MatchRules& rules) {
    const std::string problem = rules.validate().value_or("");
    return problem.substr(0, problem.find(' '));
}

} // namespace

TEST_CASE("matchmaking: the field that is out of its bounds is named") {
    CHECK(bad_field({}).empty());
    CHECK(bad_field({.teams = 64, .team_size = 16, .min_players = 1024}).empty());
    CHECK(bad_field({.window = infinity}).empty());
    CHECK(bad_field({.teams = 0}) == "teams");
    CHECK(bad_field({.teams = 65}) == "teams");
    CHECK(bad_field({.team_size = 0}) == "team_size");
    CHECK(bad_field({.teams = 1, .team_size = 1025}) == "team_size");
    CHECK(bad_field({.teams = 2, .team_size = 513}) == "team_size");
    CHECK(bad_field({.min_players = 3}) == "min_players");
    CHECK(bad_field({.incomplete_after = -1ms}) == "incomplete_after");
    for (const double bad : {-1.0, not_a_number}) {
        CHECK(bad_field({.window = bad}) == "window");
        CHECK(bad_field({.window_growth = bad}) == "window_growth");
        CHECK(bad_field({.max_window = bad}) == "max_window");
    }
    CHECK(bad_field({.window_growth = infinity}) == "window_growth");
    CHECK(bad_field({.window = 100, .max_window = 99}) == "max_window");
}

TEST_CASE("matchmaking: a window grows with the time up to its bound") {
    const MatchRules rules{.window = 100, .window_growth = 20, .max_window = 150};
    CHECK(rules.window_after(0s) == 100);
    CHECK(rules.window_after(500ms) == 110);
    CHECK(rules.window_after(1h) == 150);
    CHECK(MatchRules{.window = infinity}.window_after(1h) == infinity);
}

TEST_CASE("matchmaking: the oldest is matched with the nearest, of the same distance the oldest") {
    CHECK(only_match({ticket(1, 0), ticket(2, 50), ticket(3, -20)}, {}) == Teams{{1}, {3}});
    CHECK(only_match({ticket(1, 0), ticket(2, 20), ticket(3, -20)}, {}) == Teams{{1}, {2}});
    CHECK(only_match({ticket(1, 0), ticket(2, -20), ticket(3, 20)}, {}) == Teams{{1}, {2}});
    CHECK(only_match({ticket(1, 0), ticket(2, -20), ticket(3, -20)}, {}) == Teams{{1}, {2}});
    CHECK(only_match({ticket(1, 7), ticket(2, 7), ticket(3, 7)}, {}) == Teams{{1}, {2}});
}

TEST_CASE("matchmaking: both must accept the difference in rank") {
    CHECK(only_match({ticket(1, 0), ticket(2, 100)}, {}) == Teams{{1}, {2}});
    CHECK(only_match({ticket(1, 0), ticket(2, 100.5)}, {}).empty());
    CHECK(only_match({ticket(1, 0, 1, 500), ticket(2, 200, 1, 100)}, {}).empty());
    CHECK(only_match({ticket(1, 0, 1, 100), ticket(2, 200, 1, 500)}, {}).empty());
    CHECK(only_match({ticket(1, 0, 1, 200), ticket(2, 200, 1, 200)}, {}) == Teams{{1}, {2}});
    CHECK(only_match({ticket(1, -1e308, 1, infinity), ticket(2, 1e308, 1, infinity)}, {}) ==
          Teams{{1}, {2}});
}

TEST_CASE("matchmaking: who found nobody as the oldest can be a younger one's candidate") {
    const MatchRules three{.teams = 3};
    const std::vector<MatchTicket> tickets{ticket(1, -90), ticket(2, 0), ticket(3, 90)};
    CHECK(only_match(tickets, three) == Teams{{2}, {1}, {3}});
}

TEST_CASE("matchmaking: only equal properties go together") {
    MatchTicket duel = ticket(1, 0);
    duel.properties = {{"mode", "duel"}};
    MatchTicket race = ticket(2, 0);
    race.properties = {{"mode", "race"}};
    MatchTicket more = ticket(3, 0);
    more.properties = {{"mode", "duel"}, {"map", "ice"}};
    MatchTicket second_duel = duel;
    second_duel.id = 5;
    CHECK(match_by_rank(std::vector{duel, race, more, ticket(4, 0)}, {}).empty());
    CHECK(only_match({duel, race, more, ticket(4, 0), second_duel}, {}) == Teams{{1}, {5}});
}

TEST_CASE("matchmaking: whole parties fill the teams, however they have to be laid") {
    const MatchRules threes{.teams = 2, .team_size = 3};
    CHECK(only_match({ticket(1, 0), ticket(2, 1, 2), ticket(3, 2, 3)}, threes) ==
          Teams{{1, 2}, {3}});
    CHECK(only_match({ticket(1, 0, 2), ticket(2, 1, 2), ticket(3, 2, 2)}, threes).empty());
    CHECK(only_match({ticket(1, 0, 2), ticket(2, 1, 2), ticket(3, 2), ticket(4, 2)}, threes) ==
          Teams{{1, 3}, {2, 4}});

    // The fewest players first leaves 4 and 4, where nobody fits.
    const MatchRules fives{.teams = 2, .team_size = 5};
    CHECK(only_match({ticket(1, 0), ticket(2, 0, 4), ticket(3, 0, 3), ticket(4, 0, 2)}, fives) ==
          Teams{{1, 2}, {3, 4}});
}

TEST_CASE("matchmaking: any number of parties of one size do not hide who completes the teams") {
    std::vector<MatchTicket> tickets;
    tickets.reserve(102);
    for (std::uint64_t id = 1; id <= 100; ++id) tickets.push_back(ticket(id, 0, 2));
    const MatchRules threes{.teams = 2, .team_size = 3};
    CHECK(match_by_rank(tickets, threes).empty());
    tickets.push_back(ticket(101, 90));
    tickets.push_back(ticket(102, 90));
    CHECK(only_match(tickets, threes) == Teams{{1, 101}, {2, 102}});
}

TEST_CASE("matchmaking: one alone is a match where one is enough") {
    CHECK(match_by_rank(std::vector{ticket(1, 0), ticket(2, 0)}, {.teams = 1}).size() == 2);
}

TEST_CASE("matchmaking: an incomplete match is made after its time, and only if allowed") {
    std::vector<MatchTicket> tickets{ticket(1, 0), ticket(2, 0), ticket(3, 0, 2), ticket(4, 0)};
    MatchRules rules{.teams = 2, .team_size = 4, .min_players = 5, .incomplete_after = 10s};
    tickets[0].waited = 10s - 1us;
    CHECK(only_match(tickets, rules).empty());
    tickets[0].waited = 10s;
    CHECK(only_match(tickets, rules) == Teams{{1, 2, 4}, {3}}); // 3 and 2
    rules.min_players = 6;
    CHECK(only_match(tickets, rules).empty());
    rules.min_players = 0;
    CHECK(only_match(tickets, rules).empty());
    rules.min_players = 1;
    CHECK(only_match({tickets[0]}, rules) == Teams{{1}, {}});
    rules.team_size = 2;
    tickets.pop_back();
    CHECK(only_match(tickets, rules) == Teams{{1, 2}, {3}}); // what can be full is
}

TEST_CASE("matchmaking: of an incomplete match any may be the one that has waited") {
    std::vector<MatchTicket> tickets{ticket(1, -90), ticket(2, 0), ticket(3, 90)};
    tickets[0].waited = 1min;
    const MatchRules rules{.teams = 4, .min_players = 3};
    CHECK(only_match(tickets, rules) == Teams{{2}, {1}, {3}, {}});
}

TEST_CASE("matchmaking: tickets that can be in no match are in none") {
    const std::vector<MatchTicket> tickets{ticket(1, not_a_number, 1, infinity),
                                           ticket(2, infinity, 1, infinity),
                                           ticket(3, 0, 0, infinity),
                                           ticket(4, 0, 2, infinity),
                                           ticket(5, 0, 1, not_a_number),
                                           ticket(6, 0, 1, infinity)};
    CHECK(match_by_rank(tickets, {}).empty());
    CHECK(match_by_rank({}, {}).empty());
    CHECK(match_by_rank(tickets, {.teams = 0}).empty());
    CHECK(match_by_rank(tickets, {.team_size = 0}).empty());
}

TEST_CASE("matchmaking: as many matches are made of a crowd as there can be") {
    std::vector<MatchTicket> tickets;
    tickets.reserve(max_queued_players);
    for (std::uint64_t id = 1; id <= max_queued_players; ++id)
        tickets.push_back(ticket(id, static_cast<double>(id * 7919 % 1000), 1, infinity));
    CHECK(match_by_rank(tickets, {.teams = 2, .team_size = 5}).size() == 1000);
    CHECK(match_by_rank(tickets, {.teams = 3, .team_size = 1}).size() == 3333);
}
