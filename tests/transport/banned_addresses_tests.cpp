#include "transport/banned_addresses.hpp"

#include <doctest/doctest.h>

using namespace engine_net;

namespace {

bool contains(const BannedAddresses& banned, std::string_view text) {
    const auto host = parse_host(text);
    CAPTURE(text);
    REQUIRE(host.has_value());
    return banned.contains(*host);
}

} // namespace

TEST_CASE("banned_addresses: an address and a network are banned, and no neighbour") {
    BannedAddresses banned;
    CHECK_FALSE(contains(banned, "203.0.113.7"));
    for (const char* text : {"203.0.113.7", "10.0.0.0/8", "2001:db8::/32", "fd00::7", "1.2.3.5/30"})
        REQUIRE(banned.add(text));
    for (const char* text : {"203.0.113.7",
                             "::ffff:203.0.113.7",
                             "10.0.0.0",
                             "10.255.255.255",
                             "::ffff:10.1.2.3",
                             "2001:db8::",
                             "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                             "fd00::7",
                             "1.2.3.4",
                             "1.2.3.7"}) {
        CHECK(contains(banned, text));
    }
    for (const char* text : {"203.0.113.6",
                             "203.0.113.8",
                             "9.255.255.255",
                             "11.0.0.0",
                             "2001:db7:ffff::",
                             "2001:db9::",
                             "fd00::8",
                             "1.2.3.3",
                             "1.2.3.8",
                             "::10.0.0.1",
                             "::1"}) {
        CHECK_FALSE(contains(banned, text));
    }
}

TEST_CASE("banned_addresses: networks within each other count as the larger, in any order") {
    for (const bool larger_first : {true, false}) {
        BannedAddresses banned;
        REQUIRE(banned.add(larger_first ? "10.0.0.0/8" : "10.1.0.0/16"));
        REQUIRE(banned.add(larger_first ? "10.1.0.0/16" : "10.0.0.0/8"));
        REQUIRE(banned.add("10.1.2.3"));
        CHECK(contains(banned, "10.2.0.0"));
        CHECK(contains(banned, "10.1.2.4"));
        CHECK_FALSE(contains(banned, "11.0.0.0"));
    }
}

TEST_CASE("banned_addresses: IPv4 written in IPv6 bans the same") {
    BannedAddresses banned;
    REQUIRE(banned.add("::ffff:192.0.2.0/120"));
    REQUIRE(banned.add("::ffff:203.0.113.7"));
    CHECK(contains(banned, "192.0.2.200"));
    CHECK(contains(banned, "203.0.113.7"));
    CHECK_FALSE(contains(banned, "192.0.3.0"));
}

TEST_CASE("banned_addresses: what is neither an address nor a network is refused") {
    BannedAddresses banned;
    for (const char* text : {"",
                             "/8",
                             "localhost",
                             "10.0.0.0/",
                             "10.0.0.0/33",
                             "10.0.0.0/-1",
                             "10.0.0.0/8 ",
                             "10.0.0/8",
                             "::/129",
                             "[::1]",
                             "::1/64/64"}) {
        CAPTURE(text);
        CHECK_FALSE(banned.add(text));
    }
    CHECK_FALSE(contains(banned, "10.0.0.1"));
}
