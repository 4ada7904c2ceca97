#include "bridge/mqtt_client.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace engine_net;
using namespace std::chrono_literals;
using namespace mqtt_bytes;
using nlohmann::json;

namespace {

BridgeConfig speaking_mqtt() {
    BridgeConfig config;
    config.mqtt.emplace();
    return config;
}

unsigned code_of(const MqttClient::Packet& packet, std::size_t place) {
    return packet.body.size() > place ? static_cast<unsigned char>(packet.body[place]) : 0xFFFFU;
}

/// The code of a CONNACK.
unsigned hello_code(FakeServer& server, const ConnectParts& parts) {
    MqttClient client(server, parts.version);
    client.send(connect(parts));
    const MqttClient::Packet answer = client.next();
    return answer.type == 2 ? code_of(answer, 1) : 0xFFFFU;
}

ConnectParts with_token(unsigned version, const std::string& token) {
    ConnectParts parts{.version = version, .flags = 0xC2};
    parts.rest = text("Ada").append(text(token));
    return parts;
}

bool is_told(const MqttClient::Message& message,
             const std::string& name,
             const std::string& value) {
    return message.properties.find(byte(0x26).append(text(name)).append(text(value))) !=
           std::string::npos;
}

} // namespace

TEST_CASE("mqtt: what one publishes its subscribers get, itself too, of both versions") {
    FakeServer server(speaking_mqtt());
    MqttClient four = MqttClient::open(server);
    MqttClient five = MqttClient::open(server, {.version = 5, .client_id = "grace"});
    CHECK(four.subscribe("test/topic") == 0);
    CHECK(five.subscribe("test/topic") == 0);
    four.publish("test/topic", "hello");
    const MqttClient::Message own = four.next_message();
    CHECK(own.topic == "test/topic");
    CHECK(own.payload == "hello");
    CHECK(!own.is_retained);
    const MqttClient::Message other = five.next_message();
    CHECK(other.payload == "hello");
    CHECK(is_told(other, "event", "message"));
    CHECK(is_told(other, "kind", "message"));
    CHECK(is_told(other, "at", "1-1"));
    CHECK(server.step_until([&] {
        const BridgeStats stats = server.bridge().stats();
        return stats.mqtt_sessions == 2 && stats.mqtt_messages_in == 1 &&
               stats.mqtt_messages_out == 2;
    }));
}

TEST_CASE("mqtt: a channel has the same messages for MQTT and for WebSockets") {
    FakeServer server(speaking_mqtt());
    MqttClient client = MqttClient::open(server, {.version = 5});
    WebSocketClient socket(server);
    socket.hello();
    socket.ask({{"op", "subscribe"}, {"channel", "duel"}});
    CHECK(client.subscribe("channel/duel") == 0);
    CHECK(client.subscribe("chat/duel") == 0);
    client.publish(
        "channel/duel", R"({"a":1})", 0, byte(0x26).append(text("event")).append(text("goal")));
    const json heard = socket.next_json("message");
    CHECK(heard["event"] == "goal");
    CHECK(heard["data"]["a"] == 1);
    const MqttClient::Message own = client.next_message();
    CHECK(is_told(own, "at", heard["at"].get<std::string>()));
    socket.ask(
        {{"op", "emit"}, {"channel", "duel"}, {"kind", "chat"}, {"event", "chat"}, {"data", "hi"}});
    const MqttClient::Message on_channel = client.next_message();
    CHECK(on_channel.topic == "channel/duel");
    CHECK(on_channel.payload == "hi");
    CHECK(is_told(on_channel, "kind", "chat"));
    CHECK(client.next_message().topic == "chat/duel");
    client.publish("chat/duel", "hello");
    CHECK(socket.next_json("message")["kind"] == "chat");
}

TEST_CASE("mqtt: messages of QoS 1 are acknowledged when the server has taken them") {
    FakeServer server(speaking_mqtt());
    MqttClient four = MqttClient::open(server);
    MqttClient five = MqttClient::open(server, {.version = 5, .client_id = "grace"});
    four.publish("t", "x", 2);
    CHECK(four.next().type == 4);
    five.publish("channel/private/vault", "x", 2);
    CHECK(code_of(five.next(), 2) == 0x87);
    five.publish("game/1/info", "x", 2);
    CHECK(code_of(five.next(), 2) == 0x87);
    five.publish("$SYS/x", "x", 2);
    CHECK(code_of(five.next(), 2) == 0x90);
    five.publish("t", std::string(11'000, 'x'), 2);
    CHECK(code_of(five.next(), 2) == 0x97);
    // In version 4 there is no way to say so.
    four.publish("channel/private/vault", "x", 2);
    CHECK(four.next().type == 4);
    five.publish("t", "x", 4);
    const MqttClient::Packet goodbye = five.next();
    CHECK(goodbye.type == 14);
    CHECK(code_of(goodbye, 0) == 0x9B);
    four.publish("t", "x", 4);
    CHECK(four.raw().is_closed_in_time());
    CHECK(server.step_until([&] {
        return server.bridge().stats().mqtt_refused == 5;
    }));
}

TEST_CASE("mqtt: no more messages of QoS 1 are on their way than the client takes") {
    FakeServer server(speaking_mqtt());
    MqttClient client =
        MqttClient::open(server, {.version = 5, .properties = byte(0x21).append(number_16(2))});
    CHECK(client.subscribe("channel/duel", 2) == 1);
    for (int i = 0; i < 5; ++i) server.say("channel", "x", "y");
    for (int i = 0; i < 5; ++i) server.say("duel", "x", std::to_string(i));
    const MqttClient::Message first = client.next_message();
    CHECK(first.qos == 1);
    CHECK(client.next_message().payload == "1");
    CHECK(client.is_quiet());
    client.send(packet(0x40, number_16(first.id)));
    CHECK(client.next_message().payload == "2");
    CHECK(client.is_quiet());
}

TEST_CASE("mqtt: who is not let in is told so, and no more") {
    FakeServer server(speaking_mqtt());
    CHECK(hello_code(server, with_token(4, "wrong")) == 4);
    CHECK(hello_code(server, with_token(5, "wrong")) == 0x86);
    CHECK(hello_code(server, {.version = 3}) == 1);
    CHECK(hello_code(server, {.version = 6}) == 0x84);
    CHECK(hello_code(server, {.flags = 0, .client_id = ""}) == 2);
    CHECK(hello_code(server, {.version = 5, .properties = byte(0x15).append(text("SCRAM"))}) ==
          0x8C);
    server.refuses_all = true;
    CHECK(hello_code(server, {}) == 5);
    CHECK(hello_code(server, {.version = 5}) == 0x87);
    CHECK(server.guests == 0);
}

TEST_CASE("mqtt: a client without an id is given one, of its own") {
    FakeServer server(speaking_mqtt());
    MqttClient client(server, 5);
    client.send(connect({.version = 5, .keep_alive = 0, .client_id = ""}));
    const MqttClient::Packet welcome = client.next();
    CHECK(code_of(welcome, 1) == 0);
    CHECK(welcome.body.find(byte(0x12).append(number_16(32))) != std::string::npos);
    CHECK(welcome.body.find(byte(0x13).append(number_16(600))) != std::string::npos);
    CHECK(welcome.body.find(byte(0x24).append(byte(1))) != std::string::npos);
    MqttClient::open(server, {.client_id = ""});
}

TEST_CASE("mqtt: a client id is its user's, whose older connection is closed") {
    FakeServer server(speaking_mqtt());
    MqttClient old = MqttClient::open(server, with_token(5, "user ada"));
    CHECK(hello_code(server, with_token(5, "user grace")) == 0x85);
    CHECK(hello_code(server, {}) == 2);
    CHECK(old.is_quiet());
    MqttClient young = MqttClient::open(server, with_token(5, "user ada"));
    const MqttClient::Packet goodbye = old.next();
    CHECK(goodbye.type == 14);
    CHECK(code_of(goodbye, 0) == 0x8E);
    CHECK(old.raw().is_closed_in_time());
    CHECK(young.is_quiet());
    CHECK(server.step_until([&] {
        return server.guests == 1;
    }));
}

TEST_CASE("mqtt: what may not be subscribed to is refused, the rest of the packet is not") {
    FakeServer server(speaking_mqtt());
    MqttClient client = MqttClient::open(server, {.version = 5});
    std::string body = number_16(7).append(properties(""));
    for (const char* filter :
         {"channel/private/vault", "a/#/b", "$share/g/t", "$SYS/#", "$SYS/x", "a/+", "t"})
        body.append(text(filter)).append(byte(2));
    client.send(packet(0x82, body));
    const MqttClient::Packet answer = client.next();
    CHECK(answer.type == 9);
    CHECK(answer.body.substr(3) == "\x87\x8F\x9E\x01\x8F\x01\x01");
    client.send(
        packet(0xA2, number_16(8).append(properties("")).append(text("t")).append(text("u"))));
    CHECK(client.next().body == number_16(8).append(std::string("\0\0\x11", 3)));
    client.publish("t", "x");
    CHECK(client.is_quiet());
}

TEST_CASE("mqtt: a retained message is sent to who subscribes later, until it is cleared") {
    FakeServer server(speaking_mqtt());
    MqttClient early = MqttClient::open(server);
    early.subscribe("a/b");
    early.publish("a/b", "state", 1 | 2);
    const MqttClient::Message live = early.next_message();
    CHECK(live.payload == "state");
    CHECK(!live.is_retained);
    MqttClient late = MqttClient::open(server, {.version = 5, .client_id = "grace"});
    CHECK(late.subscribe("a/b", 1) == 1);
    const MqttClient::Message kept = late.next_message();
    CHECK(kept.payload == "state");
    CHECK(kept.is_retained);
    CHECK(kept.qos == 1);
    CHECK(is_told(kept, "event", "retained"));
    CHECK(is_told(kept, "at", "1-1"));
    late.subscribe("a/b", 0x10); // not new
    CHECK(late.is_quiet());
    late.subscribe("a/b", 0x28); // never, but live ones keep their flag
    CHECK(late.is_quiet());
    early.publish("a/b", "", 1);
    const MqttClient::Message cleared = late.next_message();
    CHECK(cleared.payload.empty());
    CHECK(cleared.is_retained);
    late.subscribe("a/b");
    CHECK(late.is_quiet());
    CHECK(server.step_until([&] {
        return server.bridge().stats().mqtt_retained == 0;
    }));
}

TEST_CASE("mqtt: there is a bound to what is retained, and what is there stays") {
    BridgeConfig config = speaking_mqtt();
    config.mqtt->max_retained = 2;
    config.mqtt->max_retained_bytes = 2000;
    FakeServer server(config);
    MqttClient client = MqttClient::open(server, {.version = 5});
    const auto code = [&](const std::string& topic, std::size_t bytes) {
        client.publish(topic, std::string(bytes, 'x'), 1 | 2);
        const MqttClient::Packet answer = client.next();
        return answer.body.size() > 2 ? code_of(answer, 2) : 0U;
    };
    CHECK(code("a", 100) == 0);
    CHECK(code("b", 100) == 0);
    CHECK(code("c", 1) == 0x97);
    CHECK(code("a", 1900) == 0x97);
    CHECK(code("a", 1000) == 0);
    CHECK(code("b", 0) == 0);
    CHECK(code("c", 1) == 0);
    client.subscribe("+");
    CHECK(client.next_message().payload.size() == 1000);
    CHECK(client.next_message().payload == "x");
}

TEST_CASE("mqtt: what other servers' bridges have retained is known by its event") {
    FakeServer server(speaking_mqtt());
    server.say("duel", "retained", "old");
    server.say("duel", "retained", "new");
    server.say("duel", "other", "thing");
    MqttClient client = MqttClient::open(server);
    client.subscribe("channel/duel");
    const MqttClient::Message kept = client.next_message();
    CHECK(kept.payload == "new");
    CHECK(kept.is_retained);
}

TEST_CASE("mqtt: wildcards have the channels that there are, and those that come") {
    FakeServer server(speaking_mqtt());
    MqttClient ada = MqttClient::open(server);
    MqttClient grace = MqttClient::open(server, {.client_id = "grace"});
    grace.subscribe("sport/chess");
    CHECK(ada.subscribe("sport/+") == 0);
    grace.publish("sport/chess", "e4");
    CHECK(ada.next_message().payload == "e4");
    grace.publish("sport/tennis", "40:15"); // that nobody was on
    const MqttClient::Message tennis = ada.next_message();
    CHECK(tennis.topic == "sport/tennis");
    CHECK(tennis.payload == "40:15");
    // With all topics, each message comes once.
    CHECK(ada.subscribe("#") == 0);
    grace.publish("sport/chess", "e5");
    CHECK(ada.next_message().payload == "e5");
    CHECK(ada.is_quiet());
}

TEST_CASE("mqtt: wildcards have the channels that players alone are on, but for those refused") {
    FakeServer server(speaking_mqtt());
    MqttClient client = MqttClient::open(server);
    CHECK(client.subscribe("channel/#") == 0);
    server.use("private/vault", 1);
    server.use("duel", 2);
    CHECK(client.is_quiet());
    server.say("private/vault", "x", "secret");
    CHECK(server.step_until([&] {
        server.say("duel", "x", "y");
        client.raw().receive();
        return !client.raw().came.empty();
    }));
    CHECK(client.next_message().topic == "channel/duel");
}

TEST_CASE("mqtt: the will of who is lost is published, of who says goodbye is not") {
    FakeServer server(speaking_mqtt());
    MqttClient watcher = MqttClient::open(server);
    watcher.subscribe("gone");
    ConnectParts parts{.flags = 2 | 4 | 0x20, .client_id = "grace"};
    parts.rest = text("gone").append(text("grace"));
    { const MqttClient lost = MqttClient::open(server, parts); }
    CHECK(watcher.next_message().payload == "grace");
    {
        MqttClient polite = MqttClient::open(server, parts);
        polite.send(packet(0xE0, ""));
        CHECK(polite.raw().is_closed_in_time());
    }
    CHECK(watcher.is_quiet());
    CHECK(server.step_until([&] {
        return server.guests == 1;
    }));
    MqttClient late = MqttClient::open(server, {.client_id = "late"});
    late.subscribe("gone");
    CHECK(late.next_message().is_retained);
}

TEST_CASE("mqtt: a will that is to wait is cancelled when its client comes back") {
    FakeServer server(speaking_mqtt());
    MqttClient watcher = MqttClient::open(server);
    watcher.subscribe("gone");
    ConnectParts parts{.version = 5, .flags = 2 | 4, .client_id = "grace"};
    parts.rest =
        properties(byte(0x18).append(number_32(1))).append(text("gone")).append(text("grace"));
    { const MqttClient lost = MqttClient::open(server, parts); }
    CHECK(watcher.is_quiet());
    {
        MqttClient back = MqttClient::open(server, parts);
        CHECK(server.step_until([&] {
            return server.guests == 2;
        }));
        back.send(packet(0xE0, byte(4).append(byte(0)))); // with its will
        CHECK(back.raw().is_closed_in_time());
    }
    CHECK(watcher.next_message().payload == "grace");
    CHECK(watcher.is_quiet());
    CHECK(server.step_until([&] {
        return server.guests == 1;
    }));
}

TEST_CASE("mqtt: rooms are topics, whose newest is retained, and empty when they are gone") {
    FakeServer server(speaking_mqtt());
    server.list_rooms({3});
    MqttClient client = MqttClient::open(server);
    REQUIRE(client.subscribe("lobby/rooms") == 0);
    const MqttClient::Message list = client.next_message();
    CHECK(list.is_retained);
    CHECK(json::parse(list.payload)["total"] == 1);
    REQUIRE(client.subscribe("game/+/info") == 0);
    const MqttClient::Message room = client.next_message();
    CHECK(room.topic == "game/3/info");
    CHECK(room.is_retained);
    CHECK(json::parse(room.payload)["name"] == "room 3");
    server.list_rooms({4});
    CHECK(json::parse(client.next_message().payload)["rooms"][0]["id"] == 4);
    const MqttClient::Message gone = client.next_message();
    CHECK(gone.topic == "game/4/info");
    CHECK(!gone.is_retained);
    const MqttClient::Message other = client.next_message();
    CHECK(other.topic == "game/3/info");
    CHECK(other.payload.empty());
}
