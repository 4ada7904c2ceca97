#include "transport/address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <net/if.h>
#include <netinet/in.h>

namespace engine_net {
namespace {

constexpr std::size_t v4_at = 12; ///< in the sixteen bytes
constexpr std::size_t network_bytes = 8;

/// The half of an address, as a number that means nothing.
std::uint64_t half_of(const IpAddress& host, std::size_t at) {
    std::uint64_t half = 0;
    std::memcpy(&half, host.bytes.data() + at, sizeof half);
    return half;
}

/// One step of MurmurHash3's finish, which spreads each bit over all.
std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
    hash = (hash ^ value) * 0xFF51'AFD7'ED55'8CCD;
    return hash ^ hash >> 32;
}

/// A scope's name or number; 0 is none.
std::uint32_t parse_scope(std::string_view text) {
    std::uint32_t scope = 0;
    const char* const end = text.data() + text.size();
    const auto [next, error] = std::from_chars(text.data(), end, scope);
    if (error == std::errc{} && next == end) return scope;
    return if_nametoindex(std::string(text).c_str());
}

} // namespace

bool IpAddress::is_v4() const {
    constexpr IpAddress any_v4(0);
    return std::memcmp(bytes.data(), any_v4.bytes.data(), v4_at) == 0;
}

bool is_loopback(const IpAddress& host) {
    if (host.is_v4()) return host.bytes[v4_at] == 127;
    return std::memcmp(host.bytes.data(), &in6addr_loopback, host.bytes.size()) == 0;
}

bool is_loopback(const Address& address) {
    return is_loopback(address.host);
}

IpAddress network_of(const IpAddress& host) {
    IpAddress network = host;
    if (!host.is_v4()) std::fill(network.bytes.begin() + network_bytes, network.bytes.end(), 0);
    return network;
}

IpAddress network_of(const Address& address) {
    return network_of(address.host);
}

std::size_t hash_of(const IpAddress& host) {
    return hash_of(Address{host, 0});
}

std::size_t hash_of(const Address& address) {
    const std::uint64_t hash = mix(half_of(address.host, 0), half_of(address.host, network_bytes));
    return mix(hash, std::uint64_t{address.host.scope} << 16 | address.port);
}

std::string to_string(const IpAddress& host) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (host.is_v4()) {
        inet_ntop(AF_INET, host.bytes.data() + v4_at, text.data(), text.size());
        return text.data();
    }
    inet_ntop(AF_INET6, host.bytes.data(), text.data(), text.size());
    std::string whole = text.data();
    if (host.scope != 0) whole.append("%").append(std::to_string(host.scope));
    return whole;
}

std::string to_string(const Address& address) {
    std::string text = to_string(address.host);
    if (!address.host.is_v4()) text.insert(0, 1, '[').push_back(']');
    return text.append(":").append(std::to_string(address.port));
}

std::string shortened(const Address& address) {
    std::string text = to_string(network_of(address.host));
    text.resize(address.host.is_v4() ? text.find_last_of('.') + 1 : text.find_last_of(':') + 1);
    return text.append("x");
}

std::optional<IpAddress> parse_host(std::string_view text) {
    const std::size_t scope_at = text.find('%');
    const std::string digits(text.substr(0, scope_at));
    if (digits.find('\0') != digits.npos) return std::nullopt;
    in_addr v4{};
    if (inet_pton(AF_INET, digits.c_str(), &v4) == 1 && scope_at == text.npos) {
        return IpAddress(ntohl(v4.s_addr));
    }
    IpAddress v6;
    if (inet_pton(AF_INET6, digits.c_str(), v6.bytes.data()) != 1) return std::nullopt;
    if (scope_at == text.npos) return v6;
    v6.scope = parse_scope(text.substr(scope_at + 1));
    return v6.scope != 0 && !v6.is_v4() ? std::optional(v6) : std::nullopt;
}

} // namespace engine_net
