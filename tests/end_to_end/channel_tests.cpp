// What is said in the lobby, in rooms and on channels of the game's own.

#include "support/answers.hpp"
#include "support/listener.hpp"
#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

std::vector<std::uint8_t> bytes_of_text(const std::string& text) {
    return {text.begin(), text.end()};
}

/// Of the second client's socket, and of those that it opens in place of it.
void set_later_ports(Stepper& stepper, const LinkConditions& link) {
    for (std::uint16_t port = first_client_port + 1; port < first_client_port + 60; ++port)
        stepper.network.set_conditions_of(port, link, link);
}

/// Ada and bob, who listen to the lobby.
struct Lobby {
    Stepper stepper;
    Client& ada;
    Client& bob;
    Listener ada_heard;
    Listener bob_heard;
    Results results;

    explicit Lobby(Stepper::Options options = {})
        : stepper(std::move(options))
        , ada(stepper.add_client("ada"))
        , bob(stepper.add_client("bob")) {
        ada_heard.listen(ada, "lobby");
        bob_heard.listen(bob, "lobby");
        REQUIRE(stepper.run_until([this] {
            return ada.channels().is_subscribed("lobby") && bob.channels().is_subscribed("lobby");
        }));
    }
    RequestError say(Client& client, const std::string& channel, const std::string& text) {
        client.channels().say(channel, text, results.keep);
        return results.next(stepper).error;
    }
    bool has_heard(const Listener& listener, std::size_t lines) {
        return stepper.run_until([&] {
            return listener.lines.size() >= lines;
        });
    }
};

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("channels: what is said is heard by all, once and in order") {
        Lobby lobby;
        CHECK(lobby.say(lobby.ada, "lobby", "hello") == RequestError::none);
        lobby.bob.channels().publish("lobby", "wave", bytes_of_text("with both hands"));
        lobby.bob.channels().publish("lobby", "wink", bytes_of_text("once"), {}, false);
        REQUIRE(lobby.has_heard(lobby.ada_heard, 3));
        lobby.stepper.run(200ms);
        CHECK(lobby.ada_heard.lines ==
              Lines{"ada: hello", "bob wave: with both hands", "bob wink: once"});
        // Bob has not asked to hear the last one himself.
        CHECK(lobby.bob_heard.lines == Lines{"ada: hello", "bob wave: with both hands"});
        // The server may say something, too.
        CHECK(lobby.stepper.server.publish("lobby", "news", bytes_of_text("rain")));
        REQUIRE(lobby.has_heard(lobby.bob_heard, 3));
        CHECK(lobby.bob_heard.lines.back() == " news: rain");
    }

    TEST_CASE("channels: who comes late is told the last messages that it asks for") {
        Lobby lobby;
        for (int i = 1; i <= 5; ++i)
            lobby.ada.channels().publish("lobby", "count", bytes_of_text(std::to_string(i)));
        REQUIRE(lobby.has_heard(lobby.ada_heard, 5));
        Listener heard;
        Client& eli = lobby.stepper.add_client("eli");
        heard.listen(eli, "lobby", {.recent = 2});
        REQUIRE(lobby.has_heard(heard, 2));
        lobby.stepper.run(200ms);
        CHECK(heard.lines == Lines{"ada count: 4", "ada count: 5"});
        // From a place that it knows, as another process of the same player does.
        const ChannelPosition end = *eli.channels().position("lobby");
        Listener again;
        Client& other = lobby.stepper.add_client("eve");
        again.listen(other, "lobby", {.position = ChannelPosition{end.epoch, end.next - 4}});
        REQUIRE(lobby.has_heard(again, 4));
        CHECK(again.lines.front() == "ada count: 2");
        CHECK(again.gaps == 0);
        // A place in another server's channel says nothing here.
        Listener lost;
        Client& ian = lobby.stepper.add_client("ian");
        lost.listen(ian, "lobby", {.position = ChannelPosition{end.epoch + 77, 2}});
        REQUIRE(lobby.has_heard(lost, 5));
        CHECK(lost.gaps == 1);
    }

    TEST_CASE("channels: a lost link costs no message, whichever comes when") {
        Lobby lobby;
        Results results;
        int said = 0;
        for (int round = 0; round < 12; ++round) {
            lobby.stepper.network.set_conditions_of(first_client_port + 1, cut, cut);
            for (int i = 0; i < 3; ++i)
                lobby.ada.channels().publish("lobby", "n", bytes_of_text(std::to_string(said++)));
            lobby.stepper.run(std::chrono::milliseconds(200 * round));
            lobby.stepper.network.set_conditions_of(first_client_port + 1, calm, calm);
            lobby.stepper.run(500ms);
        }
        REQUIRE(lobby.has_heard(lobby.bob_heard, static_cast<std::size_t>(said)));
        lobby.stepper.run(500ms);
        CHECK(lobby.bob.stats().resumes > 0);
        CHECK(lobby.bob_heard.gaps == 0);
        REQUIRE(lobby.bob_heard.lines.size() == static_cast<std::size_t>(said));
        Lines expected;
        expected.reserve(static_cast<std::size_t>(said));
        for (int i = 0; i < said; ++i) expected.push_back("ada n: " + std::to_string(i));
        CHECK(lobby.bob_heard.lines == expected);
    }

    TEST_CASE("channels: who was away for longer than messages are kept is told so") {
        Lobby lobby;
        set_later_ports(lobby.stepper, cut);
        for (int i = 0; i < 400; ++i) {
            lobby.stepper.server.publish("lobby", "n", bytes_of_text(std::to_string(i)));
            lobby.stepper.run(10ms);
        }
        set_later_ports(lobby.stepper, calm);
        REQUIRE(lobby.stepper.run_until([&] {
            return !lobby.bob_heard.lines.empty() && lobby.bob_heard.lines.back() == " n: 399";
        }));
        CHECK(lobby.bob_heard.gaps == 1);
        REQUIRE(lobby.has_heard(lobby.ada_heard, 400));
        CHECK(lobby.bob_heard.lines.size() < 400);
        CHECK(lobby.ada_heard.lines.size() == 400);
        CHECK(lobby.ada_heard.gaps == 0);
    }

    TEST_CASE(
        "channels: a room's is for those who are in it, a private one for whom the game says") {
        Stepper::Options options;
        options.server.authorise_channel = [](const ChannelRequest& request) {
            const bool is_ada = request.name == "ada";
            if (request.channel == "private/council")
                return ChannelRights{is_ada || request.name == "bob", is_ada};
            return default_channel_rights(request);
        };
        Lobby lobby(std::move(options));
        Answers answers;
        lobby.ada.create_room("pond", {}, answers.keep);
        const RoomId room = answers.next(lobby.stepper).room;
        const std::string channel = "room/" + std::to_string(room.value);
        Listener inside;
        Listener outside;
        inside.listen(lobby.ada, channel);
        outside.listen(lobby.bob, channel);
        outside.listen(lobby.bob, "private/council");
        REQUIRE(lobby.stepper.run_until([&] {
            return outside.refusals.size() == 1 && lobby.ada.channels().is_subscribed(channel) &&
                   lobby.bob.channels().is_subscribed("private/council");
        }));
        CHECK(outside.refusals.front() == RequestError::not_allowed);
        CHECK(lobby.say(lobby.bob, channel, "let me in") == RequestError::not_allowed);
        CHECK(lobby.say(lobby.bob, "private/council", "psst") == RequestError::not_allowed);
        CHECK(lobby.say(lobby.ada, "private/council", "psst") == RequestError::none);
        CHECK(lobby.say(lobby.ada, "private/else", "psst") == RequestError::not_allowed);
        REQUIRE(lobby.has_heard(outside, 1));
        // Bob comes in, hears, and hears nothing more once he has left.
        lobby.bob.join_room(room, answers.keep);
        REQUIRE(answers.next(lobby.stepper).error == RequestError::none);
        outside.listen(lobby.bob, channel);
        REQUIRE(lobby.stepper.run_until([&] {
            return lobby.bob.channels().is_subscribed(channel);
        }));
        CHECK(lobby.say(lobby.ada, channel, "welcome") == RequestError::none);
        REQUIRE(lobby.has_heard(outside, 2));
        lobby.bob.leave_room();
        REQUIRE(lobby.stepper.run_until([&] {
            return !lobby.bob.room().is_set();
        }));
        CHECK_FALSE(lobby.bob.channels().is_subscribed(channel));
        CHECK(lobby.say(lobby.ada, channel, "gone") == RequestError::none);
        lobby.stepper.run(300ms);
        CHECK(outside.lines == Lines{"ada: psst", "ada: welcome"});
    }

    TEST_CASE("channels: presence is by user, however many sessions it has (A26)") {
        Stepper::Options options;
        options.server.authenticate = [](const AuthRequest& request, const AuthReply& reply) {
            reply.accept("user-" + request.name);
        };
        Lobby lobby(std::move(options));
        Listener heard;
        heard.listen(lobby.ada, "presence/friends");
        REQUIRE(lobby.has_heard(heard, 1));
        CHECK(heard.lines == Lines{"ada is here"});
        std::vector<Client*> tabs;
        for (int i = 0; i < 3; ++i) {
            Client& tab = lobby.stepper.add_client("eve");
            tab.channels().subscribe("presence/friends", {});
            tabs.push_back(&tab);
        }
        REQUIRE(lobby.has_heard(heard, 2));
        lobby.stepper.run(500ms);
        CHECK(heard.lines == Lines{"ada is here", "eve joined"});
        CHECK(tabs[0]->channels().members("presence/friends").size() == 2);
        // A link that is lost and comes back is no leave.
        lobby.stepper.network.set_conditions_of(first_client_port + 2, cut, cut);
        lobby.stepper.run(3s);
        lobby.stepper.network.set_conditions_of(first_client_port + 2, calm, calm);
        tabs[1]->leave();
        tabs[2]->channels().unsubscribe("presence/friends");
        lobby.stepper.run(1s);
        CHECK(heard.lines.size() == 2);
        tabs[0]->leave();
        REQUIRE(lobby.has_heard(heard, 3));
        CHECK(heard.lines.back() == "eve left");
        CHECK(lobby.ada.channels().members("presence/friends").size() == 1);
    }

    TEST_CASE("channels: text that can't be shown to everyone is refused") {
        Lobby lobby;
        for (const char* text :
             {"", "   ", "\xFF", "\xC0\xAF", "\xED\xA0\x80", "a\tb", "a\xE2\x80\xAE z"})
            CHECK(lobby.say(lobby.ada, "lobby", text) == RequestError::bad_request);
        CHECK(lobby.say(lobby.ada, "lobby", std::string(max_chat_bytes + 1, 'x')) ==
              RequestError::bad_request);
        CHECK(lobby.say(lobby.ada, "lobby", "\xF0\x9F\x9A\x80 ok") == RequestError::none);
        REQUIRE(lobby.has_heard(lobby.bob_heard, 1));
        CHECK(lobby.bob_heard.lines == Lines{"ada: \xF0\x9F\x9A\x80 ok"});
    }

    TEST_CASE("channels: whom the host has muted says nothing in its room, but elsewhere") {
        Lobby lobby;
        Answers answers;
        lobby.ada.create_room("pond", {}, answers.keep);
        const RoomId room = answers.next(lobby.stepper).room;
        lobby.bob.join_room(room, answers.keep);
        REQUIRE(answers.next(lobby.stepper).error == RequestError::none);
        const std::string channel = "room/" + std::to_string(room.value);
        CHECK(lobby.say(lobby.bob, channel, "la la") == RequestError::none);
        lobby.ada.command(RoomVerb::mute, lobby.bob.presence(), {}, lobby.results.keep);
        REQUIRE(lobby.results.next(lobby.stepper).error == RequestError::none);
        CHECK(lobby.say(lobby.bob, channel, "la la") == RequestError::muted);
        CHECK(lobby.say(lobby.bob, "lobby", "la la") == RequestError::none);
        lobby.ada.command(RoomVerb::unmute, lobby.bob.presence(), {}, lobby.results.keep);
        REQUIRE(lobby.results.next(lobby.stepper).error == RequestError::none);
        CHECK(lobby.say(lobby.bob, channel, "la la") == RequestError::none);
    }

    TEST_CASE("channels: a flooder is muted, then removed, and others hear little of it (A43)") {
        Lobby lobby;
        Client& eve = lobby.stepper.add_player("eve");
        REQUIRE(lobby.stepper.run_until([&] {
            return eve.room().is_set();
        }));
        // 200 lines and 100 changes of mind a second.
        int turns = 0;
        const bool is_removed = lobby.stepper.run_until(
            [&] {
                if (turns++ % 5 == 0) eve.channels().say("lobby", "buy my fish");
                if (turns % 10 == 0) eve.set_ready(turns % 20 == 0);
                return eve.state() == ClientState::closed;
            },
            20s);
        CHECK(is_removed);
        CHECK(eve.close_reason() == CloseReason::kicked);
        CHECK(eve.close_detail() == "too many requests");
        CHECK(lobby.bob_heard.lines.size() >= 1);
        CHECK(lobby.bob_heard.lines.size() <= 8);
        CHECK(lobby.stepper.server.stats().refused.flooders == 1);
        CHECK(lobby.stepper.server.stats().sessions == 2);
        CHECK(lobby.stepper.server.stats().players == 0);
        // The others were not slowed.
        CHECK(lobby.say(lobby.ada, "lobby", "peace") == RequestError::none);
    }

    TEST_CASE("channels: a session listens to a bounded number of them") {
        Lobby lobby;
        Listener heard;
        for (std::size_t i = 0; i < max_subscriptions; ++i)
            heard.listen(lobby.ada, "game/" + std::to_string(i));
        REQUIRE(lobby.stepper.run_until([&] {
            return heard.refusals.size() == 1;
        }));
        CHECK(heard.refusals.front() == RequestError::not_now);
        // One less makes room for another.
        lobby.ada.channels().unsubscribe("game/0");
        heard.listen(lobby.ada, "game/new");
        CHECK(lobby.stepper.run_until([&] {
            return lobby.ada.channels().is_subscribed("game/new");
        }));
    }
}
