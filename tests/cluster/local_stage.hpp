#pragma once

#include "cluster/local_backplane.hpp"
#include "cluster/stage.hpp"

#include <chrono>
#include <memory>
#include <string>

/// A cluster in this process, where time passes at once.
class LocalStage final : public Stage {
public:
    engine_net::cluster::LocalCluster& cluster() { return cluster_; }

    void set_away(bool is_away) override { cluster_.set_reachable(!is_away); }
    void restart_empty() override { cluster_.forget_everything(); }
    [[nodiscard]] engine_net::Duration lease_time() const override { return lease; }

protected:
    std::unique_ptr<engine_net::cluster::Backplane> make(const std::string& name) override {
        return cluster_.node(name);
    }
    engine_net::Time pass() override { return now_ += std::chrono::milliseconds(20); }

private:
    static constexpr std::chrono::seconds lease{2};

    engine_net::cluster::LocalCluster cluster_{lease};
    engine_net::Time now_{std::chrono::hours(1)};
};
