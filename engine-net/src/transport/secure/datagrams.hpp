#pragma once

#include "core/bytes.hpp"
#include "transport/secure/address_proof.hpp"
#include "transport/secure/keys.hpp"
#include "transport/secure/noise.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

/// What travels as UDP payloads, drawn in PROTOCOL.md. The first byte says which it is.
namespace engine_net {

/// By which the one who receives a datagram knows whose it is: its own number for the connection.
using ConnectionId = std::uint32_t;

enum class DatagramType : std::uint8_t {
    hello = 1,         ///< client: may I ask?
    challenge = 2,     ///< server: show this again
    request = 3,       ///< client: the proof, and Noise's first message
    answer = 4,        ///< server: Noise's second message, and a sealed datagram
    data = 5,          ///< sealed, ENet's
    path_question = 6, ///< sealed: are you at this address?
    path_answer = 7,   ///< sealed: I am
    refusal = 8,       ///< server: not now, and why
};

enum class RefusalReason : std::uint8_t { server_full = 1, too_many_from_address = 2 };

/// Of the handshake; another one is told of in the challenge.
inline constexpr std::uint8_t secure_version = 1;
inline constexpr std::size_t proof_bytes = 28;
/// Padded, so that a challenge is shorter.
inline constexpr std::size_t hello_bytes = 100;
inline constexpr std::size_t challenge_bytes = 2 + 8 + proof_bytes + key_bytes;
static_assert(challenge_bytes <= hello_bytes);
inline constexpr std::size_t refusal_bytes = 2 + 8 + 1;
/// Before Noise's message.
inline constexpr std::size_t request_header_bytes = 3 + proof_bytes;
inline constexpr std::size_t answer_header_bytes = 1 + 4;
/// Noise's second message whole.
inline constexpr std::size_t answer_noise_bytes = noise_message_bytes + 4 + 1 + proof_bytes;
inline constexpr std::size_t answer_bytes = answer_header_bytes + answer_noise_bytes;
/// Type, connection id, the sequence number's lower half.
inline constexpr std::size_t sealed_header_bytes = 1 + 4 + 4;
inline constexpr std::size_t path_token_bytes = 8;

AddressProof read_proof(ByteReader& reader);
void write(const AddressProof& proof, std::vector<std::uint8_t>& out);

/// What both ends mix in first.
Bytes handshake_prologue();

struct Hello {
    std::uint8_t version = 0;
    PublicKey ephemeral{};
};
std::optional<Hello> read_hello(Bytes datagram);
void write(const Hello& hello, std::vector<std::uint8_t>& out);

struct Challenge {
    std::uint8_t version = 0;
    std::uint64_t attempt = 0; ///< `attempt_of` the client's key: whoever knows it saw that
    AddressProof proof{};
    PublicKey server{};
};
std::uint64_t attempt_of(const PublicKey& ephemeral);
std::optional<Challenge> read_challenge(Bytes datagram);
void write(const Challenge& challenge, std::vector<std::uint8_t>& out);

struct Request {
    std::uint8_t version = 0;
    ProofKind kind{};
    AddressProof proof{};
    PublicKey ephemeral{}; ///< where the Noise message begins
    Bytes noise{};
};
std::optional<Request> read_request(Bytes datagram);
void write_request(ProofKind kind,
                   const AddressProof& proof,
                   Bytes noise,
                   std::vector<std::uint8_t>& out);

/// What a request seals, with the first datagram for ENet at its end.
struct RequestPayload {
    ConnectionId client = 0;
    bool has_fast_aes = false;
    Bytes datagram{};
};
std::optional<RequestPayload> read_request_payload(Bytes payload);
void write(const RequestPayload& payload, std::vector<std::uint8_t>& out);

/// What an answer seals.
struct AnswerPayload {
    ConnectionId server = 0;
    std::uint8_t cipher = 0; ///< `Cipher`
    AddressProof ticket{};
};
std::optional<AnswerPayload> read_answer_payload(Bytes payload);
void write(const AnswerPayload& payload, std::vector<std::uint8_t>& out);

/// To an address that was proved.
struct Refusal {
    std::uint8_t version = 0;
    std::uint64_t attempt = 0;
    RefusalReason reason{};
};
std::optional<Refusal> read_refusal(Bytes datagram);
void write(const Refusal& refusal, std::vector<std::uint8_t>& out);

struct SealedHeader {
    DatagramType type{};
    ConnectionId to = 0;
    std::uint32_t sequence = 0; ///< its lower half
};
/// Also checks that there are a tag and something sealed.
std::optional<SealedHeader> read_sealed_header(Bytes datagram);
void write(const SealedHeader& header, std::vector<std::uint8_t>& out);

} // namespace engine_net
