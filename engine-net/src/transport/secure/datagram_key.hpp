#pragma once

#include "core/bytes.hpp"
#include "transport/secure/aes_gcm.hpp"
#include "transport/secure/keys.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace engine_net {

enum class Cipher : std::uint8_t {
    chacha20_poly1305 = 1, ///< RFC 8439
    aes_256_gcm = 2, ///< where both ends have it in hardware: a small part of the other's time
};

/// The processor has what AES-256-GCM asks for.
inline bool has_fast_aes() {
    return AesGcm::is_available();
}

/// Seals the datagrams of one direction, or opens them. A sequence number is the nonce: each is
/// used for one datagram alone.
class DatagramKey {
public:
    DatagramKey(Cipher cipher, const SecretBytes& key);

    /// Seals `text` where it is; `header` can be read, but not be changed. From any thread.
    void seal(std::uint64_t sequence,
              Bytes header,
              std::span<std::uint8_t> text,
              std::span<std::uint8_t> tag) const;
    /// The text of `sealed`, its tag last, into `text`, which is as long as that without the tag.
    /// False: it is forged.
    [[nodiscard]] bool
    open(std::uint64_t sequence, Bytes header, Bytes sealed, std::span<std::uint8_t> text) const;

    /// See `AesGcm::fetch`.
    void fetch() const {
        if (aes_) aes_->fetch();
    }

private:
    std::optional<AesGcm> aes_;
    SecretBytes chacha_; ///< without it
};

} // namespace engine_net
