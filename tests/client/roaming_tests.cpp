// A client who asks for rooms of other servers, each of which says what a test wants.
#include "client/roaming_story.hpp"
#include "support/listener.hpp"
#include "wire/bulk.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;

TEST_CASE("roaming: a join of another server's room ends there, with one answer") {
    RoamingStory story;
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
    RoamingStory story;
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
    RoamingStory story;
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
    RoamingStory story;
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
    RoamingStory story;
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

TEST_CASE("roaming: who waits for a match waits on where the server sends it, and not in a room") {
    RoamingStory story;
    story.be_in_old_room();
    std::vector<RequestError> ends;
    story.a.script = [&](const wire::Envelope& envelope) {
        const auto* join = envelope.message_as_JoinRoom();
        if (join && join->mode() != wire::JoinMode::queue) story.answer_join(*join);
    };
    story.client->queue({.kind = "pond"}, [&](const JoinResult& result) {
        ends.push_back(result.error);
    });
    story.run(300ms);
    SUBCASE("sent away") {
        story.let_in(story.b, old_room);
        story.move(story.b);
        REQUIRE(story.run_until([&] {
            return story.b.count(Message::JoinRoom) == 1;
        }));
        CHECK(ends.empty());
    }
    SUBCASE("joined another room") {
        story.let_in(story.b, new_room);
        story.join(new_room);
        REQUIRE(story.run_until_answered());
        story.run(4s);
        CHECK(ends == std::vector<RequestError>{RequestError::cancelled});
        CHECK(story.b.count(Message::JoinRoom) == 0);
    }
}

TEST_CASE("roaming: the server that a seat leads to may send one on, and the status goes along") {
    RoamingStory story;
    ScriptedNode c(story.network, 7779);
    c.room_digest = story.b.room_digest;
    story.nodes.push_back(&c);
    story.be_in_old_room();
    story.client->users().set_status(true, "at tea");
    const std::string place = c.address();
    const std::string key = c.key();
    const std::vector<std::uint8_t> seat{7, 7};
    story.b.script = [&](const wire::Envelope& envelope) {
        if (envelope.message_as_Hello()) {
            story.b.say(Channel::control,
                        story.b.encoder.refuse_elsewhere({place, key, seat}, "moved on"));
        }
    };
    std::vector<std::uint8_t> shown;
    std::string status;
    c.script = [&](const wire::Envelope& envelope) {
        if (const auto* hello = envelope.message_as_Hello()) {
            shown.assign(hello->seat()->begin(), hello->seat()->end());
            c.welcome(new_room, PresenceId{6});
        }
        if (const auto* set = envelope.message_as_SetStatus())
            status = set->is_away() ? set->text()->str() : std::string();
    };
    story.join(new_room);
    REQUIRE(story.run_until_answered());
    CHECK(story.results.front().room == new_room);
    CHECK(shown == seat);
    story.run(500ms);
    CHECK(status == "at tea");
}

TEST_CASE("roaming: what the other server says before its welcome has come is not lost") {
    RoamingStory story;
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
    RoamingStory story;
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
    RoamingStory story({.delay = 20ms, .jitter = 10ms, .loss = 0.2});
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
