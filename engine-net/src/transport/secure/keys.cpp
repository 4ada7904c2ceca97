#include "transport/secure/keys.hpp"

#include <sodium.h>

#include <cstring>

namespace engine_net {

static_assert(key_bytes == crypto_scalarmult_BYTES);

void SecretBytes::wipe() {
    sodium_memzero(bytes_.data(), bytes_.size());
}

KeyPair make_key_pair(const FillRandom& fill_random) {
    SecretBytes secret;
    fill_random(secret.view());
    return key_pair_of(secret);
}

KeyPair key_pair_of(const SecretBytes& secret) {
    KeyPair pair{.secret = secret, .open = {}};
    crypto_scalarmult_base(pair.open.data(), secret.data());
    return pair;
}

bool parse_hex(std::string_view text, std::span<std::uint8_t> out) {
    std::size_t bytes = 0;
    const int status =
        sodium_hex2bin(out.data(), out.size(), text.data(), text.size(), nullptr, &bytes, nullptr);
    return status == 0 && bytes == out.size() && text.size() == 2 * out.size();
}

std::optional<SecretBytes> parse_secret_key(std::string_view text) {
    SecretBytes key;
    return parse_hex(text, key.view()) ? std::optional(key) : std::nullopt;
}

std::optional<PublicKey> parse_public_key(std::string_view text) {
    PublicKey key{};
    return parse_hex(text, key) ? std::optional(key) : std::nullopt;
}

std::string to_text(Bytes key) {
    std::string text(2 * key.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), key.data(), key.size());
    text.pop_back();
    return text;
}

} // namespace engine_net
