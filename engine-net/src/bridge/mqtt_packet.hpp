#pragma once

#include "bridge/exchange.hpp"
#include "core/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The packets of MQTT 3.1.1 and 5 that a client sends:
///
///     4 bits type, 4 bits flags
///     1 to 4 bytes  remaining length, 7 bits each, the lowest first; the high bit: more follow
///     ...  what the type has; numbers are big endian; texts and bytes have a u16 length before
///     them
///
/// In version 5 most have properties: their length as above, then each its number and its value.
namespace engine_net::bridge::mqtt {

enum class PacketType : std::uint8_t {
    connect = 1,
    connack,
    publish,
    puback,
    pubrec,
    pubrel,
    pubcomp,
    subscribe,
    suback,
    unsubscribe,
    unsuback,
    pingreq,
    pingresp,
    disconnect,
    auth,
};

/// The reason codes of version 5 that we say. Those of version 4 are made from them.
enum class Reason : std::uint8_t {
    success = 0x00,
    granted_qos_1 = 0x01,
    disconnect_with_will = 0x04,
    no_subscription_existed = 0x11,
    unspecified_error = 0x80,
    malformed_packet = 0x81,
    protocol_error = 0x82,
    implementation_specific_error = 0x83,
    unsupported_protocol_version = 0x84,
    client_identifier_not_valid = 0x85,
    bad_user_name_or_password = 0x86,
    not_authorised = 0x87,
    server_unavailable = 0x88,
    server_busy = 0x89,
    server_shutting_down = 0x8B,
    bad_authentication_method = 0x8C,
    keep_alive_timeout = 0x8D,
    session_taken_over = 0x8E,
    topic_filter_invalid = 0x8F,
    topic_name_invalid = 0x90,
    receive_maximum_exceeded = 0x93,
    topic_alias_invalid = 0x94,
    packet_too_large = 0x95,
    message_rate_too_high = 0x96,
    quota_exceeded = 0x97,
    payload_format_invalid = 0x99,
    qos_not_supported = 0x9B,
    use_another_server = 0x9C,
    shared_subscriptions_not_supported = 0x9E,
};

inline constexpr std::uint8_t version_4 = 4; ///< MQTT 3.1.1
inline constexpr std::uint8_t version_5 = 5;

/// Those of version 5 that mean something to us; the others are checked and left out.
struct Properties {
    std::optional<std::uint32_t> message_expiry{}; ///< seconds
    std::optional<std::uint32_t> subscription_identifier{};
    std::uint32_t will_delay = 0; ///< seconds
    std::uint16_t receive_maximum = 0xFFFF;
    std::optional<std::uint16_t> topic_alias{};
    std::optional<std::uint32_t> maximum_packet_size{};
    bool has_authentication_method = false;
    bool has_authentication_data = false;
    std::vector<std::pair<std::string, std::string>> user{};

    /// Of the first user property of that name; "": there is none.
    [[nodiscard]] std::string_view user_property(std::string_view name) const;
};

/// A message that is published, now or by a will.
struct Publish {
    std::string topic{}; ///< "": the alias says it
    std::vector<std::uint8_t> payload{};
    std::uint8_t qos = 0;
    bool is_retained = false;
    std::uint16_t id = 0; ///< 0: of QoS 0
    Properties properties{};
};

struct Connect {
    std::uint8_t version = version_4;
    bool is_clean = true;
    std::uint16_t keep_alive = 0; ///< seconds
    std::string client_id{};
    std::optional<Publish> will{};
    std::optional<std::string> user_name{};
    std::optional<std::string> password{}; ///< any bytes
    Properties properties{};
};

struct Puback {
    std::uint16_t id = 0;
};

struct Subscription {
    std::string filter{};
    std::uint8_t qos = 0; ///< as wanted
    bool is_no_local = false;
    bool keeps_retain_flag = false;   ///< Retain As Published
    std::uint8_t retain_handling = 0; ///< 0: send what is retained; 1: if it is new; 2: never
};

struct Subscribe {
    std::uint16_t id = 0;
    std::vector<Subscription> subscriptions{};
    std::optional<std::uint32_t> identifier{};
};

struct Unsubscribe {
    std::uint16_t id = 0;
    std::vector<std::string> filters{};
};

struct Pingreq {};

struct Disconnect {
    std::uint8_t reason = 0;
};

using Packet = std::variant<Connect, Publish, Puback, Subscribe, Unsubscribe, Pingreq, Disconnect>;

/// Puts a client's packets together. Bytes may come in pieces of any length.
class PacketReader {
public:
    /// Longer packets are refused before they have come.
    explicit PacketReader(std::size_t max_packet_bytes) : max_packet_bytes_(max_packet_bytes) {}

    /// Takes what belongs to the next packet off `input`. Nothing: it needs more, or `error` says
    /// why there will be none. The first one is a `Connect`, and no other is.
    std::optional<Packet> read(Bytes& input);
    /// What the connection is to be closed with; `success`: nothing is wrong.
    [[nodiscard]] Reason error() const { return error_; }
    /// What the client speaks, as far as it has said; else 0.
    [[nodiscard]] std::uint8_t version() const { return version_; }

private:
    bool read_header(Bytes& input);
    bool begin_body();
    std::optional<Packet> parse();
    bool fail(Reason error);

    std::size_t max_packet_bytes_;
    std::array<std::uint8_t, 5> header_{};
    std::size_t header_has_ = 0;
    bool is_in_body_ = false;
    std::size_t body_left_ = 0;
    std::vector<std::uint8_t> body_;
    std::uint8_t version_ = 0;
    Reason error_ = Reason::success;
};

} // namespace engine_net::bridge::mqtt
