#pragma once

#include "transport/address.hpp"
#include "transport/secure/keys.hpp"

#include <engine_net/address_limits.hpp>
#include <engine_net/clock.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace engine_net {

/// Counts what comes from addresses that have been proved.
class AddressLimiter {
public:
    explicit AddressLimiter(const AddressLimits& limits) : limits_(limits) {}

    enum class Verdict : std::uint8_t {
        welcome,              ///< and counted, until `close`
        too_fast,             ///< also when no more addresses can be remembered
        too_many_connections, ///< from there
    };
    Verdict open(const Address& from, Time now);
    /// Of one that was welcome.
    void close(const Address& from);
    [[nodiscard]] std::size_t remembered() const { return networks_.size(); }

private:
    struct Network {
        std::uint32_t connections = 0;
        double attempts_left = 0;
        Time counted{};
    };

    [[nodiscard]] bool is_exempt(const Address& from) const;
    void refill(Network& network, Time now) const;
    void forget_idle(Time now);

    AddressLimits limits_;
    std::map<IpAddress, Network> networks_; ///< a tree: whoever has many can't make it slow
    std::optional<Time> swept_;
};

/// Shares out a tick's challenges, which cost an answer each, among those who ask. Addresses that
/// are not proved may be made up, so nothing is remembered of them: by a secret hash each falls on
/// a place, and each place has the same share.
class ChallengeShares {
public:
    ChallengeShares(const FillRandom& fill_random, std::size_t most);

    /// A new tick.
    void renew();
    /// Whether this one is challenged.
    bool take(const Address& from);

private:
    static constexpr std::size_t places = 4096;
    static constexpr std::uint8_t most_of_place = 64;

    std::size_t most_;
    std::size_t left_ = 0;
    std::array<std::uint8_t, 16> key_{};
    std::array<std::uint8_t, places> taken_{};
};

} // namespace engine_net
