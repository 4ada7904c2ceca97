#include "bridge/adapter_stage.hpp"

using namespace engine_net;
using namespace engine_net::bridge;
using namespace std::chrono_literals;

namespace {

AdapterConfig to_pusher() {
    AdapterConfig config;
    config.service = PusherService{"http://service", "app", "key", "secret"};
    return config;
}

AdapterConfig to_firebase() {
    AdapterConfig config;
    config.service = FirebaseService{"http://service", "game", "secret"};
    return config;
}

using Texts = std::vector<std::string>;

/// Payloads of a request to Pusher's.
Texts payloads(const AdapterStage& stage) {
    Texts texts;
    const Json body = stage.body();
    for (const Json& event : body.at("batch")) {
        const auto message = parse_json(text_of(event, "data"));
        REQUIRE(message);
        texts.push_back(to_text(message->at("data")));
    }
    return texts;
}

} // namespace

TEST_CASE("adapter: only what is said on its channels is passed on, in order, ten at a time") {
    AdapterStage stage(to_pusher());
    stage.start();
    stage.open("room/1", 7, 1, {"1"});
    stage.open("lobby/chat", 8, 1);
    stage.open("lobby/other", 9, 1, {"0"});
    CHECK(payloads(stage) == Texts{"1"});
    for (int i = 2; i <= 13; ++i)
        stage.say(i % 2 == 0 ? "lobby/chat" : "room/1", std::to_string(i));
    CHECK(stage.client.posts.size() == 1);
    CHECK(stage.stats.adapters_waiting == 13);
    stage.client.answer(200, "{}");
    CHECK(payloads(stage) == Texts{"2", "3", "4", "5", "6", "7", "8", "9", "10", "11"});
    stage.client.answer(200, "{}");
    CHECK(payloads(stage) == Texts{"12", "13"});
    stage.client.answer(200, "{}");
    stage.pass(0s);
    CHECK(stage.stats.adapters_waiting == 0);
    CHECK(stage.stats.adapters_delivered == 13);
}

TEST_CASE("adapter: who comes and goes, and what has no name, is not what is said") {
    AdapterStage stage(to_pusher());
    stage.start();
    stage.open("room/1", 7, 1);
    tell::ChannelItem joined = AdapterStage::item(1, "");
    joined.kind = ChannelKind::joined;
    tell::ChannelItem nameless = AdapterStage::item(2, "");
    nameless.event.clear();
    stage.tell({"room/1", {joined, nameless}});
    CHECK(stage.client.posts.empty());
    CHECK(stage.stats.adapters_lost == 0);
}

TEST_CASE("adapter: what fails comes again first, each time later, and nothing overtakes it") {
    AdapterStage stage(to_pusher());
    stage.start();
    stage.open("room/1", 7, 1, {"1"});
    stage.say("room/1", "2");
    Duration longest{0};
    for (const int status : {500, 0, 429, 408, 503, 403, 404, 500, 500}) {
        stage.client.answer(status);
        Duration waited{0};
        for (const std::size_t before = stage.client.posts.size();
             stage.client.posts.size() == before;
             waited += 100ms) {
            REQUIRE(waited < 2min);
            stage.pass(100ms);
        }
        CHECK(waited >= longest);
        longest = waited;
        CHECK(payloads(stage).front() == "1");
    }
    CHECK(longest == 60s);
    CHECK(stage.stats.adapter_failures == 9);
    CHECK(stage.log.size() == 1);
    stage.client.answer(200, "{}");
    CHECK(stage.log.back() == "adapter pusher: messages are passed on again");
}

TEST_CASE("adapter: a message that is refused for good is found, dropped, counted and logged") {
    AdapterConfig config = to_pusher();
    config.max_refusals = 3;
    AdapterStage stage(config);
    stage.start();
    stage.open("room/1", 7, 1, {"1", "2", "\"bad\"", "4", "5"});
    Texts taken;
    std::size_t alone = 0;
    while (!stage.client.waiting.empty()) {
        const Texts texts = payloads(stage);
        const bool is_bad = std::find(texts.begin(), texts.end(), "\"bad\"") != texts.end();
        if (is_bad && texts.size() == 1) ++alone;
        if (!is_bad) taken.insert(taken.end(), texts.begin(), texts.end());
        stage.client.answer(is_bad ? 400 : 200, "{}");
        stage.pass(0s);
        if (stage.client.waiting.empty() && stage.stats.adapters_waiting > 0) stage.wait_for_call();
    }
    CHECK(taken == Texts{"1", "2", "4", "5"});
    CHECK(alone == 3);
    CHECK(stage.stats.adapters_dropped == 1);
    CHECK(stage.stats.adapters_delivered == 4);
    CHECK(std::any_of(stage.log.begin(), stage.log.end(), [](const std::string& text) {
        return text.find("room/1@7-3 is dropped") != std::string::npos;
    }));
}

TEST_CASE("adapter: after the process's end what was not answered comes again, nothing else does") {
    AdapterStage stage(to_pusher());
    stage.start();
    stage.open("room/1", 7, 1, {"1", "2"});
    stage.client.answer(200, "{}");
    stage.say("room/1", "3");
    stage.pass(1s); // positions are saved
    stage.client.answer(200, "{}");
    stage.say("room/1", "4");
    stage.pass(1s);
    stage.start();
    CHECK(payloads(stage) == Texts{"4"});
    SUBCASE("the channel's history goes on where it was read") {
        stage.open("room/1", 7, 1, {"1", "2", "3", "4", "5"});
        stage.client.answer(200, "{}");
        CHECK(payloads(stage) == Texts{"5"});
    }
    SUBCASE("what the history has lost is counted") {
        stage.open("room/1", 7, 9, {"9"});
        CHECK(stage.stats.adapters_lost == 4);
        stage.client.answer(200, "{}");
        CHECK(payloads(stage) == Texts{"9"});
    }
    SUBCASE("another epoch is another channel") {
        stage.open("room/1", 8, 1, {"1"});
        stage.client.answer(200, "{}");
        CHECK(payloads(stage) == Texts{"1"});
    }
}

TEST_CASE("adapter: after a crash at any moment each message has come, and none out of order") {
    for (int crash = 0; crash < 24; ++crash) {
        CAPTURE(crash);
        AdapterStage stage(to_firebase());
        stage.start();
        std::vector<std::string> history;
        std::vector<std::string> taken;
        stage.open("room/1", 7, 1);
        for (int step = 0; step < 24; ++step) {
            history.push_back(std::to_string(step));
            stage.say("room/1", history.back());
            if (step % 3 != 0 && !stage.client.waiting.empty()) {
                taken.push_back(to_text(stage.body().at("data")));
                stage.client.answer(204);
            }
            stage.pass(300ms);
            if (step != crash) continue;
            stage.start();
            stage.open("room/1", 7, 1, history);
        }
        while (!stage.client.waiting.empty()) {
            taken.push_back(to_text(stage.body().at("data")));
            stage.client.answer(204);
            stage.pass(0s);
        }
        std::vector<std::string> firsts;
        for (const std::string& one : taken) {
            if (std::find(firsts.begin(), firsts.end(), one) == firsts.end()) firsts.push_back(one);
        }
        REQUIRE(firsts == history);
        REQUIRE(taken.size() <= history.size() + 5);
    }
}

TEST_CASE("adapter: what comes while the queue is full is lost and counted, the rest is not") {
    AdapterConfig config = to_pusher();
    config.max_queue_bytes = 500;
    AdapterStage stage(config);
    stage.start();
    stage.open("room/1", 7, 1);
    for (int i = 0; i < 20; ++i) stage.say("room/1", "1");
    CHECK(stage.stats.adapters_lost > 0);
    CHECK(stage.stats.adapters_waiting + stage.stats.adapters_lost == 20);
    CHECK(stage.log.size() == 1);
    stage.client.answer(200, "{}");
    stage.client.answer(200, "{}");
    stage.say("room/1", "2");
    CHECK(payloads(stage) == Texts{"2"});
}

TEST_CASE("adapter: what a service can't have is left out and counted; it holds up nothing") {
    AdapterStage stage(to_pusher());
    stage.start();
    stage.open("room/a b", 7, 1, {"1"}); // no name of Pusher's
    stage.open("room/1", 7, 1, {'"' + std::string(10'200, 'x') + '"', "2"});
    stage.pass(50ms);
    CHECK(payloads(stage) == Texts{"2"});
    CHECK(stage.stats.adapters_unfit == 2);
    CHECK(stage.log.size() == 1);
}

TEST_CASE("adapter: a configuration that can't work is refused, and says what is wrong") {
    const auto problem = [](auto change) {
        AdapterConfig config = to_pusher();
        config.channels = {"room/*"};
        change(config);
        AdapterStage stage(config);
        stage.config.channels = config.channels;
        return stage.problem();
    };
    CHECK(problem([](AdapterConfig&) {}).empty());
    CHECK(problem([](AdapterConfig& config) {
              config.channels.clear();
          }) == R"(adapter 1: pusher needs channels, as "lobby/chat" or "room/*")");
    CHECK(problem([](AdapterConfig& config) {
              config.channels = {"a*b"};
          }).ends_with("a * stands at the end alone"));
    CHECK(problem([](AdapterConfig& config) {
              config.channels = {"a b"};
          }).find("can't have the channel \"a b\"") != std::string::npos);
    CHECK(problem([](AdapterConfig& config) {
              config.service = PusherService{};
          }) == "adapter 1: pusher needs a url, as https://api-eu.pusher.com");
    CHECK(problem([](AdapterConfig& config) {
              config.service = AppSyncService{"https://x/events", "a", "key"};
          }) == "adapter 1: appsync needs the url of its HTTP endpoint, which ends in /event");
    CHECK(problem([](AdapterConfig& config) {
              config.service = AppSyncService{"https://x/event", "a", "key"};
              config.channels = {"lobby_chat"};
          }).find("letters, digits and dashes") != std::string::npos);
    CHECK(problem([](AdapterConfig& config) {
              config.service = FirebaseService{};
          }) == "adapter 1: firebase needs a url, as https://NAME.firebaseio.com");
}
