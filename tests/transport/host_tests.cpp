#include "transport/host_pair.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

using namespace engine_net;
using namespace engine_net::testing;

TEST_CASE("host: a message of each channel arrives") {
    HostPair pair({.link = {.delay = 20ms}});
    REQUIRE(pair.connect());
    for (std::size_t channel = 0; channel < channel_count; ++channel) {
        CHECK(pair.client->send(pair.to_server, Channel(channel), bytes_of("up")));
        CHECK(pair.server->send(pair.to_client, Channel(channel), bytes_of("down")));
    }
    pair.run_for(100ms);
    CHECK(pair.at_server.messages.size() == channel_count);
    CHECK(pair.at_client.messages.size() == channel_count);
    CHECK(pair.at_server.messages.front().bytes == bytes_of("up"));
}
