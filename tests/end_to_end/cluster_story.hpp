#pragma once

#include "core/random.hpp"
#include "support/cluster_stepper.hpp"
#include "support/listener.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// What players do at several servers, in any order, while links, servers and the service that
/// holds these together are gone for a while, and servers are drained and begin anew.
namespace cluster_story {

using namespace engine_net;
using namespace std::chrono_literals;

inline constexpr std::size_t node_count = 3;
inline constexpr std::size_t player_count = 12;
inline constexpr int steps = 80;
/// Until all sessions that nobody confirmed, or came back to, have ended.
inline constexpr Duration calm_time = 40s;
/// The same of one session: a user may have two seats meanwhile.
inline constexpr Duration two_seats_time = 15s;
/// For which players may be without a server: longer than a lease, and less than ends a session.
inline constexpr Duration shortest_outage = 500ms;
inline constexpr Duration longest_outage = 12s;
/// After which they are at one again, though its process is another.
inline constexpr Duration recovery_time = 3s;
inline constexpr Duration settling_time = 10s;

/// What befalls a story besides.
struct Fate {
    std::uint64_t seed = 0;
    bool has_drains = false;
    bool moves_rooms = false; ///< of servers that are drained
};

inline ClusterStepper::Options options(std::uint64_t seed) {
    ClusterStepper::Options options{.seed = seed, .nodes = node_count, .capacity = 5};
    options.server.limits = {.requests_per_second = 1'000, .chats_per_second = 1'000};
    options.server.grace_time = 5s;
    options.kind = [](RoomKindConfig& kind) {
        kind.matchmaking = MatchRules{.teams = 2, .team_size = 2};
    };
    return options;
}

struct Player {
    std::string name{};
    Client* client = nullptr;
    Listener heard{};
    int said = 0;
    std::set<std::string> confirmed{}; ///< lines of its own that a server took
    std::vector<int> answers{};        ///< of each join and line
    /// Heard in rooms, by seat and by their numbers.
    std::map<std::pair<PresenceId, std::uint32_t>, int> calls{};
    std::optional<Time> two_seats_since{};
};

/// A reliable event that goes to a room, which sends it to all who are in it.
struct SentCall {
    struct Seat {
        const Player* player = nullptr;
        PresenceId presence{};

        [[nodiscard]] bool is_kept(RoomId room) const {
            return player->client->room() == room && player->client->presence() == presence;
        }
    };

    RoomId room{};
    Seat sender{};
    std::vector<Seat> there{}; ///< when it was sent
};

/// Who plays, and what happens to them.
class Story {
public:
    explicit Story(const Fate& fate)
        : cluster(options(fate.seed)), has_drains_(fate.has_drains), random_(fate.seed) {
        for (const auto& node : cluster.nodes) {
            node->books.echoes_calls = true;
            node->books.saves_rooms = fate.moves_rooms;
        }
        for (std::size_t i = 0; i < player_count; ++i) {
            Player& player = players[i];
            player.name = "player-" + std::to_string(i);
            player.client = &cluster.add_client(player.name, i % node_count);
            player.client->watch_rooms();
            player.heard.listen(*player.client, "lobby");
            player.client->channels().subscribe("presence/hall", {});
            player.client->on_event<test_game::Call>([&player](const test_game::Call& call) {
                ++player.calls[{player.client->presence(), call.number()}];
            });
        }
        REQUIRE(cluster.run_until([&] {
            return std::ranges::all_of(players, [](const Player& player) {
                return player.client->channels().is_subscribed("lobby");
            });
        }));
        std::vector<std::string> users;
        for (const Player& player : players) users.push_back(player.client->user());
        for (const Player& player : players) player.client->users().watch(users, {});
    }

    void go_on() {
        for (int i = 0; i < steps; ++i) {
            disturb();
            for (int acts = 0; acts < 3; ++acts) act(players[below(player_count)]);
            cluster.run(std::chrono::milliseconds(20 + below(400)));
            heal();
            restart_drained();
            look_for_two_seats();
        }
    }
    /// All is there again, and long enough for whatever waits.
    void calm_down() {
        heal_all();
        for (Player& player : players) player.client->cancel_queue();
        for (const Time end = cluster.now() + calm_time; cluster.now() < end;) {
            cluster.run(1s);
            restart_drained();
            look_for_two_seats();
        }
    }

    ClusterStepper cluster;
    std::array<Player, player_count> players;
    std::vector<std::string> problems;
    std::vector<SentCall> calls; ///< their numbers are 1, 2, ...

private:
    void act(Player& player) {
        Client& client = *player.client;
        switch (below(14)) {
        case 0: return client.join_or_create("pond", answer(player));
        case 1: return client.create_room("pond", {}, answer(player));
        case 2:
        case 3:
            if (client.rooms().empty()) return;
            return client.join_room(any_room(client), answer(player));
        case 4: return client.leave_room();
        case 5: return client.queue({.kind = "pond"}, answer(player));
        case 6: return client.cancel_queue();
        case 7:
        case 8: return call(player);
        default: return say(player);
        }
    }
    Client::JoinHandler answer(Player& player) {
        const std::size_t number = player.answers.size();
        player.answers.push_back(0);
        return [&player, number](const JoinResult&) {
            ++player.answers[number];
        };
    }
    RoomId any_room(const Client& client) {
        auto room = client.rooms().begin();
        std::advance(room, below(client.rooms().size()));
        return room->first;
    }
    void call(const Player& player) {
        SentCall call{player.client->room(), {&player, player.client->presence()}};
        if (!call.room.is_set()) return;
        for (const Player& other : players) {
            if (other.client->room() == call.room)
                call.there.push_back({&other, other.client->presence()});
        }
        calls.push_back(std::move(call));
        flatbuffers::FlatBufferBuilder builder;
        builder.Finish(test_game::CreateCall(builder, static_cast<std::uint32_t>(calls.size())));
        player.client->send_event({builder.GetBufferPointer(), builder.GetSize()});
    }
    void say(Player& player) {
        const std::string line = std::to_string(++player.said);
        const std::size_t number = player.answers.size();
        player.answers.push_back(0);
        player.client->channels().say(
            "lobby", line, [&player, line, number](const RequestResult& result) {
                ++player.answers[number];
                if (result.error == RequestError::none) player.confirmed.insert(line);
            });
    }

    void disturb() {
        switch (below(24)) {
        case 0: return cut_link(players[below(player_count)]);
        case 1: return stop(below(node_count));
        case 2:
            for (std::size_t node = 0; node < node_count; ++node) cut_off(node);
            return;
        case 3: return cluster.cluster->forget_everything();
        case 4: return cut_off(below(node_count));
        case 5: return restart(below(node_count));
        case 6:
        case 7:
        case 8:
            if (has_drains_) drain(below(node_count));
            return;
        default: return;
        }
    }
    /// From the service.
    void cut_off(std::size_t number) {
        if (cluster.now() < settled_at_) return;
        const std::string name = "node-" + std::to_string(number);
        ++times_cut_off_[number];
        cluster.cluster->set_reachable(name, false);
        heal_after(between(200ms, 9s), [this, number, name] {
            if (--times_cut_off_[number] > 0) return;
            cluster.cluster->set_reachable(name, true);
        });
    }
    /// What waits at one that is cut off would be lost, and another one would send players back.
    void restart(std::size_t number) {
        const bool is_any_cut_off = std::ranges::any_of(times_cut_off_, [](int times) {
            return times > 0;
        });
        if (is_any_cut_off || cluster.nodes[number]->is_stopped) return;
        if (longest_outage_now() < settling_time) return;
        note_outage(settling_time);
        settled_at_ = cluster.now() + settling_time;
        cluster.restart(number);
    }
    /// It takes nobody any more, and sends all elsewhere.
    void drain(std::size_t number) {
        const bool is_any = std::ranges::any_of(cluster.nodes, [](const auto& node) {
            return node->server->is_draining();
        });
        if (is_any || cluster.nodes[number]->is_stopped) return;
        cluster.server(number).drain(std::chrono::milliseconds(below(5'000)), "an update");
    }
    void restart_drained() {
        for (std::size_t number = 0; number < node_count; ++number) {
            if (cluster.server(number).is_drained()) restart(number);
        }
    }
    void cut_link(Player& player) {
        const auto time = outage_time();
        if (!time) return;
        player.client->set_net_sim({.out = {.blackout = true}, .in = {.blackout = true}});
        heal_after(*time, [&player] {
            player.client->set_net_sim({});
        });
    }
    /// For which someone may be without a server from now on: else its session might be over.
    Duration longest_outage_now() {
        if (cluster.now() > outage_end_ + recovery_time) outage_began_ = cluster.now();
        return outage_began_ + longest_outage - cluster.now();
    }
    void note_outage(Duration time) { outage_end_ = std::max(outage_end_, cluster.now() + time); }
    /// Nothing: it can't be now.
    std::optional<Duration> outage_time() {
        const Duration most = longest_outage_now();
        if (most <= shortest_outage) return std::nullopt;
        const Duration time = between(shortest_outage, most);
        note_outage(time);
        return time;
    }
    /// For less than its lease, or so long that its players have gone elsewhere.
    void stop(std::size_t number) {
        const bool is_any = std::ranges::any_of(cluster.nodes, [](const auto& node) {
            return node->is_stopped;
        });
        const auto time = is_any ? std::nullopt : outage_time();
        if (!time) return;
        ClusterStepper::Node& node = *cluster.nodes[number];
        node.is_stopped = true;
        heal_after(*time, [&node] {
            node.is_stopped = false;
        });
    }

    std::size_t below(std::size_t bound) { return random_.next_below(bound); }
    Duration between(Duration least, Duration most) {
        return least + Duration(static_cast<std::int64_t>(
                           below(static_cast<std::size_t>((most - least).count()))));
    }
    void heal_after(Duration time, std::function<void()> act) {
        due_.push_back({cluster.now() + time, std::move(act)});
    }
    void heal() {
        for (const Cure& cure : due_) {
            if (cluster.now() >= cure.when) cure.act();
        }
        std::erase_if(due_, [this](const Cure& cure) {
            return cluster.now() >= cure.when;
        });
    }
    void heal_all() {
        for (const Cure& cure : due_) cure.act();
        due_.clear();
    }

    /// At servers that see each other.
    void look_for_two_seats() {
        std::map<std::string, int> seats;
        for (std::size_t node = 0; node < node_count; ++node) {
            if (cluster.nodes[node]->is_stopped || times_cut_off_[node] > 0) continue;
            const auto view = cluster.server(node).view();
            for (const RoomDetails& room : view->rooms) {
                for (const RoomMember& member : room.members) ++seats[member.user];
            }
        }
        for (Player& player : players) {
            if (seats[player.client->user()] <= 1) {
                player.two_seats_since.reset();
                continue;
            }
            if (!player.two_seats_since) player.two_seats_since = cluster.now();
            if (cluster.now() - *player.two_seats_since >= two_seats_time)
                problems.push_back(player.name + " has two seats for too long");
        }
    }

    struct Cure {
        Time when{};
        std::function<void()> act{};
    };

    bool has_drains_ = false;
    Random random_;
    std::vector<Cure> due_;
    std::array<int, node_count> times_cut_off_{};
    Time settled_at_{};   ///< when players of a server that began anew have found one
    Time outage_began_{}; ///< since when someone may have no server
    Time outage_end_{};
};

} // namespace cluster_story
