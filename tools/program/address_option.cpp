#include "program/address_option.hpp"

#include "program/toml.hpp"

#include <algorithm>
#include <string_view>

namespace program {

OptionValue address_value(std::string& host, std::uint16_t& port) {
    const auto read = [&host, &port](std::string_view text) -> std::optional<std::string> {
        const std::size_t colon = std::min(text.rfind(':'), text.size());
        std::uint16_t new_port = port;
        const bool has_port = colon < text.size();
        const bool is_bad_port =
            has_port && value_of(new_port, {1, 65'535, ""}).read(text.substr(colon + 1));
        if (colon == 0 || is_bad_port) return '"' + std::string(text) + "\" is not HOST:PORT";
        host = text.substr(0, colon);
        port = new_port;
        return std::nullopt;
    };
    const auto write = [&host, &port] {
        return toml_quoted(host + ":" + std::to_string(port));
    };
    return {read, write, "HOST:PORT", ""};
}

} // namespace program
