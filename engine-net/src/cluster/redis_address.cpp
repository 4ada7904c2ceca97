#include "cluster/redis_address.hpp"

#include <charconv>

namespace engine_net::cluster {

namespace {

template <class Number>
bool read_number(std::string_view text, Number& number) {
    const char* const end = text.data() + text.size();
    const auto [read_to, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && read_to == end;
}

std::optional<std::string> decode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i]);
            continue;
        }
        unsigned value = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const char* const end = digits.data() + digits.size();
        if (digits.size() != 2 || std::from_chars(digits.data(), end, value, 16).ptr != end)
            return std::nullopt;
        decoded.push_back(static_cast<char>(value));
        i += 2;
    }
    return decoded;
}

/// It says the password, unless that is known.
bool read_login(std::string_view login, RedisAddress& address) {
    const std::size_t colon = login.find(':');
    const auto user = decode(login.substr(0, colon));
    if (!user) return false;
    address.user = *user;
    const bool has_password = colon != std::string_view::npos;
    if (has_password != address.password.empty()) return false;
    if (!has_password) return true;
    const auto password = decode(login.substr(colon + 1));
    if (!password || password->empty()) return false;
    address.password = *password;
    return true;
}

bool read_place(std::string_view place, RedisAddress& address) {
    std::string_view port;
    if (place.starts_with('[')) {
        const std::size_t end = place.find(']');
        if (end == std::string_view::npos) return false;
        address.host = place.substr(1, end - 1);
        port = place.substr(end + 1);
    } else {
        const std::size_t colon = place.find(':');
        address.host = place.substr(0, colon);
        if (colon != std::string_view::npos) port = place.substr(colon);
    }
    if (address.host.empty()) return false;
    if (port.empty()) return true;
    return port.front() == ':' && read_number(port.substr(1), address.port) && address.port != 0;
}

} // namespace

std::optional<RedisAddress> RedisAddress::parse(std::string_view url, std::string_view password) {
    constexpr std::string_view scheme = "redis://";
    if (!url.starts_with(scheme)) return std::nullopt;
    url.remove_prefix(scheme.size());
    RedisAddress address;
    address.password = password;
    const std::size_t slash = url.find('/');
    if (slash != std::string_view::npos) {
        const std::string_view database = url.substr(slash + 1);
        if (!database.empty() && !read_number(database, address.database)) return std::nullopt;
        url = url.substr(0, slash);
    }
    const std::size_t at = url.rfind('@');
    if (at != std::string_view::npos) {
        if (!read_login(url.substr(0, at), address)) return std::nullopt;
        url.remove_prefix(at + 1);
    }
    if (!read_place(url, address)) return std::nullopt;
    return address;
}

} // namespace engine_net::cluster
