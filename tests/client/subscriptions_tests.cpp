#include "client/subscriptions.hpp"
#include "support/bulk_news.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

struct Head {
    std::uint32_t request = 7;
    bool begins = false;
    bool has_gap = false;
    std::uint64_t epoch = 1;
    std::uint64_t next = 1;
};

ChannelMessage said(std::string_view event) {
    return {.number = 1, .user = "user-1", .name = "Ada", .event = event};
}
ChannelMessage about(ChannelKind kind, std::string_view user) {
    return {.kind = kind, .user = user, .name = user};
}

/// Subscribed to "lobby" by request 7, and all that it heard there, in order.
struct Listening {
    Subscriptions subscriptions;
    BulkNews news;
    std::string heard;

    Listening() {
        CHECK(subscriptions.add("lobby", subscription()));
        subscriptions.ask("lobby", 7);
    }
    Subscriptions::Subscription subscription() {
        Subscriptions::Subscription subscription;
        subscription.on_message = [this](const ChannelMessage& message) {
            hear(message);
        };
        subscription.options.on_gap = [this] {
            heard += "gap ";
        };
        subscription.options.on_refused = [this](const RequestResult& result) {
            heard += "refused:" + result.detail + ' ';
        };
        return subscription;
    }
    void hear(const ChannelMessage& message) {
        switch (message.kind) {
        case ChannelKind::member: heard += "member:"; break;
        case ChannelKind::joined: heard += "joined:"; break;
        case ChannelKind::left: heard += "left:"; break;
        case ChannelKind::message:
        case ChannelKind::chat: heard += std::string(message.event) + ' '; return;
        }
        heard += std::string(message.user) + ' ';
    }
    bool tell(const Head& head, const std::vector<ChannelMessage>& messages) {
        const wire::ChannelNewsHeader header(wire::BulkKind::channel,
                                             head.begins ? 1 : 0,
                                             head.has_gap ? 1 : 0,
                                             head.request,
                                             head.epoch,
                                             head.next);
        return subscriptions.receive(news.channel(header, messages));
    }
    [[nodiscard]] std::string members() const {
        std::string members;
        for (const auto& [user, name] : subscriptions.find("lobby")->members) members += user + ' ';
        return members;
    }
};

} // namespace

TEST_CASE("subscriptions: what is said is heard in order, as it was said") {
    Listening listening;
    const std::vector<std::uint8_t> payload{'h', 'i'};
    ChannelMessage chat = said("");
    chat.number = 41;
    chat.kind = ChannelKind::chat;
    chat.payload = payload;
    int calls = 0;
    listening.subscriptions.add("lobby", {.on_message = [&](const ChannelMessage& message) {
                                    ++calls;
                                    CHECK(message.channel == "lobby");
                                    CHECK(message.number == 41);
                                    CHECK(message.kind == ChannelKind::chat);
                                    CHECK(message.user == "user-1");
                                    CHECK(message.name == "Ada");
                                    CHECK(message.text() == "hi");
                                }});
    CHECK(listening.tell({}, {chat}));
    CHECK(calls == 1);
    CHECK_FALSE(listening.subscriptions.add("lobby", listening.subscription()));
    CHECK(listening.tell({}, {said("one"), said("two")}));
    CHECK(listening.tell({}, {said("three")}));
    CHECK(listening.heard == "one two three ");
}

TEST_CASE("subscriptions: the place in the channel is known once the server has let one in") {
    Listening listening;
    CHECK_FALSE(listening.subscriptions.find("lobby")->position.has_value());
    CHECK(listening.tell({.begins = true, .epoch = 3, .next = 41}, {}));
    REQUIRE(listening.subscriptions.find("lobby")->position.has_value());
    CHECK(listening.subscriptions.find("lobby")->position->epoch == 3);
    CHECK(listening.subscriptions.find("lobby")->position->next == 41);
    CHECK(listening.tell({.epoch = 3, .next = 42}, {said("one")}));
    CHECK(listening.subscriptions.find("lobby")->position->next == 42);
}

TEST_CASE("subscriptions: what answers another request is dropped") {
    Listening listening;
    for (const std::uint32_t other : {0u, 6u, 8u}) {
        CHECK(listening.tell({.request = other, .begins = true, .has_gap = true}, {said("one")}));
        CHECK(listening.heard.empty());
        CHECK_FALSE(listening.subscriptions.find("lobby")->position.has_value());
    }
    listening.subscriptions.ask("lobby", 8); // over another link
    CHECK(listening.tell({.request = 7}, {said("one")}));
    CHECK(listening.heard.empty());
    CHECK(listening.tell({.request = 8}, {said("two")}));
    CHECK(listening.heard == "two ");
}

TEST_CASE("subscriptions: one that was not asked for yet hears nothing") {
    Listening listening;
    listening.subscriptions.add("arena", listening.subscription());
    CHECK(listening.tell({.request = 0}, {said("one")}));
    CHECK(listening.heard.empty());
    CHECK_FALSE(listening.subscriptions.find("arena")->position.has_value());
}

TEST_CASE("subscriptions: a gap is told before what comes after it") {
    Listening listening;
    CHECK(listening.tell({.has_gap = true}, {said("one")}));
    CHECK(listening.tell({}, {said("two")}));
    CHECK(listening.tell({.has_gap = true}, {}));
    CHECK(listening.heard == "gap one two gap ");
}

TEST_CASE("subscriptions: what was heard of an epoch before is not heard again") {
    Listening listening;
    const auto line = [](std::uint64_t number, std::string_view event) {
        ChannelMessage message = said(event);
        message.number = number;
        return message;
    };
    const Head begins{.begins = true, .epoch = 3, .next = 2};
    CHECK(listening.tell(begins, {line(1, "one")}));
    CHECK(listening.tell({.has_gap = true, .epoch = 4, .next = 2}, {line(1, "uno")}));
    CHECK(
        listening.tell({.has_gap = true, .epoch = 3, .next = 3}, {line(1, "one"), line(2, "two")}));
    CHECK(
        listening.tell({.has_gap = true, .epoch = 4, .next = 3}, {line(1, "uno"), line(2, "due")}));
    CHECK(listening.heard == "one gap uno gap two gap due ");
}

TEST_CASE("subscriptions: who is there is known, and told of once") {
    Listening listening;
    CHECK(listening.tell({.begins = true},
                         {about(ChannelKind::member, "ada"),
                          about(ChannelKind::joined, "ada"),
                          about(ChannelKind::joined, "bob")}));
    CHECK(listening.heard == "member:ada joined:bob ");
    CHECK(listening.members() == "ada bob ");
    listening.heard.clear();
    CHECK(listening.tell({},
                         {about(ChannelKind::left, "ada"),
                          about(ChannelKind::left, "ada"),
                          about(ChannelKind::left, "cy"),
                          about(ChannelKind::joined, "ada")}));
    CHECK(listening.heard == "left:ada joined:ada ");
    CHECK(listening.members() == "ada bob ");
}

TEST_CASE("subscriptions: who is there is told anew unless it goes on where it was") {
    Listening listening;
    CHECK(listening.tell({.begins = true}, {about(ChannelKind::member, "ada")}));
    listening.heard.clear();
    SUBCASE("it goes on") {
        CHECK(listening.tell({.begins = true}, {about(ChannelKind::member, "ada")}));
        CHECK(listening.heard.empty());
        CHECK(listening.members() == "ada ");
    }
    SUBCASE("there is a gap") {
        CHECK(
            listening.tell({.begins = true, .has_gap = true}, {about(ChannelKind::member, "bob")}));
        CHECK(listening.heard == "gap member:bob ");
        CHECK(listening.members() == "bob ");
    }
}

TEST_CASE("subscriptions: a handler may end its subscription") {
    Listening listening;
    listening.subscriptions.add("lobby", {.on_message = [&](const ChannelMessage& message) {
                                    listening.hear(message);
                                    CHECK(listening.subscriptions.remove("lobby") == 7);
                                }});
    CHECK(listening.tell({}, {said("one"), said("two")}));
    CHECK(listening.heard == "one ");
    CHECK_FALSE(listening.subscriptions.find("lobby"));
    CHECK(listening.tell({}, {said("three")}));
    CHECK(listening.heard == "one ");
}

TEST_CASE("subscriptions: a handler that is told of a gap may end its subscription") {
    Listening listening;
    Subscriptions::Subscription ending = listening.subscription();
    ending.options.on_gap = [&] {
        listening.subscriptions.remove("lobby");
    };
    listening.subscriptions.add("lobby", std::move(ending));
    CHECK(listening.tell({.has_gap = true}, {said("one"), about(ChannelKind::joined, "ada")}));
    CHECK(listening.heard.empty());
}

TEST_CASE("subscriptions: a handler may end its subscription and begin another to the same") {
    Listening listening;
    listening.subscriptions.add("lobby", {.on_message = [&](const ChannelMessage& message) {
                                    listening.hear(message);
                                    listening.subscriptions.remove("lobby");
                                    listening.subscriptions.add("lobby", listening.subscription());
                                    listening.subscriptions.ask("lobby", 8);
                                }});
    CHECK(listening.tell({}, {said("one"), said("two")}));
    CHECK(listening.heard == "one "); // the rest answers the subscription before
    CHECK(listening.tell({.request = 8}, {said("three")}));
    CHECK(listening.heard == "one three ");
}

TEST_CASE("subscriptions: a handler may replace itself") {
    Listening listening;
    listening.subscriptions.add("lobby", {.on_message = [&](const ChannelMessage& message) {
                                    listening.hear(message);
                                    listening.subscriptions.add(
                                        "lobby", {.on_message = [&](const ChannelMessage&) {
                                            listening.heard += "new ";
                                        }});
                                }});
    CHECK(listening.tell({}, {said("one")}));
    CHECK(listening.tell({}, {said("two")}));
    CHECK(listening.heard == "one new ");
    CHECK(listening.subscriptions.find("lobby")->request == 7);
}

TEST_CASE("subscriptions: replacing the handlers changes neither the place nor who is there") {
    Listening listening;
    CHECK(listening.tell({.begins = true, .epoch = 3, .next = 5},
                         {about(ChannelKind::member, "ada")}));
    CHECK_FALSE(listening.subscriptions.add("lobby", {}));
    CHECK(listening.subscriptions.find("lobby")->request == 7);
    CHECK(listening.subscriptions.find("lobby")->position->next == 5);
    CHECK(listening.members() == "ada ");
    CHECK(listening.tell({.has_gap = true}, {about(ChannelKind::joined, "bob")})); // none to call
    CHECK(listening.members() == "ada bob ");
}

TEST_CASE("subscriptions: one that the server refuses is over, and told why") {
    Listening listening;
    CHECK_FALSE(listening.subscriptions.refuse(8, {RequestError::not_allowed, "no"}));
    CHECK_FALSE(listening.subscriptions.refuse(0, {RequestError::not_allowed, "no"}));
    CHECK(listening.heard.empty());
    CHECK(listening.subscriptions.refuse(7, {RequestError::not_allowed, "private"}));
    CHECK(listening.heard == "refused:private ");
    CHECK_FALSE(listening.subscriptions.find("lobby"));
    CHECK_FALSE(listening.subscriptions.refuse(7, {RequestError::not_allowed, "again"}));
    CHECK(listening.heard == "refused:private ");
}

TEST_CASE("subscriptions: who is refused may subscribe again at once") {
    Listening listening;
    Subscriptions::Subscription stubborn = listening.subscription();
    stubborn.options.on_refused = [&](const RequestResult&) {
        CHECK(listening.subscriptions.add("lobby", listening.subscription()));
    };
    listening.subscriptions.add("lobby", std::move(stubborn));
    CHECK(listening.subscriptions.refuse(7, {RequestError::too_fast, ""}));
    REQUIRE(listening.subscriptions.find("lobby"));
    CHECK(listening.subscriptions.find("lobby")->request == 0);
}

TEST_CASE("subscriptions: what is removed is known by its request, if it was asked for") {
    Listening listening;
    listening.subscriptions.add("arena", {});
    CHECK(listening.subscriptions.all().size() == 2);
    CHECK_FALSE(listening.subscriptions.remove("arena"));
    CHECK_FALSE(listening.subscriptions.remove("nowhere"));
    CHECK(listening.subscriptions.remove("lobby") == 7);
    CHECK(listening.subscriptions.all().empty());
}

TEST_CASE("subscriptions: what is no such message is refused and changes nothing") {
    Listening listening;
    const wire::ChannelNewsHeader header(wire::BulkKind::channel, 1, 0, 7, 3, 41);
    const ChannelMessage one = said("one");
    std::vector<std::uint8_t> message = listening.news.channel(header, {&one, 1});
    SUBCASE("cut short") {
        message.resize(message.size() / 2);
    }
    SUBCASE("a header alone") {
        message.resize(sizeof(wire::ChannelNewsHeader));
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
    CHECK_FALSE(listening.subscriptions.receive(message));
    CHECK(listening.heard.empty());
    CHECK_FALSE(listening.subscriptions.find("lobby")->position.has_value());
}
