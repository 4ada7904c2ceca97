#include "client/server_place.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace engine_net {

namespace {

/// A longer one is no name of DNS.
constexpr std::size_t longest_host = 253;

/// What a name or an address in digits is made of.
bool is_host(std::string_view text) {
    return !text.empty() && text.size() <= longest_host &&
           std::ranges::all_of(text, [](unsigned char character) {
               return (character >= '0' && character <= '9') ||
                      (character >= 'a' && character <= 'z') ||
                      (character >= 'A' && character <= 'Z') || character == '.' ||
                      character == '-' || character == ':' || character == '%' || character == '_';
           });
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool is_port = error == std::errc() && end == text.data() + text.size() && port != 0;
    return is_port ? std::optional(port) : std::nullopt;
}

} // namespace

bool ServerPlace::poll() {
    if (auto resolved = resolver.poll()) {
        if (*resolved) addresses = std::move(**resolved);
        return *resolved || !addresses.empty();
    }
    return true;
}

void ServerPlace::prefer(const Address& address) {
    const auto answered = std::ranges::find(addresses, address);
    if (answered != addresses.end()) std::rotate(addresses.begin(), answered, answered + 1);
}

std::optional<ServerPlace>
parse_place(std::string_view address, std::string_view key, const Resolver& resolver) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view host = address.substr(0, colon);
    const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
    if (is_bracketed) host = host.substr(1, host.size() - 2);
    if (!is_host(host) || is_bracketed != (host.find(':') != std::string_view::npos))
        return std::nullopt;
    const auto port = parse_port(address.substr(colon + 1));
    const auto server_key = parse_public_key(key);
    if (!port || !server_key) return std::nullopt;
    ServerPlace place;
    place.host = host;
    place.port = *port;
    place.key = server_key;
    place.resolver = resolver;
    return place;
}

} // namespace engine_net
