#pragma once

#include "cluster/backplane.hpp"
#include "room/match_queue.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace engine_net {

/// What is claimed by the server that makes matches for the whole cluster.
inline constexpr std::string_view matcher_claim = "matcher";

/// Who waits for matches in a cluster. Each server keeps who waits at it, and tells the matcher
/// again and again; so when that one dies, the next has them all within a second.
struct ClusterQueue {
    /// Between two times that the matcher is told.
    static constexpr Duration renewal = std::chrono::seconds(1);
    /// After which one of whom the matcher hears nothing is taken out.
    static constexpr Duration kept = std::chrono::seconds(4);

    struct Own {
        std::string kind{};
        MatchQueue::Entry entry{};
    };
    struct Foreign {
        cluster::NodeId node{};
        Time heard{};
    };

    cluster::NodeId matcher{};            ///< unset: nobody, each makes its own matches
    std::map<SessionId, Own> own;         ///< sessions of this server
    std::map<SessionId, Foreign> foreign; ///< of others, at the matcher
    Time next_renewal{};
};

} // namespace engine_net
