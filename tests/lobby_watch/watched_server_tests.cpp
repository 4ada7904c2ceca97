#include "lobby-watch/model/watched_server.hpp"
#include "lobby_watch/fake_source.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <memory>

using namespace engine_net;
using namespace std::chrono_literals;
using watch::Target;
using watch::WatchedServer;

namespace {

/// A server with a room in which Ada is.
struct Watch {
    FakeSource* source = nullptr; ///< the server's
    std::unique_ptr<WatchedServer> server;
    Target ada{{7}, "Duel", {4}, "Ada"};
    Target room{{7}, "Duel", {}, ""};

    Watch() {
        auto owned = std::make_unique<FakeSource>();
        source = owned.get();
        source->add_room(7, "duel", "Duel");
        source->add_member(4, "Ada");
        source->view->id = {7};
        server = std::make_unique<WatchedServer>("here:7777", std::move(owned));
        server->look_at({7});
        server->update(Time{1s});
    }
};

} // namespace

TEST_CASE("watched_server: what can't be taken back is asked before it is done") {
    Watch watch;
    watch.server->begin(AdminVerb::kick, watch.ada);
    CHECK(watch.source->actions.empty());
    REQUIRE(watch.server->dialogue().is_open());
    CHECK(watch.server->dialogue().question() == "Kick Ada?");
    watch.server->dialogue().text() = "rude";
    watch.server->confirm();
    CHECK_FALSE(watch.server->dialogue().is_open());
    REQUIRE(watch.source->actions.size() == 1);
    CHECK(watch.source->actions[0].verb == AdminVerb::kick);
    CHECK(watch.source->actions[0].room == RoomId{7});
    CHECK(watch.source->actions[0].who == PresenceId{4});
    CHECK(watch.source->actions[0].text == "rude");
    REQUIRE(watch.server->notice());
    CHECK(watch.server->notice()->text == "kick Ada: done");
    watch.server->update(Time{20s});
    CHECK(watch.server->notice() == nullptr);
}

TEST_CASE("watched_server: a server is drained only when one is sure, and says why") {
    Watch watch;
    watch.server->begin(AdminVerb::drain, {});
    CHECK(watch.source->actions.empty());
    REQUIRE(watch.server->dialogue().is_open());
    CHECK(watch.server->dialogue().question() == "Drain the server?");
    watch.server->dialogue().text() = "maintenance";
    watch.server->confirm();
    REQUIRE(watch.source->actions.size() == 1);
    CHECK(watch.source->actions[0].verb == AdminVerb::drain);
    CHECK(watch.source->actions[0].text == "maintenance");
    CHECK(watch.server->notice()->text == "drain the server: done");
}

TEST_CASE("watched_server: what is cancelled is not done, not even later") {
    Watch watch;
    for (const AdminVerb verb :
         {AdminVerb::kick, AdminVerb::ban, AdminVerb::drop_link, AdminVerb::close_room}) {
        watch.server->begin(verb, watch.ada);
        REQUIRE(watch.server->dialogue().is_open());
        watch.server->dialogue().cancel();
        watch.server->confirm();
    }
    CHECK(watch.source->actions.empty());
}

TEST_CASE("watched_server: what can be taken back is done at once") {
    Watch watch;
    for (const AdminVerb verb : {AdminVerb::mute,
                                 AdminVerb::unmute,
                                 AdminVerb::lock,
                                 AdminVerb::unlock,
                                 AdminVerb::pause,
                                 AdminVerb::step,
                                 AdminVerb::run}) {
        watch.server->begin(verb, watch.room);
        CHECK_FALSE(watch.server->dialogue().is_open());
        CHECK(watch.source->actions.back().verb == verb);
    }
}

TEST_CASE("watched_server: nothing is said without words, or with too many") {
    Watch watch;
    watch.server->begin(AdminVerb::say, watch.room);
    REQUIRE(watch.server->dialogue().is_open());
    CHECK_FALSE(watch.server->dialogue().can_confirm());
    watch.server->dialogue().text() = std::string(max_chat_bytes + 1, 'a');
    watch.server->confirm();
    CHECK(watch.source->actions.empty());
    watch.server->dialogue().text() = "back in five minutes";
    watch.server->confirm();
    REQUIRE(watch.source->actions.size() == 1);
    CHECK(watch.source->actions[0].text == "back in five minutes");
}

TEST_CASE("watched_server: a key that may only look does nothing, and says so") {
    Watch watch;
    watch.source->key_rights = AdminRights::read_only;
    CHECK(watch.server->why_not().find("may only look") != std::string::npos);
    watch.server->begin(AdminVerb::pause, watch.room);
    watch.server->begin(AdminVerb::kick, watch.ada);
    CHECK_FALSE(watch.server->dialogue().is_open());
    CHECK(watch.source->actions.empty());
    CHECK(watch.server->notice()->is_problem);
}

TEST_CASE("watched_server: what speaks against an action is told") {
    Watch watch;
    watch.source->refusal = "there is no such member";
    watch.server->begin(AdminVerb::mute, watch.ada);
    REQUIRE(watch.server->notice());
    CHECK(watch.server->notice()->is_problem);
    CHECK(watch.server->notice()->text == "mute Ada: there is no such member");
}

TEST_CASE("watched_server: a lost server's last figures stay, but it can't be told anything") {
    Watch watch;
    watch.source->current = AdminState::connecting;
    watch.server->update(Time{5s});
    CHECK(watch.server->was_watched());
    CHECK(watch.server->rooms().size() == 1);
    watch.server->begin(AdminVerb::pause, watch.room);
    CHECK(watch.source->actions.empty());
}
