#include "bridge/fake_http_client.hpp"
#include "bridge/webhooks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace engine_net::bridge;
using namespace std::chrono_literals;

namespace {

/// In virtual time.
class Stage {
public:
    Stage() {
        config.url = "http://backend/hook";
        config.key = "key";
        config.secret = "secret";
        config.queue_file = (std::filesystem::temp_directory_path() /
                             ("engine-net-hooks-" + std::to_string(::getpid())))
                                .string();
        config.unix_time = [] {
            return UnixTime(1'000'000s);
        };
        std::filesystem::remove(config.queue_file);
    }
    ~Stage() {
        hooks_.reset();
        std::filesystem::remove(config.queue_file);
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    /// Again: as after the process's end.
    void start() {
        hooks_.reset();
        client.waiting.clear();
        auto opened = Webhooks::open(config,
                                     {client,
                                      stats,
                                      [this] {
                                          return ++random_;
                                      },
                                      [this](LogLevel, std::string text) {
                                          log.push_back(std::move(text));
                                      }});
        REQUIRE(opened);
        hooks_ = std::move(*opened);
        pass(0s);
    }
    void add(const std::string& id, const std::string& name = "channel_occupied") {
        hooks_->add(name, id, {{"channel", "news"}});
        pass(0s);
    }
    void pass(Duration time) {
        now_ += time;
        hooks_->on_time(now_);
    }
    /// Of a request's events.
    [[nodiscard]] std::vector<std::string> ids(std::size_t post) const {
        std::vector<std::string> ids;
        const auto body = parse_json(client.posts.at(post).body);
        REQUIRE(body);
        for (const Json& event : body->at("events")) ids.push_back(text_of(event, "id"));
        return ids;
    }
    /// Until the next request; nothing comes for that time.
    Duration wait_for_post() {
        const std::size_t before = client.posts.size();
        Duration waited{0};
        for (; client.posts.size() == before; waited += 10ms) {
            REQUIRE(waited < 1h);
            pass(10ms);
        }
        return waited;
    }

    WebhookConfig config{};
    BridgeStats stats{};
    FakeHttpClient client{};
    std::vector<std::string> log{};

private:
    std::uint64_t random_ = 0;
    Time now_{};
    std::unique_ptr<Webhooks> hooks_{};
};

using Ids = std::vector<std::string>;

} // namespace

TEST_CASE("webhooks: a request is of Pusher's form and signed by the secret") {
    Stage stage;
    stage.start();
    stage.add("a");
    REQUIRE(stage.client.posts.size() == 1);
    const HttpCall& post = stage.client.posts.front();
    CHECK(post.url == "http://backend/hook");
    CHECK(post.body == R"({"time_ms":1000000000,"events":[{"channel":"news","id":"a",)"
                       R"("name":"channel_occupied","time_ms":1000000000}]})");
    CHECK(post.headers ==
          std::vector<std::string>{"Content-Type: application/json",
                                   "X-Pusher-Key: key",
                                   "X-Pusher-Signature: " + hmac_sha256("secret", post.body)});
}

TEST_CASE("webhooks: one request is under way, what is added meanwhile goes with the next") {
    Stage stage;
    stage.config.batch_size = 2;
    stage.start();
    for (const char* id : {"a", "b", "c", "d"}) stage.add(id);
    CHECK(stage.client.posts.size() == 1);
    CHECK(stage.stats.webhooks_waiting == 4);
    for (std::size_t i = 0; i < 3; ++i) stage.client.answer(204);
    CHECK(stage.client.posts.size() == 3);
    CHECK(stage.ids(0) == Ids{"a"});
    CHECK(stage.ids(1) == Ids{"b", "c"});
    CHECK(stage.ids(2) == Ids{"d"});
    CHECK(stage.stats.webhooks_waiting == 0);
    CHECK(stage.stats.webhooks_delivered == 4);
}

TEST_CASE("webhooks: what fails comes again first, each time later, until it succeeds") {
    Stage stage;
    stage.start();
    stage.add("a");
    stage.add("b");
    Duration longest{0};
    for (const int status : {500, 302, 0, 408, 503, 500, 500, 500, 500, 500}) {
        stage.client.answer(status);
        const Duration waited = stage.wait_for_post();
        CHECK(waited >= 500ms - 10ms);
        CHECK(waited <= 60s + 10ms);
        CHECK(waited * 2 + 20ms >= longest);
        longest = std::max(longest, waited);
        CHECK(stage.ids(stage.client.posts.size() - 1) == Ids{"a", "b"});
    }
    CHECK(longest > 30s);
    CHECK(stage.stats.webhook_failures == 10);
    CHECK(stage.log.size() == 1);
    stage.client.answer(200);
    CHECK(stage.stats.webhooks_waiting == 0);
    CHECK(stage.log.back() == "webhooks: they are delivered again");
    stage.add("c");
    CHECK(stage.ids(stage.client.posts.size() - 1) == Ids{"c"});
}

TEST_CASE(
    "webhooks: after the process's end what was not answered comes again, with the same ids") {
    Stage stage;
    stage.start();
    stage.add("a");
    stage.add("b");
    stage.client.answer(200);
    REQUIRE(stage.ids(1) == Ids{"b"});
    stage.start();
    REQUIRE(stage.client.posts.size() == 3);
    CHECK(stage.ids(2) == Ids{"b"});
    CHECK(stage.client.posts[2].body == stage.client.posts[1].body);
}

TEST_CASE("webhooks: what is lost while the queue is full is counted, and told in its place") {
    Stage stage;
    stage.config.max_queue_bytes = 350;
    stage.start();
    for (const char* id : {"a", "b", "c", "d", "e", "f"}) stage.add(id);
    const std::uint64_t lost = stage.stats.webhooks_lost;
    CHECK(lost > 0);
    CHECK(stage.stats.webhooks_waiting + lost == 6);
    CHECK(stage.log.size() == 1);
    while (!stage.client.waiting.empty()) stage.client.answer(200);
    stage.add("g");
    while (!stage.client.waiting.empty()) stage.client.answer(200);
    const auto body = parse_json(stage.client.posts.back().body);
    REQUIRE(body);
    const Json& events = body->at("events");
    REQUIRE(events.size() == 2);
    CHECK(text_of(events[0], "name") == "events_lost");
    CHECK(number_of(events[0], "count") == lost);
    CHECK(text_of(events[1], "id") == "g");
}

TEST_CASE(
    "webhooks: one that the backend always refuses is found, dropped and told of; no other is") {
    Stage stage;
    stage.config.max_refusals = 3;
    stage.start();
    for (const char* id : {"a", "b", "bad", "c", "d"}) stage.add(id);
    std::size_t refusals = 0;
    std::vector<std::string> taken;
    for (std::size_t post = 0; post < stage.client.posts.size(); ++post) {
        const std::vector<std::string> ids = stage.ids(post);
        const bool is_refused = std::find(ids.begin(), ids.end(), "bad") != ids.end();
        stage.client.answer(is_refused ? 400 : 200);
        if (!is_refused) taken.insert(taken.end(), ids.begin(), ids.end());
        if (is_refused) refusals += ids.size() == 1 ? 1 : 0;
        if (stage.client.waiting.empty() && stage.stats.webhooks_waiting > 0) stage.wait_for_post();
    }
    CHECK(taken == Ids{"a", "b", "c", "d"});
    CHECK(refusals == 3);
    CHECK(stage.stats.webhooks_lost == 1);
    stage.add("e");
    const auto body = parse_json(stage.client.posts.back().body);
    REQUIRE(body);
    CHECK(text_of(body->at("events")[0], "name") == "events_lost");
}

TEST_CASE("webhooks: a backend that is busy, broken or wrongly set up costs no event, however long "
          "it is") {
    Stage stage;
    stage.config.max_refusals = 1;
    stage.start();
    stage.add("a");
    for (const int status : {408, 429, 500, 302, 0, 503, 401, 403, 404}) {
        stage.client.answer(status);
        stage.wait_for_post();
    }
    stage.client.answer(200);
    CHECK(stage.stats.webhooks_delivered == 1);
    CHECK(stage.stats.webhooks_lost == 0);
}

TEST_CASE("webhooks: only events that are wanted are told") {
    Stage stage;
    stage.config.events = {"room_created"};
    stage.start();
    stage.add("a", "channel_occupied");
    CHECK(stage.client.posts.empty());
    stage.add("b", "room_created");
    CHECK(stage.ids(0) == Ids{"b"});
}

TEST_CASE("webhooks: there are none without an address, a secret, or a file of its own") {
    Stage stage;
    const auto opens = [&](const WebhookConfig& config) {
        const auto quiet = [](LogLevel, const std::string&) {};
        const auto random = [] {
            return std::uint64_t{1};
        };
        return Webhooks::open(config, {stage.client, stage.stats, random, quiet}).has_value();
    };
    CHECK(opens(stage.config));
    for (std::string WebhookConfig::*const missing :
         {&WebhookConfig::url, &WebhookConfig::secret, &WebhookConfig::queue_file}) {
        WebhookConfig config = stage.config;
        (config.*missing).clear();
        CHECK_FALSE(opens(config));
    }
}
