#include "bridge/mqtt_client.hpp"
#include "support/pond.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

using namespace engine_net;
using namespace mqtt_bytes;
using nlohmann::json;

namespace {

BridgeConfig speaking_mqtt() {
    BridgeConfig config;
    config.mqtt.emplace();
    return config;
}

} // namespace

TEST_CASE("mqtt: a room's state is a topic, as JSON, whose newest is retained") {
    FakeServer server(speaking_mqtt());
    server.list_rooms({3, 4});
    MqttClient client = MqttClient::open(server);
    REQUIRE(client.subscribe("game/3/state") == 0);
    REQUIRE(server.step_until([&] {
        return server.wanted == std::map<std::uint32_t, std::size_t>{{3, 0}};
    }));
    server.feed_state(3, bytes_of(test_game::board("first")));
    const MqttClient::Message first = client.next_message();
    CHECK(first.topic == "game/3/state");
    CHECK(json::parse(first.payload)["title"] == "first");
    MqttClient late = MqttClient::open(server, {.client_id = "grace"});
    REQUIRE(late.subscribe("game/+/state") == 0);
    const MqttClient::Message retained = late.next_message();
    CHECK(retained.is_retained);
    CHECK(retained.payload == first.payload);
    server.feed_state(4, bytes_of(test_game::board("other")));
    CHECK(late.next_message().topic == "game/4/state");
    CHECK(client.is_quiet());
    // What says the same is not told again, nor what is no state.
    server.feed_state(3, bytes_of(test_game::board("first")));
    server.feed_state(3, std::array<std::uint8_t, 3>{1, 2, 3});
    server.feed_state(3, bytes_of(test_game::board("second")));
    CHECK(json::parse(client.next_message().payload)["title"] == "second");
    CHECK(server.step_until([&] {
        return server.bridge().stats().mqtt_states_untold == 1;
    }));
    server.list_rooms({4});
    const MqttClient::Message gone = client.next_message();
    CHECK(gone.topic == "game/3/state");
    CHECK(gone.payload.empty());
}

TEST_CASE("mqtt: a room's feed is wanted for its state while somebody subscribes to that") {
    FakeServer server(speaking_mqtt());
    server.list_rooms({3, 4});
    MqttClient client = MqttClient::open(server);
    WebSocketClient viewer(server);
    viewer.hello();
    viewer.ask({{"op", "watch"}, {"room", 3}});
    REQUIRE(server.step_until([&] {
        return server.wanted == std::map<std::uint32_t, std::size_t>{{3, 1}};
    }));
    server.feed_state(3, bytes_of(test_game::board("seen")));
    REQUIRE(client.subscribe("#") == 0);
    MqttClient::Message state;
    while (state.topic != "game/3/state") state = client.next_message();
    CHECK(json::parse(state.payload)["title"] == "seen");
    CHECK(server.step_until([&] {
        return server.wanted == std::map<std::uint32_t, std::size_t>{{3, 1}, {4, 0}};
    }));
    client.send(byte(0xE0) + byte(0));
    CHECK(server.step_until([&] {
        return server.wanted == std::map<std::uint32_t, std::size_t>{{3, 1}};
    }));
}

TEST_CASE("mqtt: states of so many rooms are told at a time, those asked for by name first") {
    BridgeConfig config = speaking_mqtt();
    config.mqtt->max_states = 2;
    FakeServer server(config);
    server.list_rooms({3, 4, 5});
    MqttClient all = MqttClient::open(server);
    REQUIRE(all.subscribe("game/#") == 0);
    CHECK(server.step_until([&] {
        return server.wanted == std::map<std::uint32_t, std::size_t>{{3, 0}, {4, 0}};
    }));
    MqttClient one = MqttClient::open(server, {.client_id = "grace"});
    REQUIRE(one.subscribe("game/5/state") == 0);
    CHECK(server.step_until([&] {
        return server.wanted == std::map<std::uint32_t, std::size_t>{{3, 0}, {5, 0}};
    }));
}
