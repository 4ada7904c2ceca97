#include "bridge/mqtt_body.hpp"

#include "bridge/mqtt_topic.hpp"
#include "wire/text.hpp"

#include <algorithm>

namespace engine_net::bridge::mqtt {
namespace {

enum class Form : std::uint8_t { flag, number_16, number_32, short_number, text, binary, pair };

struct PropertyRule {
    std::uint8_t number = 0;
    Form form = Form::flag;
    std::uint16_t owners = 0; ///< of `PropertyOwner`
};

constexpr std::uint16_t of(PropertyOwner owner) {
    return static_cast<std::uint16_t>(owner);
}

constexpr std::uint8_t message_expiry = 0x02;
constexpr std::uint8_t response_topic = 0x08;
constexpr std::uint8_t subscription_identifier = 0x0B;
constexpr std::uint8_t authentication_method = 0x15;
constexpr std::uint8_t authentication_data = 0x16;
constexpr std::uint8_t will_delay = 0x18;
constexpr std::uint8_t receive_maximum = 0x21;
constexpr std::uint8_t topic_alias = 0x23;
constexpr std::uint8_t user_property = 0x26;
constexpr std::uint8_t maximum_packet_size = 0x27;

constexpr std::uint16_t of_messages = of(PropertyOwner::publish) | of(PropertyOwner::will);
constexpr std::uint16_t of_all = 0x7F;

/// What a client may send; a message's subscription identifier is the server's to give.
constexpr std::array property_rules{
    PropertyRule{0x01, Form::flag, of_messages}, // payload format
    PropertyRule{message_expiry, Form::number_32, of_messages},
    PropertyRule{0x03, Form::text, of_messages}, // content type
    PropertyRule{response_topic, Form::text, of_messages},
    PropertyRule{0x09, Form::binary, of_messages}, // correlation data
    PropertyRule{subscription_identifier, Form::short_number, of(PropertyOwner::subscribe)},
    PropertyRule{0x11, // session expiry
                 Form::number_32,
                 of(PropertyOwner::connect) | of(PropertyOwner::disconnect)},
    PropertyRule{authentication_method, Form::text, of(PropertyOwner::connect)},
    PropertyRule{authentication_data, Form::binary, of(PropertyOwner::connect)},
    PropertyRule{0x17, Form::flag, of(PropertyOwner::connect)}, // wants reasons of problems
    PropertyRule{will_delay, Form::number_32, of(PropertyOwner::will)},
    PropertyRule{0x19, Form::flag, of(PropertyOwner::connect)}, // wants response information
    PropertyRule{0x1F, Form::text, of(PropertyOwner::puback) | of(PropertyOwner::disconnect)},
    PropertyRule{receive_maximum, Form::number_16, of(PropertyOwner::connect)},
    PropertyRule{0x22, Form::number_16, of(PropertyOwner::connect)}, // topic aliases to the client
    PropertyRule{topic_alias, Form::number_16, of(PropertyOwner::publish)},
    PropertyRule{user_property, Form::pair, of_all},
    PropertyRule{maximum_packet_size, Form::number_32, of(PropertyOwner::connect)},
};

const PropertyRule* rule_of(std::uint32_t number, PropertyOwner owner) {
    const auto found = std::ranges::find(property_rules, number, &PropertyRule::number);
    const bool is_allowed = found != property_rules.end() && (found->owners & of(owner)) != 0;
    return is_allowed ? &*found : nullptr;
}

bool may_be_zero(std::uint8_t number) {
    return number != subscription_identifier && number != receive_maximum &&
           number != maximum_packet_size && number != topic_alias;
}

std::uint32_t read_number(BodyReader& reader, Form form) {
    switch (form) {
    case Form::flag: {
        const std::uint8_t flag = reader.byte();
        if (flag > 1) reader.fail(Reason::protocol_error);
        return flag;
    }
    case Form::number_16: return reader.number_16();
    case Form::number_32: return reader.number_32();
    case Form::short_number: return reader.short_number();
    default: return 0;
    }
}

void take_number(Properties& properties, std::uint8_t number, std::uint32_t value) {
    switch (number) {
    case message_expiry: properties.message_expiry = value; return;
    case subscription_identifier: properties.subscription_identifier = value; return;
    case will_delay: properties.will_delay = value; return;
    case receive_maximum: properties.receive_maximum = static_cast<std::uint16_t>(value); return;
    case topic_alias: properties.topic_alias = static_cast<std::uint16_t>(value); return;
    case maximum_packet_size: properties.maximum_packet_size = value; return;
    default: return;
    }
}

void read_property(BodyReader& reader, const PropertyRule& rule, Properties& properties) {
    if (rule.form == Form::pair) {
        std::string name = reader.text();
        properties.user.emplace_back(std::move(name), reader.text());
    } else if (rule.form == Form::text) {
        const std::string text = reader.text();
        if (rule.number == response_topic && !is_topic_name(text))
            reader.fail(Reason::protocol_error);
        properties.has_authentication_method |= rule.number == authentication_method;
    } else if (rule.form == Form::binary) {
        reader.binary();
        properties.has_authentication_data |= rule.number == authentication_data;
    } else {
        const std::uint32_t value = read_number(reader, rule.form);
        if (value == 0 && !may_be_zero(rule.number)) {
            reader.fail(rule.number == topic_alias ? Reason::topic_alias_invalid
                                                   : Reason::protocol_error);
        }
        take_number(properties, rule.number, value);
    }
}

} // namespace

void BodyReader::fail(Reason error) {
    if (ok()) error_ = error;
    bytes_ = {};
}

Bytes BodyReader::take(std::size_t count) {
    if (count > bytes_.size()) {
        fail(Reason::malformed_packet);
        return {};
    }
    const Bytes taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
}

std::uint8_t BodyReader::byte() {
    const Bytes taken = take(1);
    return taken.empty() ? std::uint8_t{0} : taken[0];
}

std::uint16_t BodyReader::number_16() {
    const std::uint16_t high = byte();
    return static_cast<std::uint16_t>(high << 8 | byte());
}

std::uint32_t BodyReader::number_32() {
    const std::uint32_t high = number_16();
    return high << 16 | number_16();
}

std::uint32_t BodyReader::short_number() {
    std::uint32_t number = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
        const std::uint8_t next = byte();
        number |= (next & 0x7FU) << shift;
        if ((next & 0x80) != 0) continue;
        if (next == 0 && shift > 0) fail(Reason::malformed_packet);
        return number;
    }
    fail(Reason::malformed_packet);
    return 0;
}

std::string BodyReader::binary() {
    const Bytes taken = take(number_16());
    return {taken.begin(), taken.end()};
}

std::string BodyReader::text() {
    std::string text = binary();
    const bool is_text = wire::is_utf8(text) && text.find('\0') == std::string::npos;
    if (!is_text) fail(Reason::malformed_packet);
    return text;
}

Properties read_properties(BodyReader& reader, PropertyOwner owner) {
    BodyReader inner(reader.take(reader.short_number()));
    Properties properties;
    std::uint64_t seen = 0;
    while (inner.ok() && !inner.rest().empty()) {
        const std::uint32_t number = inner.short_number();
        const PropertyRule* const rule = rule_of(number, owner);
        if (!rule) {
            inner.fail(Reason::malformed_packet);
            break;
        }
        const std::uint64_t bit = std::uint64_t{1} << rule->number;
        if ((seen & bit) != 0 && rule->number != user_property) inner.fail(Reason::protocol_error);
        seen |= bit;
        read_property(inner, *rule, properties);
    }
    if (!inner.ok()) reader.fail(inner.error());
    if (properties.has_authentication_data && !properties.has_authentication_method)
        reader.fail(Reason::protocol_error);
    return properties;
}

} // namespace engine_net::bridge::mqtt
