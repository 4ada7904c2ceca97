#include "node_server.hpp"

#include "rules/schema.hpp"
#include "ship_room.hpp"

#include <string_view>
namespace bench {

namespace {

using namespace engine_net;

constexpr std::uint32_t no_bound = 1'000'000;

ServerConfig config_of(const std::string& redis_url, std::size_t number) {
    ServerConfig config;
    config.port = 0;
    config.bind_address = "127.0.0.1";
    config.tick_rate = node_tick_rate;
    config.limits.requests_per_second = no_bound;
    config.limits.publishes_per_second = no_bound;
    config.log = [](LogLevel, std::string_view) {};
    if (redis_url.empty()) return config;
    ClusterConfig joined;
    joined.redis = redis_url;
    joined.key = std::string(64, '7');
    joined.node_name = std::to_string(number);
    config.cluster = joined;
    return config;
}

} // namespace

NodeServer::NodeServer(const std::string& redis_url, std::size_t number)
    : server_(config_of(redis_url, number)) {
    server_.define_room<ShipRoom>("ships", arena::schema());
    if (const auto started = server_.start(); !started) {
        problem_ = started.error().detail;
        return;
    }
    port_ = server_.port();
    room_ = server_.create_room("ships", "a room").value_or(RoomId{});
    thread_ = std::thread([this] {
        server_.move_to_this_thread();
        server_.run_until([this] {
            return is_over_.load();
        });
    });
}

NodeServer::~NodeServer() {
    is_over_ = true;
    if (thread_.joinable()) thread_.join();
}

} // namespace bench
