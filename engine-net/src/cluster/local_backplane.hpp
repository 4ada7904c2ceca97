#pragma once

#include "cluster/backplane.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace engine_net::cluster {

class LocalService;

/// A cluster within one process, in the time that its nodes' `take` is given: for tests. What a
/// node does is told to the others by their next `take`.
class LocalCluster {
public:
    explicit LocalCluster(Duration lease_time = std::chrono::seconds(5));

    /// A node of this name, which `start` brings in. It may outlive this object.
    std::unique_ptr<Backplane> node(std::string name);

    /// The service is there for all nodes, or for none.
    void set_reachable(bool is_reachable);
    /// For the nodes of this name.
    void set_reachable(std::string_view name, bool is_reachable);
    /// The service was stopped, and is there again with nothing in it.
    void forget_everything();

private:
    std::shared_ptr<LocalService> service_;
};

} // namespace engine_net::cluster
