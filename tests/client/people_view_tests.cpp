#include "client/people_view.hpp"
#include "support/bulk_news.hpp"
#include "wire/bulk.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

constexpr PresenceId seat{5};

RoomMember member(std::uint32_t id, std::string name = "Ada") {
    return {.id = PresenceId{id}, .user = "user-" + std::to_string(id), .name = std::move(name)};
}

/// A view and who fills it.
struct Viewing {
    PeopleView view;
    BulkNews news;

    Viewing() { view.enter(seat); }

    bool tell(const std::vector<RoomMember>& members,
              const std::vector<PresenceId>& gone = {},
              bool begins = false,
              bool is_whole = true) {
        return view.receive(news.people(seat, begins, is_whole, {members, gone}));
    }
    [[nodiscard]] std::string names() const {
        std::string names;
        for (const auto& [id, one] : view.members()) names += one.name + ' ';
        return names;
    }
};

} // namespace

TEST_CASE("people view: who is there is known, and changes") {
    Viewing viewing;
    CHECK(viewing.tell({member(1, "Ada"), member(2, "Bob")}, {}, true));
    CHECK(viewing.names() == "Ada Bob ");
    CHECK(viewing.tell({member(2, "Ben"), member(3, "Cy")}, {PresenceId{1}, PresenceId{9}}));
    CHECK(viewing.names() == "Ben Cy ");
    CHECK(viewing.view.members().at(PresenceId{3}).user == "user-3");
}

TEST_CASE("people view: the room's phase, start and host are known") {
    Viewing viewing;
    CHECK(viewing.view.phase() == RoomPhase::playing);
    CHECK_FALSE(viewing.view.host().is_set());
    CHECK(viewing.view.receive(viewing.news.people(
        seat, true, true, {{}, {}, RoomPhase::countdown, Tick{90}, PresenceId{1}})));
    CHECK(viewing.view.phase() == RoomPhase::countdown);
    CHECK(viewing.view.start() == Tick{90});
    CHECK(viewing.view.host() == PresenceId{1});
    CHECK(viewing.tell({}));
    CHECK(viewing.view.phase() == RoomPhase::waiting);
    CHECK_FALSE(viewing.view.host().is_set());
}

TEST_CASE("people view: what begins anew ends what was known") {
    Viewing viewing;
    CHECK(viewing.tell({member(1, "Ada"), member(2, "Bob")}, {}, true));
    CHECK(viewing.tell({member(3, "Cy")}, {}, true));
    CHECK(viewing.names() == "Cy ");
}

TEST_CASE("people view: there is news once all are told of, once each time") {
    Viewing viewing;
    CHECK_FALSE(viewing.view.take_news());
    CHECK(viewing.tell({member(1)}, {}, true, false));
    CHECK_FALSE(viewing.view.take_news());
    CHECK(viewing.tell({member(2)}, {}, false, true));
    CHECK(viewing.view.take_news());
    CHECK_FALSE(viewing.view.take_news());
    CHECK(viewing.tell({}));
    CHECK(viewing.view.take_news());
}

TEST_CASE("people view: what comes before one is told of the seat waits for it") {
    Viewing viewing;
    CHECK(viewing.tell({member(1, "Ada")}, {}, true));
    CHECK(viewing.view.take_news());
    const std::vector<RoomMember> some{member(2, "Bob")};
    const std::vector<RoomMember> others{member(3, "Cy")};
    const PresenceId next{6};
    CHECK(viewing.view.receive(viewing.news.people(next, true, false, {some, {}})));
    viewing.view.leave();
    CHECK(viewing.view.receive(viewing.news.people(next, false, true, {others, {}})));
    CHECK(viewing.names().empty());
    CHECK_FALSE(viewing.view.take_news());

    SUBCASE("its own") {
        viewing.view.enter(next);
        CHECK(viewing.names() == "Bob Cy ");
        CHECK(viewing.view.take_news());
    }
    SUBCASE("that of a seat given up before one knew of it") {
        viewing.view.enter(PresenceId{7});
        CHECK(viewing.names().empty());
        viewing.view.enter(PresenceId{8});
        CHECK_FALSE(viewing.view.take_news());
    }
}

TEST_CASE("people view: what is for another seat, or for none, is not shown") {
    Viewing viewing;
    CHECK(viewing.tell({member(1, "Ada")}, {}, true));
    CHECK(viewing.view.take_news());
    const std::vector<RoomMember> others{member(2)};
    for (const PresenceId other : {PresenceId{6}, PresenceId{}})
        CHECK(viewing.view.receive(viewing.news.people(other, true, true, {others, {}})));
    CHECK(viewing.names() == "Ada ");
    CHECK_FALSE(viewing.view.take_news());

    viewing.view.leave();
    CHECK(viewing.names().empty());
    CHECK(viewing.view.receive(viewing.news.people(PresenceId{}, true, true, {others, {}})));
    CHECK(viewing.tell({member(1)}, {}, true));
    CHECK(viewing.names().empty());
}

TEST_CASE("people view: another seat has other people, the same one has its own until told anew") {
    Viewing viewing;
    CHECK(viewing.tell({member(1, "Ada")}, {}, true));
    SUBCASE("the same") {
        viewing.view.enter(seat);
        CHECK(viewing.names() == "Ada ");
        CHECK_FALSE(viewing.view.take_news()); // not all are told of over the new link
        CHECK(viewing.tell({member(2, "Bob")}, {}, true));
        CHECK(viewing.view.take_news());
        CHECK(viewing.names() == "Bob ");
    }
    SUBCASE("another") {
        viewing.view.enter(PresenceId{6});
        CHECK(viewing.names().empty());
        CHECK_FALSE(viewing.view.take_news());
        CHECK(viewing.tell({member(1)})); // of the time before
        CHECK(viewing.names().empty());
    }
}

TEST_CASE("people view: more than any room has are not kept") {
    Viewing viewing;
    constexpr std::uint32_t most = 2 * max_room_capacity;
    for (std::uint32_t id = 1; id <= most + 10; ++id) CHECK(viewing.tell({member(id)}));
    CHECK(viewing.view.members().size() == most);
    CHECK(viewing.tell({member(1, "Zoe")})); // whom it knows may still change
    CHECK(viewing.view.members().at(PresenceId{1}).name == "Zoe");
}

TEST_CASE("people view: what is no such message is refused and changes nothing") {
    Viewing viewing;
    CHECK(viewing.tell({member(1, "Ada")}, {}, true));
    const std::vector<RoomMember> others{member(2)};
    std::vector<std::uint8_t> message = viewing.news.people(seat, true, true, {others, {}});
    SUBCASE("cut short") {
        message.resize(message.size() / 2);
    }
    SUBCASE("a header alone") {
        message.resize(sizeof(wire::RoomPeopleHeader));
    }
    SUBCASE("nothing") {
        message.clear();
    }
    SUBCASE("a flag that is neither 0 nor 1") {
        message[1] = 2;
    }
    SUBCASE("another such flag") {
        message[2] = 255;
    }
    CHECK_FALSE(viewing.view.receive(message));
    CHECK(viewing.names() == "Ada ");
}

TEST_CASE("people view: pings of those who are there are known, and kept when else changes") {
    Viewing viewing;
    const auto pings = [](PresenceId to, std::initializer_list<wire::PingLine> lines) {
        std::vector<std::uint8_t> message;
        wire::encode_pings(to, std::vector(lines), message);
        return message;
    };
    REQUIRE(viewing.tell({member(1, "Ada"), member(2, "Bob")}, {}, true));
    CHECK(viewing.view.take_news());
    CHECK(viewing.view.receive_pings(pings(seat, {{1, 30}, {9, 50}})));
    CHECK(viewing.view.take_news());
    CHECK(viewing.view.members().size() == 2);
    CHECK(viewing.view.members().at(PresenceId{1}).ping.count() == 30);
    CHECK(viewing.view.members().at(PresenceId{2}).ping.count() == 0);
    CHECK(viewing.tell({member(1, "Adam")}));
    CHECK(viewing.view.members().at(PresenceId{1}).ping.count() == 30);
    // Those for another seat count for nothing.
    CHECK(viewing.view.receive_pings(pings(PresenceId{77}, {{1, 99}})));
    CHECK(viewing.view.members().at(PresenceId{1}).ping.count() == 30);
    CHECK_FALSE(viewing.view.receive_pings(std::vector<std::uint8_t>{1, 2, 3}));
}
