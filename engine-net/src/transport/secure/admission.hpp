#pragma once

#include "core/bytes.hpp"
#include "transport/secure/address_proof.hpp"
#include "transport/secure/datagram_key.hpp"
#include "transport/secure/datagrams.hpp"
#include "transport/secure/keys.hpp"
#include "transport/secure/noise.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/stats.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace engine_net {

/// How a server lets clients in: nothing is kept, and no key agreed on, before the sender has
/// proved that it gets what is sent to its address; of those who have, only so many a tick.
class Admission {
public:
    Admission(FillRandom fill_random, KeyPair identity);

    [[nodiscard]] const PublicKey& identity() const { return identity_.open; }

    /// Appends the challenge.
    void take(const Hello& hello, const Address& from, Time now, std::vector<std::uint8_t>& out);
    /// Waits for `next`, or is dropped and counted. One whose proof is none that is still good is
    /// challenged.
    void take(const Request& request,
              const Address& from,
              Time now,
              SecureStats& stats,
              std::vector<std::uint8_t>& out);

    /// A client that is let in.
    struct Admitted {
        Address address;
        ConnectionId client = 0;
        Cipher cipher{};
        AgreedKeys keys;
        std::vector<std::uint8_t> answer; ///< the datagram's head
        std::vector<std::uint8_t> first;  ///< for ENet
    };
    [[nodiscard]] bool has_waiting() const { return !waiting_.empty(); }
    /// Of the one that waits for longest; nothing when it was forged. `id` is where it is to send.
    std::optional<Admitted> next(ConnectionId id, Time now, SecureStats& stats);

private:
    struct Waiting {
        Address from;
        std::vector<std::uint8_t> noise;
    };

    FillRandom fill_random_;
    KeyPair identity_;
    AddressProofs proofs_;
    std::deque<Waiting> waiting_;
};

} // namespace engine_net
