#include "transport/secure/noise.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace engine_net {
namespace {

constexpr std::string_view protocol_name = "Noise_NK_25519_ChaChaPoly_SHA256";
static_assert(protocol_name.size() == crypto_hash_sha256_BYTES,
              "shorter or longer ones begin with another hash");
static_assert(key_bytes == crypto_auth_hmacsha256_KEYBYTES);
static_assert(key_bytes == crypto_aead_chacha20poly1305_ietf_KEYBYTES);
static_assert(tag_bytes == crypto_aead_chacha20poly1305_ietf_ABYTES);

constexpr std::array<std::uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> first_nonce{};

/// Noise's HKDF with two outputs (RFC 5869).
void derive(const SecretBytes& key, Bytes input, SecretBytes& first, SecretBytes& second) {
    SecretBytes extracted;
    crypto_auth_hmacsha256(extracted.data(), input.data(), input.size(), key.data());

    const std::uint8_t one = 1;
    SecretBytes output;
    crypto_auth_hmacsha256(output.data(), &one, 1, extracted.data());

    std::array<std::uint8_t, key_bytes + 1> next{};
    std::copy_n(output.data(), key_bytes, next.data());
    next.back() = 2;
    crypto_auth_hmacsha256(second.data(), next.data(), next.size(), extracted.data());
    sodium_memzero(next.data(), next.size());
    first = output;
}

PublicKey read_key(Bytes message) {
    PublicKey key{};
    std::copy_n(message.begin(), key_bytes, key.begin());
    return key;
}

} // namespace

NoiseTranscript::NoiseTranscript(Bytes prologue, const PublicKey& server) {
    std::memcpy(hash_.data(), protocol_name.data(), hash_.size());
    std::memcpy(chaining_key_.data(), hash_.data(), hash_.size());
    mix_hash(prologue);
    mix_hash(server);
}

void NoiseTranscript::mix_hash(Bytes bytes) {
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, hash_.data(), hash_.size());
    crypto_hash_sha256_update(&state, bytes.data(), bytes.size());
    crypto_hash_sha256_final(&state, hash_.data());
}

bool NoiseTranscript::mix_agreement(const SecretBytes& mine, const PublicKey& theirs) {
    SecretBytes agreed;
    if (crypto_scalarmult(agreed.data(), mine.data(), theirs.data()) != 0) return false;
    derive(chaining_key_, agreed.view(), chaining_key_, key_);
    return true;
}

void NoiseTranscript::seal(Bytes payload, std::vector<std::uint8_t>& out) {
    const std::size_t at = out.size();
    out.resize(at + payload.size() + tag_bytes);
    crypto_aead_chacha20poly1305_ietf_encrypt(out.data() + at,
                                              nullptr,
                                              payload.data(),
                                              payload.size(),
                                              hash_.data(),
                                              hash_.size(),
                                              nullptr,
                                              first_nonce.data(),
                                              key_.data());
    mix_hash(Bytes(out).subspan(at));
}

bool NoiseTranscript::open(Bytes sealed, std::vector<std::uint8_t>& payload) {
    if (sealed.size() < tag_bytes) return false;
    payload.resize(sealed.size() - tag_bytes);
    const int status = crypto_aead_chacha20poly1305_ietf_decrypt(payload.data(),
                                                                 nullptr,
                                                                 nullptr,
                                                                 sealed.data(),
                                                                 sealed.size(),
                                                                 hash_.data(),
                                                                 hash_.size(),
                                                                 first_nonce.data(),
                                                                 key_.data());
    if (status != 0) return false;
    mix_hash(sealed);
    return true;
}

AgreedKeys NoiseTranscript::split() const {
    AgreedKeys keys;
    derive(chaining_key_, {}, keys.to_server, keys.to_client);
    return keys;
}

bool NoiseInitiator::write(Bytes payload, std::vector<std::uint8_t>& out) {
    out.insert(out.end(), ephemeral_.open.begin(), ephemeral_.open.end());
    transcript_.mix_hash(ephemeral_.open);
    if (!transcript_.mix_agreement(ephemeral_.secret, server_)) return false;
    transcript_.seal(payload, out);
    return true;
}

std::optional<AgreedKeys> NoiseInitiator::read(Bytes message,
                                               std::vector<std::uint8_t>& payload) const {
    if (message.size() < noise_message_bytes) return std::nullopt;
    NoiseTranscript transcript = transcript_;
    const PublicKey server_ephemeral = read_key(message);
    transcript.mix_hash(server_ephemeral);
    if (!transcript.mix_agreement(ephemeral_.secret, server_ephemeral)) return std::nullopt;
    if (!transcript.open(message.subspan(key_bytes), payload)) return std::nullopt;
    return transcript.split();
}

bool NoiseResponder::read(Bytes message, std::vector<std::uint8_t>& payload) {
    if (message.size() < noise_message_bytes) return false;
    client_ = read_key(message);
    transcript_.mix_hash(client_);
    return transcript_.mix_agreement(identity_.secret, client_) &&
           transcript_.open(message.subspan(key_bytes), payload);
}

std::optional<AgreedKeys>
NoiseResponder::write(const KeyPair& ephemeral, Bytes payload, std::vector<std::uint8_t>& out) {
    out.insert(out.end(), ephemeral.open.begin(), ephemeral.open.end());
    transcript_.mix_hash(ephemeral.open);
    if (!transcript_.mix_agreement(ephemeral.secret, client_)) return std::nullopt;
    transcript_.seal(payload, out);
    return transcript_.split();
}

} // namespace engine_net
