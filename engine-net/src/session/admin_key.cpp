#include "session/admin_key.hpp"

#include "session/secrets.hpp"

#include <engine_net/admin.hpp>

#include <sodium.h>

#include <string>

namespace engine_net {

static_assert(sizeof(AdminKey) == crypto_auth_hmacsha256_KEYBYTES);

std::optional<AdminKey> parse_admin_key(std::string_view text) {
    AdminKey key{};
    std::size_t bytes = 0;
    const char* end = nullptr;
    if (text.size() != 2 * key.size()) return std::nullopt;
    const int outcome =
        sodium_hex2bin(key.data(), key.size(), text.data(), text.size(), nullptr, &bytes, &end);
    const bool is_whole = outcome == 0 && bytes == key.size() && end == text.data() + text.size();
    return is_whole ? std::optional(key) : std::nullopt;
}

std::array<std::uint8_t, 32> admin_proof(const AdminKey& key, Bytes number) {
    std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> proof{};
    crypto_auth_hmacsha256(proof.data(), number.data(), number.size(), key.data());
    return proof;
}

bool proves(const AdminKey& key, Bytes number, Bytes proof) {
    return proof.size() == crypto_auth_hmacsha256_BYTES &&
           crypto_auth_hmacsha256_verify(proof.data(), number.data(), number.size(), key.data()) ==
               0;
}

std::string make_admin_key() {
    AdminKey key{};
    SecretSource(std::nullopt).fill(key);
    std::string text(2 * key.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), key.data(), key.size());
    text.pop_back();
    return text;
}

} // namespace engine_net
