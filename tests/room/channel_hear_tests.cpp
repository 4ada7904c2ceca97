// Channels that are followed by their names, though nobody may be on them.

#include "room/channel_board.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

/// What is followed elsewhere.
struct Followed final : ChannelRelay {
    bool say(std::string_view, const ChannelLog::Message&) override { return true; }
    void enter(std::string_view, const std::string&, const std::string&) override {}
    void leave(std::string_view, const std::string&) override {}
    void follow(const std::string& channel) override { names.insert(channel); }
    void unfollow(const std::string& channel) override { names.erase(channel); }

    std::set<std::string> names{};
};

using Names = std::set<std::string>;

} // namespace

TEST_CASE("channels that are heard: those of whole names at once, others when they are used") {
    Board board;
    board.say("room/0", "before");
    board.table.hear({"room/*", "lobby/chat"}, start);
    CHECK(board.table.take_heard() == Lines{"room/0", "lobby/chat"});
    board.say("room/1", "x");
    board.say("rooms", "x");
    board.say("room/1", "y");
    Listener ada = board.listener(1);
    board.subscribe(ada, "room/2");
    CHECK(board.table.take_heard() == Lines{"room/1", "room/2"});
    CHECK(board.table.take_heard().empty());
    CHECK(board.table.read("room/1", false)->log->end() == 3);
}

TEST_CASE("channels that are heard: one that is removed is another one when it is used again") {
    Board board;
    board.table.hear({"room/*", "lobby"}, start);
    board.say("room/1", "x");
    (void)board.table.take_heard();
    const std::uint64_t epoch = board.table.read("room/1", false)->epoch;
    board.table.remove("room/1");
    board.table.remove("lobby");
    CHECK(board.table.take_heard() == Lines{"lobby"});
    board.say("room/1", "x");
    CHECK(board.table.take_heard() == Lines{"room/1"});
    CHECK(board.table.read("room/1", false)->epoch != epoch);
}

TEST_CASE("channels that are heard: by their beginning they make room for others, by name never") {
    Board board;
    Followed relay;
    SUBCASE("alone") {}
    SUBCASE("in a cluster") {
        board.table.set_relay(relay);
    }
    board.table.hear({"*", "kept"}, start);
    for (std::size_t i = 0; i < 2 * ChannelTable::max_channels; ++i) {
        const Time now = start + std::chrono::seconds(i);
        REQUIRE(board.table.publish("c" + std::to_string(i), message_of("x"), now));
    }
    CHECK(board.table.size() <= ChannelTable::max_channels);
    CHECK(board.table.publish("new", message_of("x"), start));
    const auto details = board.table.details();
    CHECK(std::ranges::count(details, "kept", &ChannelDetails::name) == 1);
    if (!relay.names.empty()) CHECK(relay.names.size() == board.table.size());
}

TEST_CASE("channels that are heard: in a cluster they are followed until nobody wants to know") {
    Board board;
    Followed relay;
    board.table.set_relay(relay);
    board.table.hear({"room/*", "lobby"}, start);
    CHECK(relay.names == Names{"lobby"});
    CHECK(board.table.publish("room/1", message_of("x"), start));
    CHECK(board.table.publish("other", message_of("x"), start));
    CHECK(relay.names == Names{"lobby", "room/1"});
    Listener ada = board.listener(1);
    board.subscribe(ada, "room/1");
    board.unsubscribe(ada, "room/1");
    board.table.observe("room/1", false);
    CHECK(relay.names == Names{"lobby", "room/1"});
    board.table.remove("room/1");
    board.table.remove("lobby");
    CHECK(relay.names == Names{"lobby"});
}
