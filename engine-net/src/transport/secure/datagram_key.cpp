#include "transport/secure/datagram_key.hpp"

#include "transport/secure/noise.hpp"

#include <array>
#include <cstring>

namespace engine_net {
namespace {

static_assert(crypto_aead_aes256gcm_ABYTES == tag_bytes);
static_assert(crypto_aead_aes256gcm_KEYBYTES == key_bytes);
static_assert(crypto_aead_aes256gcm_NPUBBYTES == crypto_aead_chacha20poly1305_ietf_NPUBBYTES);

using Nonce = std::array<std::uint8_t, crypto_aead_aes256gcm_NPUBBYTES>;

Nonce nonce_of(std::uint64_t sequence) {
    Nonce nonce{};
    std::memcpy(nonce.data() + nonce.size() - sizeof sequence, &sequence, sizeof sequence);
    return nonce;
}

} // namespace

bool has_fast_aes() {
    // Before it is initialised, libsodium knows of no hardware.
    static const bool is_there = sodium_init() >= 0 && crypto_aead_aes256gcm_is_available() != 0;
    return is_there;
}

DatagramKey::DatagramKey(Cipher cipher, const SecretBytes& key) : cipher_(cipher) {
    if (cipher_ == Cipher::aes_256_gcm) {
        crypto_aead_aes256gcm_beforenm(&aes_, key.data());
    } else {
        chacha_ = key;
    }
}

DatagramKey::~DatagramKey() {
    sodium_memzero(&aes_, sizeof aes_);
}

void DatagramKey::seal(std::uint64_t sequence,
                       Bytes header,
                       std::span<std::uint8_t> text,
                       std::span<std::uint8_t> tag) const {
    const Nonce nonce = nonce_of(sequence);
    if (cipher_ == Cipher::aes_256_gcm) {
        crypto_aead_aes256gcm_encrypt_detached_afternm(text.data(),
                                                       tag.data(),
                                                       nullptr,
                                                       text.data(),
                                                       text.size(),
                                                       header.data(),
                                                       header.size(),
                                                       nullptr,
                                                       nonce.data(),
                                                       &aes_);
    } else {
        crypto_aead_chacha20poly1305_ietf_encrypt_detached(text.data(),
                                                           tag.data(),
                                                           nullptr,
                                                           text.data(),
                                                           text.size(),
                                                           header.data(),
                                                           header.size(),
                                                           nullptr,
                                                           nonce.data(),
                                                           chacha_.data());
    }
}

bool DatagramKey::open(std::uint64_t sequence,
                       Bytes header,
                       Bytes sealed,
                       std::span<std::uint8_t> text) const {
    const Nonce nonce = nonce_of(sequence);
    const Bytes tag = sealed.last(tag_bytes);
    if (cipher_ == Cipher::aes_256_gcm) {
        return crypto_aead_aes256gcm_decrypt_detached_afternm(text.data(),
                                                              nullptr,
                                                              sealed.data(),
                                                              text.size(),
                                                              tag.data(),
                                                              header.data(),
                                                              header.size(),
                                                              nonce.data(),
                                                              &aes_) == 0;
    }
    return crypto_aead_chacha20poly1305_ietf_decrypt_detached(text.data(),
                                                              nullptr,
                                                              sealed.data(),
                                                              text.size(),
                                                              tag.data(),
                                                              header.data(),
                                                              header.size(),
                                                              nonce.data(),
                                                              chacha_.data()) == 0;
}

} // namespace engine_net
