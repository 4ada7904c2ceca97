#include "bridge/channel_log.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

using namespace engine_net;
using namespace engine_net::bridge;

namespace {

constexpr std::uint64_t epoch = 7;

/// Of three messages.
ChannelLog make_log() {
    ChannelLog log("lobby");
    tell::ChannelOpened opened{"lobby", epoch, 1, 4, {}, {}};
    for (std::uint64_t number = 1; number < 4; ++number)
        opened.items.push_back({.number = number, .event = "said"});
    log.open(opened);
    return log;
}

} // namespace

TEST_CASE("web channels: one goes on after what one has read") {
    const ChannelLog log = make_log();
    CHECK(log.start_after({epoch, 1}).next == 2);
    CHECK_FALSE(log.start_after({epoch, 1}).is_reset);
    CHECK(log.start_after({epoch, 3}).next == 4);
    CHECK_FALSE(log.start_after({epoch, 3}).is_reset);
}

TEST_CASE("web channels: another epoch is read from its beginning") {
    const ChannelLog log = make_log();
    CHECK(log.start_after({epoch + 1, 2}).next == 1);
    CHECK(log.start_after({epoch + 1, 2}).is_reset);
}

TEST_CASE("web channels: who has read more than a server has goes on where it was") {
    const ChannelLog log = make_log();
    CHECK(log.start_after({epoch, 5}).next == 6);
    CHECK_FALSE(log.start_after({epoch, 5}).is_reset);
    // There is no next one.
    CHECK(log.start_after({epoch, std::numeric_limits<std::uint64_t>::max()}).next == 1);
    CHECK(log.start_after({epoch, std::numeric_limits<std::uint64_t>::max()}).is_reset);
}
