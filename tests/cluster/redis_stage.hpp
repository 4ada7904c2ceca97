#pragma once

#include "cluster/redis_backplane.hpp"
#include "cluster/stage.hpp"
#include "support/redis_server.hpp"

#include <chrono>
#include <memory>
#include <string>

/// A cluster around a Redis of its own.
class RedisStage final : public Stage {
public:
    RedisServer& redis() { return redis_; }
    /// What its nodes are made with.
    [[nodiscard]] engine_net::cluster::RedisSettings settings(const std::string& name) const {
        engine_net::cluster::RedisSettings settings;
        settings.url = redis_.url();
        settings.node_name = name;
        settings.key.fill(7);
        settings.lease_time = lease;
        return settings;
    }

    void set_away(bool is_away) override { is_away ? redis_.freeze() : redis_.thaw(); }
    void restart_empty() override {
        redis_.stop();
        redis_.start();
    }
    [[nodiscard]] engine_net::Duration lease_time() const override { return lease; }

protected:
    std::unique_ptr<engine_net::cluster::Backplane> make(const std::string& name) override {
        return engine_net::cluster::RedisBackplane::make(settings(name));
    }
    engine_net::Time pass() override {
        const engine_net::Time now = engine_net::Clock::now();
        engine_net::Clock::sleep_until(now + std::chrono::milliseconds(1));
        return now;
    }

private:
    static constexpr std::chrono::seconds lease{2};

    RedisServer redis_;
};
