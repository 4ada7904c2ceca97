#pragma once

#include "transport/address.hpp"
#include "transport/outgoing_datagrams.hpp"
#include "transport/secure/attempt.hpp"
#include "transport/secure/datagram_key.hpp"
#include "transport/secure/datagrams.hpp"
#include "transport/secure/replay_window.hpp"

#include <engine_net/clock.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace engine_net {

/// Whether a client is where its last datagram came from.
struct PathCheck {
    Address address;
    std::array<std::uint8_t, path_token_bytes> token{};
    std::optional<Time> asked;
};

struct SecureConnection {
    ConnectionId id = 0;     ///< by which the other end names it to us
    std::uint8_t group = 0;  ///< of those that one ENet host has
    ConnectionId theirs = 0; ///< by which we name it
    Address address;
    std::optional<Address> admitted_from; ///< a server's: where its client counts
    std::unique_ptr<Attempt> attempt;     ///< a client's, until it is answered
    std::optional<DatagramKey> sealing;
    std::optional<DatagramKey> opening;
    std::uint64_t next_sequence = 0;
    OutgoingChain outgoing;
    ReplayWindow came;
    std::uint64_t counted_receive = 0; ///< the last receive that `received` counts
    std::size_t received = 0;
    std::vector<std::uint8_t> answer; ///< a server's, goes along until the client has shown it came
    std::optional<PathCheck> path;    ///< a server's: of a client that may have moved
    Introduction introduction;        ///< a client's, for the next time
};

/// Connections by their ids. An id has the place in the table and sixteen random bits, so that it
/// is not soon used again and hard to guess.
class ConnectionTable {
public:
    ConnectionTable(std::size_t most, std::size_t groups, FillRandom fill_random);

    /// In the group that has the fewest. Null when it is full.
    SecureConnection* add();
    void remove(ConnectionId id);
    [[nodiscard]] SecureConnection* find(ConnectionId id) const;
    /// Begins to bring one into the cache.
    void fetch(ConnectionId id) const;

    template <class Visit>
    void for_each(Visit visit) const {
        for (const auto& connection : places_) {
            if (connection) visit(*connection);
        }
    }

private:
    FillRandom fill_random_;
    std::vector<std::unique_ptr<SecureConnection>> places_;
    std::deque<std::uint16_t> free_;    ///< the longest free one first
    std::vector<std::size_t> in_group_; ///< how many
};

} // namespace engine_net
