#include "bridge/web_addresses.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>

namespace engine_net::bridge {
namespace {

using V6 = std::array<std::uint8_t, 16>;

constexpr std::array<std::uint8_t, 12> v4_in_v6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/// Any address, IPv4 as it is written in IPv6.
std::optional<V6> parse(std::string_view address) {
    const std::string text(address.substr(0, address.find('%')));
    V6 out{};
    if (inet_pton(AF_INET6, text.c_str(), out.data()) == 1) return out;
    std::copy(v4_in_v6.begin(), v4_in_v6.end(), out.begin());
    if (inet_pton(AF_INET, text.c_str(), out.data() + v4_in_v6.size()) == 1) return out;
    return std::nullopt;
}

bool is_v4(const V6& address) {
    return std::equal(v4_in_v6.begin(), v4_in_v6.end(), address.begin());
}

bool is_one_of(std::string_view address, const std::vector<std::string>& list) {
    const auto parsed = parse(address);
    return parsed && std::any_of(list.begin(), list.end(), [&](const std::string& one) {
               return parse(one) == parsed;
           });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

} // namespace

bool is_loopback(std::string_view address) {
    const auto parsed = parse(address);
    if (!parsed) return false;
    if (is_v4(*parsed)) return (*parsed)[12] == 127;
    return std::memcmp(parsed->data(), in6addr_loopback.s6_addr, parsed->size()) == 0;
}

std::optional<std::string> counted_address(std::string_view address) {
    auto parsed = parse(address);
    if (!parsed) return std::nullopt;
    if (!is_v4(*parsed)) std::fill(parsed->begin() + 8, parsed->end(), std::uint8_t{0});
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(AF_INET6, parsed->data(), text.data(), text.size());
    return std::string(text.data());
}

std::string client_address(std::string_view peer,
                           std::string_view forwarded_for,
                           const std::vector<std::string>& trusted_proxies) {
    std::string_view from = peer;
    while (is_one_of(from, trusted_proxies) && !forwarded_for.empty()) {
        const std::size_t comma = forwarded_for.rfind(',');
        const std::string_view last = trimmed(
            comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
        if (!parse(last)) break;
        from = last;
        forwarded_for = comma == std::string_view::npos ? "" : forwarded_for.substr(0, comma);
    }
    return std::string(from);
}

AddressCounts::Place AddressCounts::take(std::string_view address) {
    const auto counted = counted_address(address);
    if (!counted || is_loopback(address)) return std::make_shared<int>(0);
    std::size_t& count = (*counts_)[*counted];
    if (count >= most_) return nullptr;
    ++count;
    return {counts_.get(), [counts = counts_, key = *counted](void*) {
                if (--(*counts)[key] == 0) counts->erase(key);
            }};
}

} // namespace engine_net::bridge
