#include "bridge/mqtt_writer.hpp"

#include <algorithm>
#include <memory>

namespace engine_net::bridge::mqtt {
namespace {

using Buffer = std::vector<std::uint8_t>;

void write_16(Buffer& out, std::size_t number) {
    out.push_back(static_cast<std::uint8_t>(number >> 8));
    out.push_back(static_cast<std::uint8_t>(number));
}

void write_32(Buffer& out, std::uint32_t number) {
    write_16(out, number >> 16);
    write_16(out, number & 0xFFFF);
}

void write_short(Buffer& out, std::size_t number) {
    do {
        const auto low = static_cast<std::uint8_t>(number & 0x7F);
        number >>= 7;
        out.push_back(number > 0 ? static_cast<std::uint8_t>(low | 0x80) : low);
    } while (number > 0);
}

void write_text(Buffer& out, std::string_view text) {
    const std::string_view cut = text.substr(0, 0xFFFF);
    write_16(out, cut.size());
    out.insert(out.end(), cut.begin(), cut.end());
}

void write_properties(Buffer& out, const Buffer& properties) {
    write_short(out, properties.size());
    out.insert(out.end(), properties.begin(), properties.end());
}

SharedBytes make_packet(PacketType type, std::uint8_t flags, const Buffer& body) {
    auto packet = std::make_shared<Buffer>();
    packet->reserve(body.size() + 5);
    packet->push_back(
        static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4 | static_cast<unsigned>(flags)));
    write_short(*packet, body.size());
    packet->insert(packet->end(), body.begin(), body.end());
    return packet;
}

/// The return codes of version 4.
std::uint8_t return_code(Reason reason) {
    switch (reason) {
    case Reason::success: return 0;
    case Reason::unsupported_protocol_version: return 1;
    case Reason::client_identifier_not_valid: return 2;
    case Reason::bad_user_name_or_password: return 4;
    case Reason::not_authorised: return 5;
    default: return 3; // not available
    }
}

std::uint8_t byte_of(Reason reason) {
    return static_cast<std::uint8_t>(reason);
}

Buffer properties_of(const Welcome& welcome) {
    Buffer out;
    out.push_back(0x11); // sessions end with their connections
    write_32(out, 0);
    out.push_back(0x21);
    write_16(out, welcome.receive_maximum);
    out.insert(out.end(), {0x24, 1}); // QoS
    out.push_back(0x27);
    write_32(out, welcome.maximum_packet_size);
    out.push_back(0x22);
    write_16(out, welcome.topic_alias_maximum);
    out.insert(out.end(), {0x2A, 0}); // no shared subscriptions
    if (!welcome.client_id.empty()) {
        out.push_back(0x12);
        write_text(out, welcome.client_id);
    }
    if (welcome.keep_alive) {
        out.push_back(0x13);
        write_16(out, *welcome.keep_alive);
    }
    return out;
}

Buffer properties_of(const Delivery& delivery) {
    Buffer out;
    if (delivery.message_expiry) {
        out.push_back(0x02);
        write_32(out, *delivery.message_expiry);
    }
    for (const std::uint32_t identifier : delivery.identifiers) {
        out.push_back(0x0B);
        write_short(out, identifier);
    }
    for (const auto& [name, value] : delivery.user) {
        out.push_back(0x26);
        write_text(out, name);
        write_text(out, value);
    }
    return out;
}

SharedBytes make_answer(PacketType type,
                        std::uint8_t version,
                        std::uint16_t id,
                        std::span<const Reason> reasons) {
    Buffer body;
    write_16(body, id);
    if (version == version_5) body.push_back(0); // no properties
    std::ranges::transform(reasons, std::back_inserter(body), byte_of);
    return make_packet(type, 0, body);
}

} // namespace

SharedBytes make_welcome(std::uint8_t version, const Welcome& welcome) {
    Buffer body{0, 0}; // no session was there
    if (version == version_5) write_properties(body, properties_of(welcome));
    return make_packet(PacketType::connack, 0, body);
}

SharedBytes make_refusal(std::uint8_t version, Reason reason) {
    if (version < version_5) return make_packet(PacketType::connack, 0, {0, return_code(reason)});
    return make_packet(PacketType::connack, 0, {0, byte_of(reason), 0});
}

SharedBytes make_publish(std::uint8_t version, const Delivery& delivery, std::uint16_t id) {
    Buffer body;
    body.reserve(delivery.topic.size() + delivery.payload.size() + 64);
    write_text(body, delivery.topic);
    if (delivery.qos > 0) write_16(body, id);
    if (version == version_5) write_properties(body, properties_of(delivery));
    body.insert(body.end(), delivery.payload.begin(), delivery.payload.end());
    const auto flags =
        static_cast<std::uint8_t>(delivery.qos << 1 | (delivery.is_retained ? 1 : 0));
    return make_packet(PacketType::publish, flags, body);
}

SharedBytes make_puback(std::uint8_t version, std::uint16_t id, Reason reason) {
    Buffer body;
    write_16(body, id);
    if (version == version_5 && reason != Reason::success) body.push_back(byte_of(reason));
    return make_packet(PacketType::puback, 0, body);
}

SharedBytes make_suback(std::uint8_t version, std::uint16_t id, std::span<const Reason> reasons) {
    if (version == version_5) return make_answer(PacketType::suback, version, id, reasons);
    std::vector<Reason> codes(reasons.begin(), reasons.end());
    for (Reason& code : codes) {
        if (code >= Reason::unspecified_error) code = Reason::unspecified_error;
    }
    return make_answer(PacketType::suback, version, id, codes);
}

SharedBytes make_unsuback(std::uint8_t version, std::uint16_t id, std::span<const Reason> reasons) {
    // Version 4 says nothing but that it has come.
    return make_answer(PacketType::unsuback,
                       version,
                       id,
                       version == version_5 ? reasons : std::span<const Reason>());
}

SharedBytes make_pingresp() {
    return make_packet(PacketType::pingresp, 0, {});
}

SharedBytes make_disconnect(Reason reason) {
    return make_packet(PacketType::disconnect, 0, {byte_of(reason)});
}

} // namespace engine_net::bridge::mqtt
