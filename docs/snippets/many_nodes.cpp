#include <engine_net/server.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace many_nodes {

using namespace engine_net;

struct World {};
std::vector<std::uint8_t> bytes_of(const World& world);
bool read(std::span<const std::uint8_t> bytes, World& world);
int fail(const std::string& why);

class Pond : public Room {
    std::optional<std::vector<std::uint8_t>> on_save() const override;
    bool on_load(std::span<const std::uint8_t> saved, Tick saved_at) override;
    World world_;
};

// clang-format off
std::optional<std::vector<std::uint8_t>> Pond::on_save() const { return bytes_of(world_); }
bool Pond::on_load(std::span<const std::uint8_t> saved, Tick /*saved_at*/) { return read(saved, world_); }
// clang-format on

int run(const std::string& password, const std::string& cluster_key) {
    ServerConfig config{.port = 7777};
    config.cluster = ClusterConfig{
        .redis = "redis://10.0.0.5:6379", // "redis://USER@...": a user of its access list
        .redis_password = password,
        .key = cluster_key,  // make_cluster_key() once, the same for all
        .node_name = "eu-1", // no other is called so
        .public_address = "eu1.example.org:7777",
    };
    Server server(config);
    if (auto started = server.start(); !started) return fail(started.error().detail);
    return 0;
}

} // namespace many_nodes
