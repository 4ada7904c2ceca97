#include "bridge/fake_server.hpp"
#include "bridge/json_text.hpp"
#include "bridge/web_socket_client.hpp"
#include "support/ipv6.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;
using engine_net::wire::FeedKind;
using nlohmann::json;

namespace {

constexpr std::string_view upgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

bool has_status(const std::string& answer, int status) {
    return answer.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

/// A folder that is gone with it.
struct Folder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("bridge-" + std::to_string(::getpid()));

    Folder() { std::filesystem::create_directories(path / "site"); }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path / name, std::ios::binary) << text;
    }
};

} // namespace

TEST_CASE("bridge: pages of other origins are refused, its own and those allowed are not") {
    BridgeConfig config;
    config.allowed_origins = {"https://game.example"};
    FakeServer server(config);
    server.list_rooms({1});
    for (const std::string path : {"/api/openapi.json",
                                   "/ws",
                                   "/api/channels/lobby/stream",
                                   "/api/channels/lobby/events?wait=0"}) {
        const std::string headers = path == "/ws" ? std::string(upgrade) : "";
        for (const char* origin : {"https://evil.example", "null", "http://bridge.test:81"}) {
            RawClient foreign(server);
            CHECK(has_status(foreign.get(path, headers + "Origin: " + origin + "\r\n"), 403));
        }
        for (const char* origin :
             {"https://game.example", "http://bridge.test", "https://bridge.test"}) {
            RawClient known(server);
            std::string request = "GET " + path;
            request.append(" HTTP/1.1\r\nHost: bridge.test\r\n").append(headers);
            request.append("Origin: ").append(origin).append("\r\n\r\n");
            known.send(request);
            CHECK(known.receive_until([](const std::string& came) {
                return came.find("\r\n\r\n") != std::string::npos;
            }));
            CHECK((has_status(known.came, 200) || has_status(known.came, 101)));
            if (path == "/ws") continue;
            CHECK(known.came.find("Access-Control-Allow-Origin: " + std::string(origin)) !=
                  std::string::npos);
        }
    }
    CHECK(server.step_until([&] {
        return server.bridge().stats().refused_origins == 12;
    }));
}

TEST_CASE("bridge: who dribbles a request is closed in time, while others are served") {
    BridgeConfig config;
    config.handshake_timeout = 400ms;
    FakeServer server(config);
    std::vector<std::unique_ptr<RawClient>> slow;
    slow.reserve(200);
    for (int i = 0; i < 200; ++i) slow.push_back(std::make_unique<RawClient>(server));
    const auto begun = std::chrono::steady_clock::now();
    const std::string text = "GET / HTTP/1.1\r\nHost: bridge.test\r\nX: ";
    std::size_t sent = 0;
    std::size_t closed = 0;
    const bool are_closed = server.step_until([&] {
        closed = 0;
        for (auto& client : slow) {
            client->send(sent < text.size() ? std::string_view(text).substr(sent, 1) : "x");
            client->receive();
            closed += client->is_closed() ? 1 : 0;
        }
        ++sent;
        if (sent == 5) {
            const auto asked = std::chrono::steady_clock::now();
            RawClient normal(server);
            CHECK(has_status(normal.get("/healthz"), 200));
            CHECK(std::chrono::steady_clock::now() - asked < 200ms);
        }
        return closed == slow.size();
    });
    CHECK(are_closed);
    CHECK(std::chrono::steady_clock::now() - begun < 3s);
    CHECK(server.step_until([&] {
        return server.bridge().stats().refused_handshakes >= 200;
    }));
}

TEST_CASE("bridge: requests that come too fast are not answered, and others are") {
    BridgeConfig config;
    config.messages_per_second = 1;
    FakeServer server(config);
    RawClient hasty(server);
    int answered = 0;
    while (has_status(hasty.get("/healthz"), 200) && answered < 100) ++answered;
    CHECK(answered >= 4);
    CHECK(answered < 100);
    CHECK(has_status(hasty.get("/healthz"), 429));
    RawClient other(server);
    CHECK(has_status(other.get("/healthz"), 200));
}

TEST_CASE("bridge: a trusted proxy's requests are many people's, and are all answered") {
    BridgeConfig config;
    config.messages_per_second = 1;
    config.trusted_proxies = {"127.0.0.1"};
    FakeServer server(config);
    RawClient proxy(server);
    int answered = 0;
    while (answered < 50 && has_status(proxy.get("/healthz"), 200)) ++answered;
    CHECK(answered == 50);
}

TEST_CASE("bridge: a WebSocket that says no hello is closed; so is one that talks too fast") {
    BridgeConfig config;
    config.handshake_timeout = 200ms;
    config.messages_per_second = 5;
    FakeServer server(config);
    WebSocketClient silent(server);
    CHECK(silent.close_code() == 4002);
    WebSocketClient talker(server);
    talker.hello();
    for (int i = 0; i < 40; ++i) talker.send({{"op", "ping"}, {"id", i}});
    CHECK(talker.close_code() == 4003);
    WebSocketClient binary(server);
    binary.send_frame(2, "x");
    CHECK(binary.close_code() == 1003);
    server.refuses_all = true;
    WebSocketClient nobody(server);
    CHECK(nobody.hello()["error"] == "not_allowed");
    CHECK(nobody.close_code() == 4001);
}

TEST_CASE("bridge: no message is ever compressed") {
    FakeServer server;
    RawClient client(server);
    const std::string answer =
        client.get("/ws",
                   std::string(upgrade) +
                       "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
    CHECK(has_status(answer, 101));
    CHECK(answer.find("Sec-WebSocket-Extensions") == std::string::npos);
    RawClient old(server);
    CHECK(has_status(old.get("/ws", "Upgrade: websocket\r\nConnection: Upgrade\r\n"), 426));
}

TEST_CASE("bridge: there are so many connections, of all and of those that a proxy names") {
    BridgeConfig config;
    config.max_connections = 4;
    FakeServer server(config);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(std::make_unique<RawClient>(server));
        CHECK(has_status(clients.back()->get("/healthz"), 200));
    }
    RawClient one_more(server);
    CHECK(has_status(one_more.answer(), 503));
    CHECK(one_more.is_closed_in_time());

    config.max_connections = 100;
    config.max_connections_per_address = 1;
    config.trusted_proxies = {"127.0.0.1"};
    FakeServer behind_proxy(config);
    const std::string from = std::string(upgrade) + "X-Forwarded-For: 9.9.9.9, 5.6.7.8\r\n";
    WebSocketClient first(behind_proxy, "X-Forwarded-For: 5.6.7.8\r\n");
    RawClient second(behind_proxy);
    CHECK(has_status(second.get("/ws", from), 429));
    WebSocketClient other(behind_proxy, "X-Forwarded-For: 5.6.7.9\r\n");
}

TEST_CASE("bridge: it is reached by both families, and IPv4 is known by its own spelling") {
    if (!has_ipv6()) return;
    BridgeConfig config;
    CHECK(config.bind_address == "::");
    config.max_connections_per_address = 1;
    config.trusted_proxies = {"127.0.0.1"};
    FakeServer server(config);
    RawClient by_v6(server, true);
    CHECK(has_status(by_v6.get("/healthz"), 200));
    const std::string from = std::string(upgrade) + "X-Forwarded-For: 5.6.7.8\r\n";
    WebSocketClient first(server, "X-Forwarded-For: ::ffff:5.6.7.8\r\n");
    RawClient second(server);
    CHECK(has_status(second.get("/ws", from), 429));

    config.bind_address = "0.0.0.0";
    FakeServer v4(config);
    RawClient by_v4(v4);
    CHECK(has_status(by_v4.get("/healthz"), 200));
}

TEST_CASE("bridge: a private channel needs what the game's web backend has signed") {
    BridgeConfig config;
    config.channel_secret = "secret";
    FakeServer server(config);
    WebSocketClient client(server);
    const std::string session = client.hello()["session"];
    json request{{"op", "subscribe"}, {"channel", "private/team"}};
    CHECK(client.ask(request)["error"] == "not_allowed");
    request["auth"] = bridge::hmac_sha256("secret", session + ":private/other");
    CHECK(client.ask(request)["error"] == "not_allowed");
    request["auth"] = bridge::hmac_sha256("secret", session + ":private/team");
    CHECK(client.ask(request)["op"] == "ack");
    CHECK(bridge::hmac_sha256("key", "The quick brown fox jumps over the lazy dog") ==
          "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
}

TEST_CASE("bridge: files have types and tags, and nothing outside their folder is one") {
    const Folder folder;
    folder.write("secret.txt", "secret");
    folder.write("site/index.html", "<p>hello");
    folder.write("site/.hidden", "secret");
    folder.write("site/app.js", "let a;");
    folder.write("site/app.js.gz", "zipped");
    std::filesystem::create_symlink(folder.path / "secret.txt", folder.path / "site/link.txt");
    BridgeConfig config;
    config.files = (folder.path / "site").string();
    FakeServer server(config);
    RawClient client(server);
    const std::string page = client.get("/");
    CHECK(page.ends_with("<p>hello"));
    CHECK(page.find("Content-Type: text/html; charset=utf-8\r\n") != std::string::npos);
    CHECK(page.find("Content-Security-Policy: ") != std::string::npos);
    CHECK(client.get("/app.js").ends_with("let a;"));
    CHECK(client.get("/app.js", "Accept-Encoding: br, gzip\r\n").ends_with("zipped"));
    const std::size_t tag = page.find("ETag: ") + 6;
    const std::string known =
        "If-None-Match: " + page.substr(tag, page.find("\r\n", tag) - tag) + "\r\n";
    CHECK(has_status(client.get("/", known), 304));
    for (const char* path : {"/../secret.txt",
                             "/%2e%2e/secret.txt",
                             "/..%2fsecret.txt",
                             "/.hidden",
                             "/link.txt",
                             "/app.js/",
                             "//etc/passwd",
                             "/nothing"}) {
        CHECK(has_status(client.get(path), 404));
    }
    client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nPUT / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(client.receive_until([](const std::string& came) {
        return came.find("HTTP/1.1 405 ") != std::string::npos;
    }));
    CHECK(client.came.find("<p>") == std::string::npos);
}

TEST_CASE("bridge: what it says is UTF-8, whatever names there are") {
    FakeServer server;
    RoomSummary room{RoomId{1}, "arena", "\xFF\xC0\xAF \xED\xA0\x80 \xF0\x9F\x98\x80"};
    server.set_rooms({room});
    RawClient client(server);
    std::string answer;
    REQUIRE(server.step_until([&] {
        answer = client.get("/api/rooms");
        return has_status(answer, 200);
    }));
    const json rooms = json::parse(answer.substr(answer.find("\r\n\r\n") + 4), nullptr, false);
    REQUIRE(!rooms.is_discarded());
    CHECK(rooms["rooms"][0]["name"].get<std::string>().ends_with("\xF0\x9F\x98\x80"));
}

TEST_CASE("bridge: what is counted is told to Prometheus") {
    FakeServer server;
    RawClient client(server);
    const std::string metrics = client.get("/metrics");
    CHECK(has_status(metrics, 200));
    CHECK(metrics.find("\nengine_net_ticks_total 4711\n") != std::string::npos);
    CHECK(metrics.find("\nengine_net_web_connections 1\n") != std::string::npos);
    CHECK(metrics.find("# TYPE engine_net_datagrams_in_total counter\n") != std::string::npos);
}

TEST_CASE("bridge: a viewer that does not read skips to a keyframe, and others miss nothing") {
    BridgeConfig config;
    config.max_waiting_bytes = 64 * 1024;
    FakeServer server(config);
    server.list_rooms({7});
    WebSocketClient slow(server);
    WebSocketClient normal(server);
    for (WebSocketClient* one : {&slow, &normal}) {
        one->hello();
        one->ask({{"op", "watch"}, {"room", 7}});
    }
    constexpr std::uint32_t frames = 2000;
    std::uint32_t got = 0;
    for (std::uint32_t tick = 1; tick <= frames; ++tick) {
        server.feed(7, tick % 40 == 1 ? FeedKind::keyframe : FeedKind::frame, tick, 5000);
        const auto message = normal.next();
        REQUIRE(message);
        if (message->opcode == 2) ++got;
    }
    CHECK(got == frames);
    REQUIRE(server.step_until([&] {
        return server.bridge().stats().frames_skipped > 0 ||
               server.bridge().stats().frames_sent > frames;
    }));
    // Reads again: what it was told is in order, and soon it is at the newest.
    std::uint32_t newest = 0;
    std::uint64_t skipped = 0;
    std::uint32_t seen = 0;
    server.feed(7, FeedKind::keyframe, frames + 1, 5000);
    while (newest < frames + 1) {
        const auto message = slow.next();
        REQUIRE(message);
        if (message->opcode == 1) {
            const json told = json::parse(message->payload);
            if (told["op"] == "skipped") skipped += told["frames"].get<std::uint64_t>();
        } else if (message->opcode == 2) {
            std::uint32_t tick = 0;
            std::memcpy(&tick, message->payload.data() + 5, sizeof tick);
            CHECK(tick > newest);
            newest = tick;
            ++seen;
        }
    }
    CHECK(skipped + seen == frames + 1);
    CHECK(skipped > 0);
}

TEST_CASE("bridge: a viewer that reads nothing any more is closed") {
    BridgeConfig config;
    config.max_waiting_bytes = 64 * 1024;
    config.stuck_timeout = 300ms;
    FakeServer server(config);
    server.list_rooms({7});
    WebSocketClient stuck(server);
    stuck.hello();
    stuck.ask({{"op", "watch"}, {"room", 7}});
    std::uint32_t tick = 0;
    CHECK(server.step_until([&] {
        ++tick;
        server.feed(7, tick % 40 == 1 ? FeedKind::keyframe : FeedKind::frame, tick, 20'000);
        return server.bridge().stats().closed_stuck == 1;
    }));
    CHECK(stuck.close_code() == 4004);
    CHECK(server.step_until([&] {
        return server.wanted.empty();
    }));
}
