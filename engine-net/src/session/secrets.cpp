#include "session/secrets.hpp"

#include <sodium.h>

#include <cstring>

namespace engine_net {

std::string invite_code(SecretSource& source) {
    constexpr std::string_view letters = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"; // without I, L, O, U
    constexpr std::size_t length = 10;
    std::string code;
    std::uint64_t random = source.next();
    for (std::size_t i = 0; i < length; ++i, random /= letters.size())
        code += letters[static_cast<std::size_t>(random % letters.size())];
    return code;
}

SecretHash hash_of(Bytes secret, std::uint64_t issuer) {
    SecretHash hash{};
    std::array<std::uint8_t, crypto_generichash_KEYBYTES_MIN> key{};
    std::memcpy(key.data(), &issuer, sizeof issuer);
    crypto_generichash(
        hash.data(), hash.size(), secret.data(), secret.size(), key.data(), key.size());
    return hash;
}

bool is_same(const SecretHash& a, const SecretHash& b) {
    return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool is_same_text(std::string_view a, std::string_view b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace engine_net
