#include "transport/secure/datagrams.hpp"

#include "transport/secure/datagram_key.hpp"

#include <engine_net/limits.hpp>

#include <cstring>

namespace engine_net {
namespace {

static_assert(sealed_header_bytes + tag_bytes == secure_layer_bytes);

bool has_type(ByteReader& reader, DatagramType type) {
    return reader.read<std::uint8_t>() == static_cast<std::uint8_t>(type);
}

} // namespace

AddressProof read_proof(ByteReader& reader) {
    AddressProof proof;
    proof.until_s = reader.read<std::uint32_t>();
    proof.number = reader.read<std::uint64_t>();
    proof.mac = reader.read<std::array<std::uint8_t, 16>>();
    return proof;
}

void write(const AddressProof& proof, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(proof.until_s);
    writer.write(proof.number);
    writer.write(proof.mac);
}

Bytes handshake_prologue() {
    static constexpr std::array<std::uint8_t, 11> prologue{
        'e', 'n', 'g', 'i', 'n', 'e', '-', 'n', 'e', 't', secure_version};
    return prologue;
}

std::optional<Hello> read_hello(Bytes datagram) {
    ByteReader reader(datagram);
    if (datagram.size() != hello_bytes || !has_type(reader, DatagramType::hello)) {
        return std::nullopt;
    }
    Hello hello;
    hello.version = reader.read<std::uint8_t>();
    hello.ephemeral = reader.read<PublicKey>();
    return hello;
}

void write(const Hello& hello, std::vector<std::uint8_t>& out) {
    const std::size_t begin = out.size();
    ByteWriter writer(out);
    writer.write(DatagramType::hello);
    writer.write(hello.version);
    writer.write(hello.ephemeral);
    out.resize(begin + hello_bytes);
}

std::uint64_t attempt_of(const PublicKey& ephemeral) {
    std::uint64_t attempt = 0;
    std::memcpy(&attempt, ephemeral.data(), sizeof attempt);
    return attempt;
}

std::optional<Challenge> read_challenge(Bytes datagram) {
    ByteReader reader(datagram);
    if (datagram.size() != challenge_bytes || !has_type(reader, DatagramType::challenge)) {
        return std::nullopt;
    }
    Challenge challenge;
    challenge.version = reader.read<std::uint8_t>();
    challenge.attempt = reader.read<std::uint64_t>();
    challenge.proof = read_proof(reader);
    challenge.server = reader.read<PublicKey>();
    return challenge;
}

void write(const Challenge& challenge, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(DatagramType::challenge);
    writer.write(challenge.version);
    writer.write(challenge.attempt);
    write(challenge.proof, out);
    writer.write(challenge.server);
}

std::optional<Request> read_request(Bytes datagram) {
    ByteReader reader(datagram);
    if (datagram.size() < request_header_bytes + noise_message_bytes ||
        !has_type(reader, DatagramType::request)) {
        return std::nullopt;
    }
    Request request;
    request.version = reader.read<std::uint8_t>();
    request.kind = reader.read<ProofKind>();
    request.proof = read_proof(reader);
    request.noise = reader.rest();
    request.ephemeral = reader.read<PublicKey>();
    if (request.kind != ProofKind::cookie && request.kind != ProofKind::ticket) return std::nullopt;
    return request;
}

void write_request(ProofKind kind,
                   const AddressProof& proof,
                   Bytes noise,
                   std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(DatagramType::request);
    writer.write(secure_version);
    writer.write(kind);
    write(proof, out);
    writer.write_bytes(noise);
}

std::optional<RequestPayload> read_request_payload(Bytes payload) {
    ByteReader reader(payload);
    RequestPayload read;
    read.client = reader.read<ConnectionId>();
    read.has_fast_aes = reader.read<std::uint8_t>() != 0;
    read.datagram = reader.rest();
    return reader.ok() ? std::optional(read) : std::nullopt;
}

void write(const RequestPayload& payload, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(payload.client);
    writer.write(static_cast<std::uint8_t>(payload.has_fast_aes));
    writer.write_bytes(payload.datagram);
}

std::optional<AnswerPayload> read_answer_payload(Bytes payload) {
    ByteReader reader(payload);
    AnswerPayload read;
    read.server = reader.read<ConnectionId>();
    read.cipher = reader.read<std::uint8_t>();
    read.ticket = read_proof(reader);
    const bool is_known = read.cipher == static_cast<std::uint8_t>(Cipher::aes_256_gcm) ||
                          read.cipher == static_cast<std::uint8_t>(Cipher::chacha20_poly1305);
    return reader.finished() && is_known ? std::optional(read) : std::nullopt;
}

void write(const AnswerPayload& payload, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(payload.server);
    writer.write(payload.cipher);
    write(payload.ticket, out);
}

std::optional<Refusal> read_refusal(Bytes datagram) {
    ByteReader reader(datagram);
    if (datagram.size() != refusal_bytes || !has_type(reader, DatagramType::refusal)) {
        return std::nullopt;
    }
    Refusal refusal;
    refusal.version = reader.read<std::uint8_t>();
    refusal.attempt = reader.read<std::uint64_t>();
    refusal.reason = reader.read<RefusalReason>();
    if (refusal.reason != RefusalReason::server_full &&
        refusal.reason != RefusalReason::too_many_from_address) {
        return std::nullopt;
    }
    return refusal;
}

void write(const Refusal& refusal, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(DatagramType::refusal);
    writer.write(refusal.version);
    writer.write(refusal.attempt);
    writer.write(refusal.reason);
}

std::optional<SealedHeader> read_sealed_header(Bytes datagram) {
    if (datagram.size() <= sealed_header_bytes + tag_bytes) return std::nullopt;
    ByteReader reader(datagram);
    SealedHeader header;
    header.type = reader.read<DatagramType>();
    header.to = reader.read<ConnectionId>();
    header.sequence = reader.read<std::uint32_t>();
    const bool is_sealed =
        header.type >= DatagramType::data && header.type <= DatagramType::path_answer;
    return is_sealed ? std::optional(header) : std::nullopt;
}

void write(const SealedHeader& header, std::vector<std::uint8_t>& out) {
    ByteWriter writer(out);
    writer.write(header.type);
    writer.write(header.to);
    writer.write(header.sequence);
}

} // namespace engine_net
