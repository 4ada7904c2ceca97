#pragma once

#include "core/bytes.hpp"
#include "transport/address.hpp"
#include "transport/secure/keys.hpp"

#include <engine_net/clock.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_set>

namespace engine_net {

/// What a server sends to an address. Whoever shows it again gets what is sent there, and is no
/// forger of sender addresses. The server keeps nothing for it.
struct AddressProof {
    std::uint32_t until_s = 0; ///< of the server's clock
    std::uint64_t number = 0;  ///< drawn for this one
    std::array<std::uint8_t, 16> mac{};
};
static_assert(std::is_trivially_copyable_v<AddressProof>);

enum class ProofKind : std::uint8_t {
    cookie = 1, ///< for one attempt from one address and port, for some seconds
    ticket = 2, ///< for the next attempt of who is connected, from any port, for a day
};

/// Numbers that are good for once, remembered for as long as they are good.
class SpentNumbers {
public:
    SpentNumbers(Duration lifetime, std::size_t most) : lifetime_(lifetime), most_(most) {}

    [[nodiscard]] bool is_spent(std::uint64_t number) const {
        return newer_.contains(number) || older_.contains(number);
    }
    /// False: it was spent before, or too many were for more to be remembered.
    bool spend(std::uint64_t number, Time now);

private:
    Duration lifetime_;
    std::size_t most_;
    Time turn_{};
    std::unordered_set<std::uint64_t> newer_;
    std::unordered_set<std::uint64_t> older_;
};

/// Gives out proofs and takes each back once.
class AddressProofs {
public:
    explicit AddressProofs(FillRandom fill_random);

    AddressProof cookie(const Address& address, const PublicKey& ephemeral, Time now);
    AddressProof ticket(const Address& address, Time now);
    /// Whether it is one of ours, for this address and (a cookie) this attempt, and still good.
    [[nodiscard]] bool is_good(ProofKind kind,
                               const AddressProof& proof,
                               const Address& address,
                               const PublicKey& ephemeral,
                               Time now) const;
    /// Of a good one: whether somebody showed it before.
    [[nodiscard]] bool is_spent(ProofKind kind, const AddressProof& proof) const;
    /// Of one that is not spent. False: no more can be remembered.
    bool spend(ProofKind kind, const AddressProof& proof, Time now);

private:
    AddressProof make(ProofKind kind, const Address& address, Bytes ephemeral, Time now);
    [[nodiscard]] std::array<std::uint8_t, 16>
    mac_of(ProofKind kind, const AddressProof& proof, const Address& address, Bytes attempt) const;

    FillRandom fill_random_;
    SecretBytes key_;
    SpentNumbers spent_cookies_;
    SpentNumbers spent_tickets_;
};

} // namespace engine_net
