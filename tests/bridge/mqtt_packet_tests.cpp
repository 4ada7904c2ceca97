#include "bridge/mqtt_bytes.hpp"
#include "bridge/mqtt_packet.hpp"
#include "bridge/mqtt_writer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace engine_net::bridge;
using namespace engine_net::bridge::mqtt;
using engine_net::Bytes;
using mqtt_bytes::byte;
using mqtt_bytes::ConnectParts;
using mqtt_bytes::number_16;
using mqtt_bytes::number_32;
using mqtt_bytes::packet;
using mqtt_bytes::properties;
using mqtt_bytes::text;

namespace {

constexpr std::size_t most_bytes = 1024;

struct Came {
    std::vector<Packet> packets{};
    Reason error = Reason::success;
};

Came read(std::string_view bytes, std::size_t step = SIZE_MAX) {
    PacketReader reader(most_bytes);
    Came came;
    while (!bytes.empty() && reader.error() == Reason::success) {
        const std::string_view piece = bytes.substr(0, step);
        bytes.remove_prefix(piece.size());
        Bytes rest(reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size());
        while (auto packet = reader.read(rest)) came.packets.push_back(std::move(*packet));
    }
    came.error = reader.error();
    return came;
}

Reason error_after_connect(unsigned version, std::string_view bytes) {
    return read(mqtt_bytes::connect(version).append(bytes)).error;
}

Reason error_of_connect(const ConnectParts& parts) {
    return read(mqtt_bytes::connect(parts)).error;
}

std::string text_of(const SharedBytes& bytes) {
    return {bytes->begin(), bytes->end()};
}

} // namespace

TEST_CASE("mqtt_packet: what a client of version 4 says is read, in pieces of any length") {
    ConnectParts parts{.flags = 0xC2 | 0x04 | 0x08 | 0x20};
    parts.rest = text("gone").append(text("bye")).append(text("Ada")).append(text("secret"));
    const std::string bytes =
        mqtt_bytes::connect(parts)
            .append(packet(0x33, text("a/b").append(number_16(7)).append("hello")))
            .append(packet(0x82, number_16(8).append(text("a/#")).append(byte(1))))
            .append(packet(0xA2, number_16(9).append(text("a/#"))))
            .append(packet(0x40, number_16(3)))
            .append(packet(0xC0, ""))
            .append(packet(0xE0, ""));
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{5}, bytes.size()}) {
        const Came came = read(bytes, step);
        CHECK(came.error == Reason::success);
        REQUIRE(came.packets.size() == 7);
        const auto& connect = std::get<Connect>(came.packets[0]);
        CHECK(connect.client_id == "ada");
        CHECK(connect.keep_alive == 60);
        CHECK(connect.user_name == "Ada");
        CHECK(connect.password == "secret");
        REQUIRE(connect.will);
        CHECK(connect.will->topic == "gone");
        CHECK(connect.will->qos == 1);
        CHECK(connect.will->is_retained);
        const auto& publish = std::get<Publish>(came.packets[1]);
        CHECK(publish.topic == "a/b");
        CHECK(publish.id == 7);
        CHECK(publish.qos == 1);
        CHECK(publish.is_retained);
        CHECK(std::string(publish.payload.begin(), publish.payload.end()) == "hello");
        CHECK(std::get<Subscribe>(came.packets[2]).subscriptions.at(0).filter == "a/#");
        CHECK(std::get<Unsubscribe>(came.packets[3]).filters.at(0) == "a/#");
        CHECK(std::get<Puback>(came.packets[4]).id == 3);
    }
}

TEST_CASE("mqtt_packet: properties of version 5 are read") {
    const std::string of_connect = byte(0x21)
                                       .append(number_16(5))
                                       .append(byte(0x27))
                                       .append(number_32(900))
                                       .append(byte(0x11))
                                       .append(number_32(60));
    ConnectParts parts{.version = 5, .flags = 2 | 4, .properties = of_connect};
    parts.rest = properties(byte(0x18).append(number_32(9))).append(text("w")).append(text(""));
    const std::string of_publish = byte(0x26)
                                       .append(text("event"))
                                       .append(text("goal"))
                                       .append(byte(0x23))
                                       .append(number_16(2))
                                       .append(byte(0x02))
                                       .append(number_32(30));
    const std::string bytes =
        mqtt_bytes::connect(parts)
            .append(packet(0x30, text("").append(properties(of_publish)).append("x")))
            .append(packet(0x82,
                           number_16(1)
                               .append(properties(byte(0x0B).append(byte(0xFF)).append(byte(1))))
                               .append(text("t"))
                               .append(byte(0x2D))))
            .append(packet(0xE0, byte(4).append(byte(0))));
    const Came came = read(bytes);
    CHECK(came.error == Reason::success);
    REQUIRE(came.packets.size() == 4);
    const auto& connect = std::get<Connect>(came.packets[0]);
    CHECK(connect.properties.receive_maximum == 5);
    CHECK(connect.properties.maximum_packet_size == 900);
    CHECK(connect.will->properties.will_delay == 9);
    const auto& publish = std::get<Publish>(came.packets[1]);
    CHECK(publish.properties.topic_alias == 2);
    CHECK(publish.properties.message_expiry == 30);
    CHECK(publish.properties.user_property("event") == "goal");
    CHECK(publish.properties.user_property("other").empty());
    const auto& subscribe = std::get<Subscribe>(came.packets[2]);
    CHECK(subscribe.identifier == 255);
    const Subscription& one = subscribe.subscriptions.at(0);
    CHECK(one.qos == 1);
    CHECK(one.is_no_local);
    CHECK(one.keeps_retain_flag);
    CHECK(one.retain_handling == 2);
    CHECK(std::get<Disconnect>(came.packets[3]).reason == 4);
}

TEST_CASE("mqtt_packet: the first packet begins a session, and no other does") {
    CHECK(read(packet(0xC0, "")).error == Reason::protocol_error);
    CHECK(read(packet(0x30, text("t"))).error == Reason::protocol_error);
    CHECK(error_after_connect(4, mqtt_bytes::connect()) == Reason::protocol_error);
    CHECK(error_of_connect({.version = 3}) == Reason::unsupported_protocol_version);
    CHECK(error_of_connect({.version = 6}) == Reason::unsupported_protocol_version);
    CHECK(read(packet(0x10, text("MQIsdp").append(byte(3)))).error ==
          Reason::unsupported_protocol_version);
    CHECK(read("GET / HTTP/1.1\r\n\r\n").error == Reason::protocol_error);
}

TEST_CASE("mqtt_packet: flags that are reserved must be as they are reserved") {
    CHECK(read("\x11").error == Reason::success); // nothing is said of its length yet
    CHECK(read(packet(0x11, "")).error == Reason::malformed_packet);
    CHECK(error_of_connect({.flags = 3}) == Reason::malformed_packet);
    for (const unsigned version : {4U, 5U}) {
        CAPTURE(version);
        for (const unsigned first : {0x80U, 0x83U, 0xA0U, 0xAFU, 0x41U, 0xC1U, 0xE1U, 0x60U})
            CHECK(error_after_connect(version, packet(first, "")) == Reason::malformed_packet);
        // Types that no client of ours sends.
        for (const unsigned first : {0x00U, 0x20U, 0x50U, 0x62U, 0x70U, 0x90U, 0xB0U, 0xD0U, 0xF0U})
            CHECK(error_after_connect(version, packet(first, "")) == Reason::protocol_error);
        CHECK(error_after_connect(version, packet(0x36, text("t"))) == Reason::malformed_packet);
        CHECK(error_after_connect(version, packet(0x38, text("t"))) == Reason::malformed_packet);
    }
    CHECK(error_of_connect({.flags = 2 | 0x18}) == Reason::malformed_packet); // QoS 3 of a will
    CHECK(error_of_connect({.flags = 2 | 0x08}) == Reason::malformed_packet); // without a will
    CHECK(error_of_connect({.flags = 2 | 0x20}) == Reason::malformed_packet);
    CHECK(error_of_connect({.flags = 2 | 0x40, .rest = text("p")}) == Reason::malformed_packet);
    CHECK(error_of_connect({.version = 5, .flags = 2 | 0x40, .rest = text("p")}) ==
          Reason::success);
}

TEST_CASE("mqtt_packet: a length is told as short as may be, and within the limit") {
    CHECK(read("\x10\xFF\xFF\xFF\xFF").error == Reason::malformed_packet);
    CHECK(read("\x10\xFF\xFF\xFF\x7F").error == Reason::packet_too_large);
    CHECK(read(std::string("\x10\x80\x00", 3)).error == Reason::malformed_packet);
    const auto publish = [](std::size_t payload) {
        return packet(0x30, text("t").append(payload, 'x'));
    };
    CHECK(error_after_connect(4, publish(most_bytes - 3 - 3)) == Reason::success);
    CHECK(error_after_connect(4, publish(most_bytes - 3 - 2)) == Reason::packet_too_large);
}

TEST_CASE("mqtt_packet: what ends too early, or goes on, is malformed") {
    const std::string whole = mqtt_bytes::connect(5);
    for (std::size_t body = 0; body < whole.size() - 2; ++body) {
        CAPTURE(body);
        CHECK(read(packet(0x10, std::string_view(whole).substr(2, body))).error ==
              Reason::malformed_packet);
    }
    CHECK(error_of_connect({.rest = "x"}) == Reason::malformed_packet);
    CHECK(error_after_connect(4, packet(0xC0, "x")) == Reason::malformed_packet);
    CHECK(error_after_connect(4, packet(0xE0, "x")) == Reason::malformed_packet);
    CHECK(error_after_connect(4, packet(0x40, "x")) == Reason::malformed_packet);
    CHECK(error_after_connect(4, packet(0x40, "xyz")) == Reason::malformed_packet);
    CHECK(error_after_connect(4, packet(0x30, number_16(9).append("short"))) ==
          Reason::malformed_packet);
    CHECK(error_after_connect(4, packet(0x82, number_16(1).append(text("t")))) ==
          Reason::malformed_packet);
}

TEST_CASE("mqtt_packet: texts are UTF-8 without zeros") {
    for (const std::string& bad :
         {std::string("\xFF"), std::string("a\0b", 3), std::string("\xED\xA0\x80")}) {
        CHECK(error_of_connect({.client_id = bad}) == Reason::malformed_packet);
        CHECK(error_after_connect(4, packet(0x30, text(bad))) == Reason::malformed_packet);
        CHECK(
            error_after_connect(4, packet(0x82, number_16(1).append(text(bad)).append(byte(0)))) ==
            Reason::malformed_packet);
    }
}

TEST_CASE("mqtt_packet: a packet's number is not 0, and something is subscribed to") {
    CHECK(error_after_connect(4, packet(0x32, text("t").append(number_16(0)))) ==
          Reason::protocol_error);
    CHECK(error_after_connect(4, packet(0x40, number_16(0))) == Reason::protocol_error);
    CHECK(error_after_connect(4, packet(0x82, number_16(1))) == Reason::protocol_error);
    CHECK(error_after_connect(4, packet(0xA2, number_16(1))) == Reason::protocol_error);
    CHECK(error_after_connect(4, packet(0x30, text(""))) == Reason::protocol_error);
    const auto subscribe = [](unsigned version, unsigned options) {
        std::string body = number_16(1);
        if (version == 5) body += properties("");
        return packet(0x82, body.append(text("t")).append(byte(options)));
    };
    CHECK(error_after_connect(4, subscribe(4, 2)) == Reason::success);
    CHECK(error_after_connect(4, subscribe(4, 3)) == Reason::malformed_packet);
    CHECK(error_after_connect(4, subscribe(4, 4)) == Reason::malformed_packet);
    CHECK(error_after_connect(5, subscribe(5, 0x2C)) == Reason::success);
    CHECK(error_after_connect(5, subscribe(5, 0x40)) == Reason::malformed_packet);
    CHECK(error_after_connect(5, subscribe(5, 0x30)) == Reason::protocol_error);
}

TEST_CASE("mqtt_packet: properties that are unknown, elsewhere, twice or cut short are refused") {
    const auto publish = [](std::string_view bytes) {
        return error_after_connect(5, packet(0x30, text("t").append(properties(bytes))));
    };
    CHECK(publish(byte(0x7F)) == Reason::malformed_packet);
    CHECK(publish(byte(0x21).append(number_16(1))) == Reason::malformed_packet);
    CHECK(publish(byte(0x0B).append(byte(1))) == Reason::malformed_packet); // the server's to give
    CHECK(publish(byte(0x01).append(byte(2))) == Reason::protocol_error);
    CHECK(publish(byte(0x23).append(number_16(0))) == Reason::topic_alias_invalid);
    CHECK(publish(byte(0x02).append(number_16(0))) == Reason::malformed_packet);
    CHECK(publish(byte(0x26).append(text("a"))) == Reason::malformed_packet);
    CHECK(publish(byte(0x26).append(text("a")).append(text("\xFF"))) == Reason::malformed_packet);
    CHECK(publish(byte(0x08).append(text("a/#"))) == Reason::protocol_error);
    const std::string expiry = byte(0x02).append(number_32(1));
    CHECK(publish(expiry) == Reason::success);
    CHECK(publish(expiry + expiry) == Reason::protocol_error);
    const std::string pair = byte(0x26).append(text("a")).append(text("b"));
    CHECK(publish(pair + pair) == Reason::success);
    CHECK(error_after_connect(5, packet(0x30, text("t").append(byte(9)))) ==
          Reason::malformed_packet);
    const auto connect = [](std::string_view bytes) {
        return error_of_connect({.version = 5, .properties = std::string(bytes)});
    };
    CHECK(connect(byte(0x21).append(number_16(0))) == Reason::protocol_error);
    CHECK(connect(byte(0x27).append(number_32(0))) == Reason::protocol_error);
    CHECK(connect(byte(0x16).append(text("proof"))) == Reason::protocol_error);
    CHECK(connect(byte(0x18).append(number_32(1))) == Reason::malformed_packet); // of a will
}

TEST_CASE("mqtt_writer: answers are those of their version") {
    CHECK(text_of(make_welcome(4, {})) == std::string("\x20\x02\x00\x00", 4));
    CHECK(text_of(make_refusal(4, Reason::not_authorised)) == std::string("\x20\x02\x00\x05", 4));
    CHECK(text_of(make_refusal(4, Reason::server_busy)) == std::string("\x20\x02\x00\x03", 4));
    CHECK(text_of(make_refusal(5, Reason::not_authorised)) ==
          std::string("\x20\x03\x00\x87\x00", 5));
    CHECK(text_of(make_puback(4, 0x102, Reason::not_authorised)) == "\x40\x02\x01\x02");
    CHECK(text_of(make_puback(5, 0x102, Reason::not_authorised)) == "\x40\x03\x01\x02\x87");
    const std::array reasons{Reason::granted_qos_1, Reason::not_authorised};
    CHECK(text_of(make_suback(4, 0x102, reasons)) == "\x90\x04\x01\x02\x01\x80");
    CHECK(text_of(make_suback(5, 0x102, reasons)) ==
          std::string("\x90\x05\x01\x02\x00\x01\x87", 7));
    CHECK(text_of(make_unsuback(4, 0x102, reasons)) == "\xB0\x02\x01\x02");
    CHECK(text_of(make_pingresp()) == std::string("\xD0\x00", 2));
    CHECK(text_of(make_disconnect(Reason::session_taken_over)) == "\xE0\x01\x8E");
}

TEST_CASE("mqtt_writer: a message has what its version has room for") {
    const std::string payload = "hello";
    const std::array<std::uint32_t, 1> identifiers{300};
    const std::array<std::pair<std::string_view, std::string_view>, 1> user{{{"event", "goal"}}};
    const Delivery delivery{
        .topic = "a/b",
        .payload = Bytes(reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()),
        .qos = 1,
        .is_retained = true,
        .message_expiry = 5,
        .identifiers = identifiers,
        .user = user};
    CHECK(text_of(make_publish(4, delivery, 7)) ==
          packet(0x33, text("a/b").append(number_16(7)).append("hello")));
    const std::string of_publish = byte(0x02)
                                       .append(number_32(5))
                                       .append("\x0B\xAC\x02\x26")
                                       .append(text("event"))
                                       .append(text("goal"));
    CHECK(text_of(make_publish(5, delivery, 7)) ==
          packet(0x33,
                 text("a/b").append(number_16(7)).append(properties(of_publish)).append("hello")));
}
