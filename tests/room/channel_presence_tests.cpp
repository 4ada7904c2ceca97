#include "room/channel_board.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

const std::string lobby = "presence/lobby";

} // namespace

TEST_CASE("channel members: a user has joined with its first session and left with its last") {
    Board board;
    Listener watcher = Board::listener(1, "watcher");
    board.subscribe(watcher, lobby);
    CHECK(board.tell(watcher) == Lines{"member watcher"});
    Listener first = Board::listener(2);
    Listener second = Board::listener(3);
    Listener third = Board::listener(4);
    board.subscribe(first, lobby);
    board.subscribe(second, lobby);
    board.subscribe(third, lobby);
    CHECK(board.tell(watcher) == Lines{"joined ada"});
    CHECK(details_of(board.table, lobby).members == Lines{"ada", "watcher"});
    board.table.forget(first.session);
    board.unsubscribe(third, lobby);
    CHECK(board.tell(watcher).empty());
    CHECK(details_of(board.table, lobby).members == Lines{"ada", "watcher"});
    board.table.expel(second.session, lobby);
    CHECK(board.tell(watcher) == Lines{"left ada"});
    CHECK(details_of(board.table, lobby).members == Lines{"watcher"});
    CHECK(watcher.subscriptions.find(lobby)->members ==
          std::map<std::string, std::string>{{"watcher", "name of watcher"}});
}

TEST_CASE("channel members: other channels have none") {
    Board board;
    Listener ada = Board::listener(1);
    board.subscribe(ada, "lobby");
    Listener bob = Board::listener(2, "bob");
    board.subscribe(bob, "lobby");
    CHECK(board.tell(ada).empty());
    CHECK(details_of(board.table, "lobby").members.empty());
}

namespace {

/// A lobby that many are in.
struct FullLobby {
    explicit FullLobby(int members) {
        for (int i = 0; i < members; ++i) {
            Listener who = Board::listener(100 + static_cast<std::uint64_t>(i), user(i));
            board.subscribe(who, lobby);
            board.table.send(who.session, 1'000, board.encoder, [](Bytes) {});
        }
    }
    static std::string user(int i) { return "user" + std::to_string(1'000 + i); }
    void leave(int i) { board.table.forget(SessionId{100 + static_cast<std::uint64_t>(i)}); }
    /// What is told, until nothing is.
    Lines tell_all() {
        Lines heard;
        while (board.table.has_news(ada.session)) {
            for (std::string& line : board.tell(ada)) heard.push_back(std::move(line));
        }
        return heard;
    }
    [[nodiscard]] Lines known() const {
        Lines users;
        for (const auto& [user, name] : ada.subscriptions.find(lobby)->members)
            users.push_back(user);
        return users;
    }

    Board board;
    Listener ada = Board::listener(1);
};

} // namespace

TEST_CASE("channel members: many are listed in pages, whatever changes meanwhile") {
    FullLobby full(200);
    Board& board = full.board;
    board.subscribe(full.ada, lobby);
    const Lines first = board.tell(full.ada, 1);
    CHECK(first.size() > 5);
    CHECK(first.size() < 64);
    full.leave(0);   // is listed
    full.leave(150); // is not yet
    Listener eli = Board::listener(2, "eli");
    board.subscribe(eli, lobby);
    full.tell_all();
    CHECK(full.known() == details_of(board.table, lobby).members);
    CHECK(full.known().size() == 200);
}

TEST_CASE("channel members: who was away while they were listed is told all of them") {
    FullLobby full(200);
    Board& board = full.board;
    board.subscribe(full.ada, lobby);
    board.tell(full.ada, 1);

    SUBCASE("and the rest was not sent") {}
    SUBCASE("and the rest was lost") {
        board.table.send(full.ada.session, 1'000, board.encoder, [](Bytes) {});
    }
    board.table.suspend(full.ada.session);
    full.leave(0);
    board.ask(full.ada, lobby);
    full.tell_all();
    CHECK(full.known() == details_of(board.table, lobby).members);
}

TEST_CASE("channel members: whose history was cut is told all of them anew") {
    FullLobby full(20);
    Board& board = full.board;
    board.subscribe(full.ada, lobby);

    SUBCASE("who has heard all of it") {
        full.tell_all();
    }
    SUBCASE("who has heard the first page") {
        board.tell(full.ada, 1);
    }
    full.leave(3);
    board.count(lobby, 0, 300);
    const Lines heard = full.tell_all();
    CHECK(heard.at(0) == "gap");
    CHECK(full.known() == details_of(board.table, lobby).members);
    CHECK(full.known().size() == 20);
}

TEST_CASE("channel members: another process that goes on from a position is told them, too") {
    FullLobby full(3);
    Board& board = full.board;
    board.subscribe(full.ada, lobby);
    full.tell_all();
    const auto position = full.ada.position(lobby);
    board.say(lobby, "hello");
    full.leave(1);
    Listener other = Board::listener(2);
    board.subscribe(other, lobby, {.position = position});

    SUBCASE("at once") {}
    SUBCASE("when the link was lost with what it was told first") {
        board.table.send(other.session, 1'000, board.encoder, [](Bytes) {});
        board.table.suspend(other.session);
        board.ask(other, lobby);
    }
    const Lines heard = board.tell(other);
    CHECK(heard == Lines{"member ada", "member user1000", "member user1002", "hello"});
}
