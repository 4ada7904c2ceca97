#include "transport/secure/datagram_key.hpp"

#include "transport/secure/noise.hpp"

#include <sodium.h>

#include <cstring>

namespace engine_net {
namespace {

static_assert(AesGcm::tag_bytes == tag_bytes);
static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == tag_bytes);
static_assert(crypto_aead_chacha20poly1305_ietf_KEYBYTES == key_bytes);
static_assert(crypto_aead_chacha20poly1305_ietf_NPUBBYTES == AesGcm::nonce_bytes);

AesGcm::Nonce nonce_of(std::uint64_t sequence) {
    AesGcm::Nonce nonce{};
    std::memcpy(nonce.data() + nonce.size() - sizeof sequence, &sequence, sizeof sequence);
    return nonce;
}

} // namespace

DatagramKey::DatagramKey(Cipher cipher, const SecretBytes& key) {
    if (cipher == Cipher::aes_256_gcm) {
        aes_.emplace(key);
    } else {
        chacha_ = key;
    }
}

void DatagramKey::seal(std::uint64_t sequence,
                       Bytes header,
                       std::span<std::uint8_t> text,
                       std::span<std::uint8_t> tag) const {
    const AesGcm::Nonce nonce = nonce_of(sequence);
    if (aes_) return aes_->seal(nonce, header, text, tag);
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

bool DatagramKey::open(std::uint64_t sequence,
                       Bytes header,
                       Bytes sealed,
                       std::span<std::uint8_t> text) const {
    const AesGcm::Nonce nonce = nonce_of(sequence);
    const Bytes tag = sealed.last(tag_bytes);
    if (aes_) return aes_->open(nonce, header, sealed.first(text.size()), tag, text);
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
