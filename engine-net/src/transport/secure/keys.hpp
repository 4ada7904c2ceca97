#pragma once

#include "core/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace engine_net {

/// Fills with bytes that nobody can foresee; in tests, with the same each time.
using FillRandom = std::function<void(std::span<std::uint8_t>)>;

inline constexpr std::size_t key_bytes = 32;
using PublicKey = std::array<std::uint8_t, key_bytes>;

/// Bytes that are wiped when they are no longer needed.
class SecretBytes {
public:
    SecretBytes() = default;
    ~SecretBytes() { wipe(); }
    SecretBytes(const SecretBytes&) = default;
    SecretBytes& operator=(const SecretBytes&) = default;

    std::uint8_t* data() { return bytes_.data(); }
    [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }
    [[nodiscard]] static constexpr std::size_t size() { return key_bytes; }
    [[nodiscard]] Bytes view() const { return bytes_; }
    [[nodiscard]] std::span<std::uint8_t> view() { return bytes_; }
    void wipe();

private:
    std::array<std::uint8_t, key_bytes> bytes_{};
};

/// X25519 (RFC 7748).
struct KeyPair {
    SecretBytes secret;
    PublicKey open{}; ///< what others may know of it
};

KeyPair make_key_pair(const FillRandom& fill_random);
/// That of a secret key.
KeyPair key_pair_of(const SecretBytes& secret);

/// Hexadecimal digits, of either case, as many as `out` takes, and nothing else.
bool parse_hex(std::string_view text, std::span<std::uint8_t> out);
/// 64 of them.
std::optional<SecretBytes> parse_secret_key(std::string_view text);
std::optional<PublicKey> parse_public_key(std::string_view text);
std::string to_text(Bytes key);

} // namespace engine_net
