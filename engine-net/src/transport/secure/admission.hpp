#pragma once

#include "core/bytes.hpp"
#include "transport/secure/address_limiter.hpp"
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
    struct Config {
        std::size_t max_challenges = 0; ///< a tick
        AddressLimits limits{};
        bool has_fast_aes = false;
    };
    Admission(FillRandom fill_random, KeyPair identity, const Config& config);

    [[nodiscard]] const PublicKey& identity() const { return identity_.open; }

    /// A new tick. `is_full`: nobody more is let in.
    void begin_tick(Time now, bool is_full);

    /// Appends the challenge, or drops and counts it.
    void take(const Hello& hello,
              const Address& from,
              Time now,
              SecureStats& stats,
              std::vector<std::uint8_t>& out);
    /// Waits for `next`, or is dropped and counted. One whose proof is none that is still good is
    /// challenged, one who can't be let in is told so.
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
    /// Of one that was let in, from there.
    void close(const Address& from) { limiter_.close(from); }

private:
    struct Waiting {
        Address from;
        Time since;
        std::vector<std::uint8_t> noise;
    };

    bool is_welcome(const Request& request,
                    const Address& from,
                    Time now,
                    SecureStats& stats,
                    std::vector<std::uint8_t>& out);

    void let_wait(const Request& request, const Address& from, Time now, SecureStats& stats);

    FillRandom fill_random_;
    KeyPair identity_;
    ChallengeShares challenges_;
    AddressLimiter limiter_;
    bool has_fast_aes_;
    bool is_full_ = false;
    AddressProofs proofs_;
    std::deque<Waiting> waiting_;
};

} // namespace engine_net
