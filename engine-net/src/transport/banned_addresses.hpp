#pragma once

#include "transport/address.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace engine_net {

/// Addresses that are not listened to: single ones and whole networks. Asked for every datagram.
class BannedAddresses {
public:
    /// "203.0.113.7", "10.0.0.0/8", "2001:db8::/32"; what is written behind the prefix does not
    /// count. False: it is none of these.
    bool add(std::string_view text);
    [[nodiscard]] bool contains(const IpAddress& host) const;

private:
    using Bytes16 = std::array<std::uint8_t, 16>;
    struct Range {
        Bytes16 first;
        Bytes16 last;
    };
    static std::optional<Range> parse(std::string_view text);

    std::vector<Range> ranges_; ///< in order, none within another
};

} // namespace engine_net
