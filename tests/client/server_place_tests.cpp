#include "client/server_place.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace engine_net;

namespace {

std::optional<ServerPlace> place(const std::string& address) {
    return parse_place(address, std::string(64, 'e'), Resolver());
}

} // namespace

TEST_CASE("server place: names and addresses of both families are read") {
    CHECK(place("eu1.example.org:7777")->host == "eu1.example.org");
    CHECK(place("eu1.example.org:7777")->port == 7777);
    CHECK(place("10.0.0.1:65535")->port == 65'535);
    CHECK(place("[2001:db8::1]:7777")->host == "2001:db8::1");
    CHECK(place("[fe80::1%eth0]:1")->host == "fe80::1%eth0");
    CHECK(place("10.0.0.1:1")->key == parse_public_key(std::string(64, 'e')));
}

TEST_CASE("server place: what is no address, or has no whole key, is none") {
    for (const char* const text : {"",
                                   ":",
                                   ":1",
                                   "host",
                                   "host:",
                                   "host:0",
                                   "host:65536",
                                   "host:-1",
                                   "host:1x",
                                   "ho st:1",
                                   "2001:db8::1:7777",
                                   "[2001:db8::1]",
                                   "[host]:1",
                                   "[]:1",
                                   "host/path:1",
                                   "\n:1"}) {
        CAPTURE(text);
        CHECK_FALSE(place(text));
    }
    CHECK_FALSE(place(std::string(254, 'a') + ":1"));
    CHECK_FALSE(parse_place("10.0.0.1:1", std::string(63, 'e'), Resolver()));
    CHECK_FALSE(parse_place("10.0.0.1:1", std::string(64, 'g'), Resolver()));
}
