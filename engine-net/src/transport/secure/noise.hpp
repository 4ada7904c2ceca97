#pragma once

#include "core/bytes.hpp"
#include "transport/secure/keys.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

/// The key agreement: Noise_NK_25519_ChaChaPoly_SHA256 (Trevor Perrin: "The Noise Protocol
/// Framework", revision 34). The client knows the server's key, the server knows nothing of the
/// client. Two messages, each with a payload:
///
///     <- s
///     ...
///     -> e, es
///     <- e, ee
///
/// The first one's payload is secret to whoever has the server's key, now or later; the second
/// one's, and all that is sealed with the keys agreed on, to nobody else, ever.
namespace engine_net {

inline constexpr std::size_t tag_bytes = 16;
/// What a message of the handshake has besides its payload.
inline constexpr std::size_t noise_message_bytes = key_bytes + tag_bytes;

/// What both ends come to: a key for each direction.
struct AgreedKeys {
    SecretBytes to_server;
    SecretBytes to_client;
};

/// What both ends have mixed in so far: Noise's SymmetricState and CipherState.
class NoiseTranscript {
public:
    NoiseTranscript(Bytes prologue, const PublicKey& server);

    void mix_hash(Bytes bytes);
    /// False: the other's public key is none that can be agreed with.
    bool mix_agreement(const SecretBytes& mine, const PublicKey& theirs);
    /// Appends `payload`, sealed.
    void seal(Bytes payload, std::vector<std::uint8_t>& out);
    /// False: it is forged.
    bool open(Bytes sealed, std::vector<std::uint8_t>& payload);
    [[nodiscard]] AgreedKeys split() const;

private:
    std::array<std::uint8_t, key_bytes> hash_{};
    SecretBytes chaining_key_;
    SecretBytes key_; ///< used for one payload, then mixed anew: its nonce is always 0
};

/// The client's part.
class NoiseInitiator {
public:
    NoiseInitiator(Bytes prologue, const PublicKey& server, KeyPair ephemeral)
        : transcript_(prologue, server), server_(server), ephemeral_(std::move(ephemeral)) {}

    /// Once: appends the first message. False: `server` is no key.
    bool write(Bytes payload, std::vector<std::uint8_t>& out);
    /// The second message; nothing when it is forged, and then another may follow.
    std::optional<AgreedKeys> read(Bytes message, std::vector<std::uint8_t>& payload) const;

private:
    NoiseTranscript transcript_;
    PublicKey server_;
    KeyPair ephemeral_;
};

/// The server's part.
class NoiseResponder {
public:
    NoiseResponder(Bytes prologue, KeyPair identity)
        : transcript_(prologue, identity.open), identity_(std::move(identity)) {}

    /// Once: the first message. False: it is forged, or for another server.
    bool read(Bytes message, std::vector<std::uint8_t>& payload);
    /// Once, after that: appends the second message. Nothing: the client's key is none.
    std::optional<AgreedKeys>
    write(const KeyPair& ephemeral, Bytes payload, std::vector<std::uint8_t>& out);

private:
    NoiseTranscript transcript_;
    KeyPair identity_;
    PublicKey client_{};
};

} // namespace engine_net
