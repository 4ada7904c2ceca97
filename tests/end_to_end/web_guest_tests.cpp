// Who comes by the web bridge, to a real server: over TCP, beside players on a simulated network.

#include "bridge/web_socket_client.hpp"
#include "support/listener.hpp"
#include "support/stepper.hpp"

#include <engine_net/connect_token.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

class WebStage final : public WebHost {
public:
    explicit WebStage(Stepper::Options options = {}) : stepper(with_bridge(std::move(options))) {}

    [[nodiscard]] std::uint16_t port() const override { return stepper.server.web_port(); }
    bool step_until(const std::function<bool()>& holds) override {
        for (int i = 0; i < most_steps; ++i) {
            stepper.run(20ms);
            if (holds()) return true;
            std::this_thread::sleep_for(1ms);
        }
        return false;
    }

    Stepper stepper;

private:
    static constexpr int most_steps = 5'000;

    static Stepper::Options with_bridge(Stepper::Options options) {
        options.server.bridge = BridgeConfig{.port = 0, .bind_address = "127.0.0.1"};
        options.server.bridge->messages_per_second = 1'000; // so that the server's limits are met
        return options;
    }
};

json hello(const std::string& name, const std::string& token = "") {
    return {{"op", "hello"}, {"name", name}, {"token", token}};
}

json emit(const std::string& channel, const std::string& event, const json& data) {
    return {{"op", "emit"}, {"channel", channel}, {"event", event}, {"data", data}};
}

json chat(const std::string& line) {
    return {{"op", "emit"}, {"channel", "lobby"}, {"kind", "chat"}, {"data", line}};
}

Stepper::Options with_authenticate(Authenticate authenticate) {
    Stepper::Options options;
    options.server.authenticate = std::move(authenticate);
    return options;
}

} // namespace

TEST_CASE("web guest: without authenticate each is a user of its own") {
    WebStage stage;
    WebSocketClient ada(stage);
    WebSocketClient other(stage);
    const json first = ada.ask(hello("ada"));
    const json second = other.ask(hello("ada"));
    CHECK(first["op"] == "ack");
    CHECK(first["name"] == "ada");
    CHECK(second["name"] == "ada");
    CHECK(first["user"] != second["user"]);
}

TEST_CASE("web guest: authenticate says who it is, or that it may not come in") {
    WebStage stage(with_authenticate([](const AuthRequest& request, const AuthReply& reply) {
        if (request.token == "good") return reply.accept("user-7", "Ada L.");
        reply.refuse("that token is no good");
    }));
    WebSocketClient ada(stage);
    const json in = ada.ask(hello("ada", "good"));
    CHECK(in["user"] == "user-7");
    CHECK(in["name"] == "Ada L.");
    WebSocketClient mallory(stage);
    const json out = mallory.ask(hello("mallory", "bad"));
    CHECK(out["error"] == "not_allowed");
    CHECK(out["detail"] == "that token is no good");
    CHECK(mallory.close_code() == 4001);
}

TEST_CASE("web guest: where players need connect tokens, guests may have one, once each, or none") {
    Stepper::Options options;
    options.server.auth = Auth::token;
    options.server.tokens.keys = {std::string(64, '5')};
    options.server.tokens.unix_time = [] {
        return UnixTime(1'800'000'000s);
    };
    WebStage stage(std::move(options));
    ConnectGrant grant;
    grant.user = "user-7";
    grant.name = "Ada L.";
    grant.issued_at = UnixTime(1'800'000'000s);
    grant.expires_at = grant.issued_at + 60s;
    grant.servers = {{stage.stepper.server.key(), std::string(64, 'a')}};
    grant.servers.resize(max_token_servers, grant.servers[0]);
    const auto token = seal_connect_token(std::string(64, '5'), grant);
    WebSocketClient ada(stage);
    const json in = ada.ask(hello("ada", *token));
    CHECK(in["user"] == "user-7");
    CHECK(in["name"] == "Ada L.");
    WebSocketClient thief(stage);
    CHECK(thief.ask(hello("ada", *token))["detail"] == "the connect token was used already");
    WebSocketClient stranger(stage);
    const json eve = stranger.ask(hello("eve"));
    CHECK(eve["op"] == "ack");
    CHECK(eve["user"].get<std::string>().starts_with("web-"));
}

TEST_CASE("web guest: nobody stays outside for ever because authenticate never answers") {
    std::optional<AuthReply> kept;
    Stepper::Options options = with_authenticate([&](const AuthRequest&, AuthReply reply) {
        kept = std::move(reply);
    });
    options.server.handshake_timeout = 500ms;
    WebStage stage(std::move(options));
    WebSocketClient ada(stage);
    CHECK(ada.ask(hello("ada"))["error"] == "not_allowed");
    kept->accept("user-7", ""); // too late, and of no consequence
    stage.stepper.run(100ms);
    CHECK(stage.stepper.errors.empty());
}

TEST_CASE("web guest: a name or user that can't be shown lets nobody in") {
    WebStage stage(with_authenticate([](const AuthRequest&, const AuthReply& reply) {
        reply.accept("user\n7", "ada");
    }));
    WebSocketClient ada(stage);
    CHECK(ada.ask(hello("ada"))["error"] == "not_allowed");
    CHECK(stage.stepper.errors.size() == 1);
    WebSocketClient odd(stage);
    CHECK(odd.ask(hello("a\u202Eb"))["error"] == "bad_request");
}

TEST_CASE("web guest: it talks with players in the lobby") {
    WebStage stage;
    Client& bob = stage.stepper.add_client("bob");
    Listener heard;
    heard.listen(bob, "lobby");
    WebSocketClient ada(stage);
    ada.ask(hello("ada"));
    CHECK(ada.ask({{"op", "subscribe"}, {"channel", "lobby"}})["op"] == "ack");
    REQUIRE(stage.step_until([&] {
        return bob.channels().is_subscribed("lobby");
    }));

    CHECK(ada.ask(chat("hello from the web"))["op"] == "ack");
    CHECK(ada.ask(emit("lobby", "wave", {{"hand", "left"}}))["op"] == "ack");
    CHECK(stage.step_until([&] {
        return heard.lines.size() == 2;
    }));
    CHECK(heard.lines ==
          std::vector<std::string>{"ada: hello from the web", R"(ada wave: {"hand":"left"})"});
    bob.channels().say("lobby", "hello from the game", [](const RequestResult&) {});
    const json message = ada.next_json("message");
    CHECK(message["name"] == "bob");
    CHECK(message["data"] == "hello from the game");
}

TEST_CASE("web guest: it may do on a channel what authorise_channel says") {
    Stepper::Options options;
    options.server.authorise_channel = [](const ChannelRequest& request) -> ChannelRights {
        return {request.channel != "private/staff", !request.is_from_web};
    };
    WebStage stage(std::move(options));
    WebSocketClient ada(stage);
    ada.ask(hello("ada"));
    CHECK(ada.ask({{"op", "subscribe"}, {"channel", "private/staff"}})["error"] == "not_allowed");
    CHECK(ada.ask({{"op", "subscribe"}, {"channel", "news"}})["op"] == "ack");
    CHECK(ada.ask(emit("news", "flash", 1))["error"] == "not_allowed");
    CHECK(stage.stepper.server.publish("news", "flash", {}));
    CHECK(ada.next_json("message")["event"] == "flash");
}

TEST_CASE("web guest: on a presence channel it is seen while its socket is there") {
    WebStage stage;
    Client& bob = stage.stepper.add_client("bob");
    Listener seen;
    seen.listen(bob, "presence/hall");
    REQUIRE(stage.step_until([&] {
        return seen.lines.size() == 1; // himself
    }));
    {
        WebSocketClient ada(stage);
        ada.ask(hello("ada"));
        ada.ask({{"op", "subscribe"}, {"channel", "presence/hall"}});
        CHECK(ada.next_json("message")["name"] == "bob");
        CHECK(stage.step_until([&] {
            return seen.lines.back() == "ada joined";
        }));
        ada.send_frame(8, std::string("\x03\xE8", 2)); // for good
        CHECK(ada.close_code() == 1000);
    }
    CHECK(stage.step_until([&] {
        return seen.lines.back() == "ada left";
    }));
}

TEST_CASE("web guest: its calls are answered, refused or unknown") {
    WebStage stage;
    stage.stepper.server.on_call(
        "add one", [](const Caller& caller, std::span<const std::uint8_t> payload) {
            if (payload.size() != 1 || caller.name != "ada") return CallResult::refuse("not that");
            return CallResult::answer({static_cast<std::uint8_t>(payload[0] + 1)});
        });
    WebSocketClient ada(stage);
    ada.ask(hello("ada"));
    CHECK(ada.ask({{"op", "call"}, {"name", "add one"}, {"data", 4}})["data"] == 5);
    CHECK(ada.ask({{"op", "call"}, {"name", "add one"}, {"data", 12}})["detail"] == "not that");
    CHECK(ada.ask({{"op", "call"}, {"name", "add two"}, {"data", 4}})["error"] == "not_found");
}

TEST_CASE("web guest: who says too much is told so, and it is counted") {
    WebStage stage;
    WebSocketClient ada(stage);
    ada.ask(hello("ada"));
    std::vector<std::string> errors;
    for (int i = 0; i < 60 && errors.size() < 3; ++i) {
        const json answer = ada.ask(chat("again and again"));
        if (answer["op"] == "error") errors.push_back(answer["error"]);
    }
    CHECK(errors.size() == 3);
    CHECK(errors.front() == "muted");
    CHECK(stage.stepper.server.stats().refused.too_fast > 0);
}

TEST_CASE("web guest: a room's feed flows to who watches it, and to nobody else") {
    WebStage stage;
    stage.stepper.add_player("bob");
    REQUIRE(stage.stepper.run_until_joined());
    const std::uint32_t room = stage.stepper.server.rooms().at(0).id.value;
    WebSocketClient ada(stage);
    ada.ask(hello("ada"));
    ada.send({{"op", "subscribe"}, {"channel", "lobby/rooms"}});
    while (ada.next_json("message")["data"]["total"] != 1) {
    }
    CHECK(ada.ask({{"op", "watch"}, {"room", room}})["frames_per_second"] == 20);
    int frames = 0;
    while (frames < 30) {
        const auto message = ada.next();
        REQUIRE(message);
        if (message->opcode == 2) ++frames;
    }
    CHECK(ada.ask({{"op", "unwatch"}})["op"] == "ack");
    stage.stepper.run(1s);
    ada.send({{"op", "ping"}, {"id", 99}});
    for (bool is_answered = false; !is_answered;) {
        const auto next = ada.next();
        REQUIRE(next);
        REQUIRE(next->opcode == 1); // no frame; the lobby may tell that a viewer has gone
        const json told = json::parse(next->payload);
        is_answered = told.contains("id") && told["id"] == 99;
    }
}
