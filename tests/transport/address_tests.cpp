#include "transport/address.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace engine_net;

namespace {

IpAddress host_of(std::string_view text) {
    const auto host = parse_host(text);
    CAPTURE(text);
    REQUIRE(host.has_value());
    return *host;
}

} // namespace

TEST_CASE("address: what is printed can be read again") {
    CHECK(to_string(Address{0x7F00'0001, 7777}) == "127.0.0.1:7777");
    CHECK(to_string(Address{host_of("::1"), 7777}) == "[::1]:7777");
    CHECK(parse_host("127.0.0.1") == IpAddress(0x7F00'0001));
    CHECK(parse_host("255.255.255.255") == IpAddress(0xFFFF'FFFF));
    CHECK(parse_host("::") == IpAddress());
    for (const char* text : {"127.0.0.1", "::", "::1", "2001:db8::ff00:42", "fe80::1%7"}) {
        CHECK(to_string(host_of(text)) == text);
    }
}

TEST_CASE("address: only an address in digits is a host") {
    for (const char* text : {"",
                             "1.2.3",
                             "1.2.3.4.5",
                             "1.2.3.256",
                             "1.2.3.-4",
                             "1..3.4",
                             "1.2.3.4 ",
                             " 1.2.3.4",
                             "1.2.3.4%1",
                             "localhost",
                             ":",
                             ":::",
                             "1::2::3",
                             "12345::",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "[::1]",
                             "fe80::1%",
                             "fe80::1%0",
                             "fe80::1%no-such-interface"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_host(text).has_value());
    }
    CHECK_FALSE(parse_host(std::string("1.2.3.4\0.", 9)).has_value());
}

TEST_CASE("address: IPv4 has one spelling, however it is written") {
    const IpAddress v4(0xCB00'7107);
    CHECK(host_of("203.0.113.7") == v4);
    CHECK(host_of("::ffff:203.0.113.7") == v4);
    CHECK(host_of("::FFFF:cb00:7107") == v4);
    CHECK(v4.is_v4());
    CHECK(to_string(host_of("::ffff:203.0.113.7")) == "203.0.113.7");
    CHECK_FALSE(host_of("::203.0.113.7").is_v4());
    CHECK_FALSE(host_of("::fffe:cb00:7107").is_v4());
}

TEST_CASE("address: shortened, it has neither its last part nor its port") {
    CHECK(shortened({0xCB00'7107, 7777}) == "203.0.113.x");
    CHECK(shortened({host_of("2001:db8:1:2:3:4:5:6"), 7777}) == "2001:db8:1:2::x");
    CHECK(shortened({host_of("2001:db8::6"), 7777}) == "2001:db8::x");
    CHECK(shortened({host_of("::1"), 7777}) == "::x");
}

TEST_CASE("address: this machine's own are known") {
    for (const char* text : {"127.0.0.1", "127.8.9.10", "::ffff:127.0.0.1", "::1"}) {
        CHECK(is_loopback(host_of(text)));
    }
    for (const char* text : {"128.0.0.1", "::", "::2", "0.0.0.0", "::127.0.0.1"}) {
        CHECK_FALSE(is_loopback(host_of(text)));
    }
}

TEST_CASE("address: a network is one IPv4 address, or 64 bits of IPv6") {
    CHECK(network_of(host_of("10.0.0.1")) != network_of(host_of("10.0.0.2")));
    CHECK(network_of(host_of("10.0.0.1")) == network_of(host_of("::ffff:10.0.0.1")));
    CHECK(network_of(host_of("2001:db8::1")) == network_of(host_of("2001:db8::ffff:0:0:2")));
    CHECK(network_of(host_of("2001:db8::1")) != network_of(host_of("2001:db8:0:1::1")));
}

TEST_CASE("address: every part of it counts") {
    const Address one{host_of("fe80::1%1"), 7777};
    CHECK(one == Address{host_of("fe80::1%1"), 7777});
    for (const Address& other : {Address{host_of("fe80::1%2"), 7777},
                                 Address{host_of("fe80::2%1"), 7777},
                                 Address{host_of("fe81::1%1"), 7777},
                                 Address{host_of("fe80::1%1"), 7778}}) {
        CHECK(one != other);
        CHECK(hash_of(one) != hash_of(other));
    }
}
