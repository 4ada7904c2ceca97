#include "session/credentials.hpp"

#include <sodium.h>

#include <array>
#include <cstring>

namespace engine_net {

namespace {

constexpr std::size_t token_bytes = sizeof(std::uint64_t) + std::tuple_size_v<Secret>;
static_assert(credentials_digits == 2 * token_bytes);

} // namespace

std::string to_text(const Credentials& credentials) {
    std::array<std::uint8_t, token_bytes> bytes{};
    std::memcpy(bytes.data(), &credentials.session.value, sizeof credentials.session.value);
    std::memcpy(bytes.data() + sizeof credentials.session.value,
                credentials.secret.data(),
                credentials.secret.size());
    std::string text(2 * token_bytes + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();
    return text;
}

std::optional<Credentials> parse_credentials(std::string_view text) {
    std::array<std::uint8_t, token_bytes> bytes{};
    std::size_t length = 0;
    const int status = sodium_hex2bin(
        bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length, nullptr);
    if (status != 0 || length != bytes.size() || text.size() != 2 * token_bytes)
        return std::nullopt;
    Credentials credentials;
    std::memcpy(&credentials.session.value, bytes.data(), sizeof credentials.session.value);
    std::memcpy(credentials.secret.data(),
                bytes.data() + sizeof credentials.session.value,
                credentials.secret.size());
    return credentials;
}

} // namespace engine_net
