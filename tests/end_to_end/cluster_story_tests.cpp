// After any story all servers and players agree.

#include "end_to_end/cluster_story.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace cluster_story;

namespace {

/// What is not as it should be, once all is calm: each user has one session, at most one seat, and
/// knows of all others what they know; what a server took of lines was heard in one order.
class Verdict {
public:
    explicit Verdict(const Story& story) : story_(story), problems_(story.problems) {
        look_at_servers();
        for (const Player& player : story_.players) {
            if (player.client->state() != ClientState::online) {
                problems_.push_back(player.name + " is gone: " + player.client->close_detail());
                continue;
            }
            look_at_client(player);
            look_at_rooms(player);
            look_at_users(player);
            look_at_lines(player);
            const auto answered = std::ranges::count(player.answers, 1);
            expect(answered == std::ssize(player.answers),
                   player.name + " was not answered once each time");
        }
        look_at_order();
        look_at_calls();
        for (const std::string& error : story_.cluster.errors)
            problems_.push_back("an error: " + error);
    }

    /// A line for each.
    [[nodiscard]] std::string problems() const {
        std::string text;
        for (const std::string& problem : problems_) text.append(problem).append("\n");
        return text;
    }

private:
    void expect(bool is_so, const std::string& else_is) {
        if (!is_so) problems_.push_back(else_is);
    }
    void look_at_servers() {
        std::size_t sessions = 0;
        std::size_t seats = 0;
        std::size_t rooms = 0;
        for (const auto& node : story_.cluster.nodes) {
            const ServerStats stats = node->server->stats();
            sessions += stats.sessions;
            seats += stats.players;
            rooms += stats.rooms;
            expect(stats.refused.malformed_messages == 0, "malformed messages");
            expect(stats.refused.unexpected_messages == 0, "unexpected messages");
        }
        for (const Player& player : story_.players) {
            if (player.client->room().is_set())
                inside_[player.client->room()].insert(player.client->user());
        }
        std::size_t seated = 0;
        for (const auto& [room, users] : inside_) seated += users.size();
        expect(sessions == player_count, std::to_string(sessions) + " sessions");
        expect(seats == seated, std::to_string(seats) + " seats for " + std::to_string(seated));
        expect(rooms == inside_.size(),
               std::to_string(rooms) + " rooms instead of " + std::to_string(inside_.size()));
    }
    void look_at_client(const Player& player) {
        const Client& client = *player.client;
        if (!client.room().is_set()) return;
        expect(story_.cluster.node_of(client) < node_count, player.name + "'s room is nowhere");
        std::set<std::string> seen;
        for (const auto& [id, member] : client.members()) seen.insert(member.user);
        expect(seen == inside_[client.room()],
               player.name + " sees " + std::to_string(seen.size()) +
                   " people in its room instead of " +
                   std::to_string(inside_[client.room()].size()));
    }
    void look_at_rooms(const Player& player) {
        const auto& rooms = player.client->rooms();
        bool is_right = rooms.size() == inside_.size();
        for (const auto& [id, room] : rooms) {
            const auto users = inside_.find(id);
            if (users == inside_.end() || users->second.size() != room.players || room.is_uncertain)
                is_right = false;
        }
        expect(is_right, player.name + "'s list of rooms is wrong");
    }
    void look_at_users(const Player& player) {
        expect(player.client->channels().members("presence/hall").size() == player_count,
               player.name + " sees " +
                   std::to_string(player.client->channels().members("presence/hall").size()) +
                   " in the hall");
        for (const Player& other : story_.players) {
            if (other.client->state() != ClientState::online) continue;
            const UserSummary& known = player.client->users().all().at(other.client->user());
            expect(known.state != UserState::offline && known.room == other.client->room(),
                   player.name + " does not know where " + other.name + " is");
        }
    }
    /// Who was told of no gap has heard all that a server took; nobody hears a line twice.
    void look_at_lines(const Player& player) {
        const auto& lines = player.heard.lines;
        const std::set<std::string> heard(lines.begin(), lines.end());
        expect(heard.size() == lines.size(), player.name + " heard lines twice");
        if (player.heard.gaps > 0) return;
        for (const Player& other : story_.players) {
            const auto missed =
                std::ranges::count_if(other.confirmed, [&](const std::string& line) {
                    return !heard.contains(other.name + ": " + line);
                });
            expect(missed == 0,
                   player.name + " missed " + std::to_string(missed) + " lines of " + other.name);
        }
    }
    /// Those who were told of no gap have heard it in the same order.
    void look_at_order() {
        const Listener* first = nullptr;
        for (const Player& player : story_.players) {
            if (player.heard.gaps > 0 || player.client->state() != ClientState::online) continue;
            if (first)
                expect(player.heard.lines == first->lines, player.name + " heard another order");
            first = &player.heard;
        }
    }

    /// Whose seat is the same as when it was sent has heard it, unless it was never taken; nobody
    /// hears it twice there.
    void look_at_calls() {
        for (const Player& player : story_.players) {
            const bool has_doubles = std::ranges::any_of(player.calls, [](const auto& heard) {
                return heard.second > 1;
            });
            expect(!has_doubles, player.name + " heard an event of its room twice");
        }
        std::uint32_t number = 0;
        for (const SentCall& call : story_.calls) {
            ++number;
            if (!call.sender.is_kept(call.room)) continue;
            for (const SentCall::Seat& seat : call.there) {
                expect(!seat.is_kept(call.room) ||
                           seat.player->calls.contains({seat.presence, number}),
                       seat.player->name + " missed an event of its room");
            }
        }
    }

    const Story& story_;
    std::map<RoomId, std::set<std::string>> inside_{};
    std::vector<std::string> problems_;
};

void play(const Fate& fate) {
    Story story(fate);
    story.go_on();
    story.calm_down();
    const std::string problems = Verdict(story).problems();
    CHECK_MESSAGE(problems.empty(), "seed ", fate.seed, ":\n", problems);
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("cluster: after any story all servers and players agree, and nobody missed a word") {
        play({.seed = 1});
    }

    TEST_CASE("cluster: servers are drained one after the other in any story, their rooms move") {
        play({.seed = 3, .has_drains = true});
        play({.seed = 4, .has_drains = true, .moves_rooms = true});
    }
}

TEST_SUITE("long, many seeds") {

    TEST_CASE("cluster: after any story all agree, 200 seeds long") {
        for (std::uint64_t seed = 1'000; seed < 1'200; ++seed) play({.seed = seed});
    }

    TEST_CASE("cluster: after any story with drains all agree, 200 seeds long") {
        for (std::uint64_t seed = 2'000; seed < 2'200; ++seed)
            play({.seed = seed, .has_drains = true, .moves_rooms = seed % 2 == 0});
    }
}
