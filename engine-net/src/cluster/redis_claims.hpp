#pragma once

#include "cluster/redis_scope.hpp"

#include <chrono>
#include <map>
#include <set>
#include <string>

namespace engine_net::cluster {

/// What a node has claimed.
class RedisClaims {
public:
    explicit RedisClaims(RedisScope& scope) : scope_(scope) {}

    void claim(const std::string& name, std::string value, std::chrono::milliseconds time);
    void release(const std::string& name);
    void release_all();
    /// In a new stay, or what may not have arrived.
    void say_again();

private:
    struct Claim {
        std::string value{};
        Time end{};
    };

    void send(const std::string& name, const Claim& claim);
    void send_release(const std::string& name);
    void take_claim(const std::string& name, const RedisReply& reply);

    RedisScope& scope_;
    std::map<std::string, Claim> claims_;
    std::set<std::string> released_; ///< and not confirmed yet
};

} // namespace engine_net::cluster
