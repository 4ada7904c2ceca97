#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace engine_net {

/// A machine's address: IPv6, or IPv4 as it is written in IPv6 (::ffff:127.0.0.1). So one machine
/// has one address, whatever socket it was heard by.
struct IpAddress {
    constexpr IpAddress() = default; ///< "::"
    /// IPv4, in host byte order.
    constexpr IpAddress(std::uint32_t v4)
        : bytes{0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0xFF,
                0xFF,
                static_cast<std::uint8_t>(v4 >> 24),
                static_cast<std::uint8_t>(v4 >> 16),
                static_cast<std::uint8_t>(v4 >> 8),
                static_cast<std::uint8_t>(v4)} {}

    std::array<std::uint8_t, 16> bytes{}; ///< in network byte order
    std::uint32_t scope = 0;              ///< the interface that a link-local one is reached by

    [[nodiscard]] bool is_v4() const;
    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// Where a datagram comes from or goes to.
struct Address {
    IpAddress host;
    std::uint16_t port = 0;

    friend auto operator<=>(const Address&, const Address&) = default;
};

/// This machine's own: 127.0.0.0/8 and ::1.
bool is_loopback(const IpAddress& host);
bool is_loopback(const Address& address);
/// What one customer of a provider has, and so what limits are counted by: of IPv4 the address, of
/// IPv6 its first 64 bits.
IpAddress network_of(const IpAddress& host);
IpAddress network_of(const Address& address);

/// Spreads, but keeps nobody from making up addresses that fall together.
std::size_t hash_of(const IpAddress& host);
std::size_t hash_of(const Address& address);

/// "127.0.0.1", "2001:db8::1", "fe80::1%2"
std::string to_string(const IpAddress& host);
/// "127.0.0.1:7777", "[2001:db8::1]:7777"
std::string to_string(const Address& address);
/// "127.0.0.x", "2001:db8::x": enough to tell two apart, and no more than an admin has to know.
std::string shortened(const Address& address);

/// An address in digits, "127.0.0.1", "::1" or "fe80::1%eth0", and nothing else. Names are the
/// resolver's.
std::optional<IpAddress> parse_host(std::string_view text);

} // namespace engine_net

template <>
struct std::hash<engine_net::IpAddress> {
    std::size_t operator()(const engine_net::IpAddress& host) const noexcept {
        return engine_net::hash_of(host);
    }
};
