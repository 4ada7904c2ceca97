#pragma once

#include "session/seat_token.hpp"
#include "session/used_tokens.hpp"

#include <engine_net/authentication.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace engine_net {

enum class SeatVerdict : std::uint8_t {
    good,
    invalid, ///< not sealed with the cluster's key
    expired,
    other_node,
    used,
    too_many, ///< good, but no more can be remembered
};
/// For a person.
std::string_view message(SeatVerdict verdict);

/// Tells which seats are good at a node, and remembers those that were taken.
class SeatGate {
public:
    struct Config {
        std::chrono::seconds clock_tolerance{30}; ///< by which the nodes' clocks may differ
        std::size_t max_remembered = 65'536;
        std::function<UnixTime()> unix_time = unix_time_now;
    };
    SeatGate(ClusterKeys keys, std::uint16_t node, Config config);

    /// The node has another number now.
    void set_node(std::uint16_t node) { node_ = node; }

    struct Shown {
        SeatVerdict verdict = SeatVerdict::invalid;
        OpenSeat seat{};   ///< of a good one, and of one that was used
        SessionId began{}; ///< with one that was used
    };
    Shown look(Bytes token);
    /// From now on it is used: that session began with it.
    void use(const Shown& shown, SessionId session);

    [[nodiscard]] std::size_t remembered() const { return used_.count(); }

private:
    ClusterKeys keys_;
    std::uint16_t node_;
    std::function<UnixTime()> unix_time_;
    UsedTokens used_;
};

} // namespace engine_net
