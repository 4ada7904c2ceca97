#include "transport/address.hpp"

#include <doctest/doctest.h>

using namespace engine_net;

TEST_CASE("address: what is printed can be read again") {
    CHECK(to_string({0x7F00'0001, 7777}) == "127.0.0.1:7777");
    CHECK(parse_host("127.0.0.1") == 0x7F00'0001);
    CHECK(parse_host("255.255.255.255") == 0xFFFF'FFFF);
}

TEST_CASE("address: only four numbers from 0 to 255 are a host") {
    for (const char* text : {"",
                             "1.2.3",
                             "1.2.3.4.5",
                             "1.2.3.256",
                             "1.2.3.-4",
                             "1..3.4",
                             "1.2.3.4 ",
                             " 1.2.3.4",
                             "localhost",
                             "::1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_host(text).has_value());
    }
}

TEST_CASE("address: shortened, it has neither its last number nor its port") {
    CHECK(shortened({0xCB007107, 7777}) == "203.0.113.x");
}
