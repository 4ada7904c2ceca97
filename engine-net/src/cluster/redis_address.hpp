#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine_net::cluster {

/// Where a Redis is, and who one is there.
struct RedisAddress {
    std::string host{};
    std::uint16_t port = 6379;
    std::string user{}; ///< of its access list; empty: its default user
    std::string password{};
    std::uint32_t database = 0;

    /// `redis://[[user]:password@]host[:port][/database]`, with an IPv6 host in brackets and what
    /// is special as `%XX`; with a password beside it `redis://[user@]host[:port][/database]`.
    /// Nothing: it is not such a one.
    static std::optional<RedisAddress> parse(std::string_view url, std::string_view password = {});
};

} // namespace engine_net::cluster
