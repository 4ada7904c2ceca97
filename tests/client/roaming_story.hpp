#pragma once

#include "client/scripted_node.hpp"
#include "replication/replicated_schema.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_net::testing {

using wire::Message;

inline constexpr RoomId old_room{10};
inline constexpr RoomId new_room{20};

/// Two nodes and a client, who is in a room of the first one.
struct RoamingStory {
    explicit RoamingStory(const LinkConditions& link = {.delay = 10ms})
        : network({.seed = 3, .link = link}), a(network, 7777), b(network, 7778) {
        network.advance_to(now);
        for (ScriptedNode* node : {&a, &b})
            node->room_digest = ReplicatedSchema::load(test_game::schema())->digest();
        a.script = [this](const wire::Envelope& envelope) {
            if (envelope.message_as_Hello()) a.welcome();
            if (const auto* join = envelope.message_as_JoinRoom()) answer_join(*join);
        };
        ClientConfig config;
        config.host = "10.0.0.1";
        config.name = "ada";
        config.schema = test_game::schema();
        config.network = &network;
        config.seed = 5;
        config.log = [this](LogLevel, std::string_view text) {
            log.emplace_back(text);
        };
        client = std::make_unique<Client>(config);
        client->on_room_left([this](LeaveReason reason, const std::string&) {
            left.push_back(reason);
        });
        client->on_resumed([this](std::uint32_t) {
            ++resumed;
        });
        client->on_lost([this](CloseReason reason, const std::string&) {
            lost.push_back(reason);
        });
    }

    /// Is let into `old_room`; any other is elsewhere.
    void answer_join(const wire::JoinRoom& join) {
        wire::ControlEncoder::JoinAnswer answer{
            join.request(), wire::RequestError::none, {}, {}, {}, Tick{}, 0, 30'000};
        const std::vector<std::uint8_t> seat{1, 2, 3};
        const wire::ControlEncoder::Elsewhere elsewhere{address, key, seat};
        if (join.room() == old_room.value) {
            answer.room = old_room;
            answer.presence = PresenceId{5};
        } else {
            answer.error = wire::RequestError::elsewhere;
            answer.elsewhere = &elsewhere;
        }
        a.log([&](std::uint32_t offset) {
            return a.encoder.join_answer(offset, answer);
        });
    }
    void move(const ScriptedNode& to) {
        const std::string place = to.address();
        const std::string its_key = to.key();
        const std::vector<std::uint8_t> seat{9};
        a.log([&](std::uint32_t offset) {
            return a.encoder.move(offset, {place, its_key, seat}, "the node drains");
        });
    }
    void let_in(ScriptedNode& node, RoomId room) {
        node.script = [&node, room](const wire::Envelope& envelope) {
            if (envelope.message_as_Hello())
                node.welcome(room, room.is_set() ? PresenceId{6} : PresenceId{});
        };
    }
    void join(RoomId room) {
        client->join_room(room, [this](const JoinResult& result) {
            results.push_back(result);
        });
    }
    void be_in_old_room() {
        join(old_room);
        REQUIRE(run_until([&] {
            return client->room() == old_room;
        }));
        results.clear();
        run(500ms);
    }
    void run(Duration time) {
        run_until(
            [] {
                return false;
            },
            time);
    }
    bool run_until(const std::function<bool()>& is_true, Duration limit = 10s) {
        for (const Time end = now + limit; now < end && !is_true();) {
            now += 5ms;
            if (later && now >= later_at) std::exchange(later, nullptr)();
            network.advance_to(now);
            for (ScriptedNode* node : nodes) node->step(now);
            client->poll(now);
        }
        return is_true();
    }
    bool run_until_answered() {
        return run_until([&] {
            return !results.empty();
        });
    }
    void check_is_at_old() {
        CHECK(client->state() == ClientState::online);
        CHECK(client->room() == old_room);
        CHECK(left.empty());
        CHECK(lost.empty());
        CHECK(a.count(Message::Goodbye) == 0);
        const std::size_t before = a.count(Message::LeaveRoom);
        client->leave_room();
        run(200ms);
        CHECK(a.count(Message::LeaveRoom) == before + 1);
    }

    SimulatedNetwork network;
    Time now{1s};
    ScriptedNode a;
    ScriptedNode b;
    std::vector<ScriptedNode*> nodes{&a, &b};
    std::string address = b.address(); ///< that joins are sent to
    std::string key = b.key();
    std::unique_ptr<Client> client;
    std::vector<JoinResult> results;
    std::vector<LeaveReason> left;
    std::vector<CloseReason> lost;
    std::vector<std::string> log;
    int resumed = 0;
    std::function<void()> later; ///< to be done then
    Time later_at{};
};

} // namespace engine_net::testing
