#include "bridge/mqtt_packet.hpp"

#include "bridge/mqtt_body.hpp"

#include <algorithm>

namespace engine_net::bridge::mqtt {
namespace {

constexpr std::uint8_t duplicate_flag = 0x08;
constexpr std::uint8_t retain_flag = 0x01;

/// The flags that a type must have; nothing: they mean something.
std::optional<std::uint8_t> fixed_flags(PacketType type) {
    switch (type) {
    case PacketType::publish: return std::nullopt;
    case PacketType::pubrel:
    case PacketType::subscribe:
    case PacketType::unsubscribe: return std::uint8_t{2};
    default: return std::uint8_t{0};
    }
}

/// Whether a client may send it, if what comes after is as it should be. The others of QoS 2 answer
/// what is never agreed on, as those of authentication do.
bool is_of_client(PacketType type) {
    switch (type) {
    case PacketType::connect:
    case PacketType::publish:
    case PacketType::puback:
    case PacketType::subscribe:
    case PacketType::unsubscribe:
    case PacketType::pingreq:
    case PacketType::disconnect: return true;
    default: return false;
    }
}

std::uint16_t read_id(BodyReader& reader) {
    const std::uint16_t id = reader.number_16();
    if (id == 0) reader.fail(Reason::protocol_error);
    return id;
}

Properties properties_of(BodyReader& reader, std::uint8_t version, PropertyOwner owner) {
    return version == version_5 ? read_properties(reader, owner) : Properties{};
}

constexpr std::uint8_t connect_reserved = 0x01;
constexpr std::uint8_t connect_clean = 0x02;
constexpr std::uint8_t connect_will = 0x04;
constexpr std::uint8_t connect_will_retained = 0x20;
constexpr std::uint8_t connect_password = 0x40;
constexpr std::uint8_t connect_user_name = 0x80;

bool are_connect_flags(std::uint8_t flags, std::uint8_t version) {
    const std::uint8_t will_qos = flags >> 3 & 3;
    if ((flags & connect_reserved) != 0 || will_qos == 3) return false;
    if ((flags & connect_will) == 0 && (will_qos != 0 || (flags & connect_will_retained) != 0))
        return false;
    // In version 4 there is no password without a user.
    return version == version_5 || (flags & connect_user_name) != 0 ||
           (flags & connect_password) == 0;
}

/// `version` is known from then on, also of one that is refused.
Connect read_connect(BodyReader& reader, std::uint8_t& version) {
    Connect connect;
    const std::string name = reader.text();
    const std::uint8_t told_version = reader.byte();
    if (!reader.ok()) return connect;
    version = told_version;
    connect.version = version;
    if (name != "MQTT" || (version != version_4 && version != version_5)) {
        reader.fail(Reason::unsupported_protocol_version);
        return connect;
    }
    const std::uint8_t flags = reader.byte();
    if (!are_connect_flags(flags, version)) reader.fail(Reason::malformed_packet);
    connect.is_clean = (flags & connect_clean) != 0;
    connect.keep_alive = reader.number_16();
    connect.properties = properties_of(reader, version, PropertyOwner::connect);
    connect.client_id = reader.text();
    if ((flags & connect_will) != 0) {
        Publish& will = connect.will.emplace();
        will.properties = properties_of(reader, version, PropertyOwner::will);
        will.topic = reader.text();
        const std::string payload = reader.binary();
        will.payload.assign(payload.begin(), payload.end());
        will.qos = flags >> 3 & 3;
        will.is_retained = (flags & connect_will_retained) != 0;
    }
    if ((flags & connect_user_name) != 0) connect.user_name = reader.text();
    if ((flags & connect_password) != 0) connect.password = reader.binary();
    return connect;
}

Publish read_publish(BodyReader& reader, std::uint8_t flags, std::uint8_t version) {
    Publish publish;
    publish.qos = flags >> 1 & 3;
    publish.is_retained = (flags & retain_flag) != 0;
    if (publish.qos == 3 || (publish.qos == 0 && (flags & duplicate_flag) != 0))
        reader.fail(Reason::malformed_packet);
    publish.topic = reader.text();
    if (publish.qos > 0) publish.id = read_id(reader);
    publish.properties = properties_of(reader, version, PropertyOwner::publish);
    if (publish.topic.empty() && !publish.properties.topic_alias)
        reader.fail(Reason::protocol_error);
    const Bytes payload = reader.take(reader.rest().size());
    publish.payload.assign(payload.begin(), payload.end());
    return publish;
}

Subscription read_subscription(BodyReader& reader, std::uint8_t version) {
    Subscription one;
    one.filter = reader.text();
    const std::uint8_t options = reader.byte();
    const std::uint8_t reserved = version == version_5 ? 0xC0 : 0xFC;
    one.qos = options & 3;
    one.is_no_local = (options & 4) != 0;
    one.keeps_retain_flag = (options & 8) != 0;
    one.retain_handling = options >> 4 & 3;
    if ((options & reserved) != 0 || one.qos == 3) reader.fail(Reason::malformed_packet);
    if (one.retain_handling == 3) reader.fail(Reason::protocol_error);
    return one;
}

Subscribe read_subscribe(BodyReader& reader, std::uint8_t version) {
    Subscribe subscribe;
    subscribe.id = read_id(reader);
    subscribe.identifier =
        properties_of(reader, version, PropertyOwner::subscribe).subscription_identifier;
    if (reader.rest().empty()) reader.fail(Reason::protocol_error);
    while (!reader.rest().empty())
        subscribe.subscriptions.push_back(read_subscription(reader, version));
    return subscribe;
}

Unsubscribe read_unsubscribe(BodyReader& reader, std::uint8_t version) {
    Unsubscribe unsubscribe;
    unsubscribe.id = read_id(reader);
    properties_of(reader, version, PropertyOwner::unsubscribe);
    if (reader.rest().empty()) reader.fail(Reason::protocol_error);
    while (!reader.rest().empty()) unsubscribe.filters.push_back(reader.text());
    return unsubscribe;
}

Puback read_puback(BodyReader& reader, std::uint8_t version) {
    Puback puback;
    puback.id = read_id(reader);
    if (version != version_5 || reader.rest().empty()) return puback;
    reader.byte(); // how it went there is no business of ours
    if (!reader.rest().empty()) read_properties(reader, PropertyOwner::puback);
    return puback;
}

Disconnect read_disconnect(BodyReader& reader, std::uint8_t version) {
    Disconnect disconnect;
    if (version != version_5 || reader.rest().empty()) return disconnect;
    disconnect.reason = reader.byte();
    if (!reader.rest().empty()) read_properties(reader, PropertyOwner::disconnect);
    return disconnect;
}

} // namespace

std::string_view Properties::user_property(std::string_view name) const {
    const auto found = std::ranges::find(user, name, [](const auto& one) {
        return std::string_view(one.first);
    });
    return found == user.end() ? std::string_view() : found->second;
}

bool PacketReader::fail(Reason error) {
    error_ = error;
    body_.clear();
    return false;
}

bool PacketReader::read_header(Bytes& input) {
    while (header_has_ < 2 || (header_[header_has_ - 1] & 0x80) != 0) {
        if (header_has_ == header_.size()) return fail(Reason::malformed_packet);
        if (input.empty()) return false;
        header_[header_has_++] = input.front();
        input = input.subspan(1);
    }
    return begin_body();
}

bool PacketReader::begin_body() {
    const auto type = static_cast<PacketType>(header_[0] >> 4);
    const std::uint8_t flags = header_[0] & 0x0F;
    const bool is_first = version_ == 0;
    if (is_first != (type == PacketType::connect)) return fail(Reason::protocol_error);
    if (const auto fixed = fixed_flags(type); fixed && *fixed != flags)
        return fail(Reason::malformed_packet);
    if (!is_of_client(type)) return fail(Reason::protocol_error);

    BodyReader length(Bytes(header_).subspan(1, header_has_ - 1));
    body_left_ = length.short_number();
    if (!length.ok()) return fail(Reason::malformed_packet);
    if (body_left_ + header_has_ > max_packet_bytes_) return fail(Reason::packet_too_large);
    body_.clear();
    is_in_body_ = true;
    return true;
}

std::optional<Packet> PacketReader::parse() {
    is_in_body_ = false;
    header_has_ = 0;
    BodyReader reader(body_);
    std::optional<Packet> packet;
    switch (static_cast<PacketType>(header_[0] >> 4)) {
    case PacketType::connect: packet = read_connect(reader, version_); break;
    case PacketType::publish: packet = read_publish(reader, header_[0] & 0x0F, version_); break;
    case PacketType::puback: packet = read_puback(reader, version_); break;
    case PacketType::subscribe: packet = read_subscribe(reader, version_); break;
    case PacketType::unsubscribe: packet = read_unsubscribe(reader, version_); break;
    case PacketType::disconnect: packet = read_disconnect(reader, version_); break;
    default: packet = Pingreq{}; break;
    }
    if (!reader.rest().empty()) reader.fail(Reason::malformed_packet);
    if (reader.ok()) return packet;
    fail(reader.error());
    return std::nullopt;
}

std::optional<Packet> PacketReader::read(Bytes& input) {
    if (error_ != Reason::success) return std::nullopt;
    if (!is_in_body_ && !read_header(input)) return std::nullopt;
    const Bytes piece = input.first(std::min(input.size(), body_left_));
    input = input.subspan(piece.size());
    body_.insert(body_.end(), piece.begin(), piece.end());
    body_left_ -= piece.size();
    return body_left_ == 0 ? parse() : std::nullopt;
}

} // namespace engine_net::bridge::mqtt
