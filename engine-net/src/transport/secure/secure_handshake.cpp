// The datagrams of a `SecureLayer` that come before there are keys.

#include "transport/secure/secure_layer.hpp"

#include <utility>

namespace engine_net {

void SecureLayer::take_hello(Bytes datagram, const Address& from) {
    const std::optional<Hello> hello = read_hello(datagram);
    if (!hello || !config_.accepts) {
        ++stats_.secure.malformed;
        return;
    }
    handshake_.clear();
    admission_.take(*hello, from, now_, stats_.secure, handshake_);
    if (!handshake_.empty()) send_plain(from, handshake_);
}

void SecureLayer::take_request(Bytes datagram, const Address& from) {
    const std::optional<Request> request = read_request(datagram);
    if (!request || !config_.accepts) {
        ++stats_.secure.malformed;
        return;
    }
    handshake_.clear();
    admission_.take(*request, from, now_, stats_.secure, handshake_);
    if (!handshake_.empty()) send_plain(from, handshake_);
}

void SecureLayer::take_challenge(Bytes datagram) {
    const std::optional<Challenge> challenge = read_challenge(datagram);
    if (!challenge || config_.accepts) {
        ++stats_.secure.malformed;
        return;
    }
    connections_.for_each([&](SecureConnection& connection) {
        if (!connection.attempt) return;
        handshake_.clear();
        switch (connection.attempt->take(*challenge, now_, handshake_)) {
        case Attempt::Outcome::ignored: break;
        case Attempt::Outcome::goes_on: send_plain(connection.address, handshake_); break;
        case Attempt::Outcome::other_server: refusal_ = SecureRefusal::other_server; break;
        case Attempt::Outcome::other_version: refusal_ = SecureRefusal::other_version; break;
        }
    });
}

void SecureLayer::take_refusal(Bytes datagram) {
    const std::optional<Refusal> refusal = read_refusal(datagram);
    if (!refusal || config_.accepts) {
        ++stats_.secure.malformed;
        return;
    }
    connections_.for_each([&](const SecureConnection& connection) {
        if (!connection.attempt || !connection.attempt->is_about(*refusal)) return;
        refusal_ = refusal->reason == RefusalReason::server_full
                       ? SecureRefusal::server_full
                       : SecureRefusal::too_many_from_address;
    });
}

/// What is sealed behind the answer.
Bytes SecureLayer::take_answer(Bytes datagram) {
    if (datagram.size() <= answer_bytes || config_.accepts) {
        ++stats_.secure.malformed;
        return {};
    }
    ByteReader reader(datagram.subspan(1));
    SecureConnection* const connection = connections_.find(reader.read<ConnectionId>());
    if (connection == nullptr) {
        ++stats_.secure.unknown;
        return {};
    }
    if (connection->attempt) {
        const auto agreed = connection->attempt->take_answer(
            datagram.subspan(answer_header_bytes, answer_noise_bytes));
        if (!agreed) {
            ++stats_.secure.forged;
            return {};
        }
        ++stats_.secure.handshakes;
        connection->theirs = agreed->answer.server;
        connection->introduction = {connection->attempt->server(), agreed->answer.ticket};
        connection->attempt.reset();
        agree(*connection,
              static_cast<Cipher>(agreed->answer.cipher),
              agreed->keys.to_server,
              agreed->keys.to_client);
    }
    return datagram.subspan(answer_bytes);
}

void SecureLayer::agree(SecureConnection& connection,
                        Cipher cipher,
                        const SecretBytes& sealing,
                        const SecretBytes& opening) {
    connection.sealing.emplace(cipher, sealing);
    connection.opening.emplace(cipher, opening);
}

void SecureLayer::repeat_attempts() {
    connections_.for_each([&](SecureConnection& connection) {
        if (!connection.attempt) return;
        handshake_.clear();
        connection.attempt->repeat(now_, handshake_);
        if (!handshake_.empty()) send_plain(connection.address, handshake_);
    });
}

} // namespace engine_net
