#include "room/channel_board.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>

using namespace engine_net;
using namespace engine_net::testing;
using namespace std::chrono_literals;

TEST_CASE("channels: what is said is heard in order, each once") {
    Board board;
    Listener ada = board.listener(1);
    board.say("lobby", "before");
    CHECK(board.subscribe(ada, "lobby") == Verdict::subscribed);
    CHECK_FALSE(ada.position("lobby"));
    CHECK(board.tell(ada).empty());
    REQUIRE(ada.position("lobby"));
    CHECK(ada.position("lobby")->epoch == 500);
    CHECK(ada.position("lobby")->next == 2);
    board.count("lobby", 0, 3);
    board.say("elsewhere", "no");
    CHECK(board.table.has_news(ada.session));
    CHECK(board.tell(ada) == Lines{"0", "1", "2"});
    CHECK_FALSE(board.table.has_news(ada.session));
    CHECK(board.tell(ada).empty());
    CHECK(ada.position("lobby")->next == 5);
}

TEST_CASE("channels: so much of what was said before is heard as is wanted and there is") {
    Board board;
    board.count("lobby", 0, 5);
    Listener ada = board.listener(1);
    board.subscribe(ada, "lobby", {.recent = 2});
    CHECK(board.tell(ada) == Lines{"3", "4"});
    Listener bob = board.listener(2);
    board.subscribe(bob, "lobby", {.recent = 100});
    CHECK(board.tell(bob) == Lines{"0", "1", "2", "3", "4"});
}

TEST_CASE("channels: one goes on from a position, also from that of another process") {
    Board board;
    Listener ada = board.listener(1);
    board.subscribe(ada, "lobby");
    board.tell(ada);
    const auto position = ada.position("lobby");
    board.count("lobby", 0, 3);
    Listener other = board.listener(2);
    board.subscribe(other, "lobby", {.position = position});
    CHECK(board.tell(other) == Lines{"0", "1", "2"});
}

TEST_CASE("channels: who goes on where nothing is kept any more is told of a gap") {
    Board board;
    Listener ada = board.listener(1);
    board.subscribe(ada, "lobby");
    board.count("lobby", 0, 2);
    CHECK(board.tell(ada) == Lines{"0", "1"});

    SUBCASE("the history was cut") {
        board.count("lobby", 2, 2 + static_cast<int>(ChannelLog::max_messages) + 1);
        const Lines heard = board.tell(ada);
        REQUIRE(heard.size() > 2);
        CHECK(heard[0] == "gap");
        CHECK(heard.back() == "258"); // and what there is
        CHECK(std::stoi(heard[1]) == 259 - static_cast<int>(heard.size() - 1));
    }
    SUBCASE("it was cut while it was away") {
        board.table.suspend(ada.session);
        board.count("lobby", 2, 400);
        board.ask(ada, "lobby");
        const Lines heard = board.tell(ada);
        REQUIRE(heard.size() > 2);
        CHECK(heard[0] == "gap");
        CHECK(heard.back() == "399");
    }
    SUBCASE("the epoch is another") {
        board.table.remove("lobby");
        board.say("lobby", "anew");
        board.ask(ada, "lobby");
        CHECK(board.tell(ada) == Lines{"gap", "anew"});
    }
    SUBCASE("the number is from the future") {
        Listener bob = board.listener(2);
        board.subscribe(bob, "lobby", {.position = ChannelPosition{500, 9}});
        CHECK(board.tell(bob) == Lines{"gap", "0", "1"});
    }
    CHECK(board.tell(ada).empty());
}

TEST_CASE("channels: its sender does not hear a message that is not for it") {
    Board board;
    Listener ada = board.listener(1);
    Listener bob = board.listener(2, "bob");
    board.subscribe(ada, "lobby");
    board.subscribe(bob, "lobby");
    board.say("lobby", "own", ada.session);
    board.say("lobby", "both");
    CHECK(board.tell(ada) == Lines{"both"});
    CHECK(board.tell(bob) == Lines{"own", "both"});
    CHECK(ada.position("lobby")->next == bob.position("lobby")->next);
}

TEST_CASE("channels: who has unsubscribed, was expelled or is over hears no more") {
    Board board;
    Listener ada = board.listener(1);
    board.subscribe(ada, "lobby");
    board.subscribe(ada, "room/7");
    CHECK(details_of(board.table, "lobby").subscribers == 1);

    SUBCASE("unsubscribed") {
        board.unsubscribe(ada, "lobby");
    }
    SUBCASE("expelled") {
        board.table.expel(ada.session, "lobby");
    }
    SUBCASE("the channel is gone") {
        board.table.remove("lobby");
    }
    CHECK(details_of(board.table, "lobby").subscribers == 0);
    board.say("lobby", "psst");
    board.say("room/7", "here");
    CHECK(board.tell(ada) == Lines{"here"});

    board.table.forget(ada.session);
    board.say("room/7", "psst");
    CHECK_FALSE(board.table.has_news(ada.session));
    CHECK(board.tell(ada).empty());
    std::size_t subscribers = 0;
    board.table.each_subscriber([&](SessionId) {
        ++subscribers;
    });
    CHECK(subscribers == 0);
}

TEST_CASE("channels: what nobody holds can be taken back without harm") {
    Board board;
    const SessionId nobody{9};
    board.table.unsubscribe(nobody, 1);
    board.table.expel(nobody, "lobby");
    board.table.remove("lobby");
    board.table.suspend(nobody);
    board.table.forget(nobody);
    CHECK_FALSE(board.table.has_news(nobody));
    CHECK(details_of(board.table, "presence/lobby").members.empty());
    CHECK(board.table.size() == 0);
}

TEST_CASE("channels: who was away goes on, and nobody has left or joined meanwhile") {
    Board board;
    Listener ada = board.listener(1);
    Listener bob = board.listener(2, "bob");
    board.subscribe(ada, "presence/lobby");
    board.subscribe(bob, "presence/lobby");
    CHECK(board.tell(ada) == Lines{"member ada", "member bob"});
    CHECK(board.tell(bob) == Lines{"member ada", "member bob"});
    board.table.suspend(ada.session);
    board.say("presence/lobby", "hello");
    CHECK_FALSE(board.table.has_news(ada.session));
    CHECK(board.tell(ada).empty());
    board.ask(ada, "presence/lobby");
    CHECK(board.tell(ada) == Lines{"hello"});
    CHECK(board.tell(bob) == Lines{"hello"});
    CHECK(details_of(board.table, "presence/lobby").subscribers == 2);
}

TEST_CASE("channels: one session has only so many") {
    Board board;
    Listener ada = board.listener(1);
    for (std::size_t i = 0; i < max_subscriptions; ++i)
        CHECK(board.subscribe(ada, "c" + std::to_string(i)) == Verdict::subscribed);
    CHECK(board.subscribe(ada, "one more") == Verdict::too_many);
    CHECK(board.ask(ada, "c3") == Verdict::subscribed); // which it has
    board.unsubscribe(ada, "c3");
    CHECK(board.subscribe(ada, "one more") == Verdict::subscribed);
}

TEST_CASE("channels: when there are too many, idle ones are forgotten, the oldest first") {
    Board board;
    Listener ada = board.listener(1);
    board.subscribe(ada, "held");
    for (std::size_t i = 1; i < ChannelTable::max_channels; ++i) {
        const Time now = start + std::chrono::seconds(i);
        REQUIRE(board.table.publish("c" + std::to_string(i), message_of("x"), now));
    }
    CHECK(board.table.size() == ChannelTable::max_channels);
    CHECK(board.table.publish("new", message_of("x"), start + 24h));
    Lines names;
    for (const ChannelDetails& details : board.table.details()) names.push_back(details.name);
    CHECK(names.size() == ChannelTable::max_channels / 2 + 1);
    const auto has = [&](const std::string& name) {
        return std::ranges::find(names, name) != names.end();
    };
    CHECK(has("held"));
    CHECK(has("new"));
    CHECK_FALSE(has("c1"));
    CHECK_FALSE(has("c4096"));
    CHECK(has("c4097"));
    CHECK(has("c8191"));
}

TEST_CASE("channels: when someone listens to each, one more is refused") {
    Board board;
    std::uint64_t session = 0;
    for (std::size_t i = 0; i < ChannelTable::max_channels; ++i) {
        if (i % max_subscriptions == 0) ++session;
        REQUIRE(board.table.subscribe(
                    {SessionId{session}, "ada"}, 1, "c" + std::to_string(i), {}, start) ==
                Verdict::subscribed);
    }
    Listener ada = board.listener(session + 1);
    CHECK(board.subscribe(ada, "one more") == Verdict::too_many);
    CHECK_FALSE(board.table.publish("one more", message_of("x"), start));
    std::size_t subscribers = 0;
    board.table.each_subscriber([&](SessionId) {
        ++subscribers;
    });
    CHECK(subscribers == session); // who was refused is none
    board.table.forget(SessionId{1});
    CHECK(board.subscribe(ada, "one more") == Verdict::subscribed);
}

TEST_CASE("channels: a busy channel holds up no other of the same session") {
    Board board;
    Listener ada = board.listener(1);
    board.subscribe(ada, "busy");
    board.subscribe(ada, "calm");
    board.tell(ada);
    const std::string text(800, 'x');
    for (int i = 0; i < 20; ++i) board.say("busy", text);
    board.say("calm", "hello");
    Lines heard = board.tell(ada, 1);
    for (const std::string& line : board.tell(ada, 1)) heard.push_back(line);
    CHECK(std::ranges::count(heard, "hello") == 1);
}

TEST_CASE("channels: a slow subscriber holds up no other") {
    Board board;
    Listener slow = board.listener(1);
    Listener fast = board.listener(2);
    board.subscribe(slow, "lobby");
    board.subscribe(fast, "lobby");
    board.tell(slow);
    board.tell(fast);
    for (int i = 0; i < 2'000; ++i) {
        board.say("lobby", std::to_string(i));
        CHECK(board.tell(fast) == Lines{std::to_string(i)});
    }
    const Lines heard = board.tell(slow);
    REQUIRE(heard.size() > 100);
    CHECK(heard.size() <= ChannelLog::max_messages + 1);
    CHECK(heard[0] == "gap");
    CHECK(heard.back() == "1999");
}

TEST_CASE("channels: short messages share a datagram, and a long one goes by itself") {
    Board board;
    Listener ada = board.listener(1);
    board.subscribe(ada, "lobby");
    board.tell(ada);
    board.count("lobby", 0, 10);
    board.messages = 0;
    CHECK(board.tell(ada).size() == 10);
    CHECK(board.messages == 1);
    board.say("lobby", std::string(max_channel_payload_bytes, 'x'));
    board.count("lobby", 0, 2);
    CHECK(board.tell(ada).size() == 3);
    CHECK(board.messages == 3);
}
