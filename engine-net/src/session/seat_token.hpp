#pragma once

#include "core/bytes.hpp"
#include "session/connect_token.hpp"
#include "session/player.hpp"
#include "transport/secret_source.hpp"
#include "transport/secure/keys.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace engine_net {

// What the nodes of a cluster seal for each other and players carry, as PROTOCOL.md draws it.

/// The two keys that are derived from the cluster's: what is sealed as one thing never opens as the
/// other.
class ClusterKeys {
public:
    explicit ClusterKeys(const SecretBytes& cluster_key);

    [[nodiscard]] const SecretBytes& seat() const { return seat_; }
    [[nodiscard]] const SecretBytes& ticket() const { return ticket_; }

private:
    SecretBytes seat_;
    SecretBytes ticket_;
};

/// A player whom a node sends to another one, and what it is to do there.
struct SeatGrant {
    UnixTime expires_at{};
    std::uint16_t node = 0;           ///< that takes it; no other does
    Player player{};                  ///< no admin
    SessionId session{};              ///< at the node that sends it; unset: none
    RoomId room{};                    ///< that it is sent to; unset: see `join`
    PresenceId presence{};            ///< a seat that was moved there with its room; unset: none
    std::uint64_t reservation = 0;    ///< of the cluster's, for `arrived`; 0: none
    std::vector<std::uint8_t> join{}; ///< a JoinRoom in its envelope; empty: none
};

/// Whose session it is, for a node that does not know it.
struct TicketGrant {
    UnixTime expires_at{};
    std::uint16_t node = 0; ///< that the session is on
    Player player{};        ///< no admin
    SessionId session{};
    RoomId room{}; ///< it is in; unset: none
    PresenceId presence{};
    std::string kind{};      ///< of that room
    std::string room_name{}; ///< of that room
};

/// Texts that are too long are cut: what was sealed can be opened. A join that is no JoinRoom, or
/// too long, makes a seat that nobody takes.
std::vector<std::uint8_t>
seal_seat(const ClusterKeys& keys, const SeatGrant& grant, SecretSource& random);
std::vector<std::uint8_t>
seal_ticket(const ClusterKeys& keys, const TicketGrant& grant, SecretSource& random);

struct OpenSeat {
    SeatGrant grant{};
    TokenNumber number{}; ///< no two seats have the same
};
/// Nothing: it was not sealed with that key, or what was sealed is none. The bytes are a peer's.
std::optional<OpenSeat> open_seat(const ClusterKeys& keys, Bytes token);
/// The same; whether it has expired is the caller's to see.
std::optional<TicketGrant> open_ticket(const ClusterKeys& keys, Bytes ticket);

/// What is inside of them, once opened.
std::optional<SeatGrant> read_sealed_seat(Bytes opened);
std::optional<TicketGrant> read_sealed_ticket(Bytes opened);

} // namespace engine_net
