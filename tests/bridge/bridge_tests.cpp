#include "bridge/fake_server.hpp"
#include "bridge/web_socket_client.hpp"

#include <doctest/doctest.h>

#include <cstring>

using engine_net::wire::FeedKind;
using nlohmann::json;

namespace {

std::string body_of(const std::string& answer) {
    const std::size_t head = answer.find("\r\n\r\n");
    return head == std::string::npos ? "" : answer.substr(head + 4);
}

json json_of(const std::string& answer) {
    return json::parse(body_of(answer), nullptr, false);
}

std::string header_of(const std::string& answer, const std::string& name) {
    const std::size_t at = answer.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + name.size() + 4;
    return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

/// Whether the next binary message is of this tick.
std::uint32_t tick_of(const WebSocketClient::Message& message) {
    std::uint32_t tick = 0;
    REQUIRE(message.payload.size() >= 9);
    std::memcpy(&tick, message.payload.data() + 5, sizeof tick);
    return tick;
}

std::vector<std::uint32_t> next_ticks(WebSocketClient& viewer, std::size_t count) {
    std::vector<std::uint32_t> ticks;
    while (ticks.size() < count) {
        const auto message = viewer.next();
        if (!message) break;
        if (message->opcode == 2) ticks.push_back(tick_of(*message));
    }
    return ticks;
}

} // namespace

TEST_CASE("bridge: it is healthy at once, and ready when it knows of the rooms") {
    FakeServer server;
    RawClient client(server);
    CHECK(client.get("/healthz").starts_with("HTTP/1.1 200 "));
    CHECK(client.get("/readyz").starts_with("HTTP/1.1 503 "));
    CHECK(client.get("/api/rooms").starts_with("HTTP/1.1 503 "));
    server.list_rooms({3});
    CHECK(server.step_until([&] {
        return client.get("/readyz").starts_with("HTTP/1.1 200 ");
    }));
}

TEST_CASE("bridge: it is not ready any more when the server drains, but who watches may come") {
    FakeServer server;
    server.list_rooms({3});
    RawClient client(server);
    REQUIRE(server.step_until([&] {
        return client.get("/readyz").starts_with("HTTP/1.1 200 ");
    }));
    server.drain();
    CHECK(server.step_until([&] {
        return client.get("/readyz").starts_with("HTTP/1.1 503 ");
    }));
    CHECK(client.get("/healthz").starts_with("HTTP/1.1 200 "));
    WebSocketClient late(server);
    CHECK(late.hello()["op"] == "ack");
    CHECK(late.ask({{"op", "watch"}, {"room", 3}})["kind"] == "arena");
}

TEST_CASE("bridge: rooms are filtered, sorted, cut into pages, and not sent again") {
    FakeServer server;
    server.list_rooms({1, 2, 16});
    RawClient client(server);
    REQUIRE(server.step_until([&] {
        return client.get("/readyz").starts_with("HTTP/1.1 200 ");
    }));
    const json all = json_of(client.get("/api/rooms"));
    CHECK(all["total"] == 3);
    CHECK(all["rooms"][0]["name"] == "room 1");
    CHECK(json_of(client.get("/api/rooms?open=1"))["total"] == 2);
    CHECK(json_of(client.get("/api/rooms?sort=-players"))["rooms"][0]["id"] == 16);
    CHECK(json_of(client.get("/api/rooms?per_page=2&page=2"))["rooms"].size() == 1);
    CHECK(json_of(client.get("/api/rooms?name=OOM%201"))["total"] == 2);
    CHECK(client.get("/api/rooms?sort=luck").starts_with("HTTP/1.1 400 "));
    const std::string tag = header_of(client.get("/api/rooms"), "ETag");
    REQUIRE(!tag.empty());
    CHECK(client.get("/api/rooms", "If-None-Match: " + tag + "\r\n").starts_with("HTTP/1.1 304 "));
    CHECK(json_of(client.get("/api/rooms/2"))["capacity"] == 16);
    CHECK(client.get("/api/rooms/77").starts_with("HTTP/1.1 404 "));
    CHECK(body_of(client.get("/api/kinds/arena/prior")).size() == 16);
}

TEST_CASE("bridge: a viewer gets the newest state, the newest keyframe and what follows") {
    FakeServer server;
    server.list_rooms({7});
    WebSocketClient first(server);
    REQUIRE(first.hello()["op"] == "ack");
    const json ack = first.ask({{"op", "watch"}, {"room", 7}});
    CHECK(ack["kind"] == "arena");
    CHECK(ack["frames_per_second"] == 20);
    REQUIRE(server.step_until([&] {
        return server.wanted.contains(7);
    }));
    server.feed(7, FeedKind::state, 1);
    server.feed(7, FeedKind::keyframe, 2);
    server.feed(7, FeedKind::frame, 3);
    CHECK(next_ticks(first, 3) == std::vector<std::uint32_t>{1, 2, 3});
    server.feed(7, FeedKind::keyframe, 4, 70'000);
    server.feed(7, FeedKind::event, 5, 300);
    CHECK(next_ticks(first, 2) == std::vector<std::uint32_t>{4, 5});

    WebSocketClient late(server);
    late.hello();
    late.ask({{"op", "watch"}, {"room", 7}});
    server.feed(7, FeedKind::frame, 6);
    CHECK(next_ticks(late, 4) == std::vector<std::uint32_t>{1, 4, 5, 6});
    CHECK(server.step_until([&] {
        return server.wanted[7] == 2;
    }));
    CHECK(late.ask({{"op", "watch"}, {"room", 8}})["error"] == "not_found");
    late.ask({{"op", "unwatch"}});
    first.ask({{"op", "unwatch"}});
    CHECK(server.step_until([&] {
        return !server.wanted.contains(7);
    }));
}

TEST_CASE("bridge: what is said on a channel reaches all three transports, and can be fetched") {
    FakeServer server;
    WebSocketClient socket(server);
    socket.hello();
    const json ack = socket.ask({{"op", "subscribe"}, {"channel", "lobby"}});
    CHECK(ack["at"] == "1-0");
    CHECK(ack["reset"] == false);

    RawClient stream(server);
    stream.send("GET /api/channels/lobby/stream HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(stream.receive_until([](const std::string& came) {
        return came.find("retry: ") != std::string::npos;
    }));
    RawClient poll(server);
    poll.send("GET /api/channels/lobby/events?wait=5 HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(server.step_until([&] {
        return server.guests == 3;
    }));

    server.say("lobby", "news", R"({"a": 1})");
    const json message = socket.next_json("message");
    CHECK(message["at"] == "1-1");
    CHECK(message["event"] == "news");
    CHECK(message["data"]["a"] == 1);
    CHECK(stream.receive_until([](const std::string& came) {
        return came.find("id: 1-1\nevent: message\ndata: {") != std::string::npos;
    }));
    const json polled = json_of(poll.answer());
    CHECK(polled["events"][0]["data"]["a"] == 1);
    CHECK(polled["next"] == "1-1");

    server.say("lobby", "raw", "\xFF\xFE");
    CHECK(socket.next_json("message")["data"]["base64"] == "//4=");
    CHECK(json_of(poll.get("/api/channels/lobby/events?after=1-1"))["events"].size() == 1);
    const json lost = json_of(poll.get("/api/channels/lobby/events?after=9-9"));
    CHECK(lost["reset"] == true);
    CHECK(lost["events"].size() == 2);
    // As after another server of a cluster, of which this one is cut off.
    const json ahead = json_of(poll.get("/api/channels/lobby/events?after=1-9&wait=0"));
    CHECK(ahead["reset"] == false);
    CHECK(ahead["events"].empty());
    CHECK(ahead["next"] == "1-9");
    CHECK(server.step_until([&] {
        return server.guests == 2;
    }));
}

TEST_CASE("bridge: emitted events reach others but not who says them; calls are answered") {
    FakeServer server;
    WebSocketClient ada(server);
    WebSocketClient bob(server);
    for (WebSocketClient* one : {&ada, &bob}) {
        one->hello();
        one->ask({{"op", "subscribe"}, {"channel", "lobby"}});
    }
    CHECK(ada.ask({{"op", "emit"}, {"channel", "lobby"}, {"kind", "chat"}, {"data", "hi"}})["op"] ==
          "ack");
    const json heard = bob.next_json("message");
    CHECK(heard["kind"] == "chat");
    CHECK(heard["data"] == "hi");
    bob.ask({{"op", "emit"}, {"channel", "lobby"}, {"event", "move"}, {"data", {{"x", 1.5}}}});
    CHECK(ada.next_json("message")["data"]["x"] == 1.5);
    CHECK(ada.ask({{"op", "call"}, {"name", "echo"}, {"data", {1, 2}}})["data"] == json{1, 2});
    CHECK(ada.ask({{"op", "call"}, {"name", "none"}})["error"] == "not_found");
}

TEST_CASE("bridge: a session that lost its connection is resumed, and misses nothing") {
    FakeServer server;
    std::string resume;
    {
        WebSocketClient lost(server);
        resume = lost.hello()["resume"];
        lost.ask({{"op", "subscribe"}, {"channel", "lobby"}});
        server.say("lobby", "first", "1");
        CHECK(lost.next_json("message")["at"] == "1-1");
    }
    server.say("lobby", "second", "2");
    WebSocketClient back(server);
    CHECK(back.hello(resume)["resumed"] == true);
    back.send({{"op", "subscribe"}, {"channel", "lobby"}, {"after", "1-1"}});
    CHECK(back.next_json("message")["at"] == "1-2");

    WebSocketClient other(server);
    const json positions{{"op", "hello"}, {"resume", resume}, {"after", {{"lobby", "1-0"}}}};
    CHECK(other.ask(positions)["resumed"] == true);
    CHECK(back.close_code() == 4005);
    CHECK(other.next_json("message")["at"] == "1-1");
    CHECK(other.next_json("message")["at"] == "1-2");
    server.renew("lobby");
    CHECK(other.next_json("reset")["at"] == "2-0");
    server.close("lobby");
    CHECK(other.next_json("over")["channel"] == "lobby");
}

TEST_CASE("bridge: who closes for good has left") {
    FakeServer server;
    WebSocketClient client(server);
    const std::string resume = client.hello()["resume"];
    CHECK(server.guests == 1);
    client.send_frame(8, std::string("\x03\xE8", 2));
    CHECK(client.close_code() == 1000);
    CHECK(server.step_until([&] {
        return server.guests == 0;
    }));
    WebSocketClient back(server);
    CHECK(back.hello(resume)["resumed"] == false);
}

TEST_CASE("bridge: its own channel tells of the rooms") {
    FakeServer server;
    server.list_rooms({1});
    WebSocketClient client(server);
    client.hello();
    client.ask({{"op", "subscribe"}, {"channel", "lobby/rooms"}});
    CHECK(client.next_json("message")["data"]["rooms"].size() == 1);
    server.list_rooms({1, 2});
    CHECK(client.next_json("message")["data"]["total"] == 2);
    RawClient stream(server);
    stream.send("GET /api/channels/lobby%2Frooms/stream HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(stream.receive_until([](const std::string& came) {
        return came.find("\"total\":2") != std::string::npos;
    }));
}

TEST_CASE("bridge: all who are there are told that the server ends, within a second") {
    FakeServer server;
    WebSocketClient client(server);
    client.hello();
    RawClient stream(server);
    stream.send("GET /api/channels/lobby/stream HTTP/1.1\r\nHost: x\r\n\r\n");
    stream.receive_until([](const std::string& came) {
        return came.find("retry: ") != std::string::npos;
    });
    server.bridge().stop("It is late.");
    CHECK(client.next_json("closing")["reason"] == "It is late.");
    CHECK(client.close_code() == 1001);
    CHECK(stream.is_closed_in_time());
}
