#include "bridge/json_text.hpp"
#include "bridge/pusher_names.hpp"
#include "bridge/pusher_session.hpp"
#include "bridge/pusher_signatures.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace engine_net::bridge;
using namespace std::chrono_literals;
using engine_net::PusherConfig;
using engine_net::UnixTime;

namespace {

const UnixTime now{1'353'088'179s};

/// Of the examples that Pusher publishes.
PusherConfig app() {
    PusherConfig config;
    config.app_id = "3";
    config.key = "278d425bdf160c739803";
    config.secret = "7ad3773142a6692b25b8";
    return config;
}

HttpRequest signed_request(const std::string& body) {
    HttpRequest request;
    request.method = "POST";
    request.path = "/apps/3/events";
    request.body = body;
    request.query = {{"auth_key", "278d425bdf160c739803"},
                     {"auth_timestamp", "1353088179"},
                     {"auth_version", "1.0"},
                     {"body_md5", pusher::md5(body)}};
    const std::string text =
        "POST\n/apps/3/events\nauth_key=278d425bdf160c739803&auth_timestamp=1353088179&"
        "auth_version=1.0&body_md5=" +
        pusher::md5(body);
    request.query.emplace_back("auth_signature", hmac_sha256(app().secret, text));
    return request;
}

pusher::RequestVerdict verdict_of(const HttpRequest& request, UnixTime at = now) {
    pusher::SeenRequests seen;
    return pusher::check_request(app(), request, seen, at);
}

} // namespace

TEST_CASE("pusher names: each channel has one, and each name one channel") {
    const auto channel = [](const std::string& name) {
        const auto parsed = pusher::parse_name(name);
        return parsed ? parsed->channel : "none";
    };
    CHECK(channel("lobby") == "lobby");
    CHECK(channel("room;17") == "room/17");
    CHECK(channel("private-guild") == "private/guild");
    CHECK(channel("presence-duel;3") == "presence/duel/3");
    CHECK(channel("private-encrypted-a") == "private/encrypted-a");
    CHECK(channel("#server-to-user-ada") == "private/#ada");
    for (const std::string name : {"lobby",
                                   "room;17",
                                   "private-guild",
                                   "presence-duel;3",
                                   "cache-score",
                                   "private-cache-score",
                                   "#server-to-user-ada"}) {
        CHECK(pusher::name_of(channel(name)) == name);
    }
    for (const std::string name :
         {"", "a b", "a/b", "private-", "presence-", "#server-to-user-", "#a"})
        CHECK(channel(name) == "none");
    CHECK(channel(std::string(164, 'a')) != "none");
    CHECK(channel(std::string(165, 'a')) == "none");
}

TEST_CASE("pusher names: no open name leads to a guarded channel") {
    CHECK(!pusher::parse_name("private;guild"));
    CHECK(!pusher::parse_name("presence;duel"));
    for (const std::string channel : {"private-guild", "presence-duel", "a;b", "grüße", "#a"})
        CHECK(!pusher::name_of(channel));
}

TEST_CASE("pusher names: what kind of channel it is") {
    const auto parsed = [](const std::string& name) {
        return pusher::parse_name(name).value_or(pusher::Name{});
    };
    CHECK(parsed("lobby").kind == pusher::Kind::open);
    CHECK(parsed("private-a").kind == pusher::Kind::guarded);
    CHECK(parsed("private-encrypted-a").kind == pusher::Kind::guarded);
    CHECK(parsed("presence-a").kind == pusher::Kind::presence);
    CHECK(parsed("#server-to-user-a").kind == pusher::Kind::own);
    CHECK(parsed("cache-a").is_cache);
    CHECK(parsed("private-cache-a").is_cache);
    CHECK(parsed("presence-cache-a").is_cache);
    CHECK(!parsed("a-cache-b").is_cache);
}

TEST_CASE(
    "pusher events: what a client says passes neither for the backend's nor for the protocol's") {
    const auto name = [](const std::string& event, const std::string& user) {
        return pusher::event_of({.user = user, .event = event}).name;
    };
    CHECK(name("goal", "") == "goal");
    CHECK(name("goal", "ada") == "client-goal");
    CHECK(name("pusher_internal:member_removed", "ada") == "client-pusher_internal:member_removed");
    CHECK(name("client-goal", "ada") == "client-client-goal");
}

TEST_CASE("pusher signatures: the published examples") {
    CHECK(pusher::is_signed_subscription(
        app(),
        "278d425bdf160c739803:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4",
        "1234.1234",
        "private-foobar",
        ""));
    CHECK(pusher::is_signed_user(
        app(),
        "278d425bdf160c739803:4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba",
        "1234.1234",
        R"({"id":"12345"})"));
    CHECK(pusher::md5("") == "d41d8cd98f00b204e9800998ecf8427e");
    CHECK(pusher::md5("abc") == "900150983cd24fb0d6963f7d28e17f72");
}

TEST_CASE("pusher signatures: what was changed is not signed") {
    const std::string auth =
        "278d425bdf160c739803:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4";
    CHECK(!pusher::is_signed_subscription(app(), auth, "1234.1235", "private-foobar", ""));
    CHECK(!pusher::is_signed_subscription(app(), auth, "1234.1234", "private-foobaz", ""));
    CHECK(!pusher::is_signed_subscription(app(), auth, "1234.1234", "private-foobar", "{}"));
    CHECK(
        !pusher::is_signed_subscription(app(), auth.substr(21), "1234.1234", "private-foobar", ""));
    CHECK(!pusher::is_signed_subscription(app(), "", "1234.1234", "private-foobar", ""));
}

TEST_CASE("pusher api: a signed request is good, and one that was changed is not") {
    using pusher::RequestVerdict;
    const HttpRequest request = signed_request(R"({"name":"a","data":"b","channel":"c"})");
    CHECK(verdict_of(request) == RequestVerdict::good);
    HttpRequest other = request;
    other.body += " ";
    CHECK(verdict_of(other) == RequestVerdict::unsigned_or_wrong);
    other = request;
    other.path = "/apps/4/events";
    CHECK(verdict_of(other) == RequestVerdict::unsigned_or_wrong);
    other = request;
    other.method = "GET";
    CHECK(verdict_of(other) == RequestVerdict::unsigned_or_wrong);
    other = request;
    other.query.emplace_back("info", "user_count");
    CHECK(verdict_of(other) == RequestVerdict::unsigned_or_wrong);
    other = request;
    other.query.pop_back();
    CHECK(verdict_of(other) == RequestVerdict::unsigned_or_wrong);
}

TEST_CASE("pusher api: a request is good within ten minutes of its time") {
    using pusher::RequestVerdict;
    const HttpRequest request = signed_request("{}");
    CHECK(verdict_of(request, now + 600s) == RequestVerdict::good);
    CHECK(verdict_of(request, now - 600s) == RequestVerdict::good);
    CHECK(verdict_of(request, now + 601s) == RequestVerdict::off_clock);
    CHECK(verdict_of(request, now - 1h) == RequestVerdict::off_clock);
}

TEST_CASE("pusher api: a request is good once, and what may come again is remembered as long") {
    using pusher::RequestVerdict;
    pusher::SeenRequests seen;
    const HttpRequest request = signed_request("{}");
    CHECK(pusher::check_request(app(), request, seen, now) == RequestVerdict::good);
    CHECK(pusher::check_request(app(), request, seen, now) == RequestVerdict::seen);
    CHECK(pusher::check_request(app(), request, seen, now + 600s) == RequestVerdict::seen);
    for (std::size_t i = 1; i < pusher::SeenRequests::max_seen; ++i)
        REQUIRE(seen.take(std::to_string(i), now + 10s, now));
    CHECK(!seen.take("one more", now + 10s, now));
    CHECK(seen.take("one more", now + 30s, now + 20s));
    CHECK(pusher::check_request(app(), request, seen, now + 20s) == RequestVerdict::seen);
}
