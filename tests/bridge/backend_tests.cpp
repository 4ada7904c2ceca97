#include "bridge/backend.hpp"
#include "bridge/fake_http_client.hpp"
#include "bridge/json_text.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace engine_net::bridge;
using namespace std::chrono_literals;

namespace {

/// In virtual time.
class Stage {
public:
    explicit Stage(BackendConfig config = {}) {
        config.url = "http://backend/ask";
        config.key = "key";
        config.secret = "secret";
        config.unix_time = [] {
            return UnixTime(1'000'000s);
        };
        backend_ =
            std::make_unique<Backend>(config,
                                      Backend::Surroundings{client,
                                                            stats,
                                                            [this](LogLevel, std::string text) {
                                                                log.push_back(std::move(text));
                                                            }},
                                      "a");
        pass(0s);
    }

    void ask(const std::string& user,
             const std::string& channel = "private/deck",
             const std::string& name = "Ada") {
        backend_->ask({channel, user, name}, [this](const Verdict& verdict) {
            verdicts.push_back(verdict);
        });
    }
    void ask_to_join(const std::string& user, const JoinQuestion& join) {
        backend_->ask({join, user, "Ada"}, [this](const Verdict& verdict) {
            verdicts.push_back(verdict);
        });
    }
    void pass(Duration time) {
        now_ += time;
        backend_->on_time(now_);
    }
    [[nodiscard]] tell::Error last() const {
        REQUIRE_FALSE(verdicts.empty());
        return verdicts.back().error;
    }

    FakeHttpClient client{};
    BridgeStats stats{};
    std::vector<std::string> log{};
    std::vector<Verdict> verdicts{};

private:
    Time now_{};
    std::unique_ptr<Backend> backend_{};
};

using tell::Error;

} // namespace

TEST_CASE("backend: it is told who wants what, signed, and says as whom") {
    Stage stage;
    stage.ask("ada");
    REQUIRE(stage.client.posts.size() == 1);
    const HttpCall& post = stage.client.posts.front();
    CHECK(post.timeout == 2s);
    CHECK(post.body == R"({"ask":"subscribe","channel":"private/deck","name":"Ada","node":"a",)"
                       R"("time_ms":1000000000,"user":"ada"})");
    CHECK(post.headers.back() == "X-Pusher-Signature: " + hmac_sha256("secret", post.body));
    CHECK(stage.verdicts.empty());
    stage.client.answer(200, R"({"allow":true,"publish":true,"user":"u7","name":"Countess"})");
    REQUIRE(stage.verdicts.size() == 1);
    CHECK(stage.last() == Error::none);
    CHECK(stage.verdicts[0].may_publish);
    CHECK(stage.verdicts[0].user == "u7");
    CHECK(stage.verdicts[0].name == "Countess");
}

TEST_CASE("backend: who is refused is told the reason") {
    Stage stage;
    stage.ask("ada");
    stage.client.answer(200, R"({"allow":false,"reason":"not your deck"})");
    CHECK(stage.last() == Error::not_allowed);
    CHECK(stage.verdicts[0].detail == "not your deck");
}

TEST_CASE("backend: whatever else it says lets nobody in") {
    for (const std::pair<int, std::string>& reply :
         std::vector<std::pair<int, std::string>>{{0, ""},
                                                  {500, R"({"allow":true})"},
                                                  {302, R"({"allow":true})"},
                                                  {200, ""},
                                                  {200, "[true]"},
                                                  {200, "{}"},
                                                  {200, R"({"allow":true)"}}) {
        CAPTURE(reply.second);
        Stage stage;
        stage.ask("ada");
        stage.client.answer(reply.first, reply.second);
        CHECK(stage.last() == Error::not_now);
        CHECK(stage.stats.backend_failures == 1);
    }
    for (const char* body : {R"({"allow":1})", R"({"allow":"true"})", R"({"allow":null})"}) {
        CAPTURE(body);
        Stage stage;
        stage.ask("ada");
        stage.client.answer(200, body);
        CHECK(stage.last() == Error::not_allowed);
    }
}

TEST_CASE("backend: an answer counts for a while, for this user and this channel") {
    Stage stage;
    stage.ask("ada");
    stage.client.answer(200, R"({"allow":true})");
    stage.pass(29s);
    stage.ask("ada");
    CHECK(stage.client.posts.size() == 1);
    CHECK(stage.verdicts.size() == 2);
    stage.ask("bob");
    stage.ask("ada", "private/hold");
    CHECK(stage.client.posts.size() == 3);
    stage.pass(1s);
    stage.ask("ada");
    CHECK(stage.client.posts.size() == 4);
    CHECK(stage.stats.backend_asked == 4);
    CHECK(stage.stats.backend_cached == 1);
}

TEST_CASE("backend: of more answers than it may keep the oldest are forgotten") {
    Stage stage(BackendConfig{.max_cached = 2});
    for (const char* user : {"a", "b", "c"}) {
        stage.ask(user);
        stage.client.answer(200, R"({"allow":true})");
    }
    stage.ask("b");
    stage.ask("c");
    CHECK(stage.client.posts.size() == 3);
    stage.ask("a");
    CHECK(stage.client.posts.size() == 4);
}

TEST_CASE("backend: who asks the same meanwhile waits for one answer") {
    Stage stage;
    stage.ask("ada");
    stage.ask("ada");
    CHECK(stage.client.posts.size() == 1);
    stage.client.answer(200, R"({"allow":true})");
    CHECK(stage.verdicts.size() == 2);
}

TEST_CASE("backend: after failures in a row all are refused at once, then one asks for all") {
    Stage stage;
    for (int i = 0; i < 5; ++i) {
        stage.ask("ada");
        stage.client.answer(0);
    }
    CHECK(stage.log.size() == 1);
    stage.ask("ada");
    CHECK(stage.client.posts.size() == 5);
    CHECK(stage.last() == Error::not_now);
    CHECK(stage.stats.backend_cut_off == 1);

    stage.pass(5s);
    stage.ask("ada");
    stage.ask("bob");
    CHECK(stage.client.posts.size() == 6);
    stage.client.answer(0);
    stage.ask("bob");
    CHECK(stage.client.posts.size() == 6);

    stage.pass(5s);
    stage.ask("ada");
    stage.client.answer(200, R"({"allow":true})");
    stage.ask("bob");
    CHECK(stage.client.posts.size() == 8);
    CHECK(stage.log.size() == 2);
}

TEST_CASE("backend: it is told who wants to join which room") {
    Stage stage;
    stage.ask_to_join("ada", {"Deck", RoomId{17}, "arena", false});
    REQUIRE(stage.client.posts.size() == 1);
    CHECK(stage.client.posts[0].body ==
          R"({"ask":"join","create":false,"kind":"arena","name":"Ada","node":"a","room":"Deck",)"
          R"("room_id":17,"time_ms":1000000000,"user":"ada"})");
    stage.client.answer(200, R"({"allow":false,"reason":"not your ship"})");
    CHECK(stage.last() == Error::not_allowed);
    CHECK(stage.verdicts[0].detail == "not your ship");
}

TEST_CASE("backend: an answer to a join counts for that join alone") {
    Stage stage;
    const JoinQuestion join{"Deck", RoomId{17}, "arena", false};
    const auto is_asked_anew = [&](const JoinQuestion& other) {
        const std::size_t before = stage.client.posts.size();
        stage.ask_to_join("ada", other);
        const bool is_anew = stage.client.posts.size() > before;
        if (is_anew) stage.client.answer(200, R"({"allow":true})");
        return is_anew;
    };
    CHECK(is_asked_anew(join));
    CHECK_FALSE(is_asked_anew(join));
    CHECK(is_asked_anew({"Deck", RoomId{18}, "arena", false}));
    CHECK(is_asked_anew({"Deck", RoomId{17}, "match", false}));
    CHECK(is_asked_anew({"Deck", RoomId{17}, "arena", true}));
    CHECK(is_asked_anew({"Hold", RoomId{17}, "arena", false}));
    stage.ask("ada", "Deck");
    CHECK(stage.client.waiting.size() == 1);
}

TEST_CASE("backend: an answer counts for one name, as players without a user have nothing else") {
    Stage stage;
    stage.ask("");
    stage.client.answer(200, R"({"allow":true})");
    stage.ask("", "private/deck", "Mallory");
    CHECK(stage.client.waiting.size() == 1);
}
