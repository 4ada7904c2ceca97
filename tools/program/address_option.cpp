#include "program/address_option.hpp"

#include "program/toml.hpp"

#include <algorithm>
#include <string_view>

namespace program {

namespace {

struct Parts {
    std::string_view host;
    std::optional<std::string_view> port; ///< what stands behind the colon
};

/// An IPv6 address has colons of its own, so it stands in brackets when a port follows.
Parts parts_of(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = std::min(text.find(']'), text.size());
        const std::string_view rest = text.substr(std::min(end + 1, text.size()));
        if (end == text.size() || (!rest.empty() && rest[0] != ':')) return {};
        const std::string_view host = text.substr(1, end - 1);
        return rest.empty() ? Parts{host, {}} : Parts{host, rest.substr(1)};
    }
    const std::size_t colon = text.find(':');
    if (colon == text.npos || text.find(':', colon + 1) != text.npos) return {text, {}};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

} // namespace

OptionValue address_value(std::string& host, std::uint16_t& port) {
    const auto read = [&host, &port](std::string_view text) -> std::optional<std::string> {
        const Parts parts = parts_of(text);
        std::uint16_t new_port = port;
        const bool is_bad_port =
            parts.port && value_of(new_port, {1, 65'535, ""}).read(*parts.port);
        if (parts.host.empty() || is_bad_port) {
            return '"' + std::string(text) + "\" is not HOST:PORT";
        }
        host = parts.host;
        port = new_port;
        return std::nullopt;
    };
    const auto write = [&host, &port] {
        return toml_quoted(address_text(host, port));
    };
    return {read, write, "HOST:PORT", ""};
}

std::string address_text(const std::string& host, std::uint16_t port) {
    const bool is_v6 = host.find(':') != host.npos;
    return (is_v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

} // namespace program
