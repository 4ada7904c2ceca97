#pragma once

#include "client/link.hpp"
#include "client/server_place.hpp"
#include "core/bytes.hpp"
#include "session/reliable_log.hpp"

#include <engine_net/client.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/lobby.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine_net {

/// Where a client was told to go: another node of the cluster, with a seat to show there.
struct Move {
    ServerPlace to{};
    std::vector<std::uint8_t> seat{};
    std::optional<std::uint32_t> join{}; ///< the request that leads there; unset: the server wants
    std::string reason{};
};

/// Why a room is left.
struct Leaving {
    LeaveReason reason{};
    std::string detail{};
};

/// With which a server ends a session.
struct Farewell {
    CloseReason close_reason{};
    Leaving leaving{};
};

/// The move that is being made. The session stays where it is until the other node says Welcome.
struct Moving {
    Move move{};
    std::unique_ptr<Link> link{};
    std::size_t tried = 0; ///< of the addresses
    Time began{};
    std::uint32_t last_request = 0; ///< of those that the old node was asked
    bool has_asked = false;         ///< said Hello there
    std::uint32_t redirects = 0;
    /// The old server's last word, which counts if nothing comes of the move.
    std::optional<Farewell> farewell{};
    /// Logged messages of the other node that have overtaken its Welcome.
    std::vector<std::vector<std::uint8_t>> early{};
    std::size_t early_bytes = 0;
};

/// A session that was left for another node's, until what was under way on it has arrived.
struct Departed {
    std::unique_ptr<Link> link{};
    ReliableInbox incoming{};
    std::uint32_t last_request = 0;
    Time deadline{};
};

/// That rooms were left, as long as the server may not have heard it.
class LoggedLeaves {
public:
    /// The next message of the log says so, after that request.
    void note(const ReliableLog& log, std::uint32_t last_request);
    /// After which requests those were that the server has not heard of. They are forgotten.
    std::vector<std::uint32_t> take_unheard(const ReliableLog& log);

private:
    struct Leave {
        std::uint32_t offset = 0;
        std::uint32_t last_request = 0;
    };

    std::vector<Leave> leaves_;
};

struct Roaming {
    std::optional<Moving> moving{};
    std::optional<std::uint32_t> arriving{}; ///< join, whose move has just succeeded
    std::deque<Move> next{};                 ///< after that one
    /// What is to be logged while moving waits here, for the server that it leads to, or not.
    std::deque<std::vector<std::uint8_t>> held{};
    std::size_t held_bytes = 0;
    std::optional<Departed> departed{};
    LoggedLeaves leaves{};
};

/// A user's own words on its state.
struct OwnStatus {
    bool is_away = false;
    std::string text{};
};

} // namespace engine_net
