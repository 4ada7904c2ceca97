#include "bridge/mqtt_client.hpp"

#include <doctest/doctest.h>

using namespace mqtt_bytes;

namespace {

std::size_t at(const std::string& bytes, std::size_t place) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[place]));
}

std::string take_text(std::string& bytes) {
    const std::size_t length = at(bytes, 0) << 8 | at(bytes, 1);
    std::string text = bytes.substr(2, length);
    bytes.erase(0, 2 + length);
    return text;
}

} // namespace

MqttClient::MqttClient(FakeServer& server, unsigned version)
    : version_(version), raw_(server, server.bridge().mqtt_port()) {}

MqttClient MqttClient::open(FakeServer& server, const ConnectParts& parts) {
    MqttClient client(server, parts.version);
    client.send(connect(parts));
    const Packet welcome = client.next();
    REQUIRE(welcome.type == 2);
    REQUIRE(at(welcome.body, 1) == 0);
    return client;
}

void MqttClient::publish(const std::string& topic,
                         const std::string& payload,
                         unsigned flags,
                         const std::string& of_publish) {
    std::string body = text(topic);
    if ((flags & 6) != 0) body += number_16(++last_id_);
    if (version_ == 5) body += properties(of_publish);
    send(packet(0x30 | flags, body.append(payload)));
}

unsigned MqttClient::subscribe(const std::string& filter, unsigned options) {
    std::string body = number_16(++last_id_);
    if (version_ == 5) body += properties("");
    send(packet(0x82, body.append(text(filter)).append(byte(options))));
    const Packet answer = next();
    if (answer.type != 9) return 0xFFFF;
    return static_cast<unsigned>(at(answer.body, answer.body.size() - 1));
}

void MqttClient::ping() {
    send(packet(0xC0, ""));
}

std::optional<MqttClient::Packet> MqttClient::take() {
    const std::string& came = raw_.came;
    std::size_t length = 0;
    std::size_t header = 1;
    for (unsigned shift = 0;; shift += 7) {
        if (came.size() <= header) return std::nullopt;
        const std::size_t next = at(came, header++);
        length |= (next & 0x7F) << shift;
        if ((next & 0x80) == 0) break;
    }
    if (came.size() < header + length) return std::nullopt;
    const auto first = static_cast<unsigned>(at(came, 0));
    Packet packet{first >> 4, first & 15, came.substr(header, length)};
    raw_.came.erase(0, header + length);
    return packet;
}

MqttClient::Packet MqttClient::next() {
    std::optional<Packet> packet;
    raw_.receive_until([&](const std::string&) {
        packet = take();
        return packet.has_value();
    });
    return packet.value_or(Packet{});
}

MqttClient::Message MqttClient::next_message() {
    for (;;) {
        Packet came = next();
        if (came.type == 0) return {};
        if (came.type != 3) continue;
        Message message;
        message.qos = came.flags >> 1 & 3;
        message.is_retained = (came.flags & 1) != 0;
        message.topic = take_text(came.body);
        if (message.qos > 0) {
            message.id = static_cast<std::uint16_t>(at(came.body, 0) << 8 | at(came.body, 1));
            came.body.erase(0, 2);
        }
        if (version_ == 5) {
            const bool is_long = at(came.body, 0) > 127;
            const std::size_t length =
                is_long ? (at(came.body, 0) & 0x7F) | at(came.body, 1) << 7 : at(came.body, 0);
            const std::size_t from = is_long ? 2 : 1;
            message.properties = came.body.substr(from, length);
            came.body.erase(0, from + length);
        }
        message.payload = came.body;
        return message;
    }
}

bool MqttClient::is_quiet() {
    ping();
    return next().type == 13;
}
