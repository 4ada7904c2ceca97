// Channels whose logs are kept elsewhere, for several servers.

#include "room/channel_board.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

constexpr std::uint64_t epoch = 7;

struct Deaf final : ChannelRelay {
    bool say(std::string_view, const ChannelLog::Message&) override { return true; }
    void enter(std::string_view, const std::string&, const std::string&) override {}
    void leave(std::string_view, const std::string&) override {}
    void follow(const std::string&) override {}
    void unfollow(const std::string&) override {}
};

/// The channels of one server of a cluster, which is told of them by hand.
struct Copied : Board {
    explicit Copied(std::string name) : channel(std::move(name)) { table.set_relay(relay); }

    /// The log from `first` to below `end`; what stands there is the number.
    void follow(std::uint64_t of_epoch,
                std::uint64_t first,
                std::uint64_t end,
                std::map<std::string, std::string> members = {}) {
        ChannelTable::Copy copy{.epoch = of_epoch, .next = end, .members = std::move(members)};
        for (std::uint64_t i = first; i < end; ++i)
            copy.newest.push_back(message_of(std::to_string(i)));
        table.follow(channel, std::move(copy));
    }
    void append(std::uint64_t number) {
        table.append(channel, epoch, number, message_of(std::to_string(number)));
    }
    void append(std::uint64_t number, ChannelKind kind, const std::string& user) {
        table.append(channel, epoch, number, {.kind = kind, .user = user, .name = user});
    }

    std::string channel;
    Deaf relay;
};

} // namespace

TEST_CASE("channels of a cluster: who has heard more than a server has goes on where it was") {
    Copied board("lobby");
    Listener ada = Board::listener(1);
    board.subscribe(ada, "lobby", {.position = ChannelPosition{epoch, 6}});
    board.follow(epoch, 1, 4);
    CHECK(board.tell(ada).empty());
    CHECK(ada.position("lobby")->next == 6);
    for (std::uint64_t number = 4; number < 8; ++number) board.append(number);
    CHECK(board.tell(ada) == Lines{"6", "7"});

    SUBCASE("it is told all of it anew") {
        Listener bob = Board::listener(2);
        board.subscribe(bob, "lobby", {.position = ChannelPosition{epoch, 10}});
        CHECK(board.tell(bob).empty());
        board.follow(epoch, 1, 12);
        CHECK(board.tell(bob) == Lines{"10", "11"});
        CHECK(board.tell(ada) == Lines{"8", "9", "10", "11"});
    }
}

TEST_CASE("channels of a cluster: who is there is right again once a server knows it") {
    Copied board("presence/hall");
    Listener ada = Board::listener(1);
    board.subscribe(ada, board.channel, {.position = ChannelPosition{epoch, 6}});
    board.follow(epoch, 1, 4, {{"bob", "Bob"}, {"cy", "Cy"}});
    CHECK(board.tell(ada) == Lines{"member bob", "member cy"});
    board.append(4, ChannelKind::left, "bob");
    board.append(5, ChannelKind::joined, "dan");
    CHECK(board.tell(ada) == Lines{"left bob", "joined dan"});
}

TEST_CASE("channels of a cluster: nothing is heard twice, though a server has an old epoch") {
    Copied cut_off("lobby");
    Copied well("lobby");
    Listener ada = Board::listener(1);
    cut_off.subscribe(ada, "lobby");
    cut_off.follow(epoch, 1, 1);
    for (std::uint64_t number = 1; number < 4; ++number) cut_off.append(number);
    CHECK(cut_off.tell(ada) == Lines{"1", "2", "3"});
    const auto go_to = [&](Copied& board) {
        board.last_request += 100; // each server is asked by numbers of its own
        board.ask(ada, "lobby");
    };
    go_to(well);
    well.follow(epoch + 1, 1, 3);
    CHECK(well.tell(ada) == Lines{"gap", "1", "2"});
    cut_off.append(4);
    go_to(cut_off);
    CHECK(cut_off.tell(ada) == Lines{"gap", "4"});
    go_to(well);
    CHECK(well.tell(ada) == Lines{"gap"});
    CHECK(ada.position("lobby")->next == 3);
}

TEST_CASE("channels of a cluster: one that is observed is heard of after the last one has left") {
    Copied board("presence/hall");
    Listener ada = Board::listener(1);
    board.subscribe(ada, board.channel);
    board.follow(epoch, 1, 1);
    board.append(1, ChannelKind::joined, "ada");
    board.table.observe(board.channel, true);
    board.table.forget(ada.session);
    board.append(2, ChannelKind::left, "ada");
    const auto reading = board.table.read(board.channel, true);
    REQUIRE(reading);
    CHECK(reading->log->end() == 3);
    CHECK(reading->members.empty());
    board.table.observe(board.channel, false);
    CHECK_FALSE(board.table.read(board.channel, false));
}
