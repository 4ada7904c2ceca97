#include "bridge/adapter_stage.hpp"
#include "bridge/http_request.hpp"
#include "bridge/pusher_signatures.hpp"

using namespace engine_net;
using namespace engine_net::bridge;
using namespace std::chrono_literals;

namespace {

AdapterConfig to(decltype(AdapterConfig::service) service) {
    AdapterConfig config;
    config.channels = {"room/*", "private/deck", "lobby/chat"};
    config.service = std::move(service);
    return config;
}

/// As a server of that API reads it.
HttpRequest received(const HttpCall& call, std::string_view origin) {
    REQUIRE(call.url.starts_with(origin));
    HttpRequest request;
    request.method = "POST";
    const std::string target = call.url.substr(origin.size());
    request.path = target.substr(0, target.find('?'));
    std::string_view query = std::string_view(target).substr(request.path.size() + 1);
    while (!query.empty()) {
        const std::string_view one = query.substr(0, query.find('&'));
        const std::size_t sign = one.find('=');
        request.query.emplace_back(one.substr(0, sign), one.substr(sign + 1));
        query.remove_prefix(std::min(query.size(), one.size() + 1));
    }
    request.body = call.body;
    return request;
}

} // namespace

TEST_CASE("service: Pusher's takes signed batches, in which users' events begin with client-") {
    AdapterStage stage(to(PusherService{"http://service/", "app", "key", "secret"}));
    stage.start();
    stage.open("private/deck", 7, 5, {R"({"a":1})"});
    const HttpCall& call = stage.last();
    CHECK(call.method == HttpMethod::post);
    CHECK(call.body == R"({"batch":[{"channel":"private-deck","data":"{\"at\":\"7-5\",)"
                       R"(\"channel\":\"private/deck\",\"data\":{\"a\":1},\"event\":\"goal\",)"
                       R"(\"kind\":\"message\",\"name\":\"\",\"user\":\"\"}","name":"goal"}]})");
    PusherConfig app{.app_id = "app", .key = "key", .secret = "secret"};
    pusher::SeenRequests seen;
    const HttpRequest request = received(call, "http://service");
    CHECK(request.path == "/apps/app/batch_events");
    CHECK(check_request(app, request, seen, UnixTime(1'000'000s)) == pusher::RequestVerdict::good);
    app.secret = "another";
    CHECK(check_request(app, request, seen, UnixTime(1'000'000s)) ==
          pusher::RequestVerdict::unsigned_or_wrong);
    stage.client.answer(200, "{}");
    stage.say("private/deck", "2", "ada");
    CHECK(text_of(stage.body().at("batch")[0], "name") == "client-goal");
}

TEST_CASE("service: the same request to Pusher's has another signature when it comes again") {
    AdapterStage stage(to(PusherService{"http://service", "app", "key", "secret"}));
    stage.start();
    stage.open("room/1", 7, 1, {"1"});
    stage.client.answer(503);
    stage.wait_for_call();
    REQUIRE(stage.client.posts.size() == 2);
    CHECK(stage.client.posts[0].body == stage.client.posts[1].body);
    CHECK(stage.client.posts[0].url != stage.client.posts[1].url);
}

TEST_CASE("service: AppSync takes up to five events of one channel, with the API's key") {
    AdapterStage stage(to(AppSyncService{"https://service/event", "game", "da2-key"}));
    stage.start();
    stage.open("room/1", 7, 1, {"1", "2", "3", "4", "5", "6"});
    stage.open("lobby/chat", 8, 1, {"7"});
    stage.say("room/1", "8");
    const HttpCall& call = stage.last();
    CHECK(call.url == "https://service/event");
    CHECK(call.headers ==
          std::vector<std::string>{"Content-Type: application/json", "x-api-key: da2-key"});
    Json body = stage.body();
    CHECK(body.size() == 2);
    CHECK(text_of(body, "channel") == "/game/room/1");
    REQUIRE(body.at("events").size() == 5);
    const auto event = parse_json(body.at("events")[0].get<std::string>());
    REQUIRE(event);
    CHECK(text_of(*event, "at") == "7-1");
    const auto answer = [](std::size_t count) {
        Json successful = Json::array();
        for (std::size_t i = 0; i < count; ++i)
            successful.push_back({{"identifier", "x"}, {"index", i}});
        return to_text(Json{{"failed", Json::array()}, {"successful", std::move(successful)}});
    };
    stage.client.answer(200, answer(5));
    CHECK(stage.body().at("events").size() == 2); // the sixth, and what was said after another's
    CHECK(text_of(stage.body(), "channel") == "/game/room/1");
    stage.client.answer(200, answer(2));
    CHECK(text_of(stage.body(), "channel") == "/game/lobby/chat");
    stage.client.answer(200, answer(1));
    stage.pass(0s);
    CHECK(stage.stats.adapters_waiting == 0);
}

TEST_CASE("service: of what AppSync has taken in part only the rest comes again, before all else") {
    AdapterStage stage(to(AppSyncService{"https://service/event", "game", "da2-key"}));
    stage.start();
    stage.open("room/1", 7, 1, {"1", "2", "3"});
    stage.say("room/1", "4");
    const auto numbers = [&] {
        std::vector<std::string> positions;
        const Json body = stage.body();
        for (const Json& event : body.at("events"))
            positions.push_back(text_of(parse_json(event.get<std::string>()).value(), "at"));
        return positions;
    };
    REQUIRE(numbers() == std::vector<std::string>{"7-1", "7-2", "7-3"});
    stage.client.answer(
        200,
        R"({"failed":[{"identifier":"b","index":1,"code":500,"message":"no"}],)"
        R"("successful":[{"identifier":"a","index":0},{"identifier":"c","index":2}]})");
    CHECK(stage.stats.adapters_delivered == 2);
    stage.wait_for_call();
    CHECK(numbers() == std::vector<std::string>{"7-2"});
    SUBCASE("an answer that says nothing is none") {
        for (const char* body : {"", "{}", "[]", R"({"successful":1})"}) {
            stage.client.answer(200, body);
            stage.wait_for_call();
            CHECK(numbers().front() == "7-2");
        }
        CHECK(stage.stats.adapters_dropped == 0);
    }
    SUBCASE("what it says of others than were sent counts for nothing") {
        stage.client.answer(200, R"({"failed":[],"successful":[{"index":99},{"index":-1},7]})");
        stage.wait_for_call();
        CHECK(numbers() == std::vector<std::string>{"7-2"});
    }
    stage.client.answer(200, R"({"failed":[],"successful":[{"identifier":"b","index":0}]})");
    CHECK(numbers() == std::vector<std::string>{"7-4"});
}

TEST_CASE("service: Firebase is put each message by a key that sorts, in a place of its channel") {
    AdapterStage stage(to(FirebaseService{"https://db/", "/game.v1/said/", "a secret&"}));
    stage.config.channels = {"*"};
    stage.start();
    stage.open("room/1", 7, 1, {R"({"a":1})"});
    CHECK(stage.last().method == HttpMethod::put);
    CHECK(stage.last().url == "https://db/game%252Ev1/said/room%252F1/"
                              "00000000000000000007-00000000000000000001.json"
                              "?print=silent&auth=a%20secret%26");
    CHECK(stage.body().at("data") == Json{{"a", 1}});
    stage.client.answer(204);
    stage.open("a.$#[]/\u00e4%", 18'446'744'073'709'551'615ULL, 1, {"1"});
    CHECK(stage.last().url.starts_with(
        "https://db/game%252Ev1/said/a%252E%2524%2523%255B%255D%252F%25C3%25A4%2525/"
        "18446744073709551615-"));
}

TEST_CASE("service: no secret is in the log, whatever goes wrong") {
    for (const auto& service : {to(PusherService{"http://service", "app", "key", "sesame"}),
                                to(AppSyncService{"https://service/event", "game", "sesame"}),
                                to(FirebaseService{"https://service", "game", "sesame"})}) {
        AdapterConfig config = service;
        config.max_refusals = 1;
        AdapterStage stage(config);
        stage.start();
        stage.open("room/1", 7, 1, {"1"});
        stage.client.answer(400, "sesame");
        stage.pass(1h);
        CHECK(stage.log.size() == 2);
        for (const std::string& text : stage.log) CHECK(text.find("sesame") == std::string::npos);
    }
}
