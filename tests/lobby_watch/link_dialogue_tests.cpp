#include "lobby-watch/model/link_dialogue.hpp"
#include "lobby-watch/model/watched_server.hpp"
#include "lobby_watch/fake_source.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <utility>

using namespace engine_net;
using namespace std::chrono_literals;
using watch::LinkDialogue;
using watch::Target;
using watch::WatchedServer;

TEST_CASE("link dialogue: it begins with what is, and asks for what is set") {
    LinkDialogue dialogue;
    dialogue.begin({{7}, "Duel", {4}, "Ada"}, "out.delay=40,in.loss=2");
    CHECK(dialogue.question() == "The link of Ada");
    CHECK(dialogue.link().out.delay == 40ms);
    dialogue.link().in.blackout = true;
    const AdminAction action = dialogue.confirm();
    CHECK_FALSE(dialogue.is_open());
    CHECK(action.verb == AdminVerb::worsen_link);
    CHECK(action.who == PresenceId{4});
    CHECK(action.text == "out.delay=40,in.loss=2,in.blackout=1");
    CHECK(dialogue.take_back().text.empty());
}

TEST_CASE("link dialogue: each dial shows what it sets, as far as it goes") {
    for (const watch::LinkDial& dial : watch::link_dials()) {
        LinkConditions link;
        CHECK(dial.get(link) == 0);
        dial.set(link, dial.most);
        CHECK(dial.get(link) == doctest::Approx(dial.most));
        CHECK(link != LinkConditions{});
    }
}

TEST_CASE("watched_server: what is done to links is told in a sentence, and ended at once") {
    auto owned = std::make_unique<FakeSource>();
    FakeSource& source = *owned;
    WatchedServer server("here:7777", std::move(owned));
    server.update(Time{1s});
    CHECK(server.worsened_links().empty());
    source.worsened = {2, "delay=40"};
    CHECK(server.worsened_links() == "The links of all players are worsened: delay=40; others: 2");
    source.worsened = {2, ""};
    CHECK(server.worsened_links() == "Worsened links: 2");
    server.take_back_links();
    REQUIRE(source.actions.size() == 1);
    CHECK(source.actions[0].verb == AdminVerb::worsen_link);
    CHECK_FALSE(source.actions[0].room.is_set());
    CHECK(source.actions[0].text.empty());
    source.key_rights = AdminRights::read_only;
    server.begin_link({});
    CHECK_FALSE(server.link_dialogue().is_open());
}
