#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace engine_net {

namespace cluster {
class LocalCluster;
}

/// A new one for `ClusterConfig::key`: 64 hexadecimal digits of the system's randomness.
std::string make_cluster_key();

/// Several servers that players see as one: beside a Redis they have one list of rooms, one
/// presence and one set of channels, and whoever is connected to any of them gets into a room of
/// any of them. All run the same game, at the same tick rate.
struct ClusterConfig {
    /// Where Redis is, as "redis://[[user]:password@]host[:port][/database]", version 7 or later.
    /// It holds nothing that the servers could not tell it anew, and rooms go on without it.
    std::string redis{};
    /// Instead of one in the URL, which is "redis://[user@]host[:port][/database]" then.
    std::string redis_password{};
    /// The secret that its servers share, 64 hexadecimal digits: whoever has it is one of them.
    std::string key{};
    /// This server, as operators call it, 1 to 64 bytes; no other in the cluster is called so.
    std::string node_name{};
    /// Where clients reach it, as "host:port"; "": at 127.0.0.1, for clients of this machine alone.
    std::string public_address{};
    /// Where browsers reach its web bridge, as "https://host"; "": nobody needs to know.
    std::string public_web_address{};
    /// What all of its keys in Redis begin with: another one is another cluster.
    std::string prefix = "engine-net";
    /// After so long without a sign of a server the others take it for dead; 1 to 15 s.
    std::chrono::milliseconds lease_time{5'000};
    /// Instead of Redis: servers in one process, for tests.
    std::shared_ptr<cluster::LocalCluster> local{};
};

} // namespace engine_net
