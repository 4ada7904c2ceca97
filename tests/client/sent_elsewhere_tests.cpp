// A client whom servers send elsewhere, or who has lost its own.
#include "client/roaming_story.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;

TEST_CASE("roaming: a room that has moved is not left") {
    RoamingStory story;
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
    RoamingStory story;
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
    RoamingStory story;
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
    RoamingStory story;
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

TEST_CASE("roaming: the old server's goodbye counts only when nothing comes of the move") {
    RoamingStory story;
    story.be_in_old_room();
    bool is_refused = false;
    SUBCASE("welcome there") {}
    SUBCASE("refused there") {
        is_refused = true;
    }
    story.b.script = [&](const wire::Envelope& envelope) {
        if (!envelope.message_as_Hello()) return;
        if (!is_refused) return story.b.welcome(old_room, PresenceId{6});
        story.b.say(Channel::control,
                    story.b.encoder.refuse_seat(wire::RequestError::no_such_room, "gone"));
    };
    story.move(story.b);
    story.a.log([&](std::uint32_t offset) {
        return story.a.encoder.goodbye(offset, LeaveReason::server_closing, "the node drains");
    });
    story.run(3s);
    CHECK(story.client->state() == (is_refused ? ClientState::closed : ClientState::online));
    if (is_refused) {
        CHECK(story.left == std::vector<LeaveReason>{LeaveReason::server_closing});
        CHECK(story.lost == std::vector<CloseReason>{CloseReason::server_closing});
    } else {
        CHECK(story.client->room() == old_room);
        CHECK(story.left.empty());
    }
}

TEST_CASE("roaming: a Hello may be sent on, but not for ever") {
    RoamingStory story;
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
    RoamingStory story;
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
    RoamingStory story;
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
