#include "bridge/mqtt_client.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

using namespace engine_net;
using namespace std::chrono_literals;
using namespace mqtt_bytes;

namespace {

BridgeConfig speaking_mqtt() {
    BridgeConfig config;
    config.mqtt.emplace();
    return config;
}

/// What a client of version 5 is told that says this, and is closed.
unsigned goodbye_to(FakeServer& server, const std::string& bytes) {
    MqttClient client = MqttClient::open(server, {.version = 5, .client_id = "bad"});
    client.send(bytes);
    for (;;) {
        const MqttClient::Packet packet = client.next();
        if (packet.type == 0) return 0xFFFF;
        if (packet.type != 14) continue;
        CHECK(client.raw().is_closed_in_time());
        return static_cast<unsigned char>(packet.body[0]);
    }
}

} // namespace

TEST_CASE("mqtt: what can't be is closed with its reason, and hurts nobody else") {
    FakeServer server(speaking_mqtt());
    MqttClient other = MqttClient::open(server);
    CHECK(goodbye_to(server, packet(0x81, "")) == 0x81);
    CHECK(goodbye_to(server, packet(0x50, number_16(1))) == 0x82);
    CHECK(goodbye_to(server, connect(5)) == 0x82);
    CHECK(goodbye_to(server, "\x30\xFF\xFF\xFF\x7F") == 0x95);
    CHECK(goodbye_to(server, packet(0x30, text("a/#").append(byte(0)))) == 0x90);
    const auto aliased = [](std::size_t alias) {
        return packet(0x30,
                      text("").append(properties(byte(0x23).append(number_16(alias)))).append("x"));
    };
    CHECK(goodbye_to(server, aliased(1)) == 0x94);
    CHECK(goodbye_to(server, aliased(99)) == 0x94);
    CHECK(other.is_quiet());

    MqttClient stranger(server);
    stranger.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(stranger.raw().is_closed_in_time());
    CHECK(stranger.raw().came.empty());
    CHECK(server.step_until([&] {
        return server.guests == 1 && server.bridge().stats().mqtt_sessions == 1;
    }));
}

TEST_CASE("mqtt: who publishes too fast is told so") {
    BridgeConfig config = speaking_mqtt();
    config.messages_per_second = 2;
    FakeServer server(config);
    std::string bytes;
    for (int i = 0; i < 20; ++i) bytes += packet(0x30, text("t").append(byte(0)));
    CHECK(goodbye_to(server, bytes) == 0x96);
}

TEST_CASE("mqtt: a packet with many filters costs as much as many packets") {
    BridgeConfig config = speaking_mqtt();
    config.messages_per_second = 2;
    FakeServer server(config);
    MqttClient client = MqttClient::open(server);
    std::string body = number_16(1);
    for (int i = 0; i < 20; ++i) body.append(text("+")).append(byte(0));
    client.send(packet(0x82, body));
    const MqttClient::Packet answer = client.next();
    REQUIRE(answer.body.size() == 22);
    CHECK(answer.body[2] == '\0');
    CHECK(answer.body[21] == '\x80');
}

TEST_CASE("mqtt: aliases stand for topics") {
    FakeServer server(speaking_mqtt());
    MqttClient client = MqttClient::open(server, {.version = 5});
    client.subscribe("long/topic");
    const std::string alias = byte(0x23).append(number_16(1));
    client.publish("long/topic", "one", 0, alias);
    client.publish("", "two", 0, alias);
    CHECK(client.next_message().payload == "one");
    CHECK(client.next_message().payload == "two");
}

TEST_CASE("mqtt: who says nothing, or dribbles, is closed in time") {
    BridgeConfig config = speaking_mqtt();
    config.handshake_timeout = 200ms;
    FakeServer server(config);
    MqttClient silent(server);
    MqttClient slow(server);
    const std::string hello = connect();
    std::size_t sent = 0;
    CHECK(server.step_until([&] {
        if (sent + 1 < hello.size()) slow.send(hello.substr(sent++, 1));
        slow.raw().receive();
        return slow.raw().is_closed();
    }));
    CHECK(silent.raw().is_closed_in_time());
    CHECK(server.step_until([&] {
        return server.bridge().stats().refused_handshakes == 2;
    }));

    // Of one second: bytes that are no packet don't count.
    MqttClient late = MqttClient::open(server, {.version = 5, .keep_alive = 1});
    const std::string publish = packet(0x30, text("t").append(std::string(4000, 'x')));
    sent = 0;
    CHECK(server.step_until([&] {
        late.send(publish.substr(sent++ % 1000, 1));
        late.raw().receive();
        return late.raw().is_closed();
    }));
}

TEST_CASE("mqtt: who reads nothing is closed, and its will is published") {
    BridgeConfig config = speaking_mqtt();
    config.max_waiting_bytes = 64 * 1024;
    FakeServer server(config);
    MqttClient watcher = MqttClient::open(server);
    watcher.subscribe("gone");
    ConnectParts parts{.flags = 2 | 4, .client_id = "slow"};
    parts.rest = text("gone").append(text("slow"));
    MqttClient slow = MqttClient::open(server, parts);
    slow.subscribe("channel/duel", 1);
    // It reads, but acknowledges nothing.
    for (int i = 0; i < 200; ++i) server.say("duel", "x", std::string(4000, 'x'));
    CHECK(watcher.next_message().payload == "slow");
    CHECK(server.step_until([&] {
        return server.bridge().stats().closed_stuck == 1;
    }));
}

TEST_CASE("mqtt: what is larger than a client takes is not sent to it") {
    FakeServer server(speaking_mqtt());
    MqttClient client =
        MqttClient::open(server, {.version = 5, .properties = byte(0x27).append(number_32(300))});
    client.subscribe("channel/duel");
    server.say("duel", "x", std::string(400, 'x'));
    server.say("duel", "x", "short");
    CHECK(client.next_message().payload == "short");
    CHECK(server.step_until([&] {
        return server.bridge().stats().mqtt_oversize == 1;
    }));
}

TEST_CASE("mqtt: all are told when the server ends") {
    FakeServer server(speaking_mqtt());
    MqttClient five = MqttClient::open(server, {.version = 5});
    MqttClient four = MqttClient::open(server, {.client_id = "four"});
    server.bridge().stop("maintenance");
    const MqttClient::Packet goodbye = five.next();
    CHECK(goodbye.type == 14);
    CHECK(goodbye.body == "\x8B");
    CHECK(five.raw().is_closed_in_time());
    CHECK(four.raw().is_closed_in_time());
}

TEST_CASE("mqtt: a server that drains sends clients to others of its cluster, if there are some") {
    for (const bool is_in_cluster : {true, false}) {
        CAPTURE(is_in_cluster);
        FakeServer server(speaking_mqtt(), is_in_cluster);
        MqttClient five = MqttClient::open(server, {.version = 5});
        MqttClient four = MqttClient::open(server, {.client_id = "four"});
        server.drain();
        if (is_in_cluster) {
            const MqttClient::Packet goodbye = five.next();
            CHECK(goodbye.type == 14);
            CHECK(goodbye.body == "\x9C");
            MqttClient late(server, 5);
            late.send(connect(5));
            CHECK(late.next().body == std::string("\0\x9C\0", 3));
        } else {
            CHECK(five.is_quiet());
        }
        // Who can't be told where to go stays.
        CHECK(four.is_quiet());
    }
}

TEST_CASE("mqtt: over WebSockets packets may begin and end anywhere in the frames") {
    FakeServer server(speaking_mqtt());
    WebSocketClient client(server, "Sec-WebSocket-Protocol: mqtt\r\n", "/mqtt");
    const std::string bytes =
        connect() + packet(0x82, number_16(1).append(text("t")).append(byte(0)));
    for (const char one : bytes) client.send_frame(2, std::string(1, one));
    const auto welcome = client.next();
    REQUIRE(welcome);
    CHECK(welcome->opcode == 2);
    CHECK(welcome->payload == std::string("\x20\x02\0\0", 4));
    CHECK(client.next()->payload == std::string("\x90\x03\0\x01\0", 5));
    const std::string publish = packet(0x30, text("t").append("x"));
    client.send_frame(2, publish + publish + packet(0xC0, ""));
    CHECK(client.next()->payload == std::string("\xD0\0", 2));
    CHECK(client.next()->payload == publish);
    CHECK(client.next()->payload == publish);
    client.send_frame(1, "text");
    CHECK(client.close_code() == 1003);
}

TEST_CASE("mqtt: over WebSockets a ping costs as much as a packet") {
    BridgeConfig config = speaking_mqtt();
    config.messages_per_second = 2;
    FakeServer server(config);
    WebSocketClient client(server, "Sec-WebSocket-Protocol: mqtt\r\n", "/mqtt");
    client.send_frame(2, connect());
    CHECK(client.next()->payload == std::string("\x20\x02\0\0", 4));
    for (int i = 0; i < 20; ++i) client.send_frame(9, "x");
    CHECK(client.close_code() == 1000);
}

TEST_CASE("mqtt: without it there is neither a port nor a path") {
    FakeServer server;
    CHECK(server.bridge().mqtt_port() == 0);
    RawClient client(server);
    CHECK(client.get("/mqtt").starts_with("HTTP/1.1 404 "));
}
