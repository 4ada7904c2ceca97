#pragma once

#include "bridge/mqtt_packet.hpp"

#include <span>

/// The packets of MQTT that a server sends: see `mqtt_packet.hpp`.
namespace engine_net::bridge::mqtt {

/// What a client is told of the server when it is let in; of version 5.
struct Welcome {
    std::uint16_t receive_maximum = 0;
    std::uint32_t maximum_packet_size = 0;
    std::uint16_t topic_alias_maximum = 0;
    std::optional<std::uint16_t> keep_alive{}; ///< instead of its own
    std::string client_id{};                   ///< that it was given; "": it has its own
};

/// A message as a subscriber gets it.
struct Delivery {
    std::string_view topic{};
    Bytes payload{};
    std::uint8_t qos = 0;
    bool is_retained = false;
    std::optional<std::uint32_t> message_expiry{}; ///< seconds that are left
    std::span<const std::uint32_t> identifiers{};  ///< of the subscriptions that want it
    std::span<const std::pair<std::string_view, std::string_view>> user{};
};

SharedBytes make_welcome(std::uint8_t version, const Welcome& welcome);
/// With one of version 4's five codes, if it is of that version.
SharedBytes make_refusal(std::uint8_t version, Reason reason);
/// With `id`, if it is of QoS 1.
SharedBytes make_publish(std::uint8_t version, const Delivery& delivery, std::uint16_t id);
SharedBytes make_puback(std::uint8_t version, std::uint16_t id, Reason reason);
SharedBytes make_suback(std::uint8_t version, std::uint16_t id, std::span<const Reason> reasons);
SharedBytes make_unsuback(std::uint8_t version, std::uint16_t id, std::span<const Reason> reasons);
SharedBytes make_pingresp();
/// Version 4 has none from a server.
SharedBytes make_disconnect(Reason reason);

} // namespace engine_net::bridge::mqtt
