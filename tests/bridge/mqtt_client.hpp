#pragma once

#include "bridge/fake_server.hpp"
#include "bridge/mqtt_bytes.hpp"
#include "bridge/web_socket_client.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// A client of MQTT whose every byte a test decides.
class MqttClient {
public:
    struct Packet {
        unsigned type = 0; ///< 0: none came, and the connection is over
        unsigned flags = 0;
        std::string body{};
    };
    /// A PUBLISH, taken apart.
    struct Message {
        std::string topic{};
        std::string payload{};
        unsigned qos = 0;
        bool is_retained = false;
        std::uint16_t id = 0;
        std::string properties{}; ///< of version 5
    };

    /// Nothing is said yet.
    explicit MqttClient(FakeServer& server, unsigned version = 4);
    /// Says hello, and is welcome.
    static MqttClient open(FakeServer& server, const mqtt_bytes::ConnectParts& parts = {});

    void send(const std::string& bytes) { raw_.send(bytes); }
    void publish(const std::string& topic,
                 const std::string& payload,
                 unsigned flags = 0,
                 const std::string& of_publish = "");
    /// Gives the code of the SUBACK.
    unsigned subscribe(const std::string& filter, unsigned options = 0);
    void ping();
    Packet next();
    /// The next PUBLISH; its topic is "" if the connection is over.
    Message next_message();
    /// Nothing but the answer to a ping comes.
    bool is_quiet();
    [[nodiscard]] RawClient& raw() { return raw_; }

private:
    std::optional<Packet> take();

    unsigned version_;
    RawClient raw_;
    std::uint16_t last_id_ = 0;
};
