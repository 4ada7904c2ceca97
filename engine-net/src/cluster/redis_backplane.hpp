#pragma once

#include "cluster/backplane.hpp"
#include "cluster/frame.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace engine_net::cluster {

struct RedisSettings {
    /// `redis://[[user]:password@]host[:port][/database]`: one Redis from version 7 on, not a Redis
    /// Cluster.
    std::string url = "redis://127.0.0.1:6379";
    std::string password{}; ///< of who the URL names, where it has none
    /// What all keys and topics of this cluster begin with.
    std::string prefix = "engine-net";
    /// A node that starts again under its name has the number that it had.
    std::string node_name{};
    /// Shared by the nodes. What Redis tells in their name and was not made with it, is dropped.
    ClusterKey key{};
    /// How long a node that is not heard of is one still.
    std::chrono::milliseconds lease_time{5'000};
    /// How long `start` waits at most.
    std::chrono::milliseconds start_time{5'000};
    /// How long a seat is kept for who asked for it.
    std::chrono::milliseconds reservation_time{15'000};
};

/// Of a backplane, since it was made.
struct RedisCounts {
    std::uint64_t bad_frames = 0; ///< that no node of the cluster has made, or too long
    std::uint64_t lost = 0;       ///< messages and casts for which there was no room, or no link
};

/// A cluster around a Redis. A thread of its own speaks with it, so that no call waits for it.
///
/// What is asked waits in a queue of at most 64 MB for that thread: beyond it, messages and casts
/// are lost and nothing is said or reserved, while what a node is stays true. What is told waits in
/// one of 65,536 and 64 MB: beyond it, the link to Redis counts as down until all is taken.
class RedisBackplane : public Backplane {
public:
    static std::unique_ptr<RedisBackplane> make(RedisSettings settings);

    [[nodiscard]] virtual RedisCounts counts() const = 0;
};

} // namespace engine_net::cluster
