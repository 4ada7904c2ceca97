#include "client/user_list.hpp"
#include "support/bulk_news.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

UserSummary online(std::string user, std::string status = "") {
    return {.user = std::move(user), .state = UserState::online, .status = std::move(status)};
}

/// Watches "ada" and "bob" by request 7, and all that it was told of, in order.
struct Watching {
    UserList list;
    BulkNews news;
    std::string told;

    Watching() {
        watch({"ada", "bob"});
        list.ask(7);
    }
    void watch(std::vector<std::string> users) {
        list.watch(std::move(users), [this](const UserSummary& user) {
            told += user.user + ' ';
        });
    }
    bool tell(const std::vector<UserSummary>& users, std::uint32_t request = 7) {
        return list.receive(news.users(request, users));
    }
};

} // namespace

TEST_CASE("user list: users that are watched are known, as they were told last") {
    Watching watching;
    CHECK(watching.tell({online("ada"), online("bob")}));
    const UserSummary now{"ada", "Ada", UserState::in_match, "winning", RoomId{3}};
    CHECK(watching.tell({now}));
    CHECK(watching.told == "ada bob ada ");
    const UserSummary& ada = watching.list.all().at("ada");
    CHECK(ada.name == "Ada");
    CHECK(ada.state == UserState::in_match);
    CHECK(ada.status == "winning");
    CHECK(ada.room == RoomId{3});
    CHECK(watching.list.all().at("bob").state == UserState::online);
}

TEST_CASE("user list: a user that is not watched is not told of") {
    Watching watching;
    CHECK(watching.tell({online("eve"), online("ada"), online("")}));
    CHECK(watching.told == "ada ");
    CHECK(watching.list.all().size() == 1);
}

TEST_CASE("user list: what answers another request is dropped") {
    Watching watching;
    for (const std::uint32_t other : {0u, 6u, 8u}) CHECK(watching.tell({online("ada")}, other));
    CHECK(watching.told.empty());
    watching.list.ask(8); // over another link
    CHECK(watching.tell({online("ada", "old")}, 7));
    CHECK(watching.tell({online("ada", "new")}, 8));
    CHECK(watching.told == "ada ");
    CHECK(watching.list.all().at("ada").status == "new");
}

TEST_CASE("user list: one that was not asked for yet is told nothing") {
    Watching watching;
    watching.watch({"ada"});
    CHECK(watching.tell({online("ada")}, 7));
    CHECK(watching.tell({online("ada")}, 0));
    CHECK(watching.told.empty());
}

TEST_CASE("user list: who is not watched any more is forgotten, the others stay") {
    Watching watching;
    CHECK(watching.tell({online("ada"), online("bob")}));
    watching.watch({"bob", "cy"});
    CHECK(watching.list.all().size() == 1);
    CHECK(watching.list.all().contains("bob"));
    CHECK((watching.list.watched() == std::vector<std::string>{"bob", "cy"}));
    watching.watch({});
    CHECK(watching.list.all().empty());
    CHECK(watching.list.watched().empty());
}

TEST_CASE("user list: a handler may end the watch") {
    Watching watching;
    watching.list.watch({"ada", "bob"}, [&](const UserSummary& user) {
        watching.told += user.user + ' ';
        watching.list.watch({}, {});
    });
    watching.list.ask(7);
    CHECK(watching.tell({online("ada"), online("bob")}));
    CHECK(watching.told == "ada ");
    CHECK(watching.list.all().empty());
}

TEST_CASE("user list: a handler may watch others") {
    Watching watching;
    watching.list.watch({"ada", "bob"}, [&](const UserSummary& user) {
        watching.told += user.user + ' ';
        watching.watch({"ada", "bob", "cy"});
        watching.list.ask(8);
    });
    watching.list.ask(7);
    CHECK(watching.tell({online("ada"), online("bob")})); // the rest answers the watch before
    CHECK(watching.told == "ada ");
    CHECK(watching.tell({online("bob"), online("cy")}, 8));
    CHECK(watching.told == "ada bob cy ");
    CHECK(watching.list.all().size() == 3);
}

TEST_CASE("user list: without a handler users are known all the same") {
    Watching watching;
    watching.list.watch({"ada"}, {});
    watching.list.ask(7);
    CHECK(watching.tell({online("ada")}));
    CHECK(watching.list.all().contains("ada"));
}

TEST_CASE("user list: no more are watched than may be") {
    Watching watching;
    std::vector<std::string> many;
    many.reserve(max_watched_users + 1);
    for (std::size_t i = 0; i <= max_watched_users; ++i)
        many.push_back("user-" + std::to_string(i));
    watching.watch(many);
    CHECK(watching.list.watched().size() == max_watched_users);
    CHECK(watching.list.watched().back() == many[max_watched_users - 1]);
}

TEST_CASE("user list: what is no such message is refused and changes nothing") {
    Watching watching;
    const UserSummary ada = online("ada");
    std::vector<std::uint8_t> message = watching.news.users(7, {&ada, 1});
    SUBCASE("cut short") {
        message.resize(message.size() / 2);
    }
    SUBCASE("a header alone") {
        message.resize(sizeof(wire::UserNewsHeader));
    }
    SUBCASE("nothing") {
        message.clear();
    }
    CHECK_FALSE(watching.list.receive(message));
    CHECK(watching.told.empty());
    CHECK(watching.list.all().empty());
}
