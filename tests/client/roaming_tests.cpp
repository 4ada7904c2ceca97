// A client among servers of a cluster, each of which says what a test wants.

#include "client/scripted_node.hpp"
#include "replication/replicated_schema.hpp"
#include "support/listener.hpp"
#include "wire/bulk.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

using wire::Message;

constexpr RoomId old_room{10};
constexpr RoomId new_room{20};

/// Two nodes and a client, who is in a room of the first one.
struct Story {
    explicit Story(const LinkConditions& link = {.delay = 10ms})
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

} // namespace

TEST_CASE("roaming: a join of another server's room ends there, with one answer") {
    Story story;
    story.be_in_old_room();
    std::vector<std::uint8_t> seat;
    story.b.script = [&](const wire::Envelope& envelope) {
        if (const auto* hello = envelope.message_as_Hello()) {
            seat.assign(hello->seat()->begin(), hello->seat()->end());
            story.b.welcome(new_room, PresenceId{6});
        }
    };
    story.join(new_room);
    REQUIRE(story.run_until_answered());
    CHECK(seat == std::vector<std::uint8_t>{1, 2, 3});
    story.run(4s);
    REQUIRE(story.results.size() == 1);
    CHECK(story.results.front().error == RequestError::none);
    CHECK(story.results.front().room == new_room);
    CHECK(story.results.front().presence == PresenceId{6});
    CHECK(story.client->room() == new_room);
    CHECK(story.client->state() == ClientState::online);
    CHECK(story.client->stats().moves == 1);
    CHECK(story.left.empty());
    CHECK(story.resumed == 0);
    CHECK(story.a.count(Message::Goodbye) == 1);
    CHECK(story.b.count(Message::Confirm) == 1);
    // The clock is the other server's.
    CHECK(story.client->server_tick(story.now) >= Tick{7'778'000});
}

TEST_CASE("roaming: what is asked while moving is asked of the server that it leads to") {
    Story story;
    story.be_in_old_room();
    story.client->watch_rooms();
    Listener listener;
    listener.listen(*story.client, "lobby");
    std::uint32_t request = 0;
    story.a.script = [&](const wire::Envelope& envelope) {
        if (const auto* subscribe = envelope.message_as_Subscribe()) request = subscribe->request();
        if (const auto* join = envelope.message_as_JoinRoom()) {
            story.answer_join(*join);
            story.client->call("buy", {}, {}); // while the answer is under way
        }
    };
    REQUIRE(story.run_until([&] {
        return request != 0;
    }));
    std::vector<std::uint8_t> news;
    ByteWriter writer(news);
    writer.write(wire::ChannelNewsHeader(
        wire::BulkKind::channel, std::uint8_t{1}, std::uint8_t{0}, request, 77, 12));
    writer.write_bytes(story.a.people.channel_news({}));
    story.a.say(Channel::bulk, news);
    story.run(300ms);

    ChannelPosition asked;
    std::size_t calls_of_a = 0;
    story.b.script = [&](const wire::Envelope& envelope) {
        if (envelope.message_as_Hello()) {
            calls_of_a = story.a.count(Message::Call);
            story.client->channels().say("lobby", "on the way", {});
            story.b.welcome(new_room, PresenceId{6});
        }
        if (const auto* subscribe = envelope.message_as_Subscribe())
            asked = {subscribe->epoch(), subscribe->next()};
    };
    story.join(new_room);
    REQUIRE(story.run_until_answered());
    story.run(1s);
    CHECK(asked.epoch == 77);
    CHECK(asked.next == 12);
    CHECK(story.b.count(Message::WatchRooms) == 1);
    CHECK(story.b.count(Message::Publish) == 1);
    CHECK(story.a.count(Message::Publish) == 0);
    CHECK(calls_of_a + story.b.count(Message::Call) == 1);
}

TEST_CASE("roaming: a seat that is refused leaves everything as it was") {
    Story story;
    story.be_in_old_room();
    story.b.script = [&](const wire::Envelope& envelope) {
        if (!envelope.message_as_Hello()) return;
        story.client->channels().say("lobby", "on the way", {});
        story.b.say(Channel::control,
                    story.b.encoder.refuse_seat(wire::RequestError::room_full, "no seat left"));
    };
    story.join(new_room);
    REQUIRE(story.run_until_answered());
    CHECK(story.results.front().error == RequestError::room_full);
    CHECK(story.results.front().detail == "no seat left");
    story.run(1s);
    CHECK(story.results.size() == 1);
    CHECK(story.a.count(Message::Publish) == 1);
    CHECK(story.b.count(Message::Publish) == 0);
    CHECK(story.client->stats().failed_moves == 1);
    story.check_is_at_old();
}

TEST_CASE("roaming: where nobody answers, the join fails in time and the session goes on") {
    Story story;
    story.be_in_old_room();
    SUBCASE("nobody there") {
        story.b.is_dead = true;
    }
    SUBCASE("silent there") {}
    SUBCASE("another server there") {
        story.key = std::string(64, 'e');
    }
    SUBCASE("a name that there is not") {
        story.address = "nowhere.invalid:7778";
    }
    story.join(new_room);
    REQUIRE(story.run_until_answered());
    CHECK(story.results.front().error == RequestError::unreachable);
    story.run(1s);
    CHECK(story.results.size() == 1);
    story.check_is_at_old();
}

TEST_CASE("roaming: an address or a key that is none is not followed") {
    Story story;
    story.be_in_old_room();
    const std::uint64_t before = story.client->stats().refused.malformed_messages;
    for (const char* const address : {"",
                                      "10.0.0.1",
                                      ":7778",
                                      "10.0.0.1:",
                                      "10.0.0.1:0",
                                      "10.0.0.1:77780",
                                      "a b:1",
                                      "[10.0.0.1:7778",
                                      "::1:7778"}) {
        CAPTURE(address);
        story.results.clear();
        story.address = address;
        story.join(new_room);
        REQUIRE(story.run_until_answered());
        CHECK(story.results.front().error == RequestError::unreachable);
    }
    story.address = story.b.address();
    story.key = "abc";
    story.results.clear();
    story.join(new_room);
    REQUIRE(story.run_until_answered());
    const std::vector<std::uint8_t> seat{9};
    story.a.log([&](std::uint32_t offset) {
        return story.a.encoder.move(offset, {"nowhere", "", seat}, "");
    });
    story.run(500ms);
    CHECK(story.client->stats().refused.malformed_messages == before + 1);
    CHECK(story.client->stats().moves + story.client->stats().failed_moves == 0);
    story.check_is_at_old();
}

TEST_CASE("roaming: a room that has moved is not left") {
    Story story;
    story.be_in_old_room();
    story.let_in(story.b, old_room);
    story.move(story.b);
    REQUIRE(story.run_until([&] {
        return story.client->stats().moves == 1;
    }));
    story.run(1s);
    CHECK(story.client->room() == old_room);
    CHECK(story.client->presence() == PresenceId{6});
    CHECK(story.left.empty());
    CHECK(story.lost.empty());
}

TEST_CASE("roaming: who is sent to another room, or to none, is told that the old one is left") {
    Story story;
    story.be_in_old_room();
    const RoomId room = [&] {
        SUBCASE("another") {
            return new_room;
        }
        SUBCASE("none") {
            return RoomId{};
        }
        return RoomId{};
    }();
    story.let_in(story.b, room);
    story.move(story.b);
    REQUIRE(story.run_until([&] {
        return story.client->stats().moves == 1;
    }));
    story.run(1s);
    CHECK(story.client->room() == room);
    CHECK(story.left == std::vector<LeaveReason>{LeaveReason::server_closing});
    CHECK(story.client->state() == ClientState::online);
}

TEST_CASE("roaming: of two wishes of a server the newer one counts") {
    Story story;
    ScriptedNode c(story.network, 7779);
    story.nodes.push_back(&c);
    story.be_in_old_room();
    story.let_in(story.b, old_room);
    story.let_in(c, old_room);
    story.move(story.b);
    story.move(c);
    REQUIRE(story.run_until([&] {
        return story.client->stats().moves == 1;
    }));
    story.run(3s);
    CHECK(c.count(Message::Confirm) == 1);
    CHECK(story.b.count(Message::Confirm) == 0);
    CHECK(story.client->stats().moves == 1);
    CHECK(story.client->state() == ClientState::online);
}

TEST_CASE("roaming: a join that is not answered when the server sends one away is asked again") {
    Story story;
    story.be_in_old_room();
    story.a.script = nullptr;
    story.let_in(story.b, old_room);
    const auto let_in = story.b.script;
    story.b.script = [&](const wire::Envelope& envelope) {
        let_in(envelope);
        const auto* join = envelope.message_as_JoinRoom();
        if (!join) return;
        story.b.log([&](std::uint32_t offset) {
            return story.b.encoder.join_answer(offset,
                                               {join->request(),
                                                wire::RequestError::none,
                                                {},
                                                new_room,
                                                PresenceId{8},
                                                Tick{},
                                                0,
                                                0});
        });
    };
    story.join(new_room);
    story.run(100ms);
    story.move(story.b);
    REQUIRE(story.run_until_answered());
    story.run(4s);
    REQUIRE(story.results.size() == 1);
    CHECK(story.results.front().room == new_room);
    CHECK(story.client->room() == new_room);
    CHECK(story.left.empty());
}

TEST_CASE("roaming: what the other server says before its welcome has come is not lost") {
    Story story;
    story.be_in_old_room();
    story.b.script = [&](const wire::Envelope& envelope) {
        if (!envelope.message_as_Hello()) return;
        story.b.log([&](std::uint32_t offset) {
            return story.b.encoder.room_left(offset, new_room, LeaveReason::kicked, "not you");
        });
        story.later_at = story.now + 100ms;
        story.later = [&] {
            story.b.welcome(new_room, PresenceId{6});
        };
    };
    story.join(new_room);
    REQUIRE(story.run_until_answered());
    CHECK(story.results.front().error == RequestError::none);
    story.run(500ms);
    CHECK(story.left == std::vector<LeaveReason>{LeaveReason::kicked});
    CHECK_FALSE(story.client->room().is_set());
}

TEST_CASE("roaming: the old link may be lost meanwhile") {
    Story story;
    story.be_in_old_room();
    story.let_in(story.b, new_room);
    story.join(new_room);
    REQUIRE(story.run_until([&] {
        return story.a.count(Message::JoinRoom) == 2;
    }));
    story.run(20ms);
    story.a.is_dead = true;
    REQUIRE(story.run_until_answered());
    CHECK(story.results.front().room == new_room);
    story.run(5s);
    CHECK(story.client->state() == ClientState::online);
    CHECK(story.lost.empty());
}

TEST_CASE("roaming: a loss of 20 % changes nothing but the time that it takes") {
    Story story({.delay = 20ms, .jitter = 10ms, .loss = 0.2});
    story.be_in_old_room();
    story.let_in(story.b, new_room);
    story.join(new_room);
    REQUIRE(story.run_until_answered());
    story.run(5s);
    CHECK(story.results.size() == 1);
    CHECK(story.results.front().error == RequestError::none);
    CHECK(story.client->room() == new_room);
    CHECK(story.client->state() == ClientState::online);
}

TEST_CASE("roaming: a Hello may be sent on, but not for ever") {
    Story story;
    const std::string place = story.b.address();
    const std::string key = story.b.key();
    int hellos = 0;
    story.a.script = [&](const wire::Envelope& envelope) {
        if (!envelope.message_as_Hello()) return;
        ++hellos;
        story.a.say(Channel::control, story.a.encoder.refuse_elsewhere({place, key, {}}, ""));
    };
    SUBCASE("to who takes it") {
        story.let_in(story.b, {});
        REQUIRE(story.run_until([&] {
            return story.client->state() == ClientState::online;
        }));
        CHECK(story.b.count(Message::Confirm) <= 1);
        CHECK(hellos == 1);
    }
    SUBCASE("to and fro") {
        const std::string back = story.a.address();
        const std::string key_of_a = story.a.key();
        story.b.script = [&](const wire::Envelope& envelope) {
            if (!envelope.message_as_Hello()) return;
            ++hellos;
            story.b.say(Channel::control,
                        story.b.encoder.refuse_elsewhere({back, key_of_a, {}}, ""));
        };
        REQUIRE(story.run_until([&] {
            return story.client->state() == ClientState::closed;
        }));
        CHECK(story.client->close_reason() == CloseReason::refused);
        CHECK(hellos == 4);
    }
}

TEST_CASE(
    "roaming: when its server is gone, another one knows by the ticket whose session it was") {
    Story story;
    // The client goes by a, is on b, and b dies.
    story.be_in_old_room();
    story.b.ticket = {4, 5, 6};
    story.let_in(story.b, new_room);
    story.join(new_room);
    REQUIRE(story.run_until_answered());
    story.run(1s);
    std::vector<std::uint8_t> shown;
    const RoomId room = [&] {
        SUBCASE("with the room") {
            return new_room;
        }
        SUBCASE("with another room") {
            return RoomId{30};
        }
        SUBCASE("without") {
            return RoomId{};
        }
        return RoomId{};
    }();
    story.a.script = [&](const wire::Envelope& envelope) {
        const auto* hello = envelope.message_as_Hello();
        if (!hello || !hello->resume()) return;
        const Bytes ticket = wire::view_of(hello->resume()->ticket());
        shown.assign(ticket.begin(), ticket.end());
        story.a.welcome(room, room.is_set() ? PresenceId{3} : PresenceId{});
    };
    story.b.is_dead = true;
    REQUIRE(story.run_until(
        [&] {
            return story.resumed == 1;
        },
        20s));
    CHECK(shown == std::vector<std::uint8_t>{4, 5, 6});
    story.run(1s);
    CHECK(story.client->room() == room);
    CHECK(story.client->state() == ClientState::online);
    CHECK(story.left == (room == new_room ? std::vector<LeaveReason>{}
                                          : std::vector<LeaveReason>{LeaveReason::node_lost}));
    CHECK(story.lost.empty());
    CHECK(story.a.count(Message::Confirm) == 2);
}

TEST_CASE("roaming: a resume is sent on to the server that has the session") {
    Story story;
    story.a.ticket = {1, 2};
    story.be_in_old_room();
    const std::string token = story.client->resume_token();
    CHECK(token.ends_with(".0102"));
    const std::string place = story.b.address();
    const std::string key = story.b.key();
    story.a.script = [&](const wire::Envelope& envelope) {
        if (envelope.message_as_Hello())
            story.a.say(Channel::control, story.a.encoder.refuse_elsewhere({place, key, {}}, ""));
    };
    bool has_forgotten = false;
    story.b.script = [&](const wire::Envelope& envelope) {
        const auto* hello = envelope.message_as_Hello();
        if (!hello || !hello->resume()) return;
        has_forgotten = hello->resume()->has_forgotten();
        story.b.welcome(old_room, PresenceId{5}, true);
    };
    ClientConfig config;
    config.host = "10.0.0.1";
    config.schema = test_game::schema();
    config.network = &story.network;
    config.seed = 6;
    config.resume_token = token;
    story.client = std::make_unique<Client>(config);
    REQUIRE(story.run_until([&] {
        return story.client->room() == old_room;
    }));
    CHECK(has_forgotten);
    config.resume_token += "0";
    Client bad(config);
    bad.poll(story.now);
    CHECK(bad.close_reason() == CloseReason::bad_config);
}
