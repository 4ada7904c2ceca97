#include "bridge/mqtt_topic.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace engine_net::bridge::mqtt;

TEST_CASE("mqtt_topic: wildcards stand for whole levels, the one for many last") {
    for (const char* filter : {"#", "+", "a/#", "a/+/b", "+/+", "/", "/+", "$SYS/#", "a b"})
        CHECK(is_topic_filter(filter));
    for (const char* filter : {"", "a#", "#/a", "a/#/b", "a+", "+a/b", "a/b#"})
        CHECK(!is_topic_filter(filter));
    CHECK(!is_topic_filter(std::string(max_topic_levels, '/')));
    CHECK(is_topic_name("a/b"));
    CHECK(!is_topic_name("a/+"));
    CHECK(!is_topic_name(""));
}

TEST_CASE("mqtt_topic: filters match as the standard says") {
    CHECK(matches("sport/tennis/#", "sport/tennis/player1/ranking"));
    CHECK(matches("sport/#", "sport"));
    CHECK(matches("#", "sport/tennis"));
    CHECK(matches("sport/+", "sport/"));
    CHECK(!matches("sport/+", "sport"));
    CHECK(!matches("sport/+", "sport/tennis/player1"));
    CHECK(matches("+/+", "/finance"));
    CHECK(matches("/+", "/finance"));
    CHECK(!matches("+", "/finance"));
    CHECK(!matches("a/b", "a/b/c"));
    CHECK(!matches("a/b/c", "a/b"));
    CHECK(!matches("#", "$SYS/uptime"));
    CHECK(!matches("+/uptime", "$SYS/uptime"));
    CHECK(matches("$SYS/#", "$SYS/uptime"));
}

TEST_CASE("mqtt_topic: a topic is a channel's, or is one") {
    CHECK(target_of("channel/room/17").channel == "room/17");
    CHECK(target_of("channel/room/17").subject == Subject::channel);
    CHECK(target_of("chat/lobby").subject == Subject::chat);
    CHECK(target_of("presence").channel == "mqtt/presence");
    CHECK(target_of("test/topic").channel == "mqtt/test/topic");
    CHECK(target_of("members/presence/duel").channel == "presence/duel");
    CHECK(target_of("members/duel").subject == Subject::none);
    CHECK(target_of("lobby/rooms").subject == Subject::document);
    CHECK(target_of("game/3/info").subject == Subject::document);
    CHECK(target_of("$SYS/uptime").subject == Subject::none);
    CHECK(target_of("channel/").subject == Subject::none);
    CHECK(target_of("channel/lobby/rooms").subject == Subject::none);
    CHECK(target_of(std::string(engine_net::max_channel_name_bytes, 'x')).subject == Subject::none);
}

TEST_CASE("mqtt_topic: a channel has its topics, the plainest first") {
    CHECK(topics_of("lobby", false) == std::vector<std::string>{"channel/lobby"});
    CHECK(topics_of("lobby", true) == std::vector<std::string>{"channel/lobby", "chat/lobby"});
    CHECK(topics_of("mqtt/a/b", false) == std::vector<std::string>{"a/b", "channel/mqtt/a/b"});
    CHECK(topics_of("mqtt/channel/x", false) == std::vector<std::string>{"channel/mqtt/channel/x"});
    CHECK(members_topic("presence/duel") == "members/presence/duel");
    CHECK(members_topic("duel").empty());
}
