#pragma once

#include "core/random.hpp"

#include <engine_net/schema.hpp>
#include <engine_net/snapshot_builder.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace bench {

inline constexpr std::uint32_t asteroid_tick_rate = 30;

/// 250 spheres within 31.5 m of a fixed body. Each flies straight at 1 to 4 m/s to a random target,
/// then to the next one, and spins about an axis of its own at up to 45 degrees a second.
class AsteroidField {
public:
    explicit AsteroidField(std::uint64_t seed);

    /// By one tick.
    void move();
    void describe(engine_net::SnapshotBuilder& snapshot) const;

private:
    using Vector = std::array<double, 3>;
    using Quaternion = std::array<double, 4>; ///< x, y, z, w

    struct Sphere {
        Vector position{};
        Vector target{};
        double step = 0; ///< metres a tick
        Quaternion rotation{};
        Quaternion spin{}; ///< by which it turns a tick
        double scale = 0;
    };

    double random_between(double low, double high);
    Vector random_within(double radius);
    Vector random_direction();

    engine_net::Random random_;
    std::vector<Sphere> spheres_;
};

engine_net::CompiledSchema asteroid_schema(std::span<const std::uint8_t> prior = {});

} // namespace bench
