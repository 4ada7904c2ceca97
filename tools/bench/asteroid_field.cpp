#include "asteroid_field.hpp"

#include "asteroids_bfbs_generated.h"
#include "asteroids_generated.h"

#include <cmath>
#include <cstddef>

namespace bench {

using namespace engine_net;

namespace {

constexpr std::size_t spheres = 250;
constexpr std::uint32_t body_id = 1;
constexpr std::uint32_t first_sphere_id = 2;
constexpr double field_radius = 31.5;
constexpr float body_radius = 5;
constexpr double most_turn = 3.141592653589793 / 4 / asteroid_tick_rate; ///< radians a tick

double length_of(const std::array<double, 3>& v) {
    return std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

std::array<double, 4> turn_about(const std::array<double, 3>& axis, double angle) {
    const double sine = std::sin(angle / 2);
    return {axis[0] * sine, axis[1] * sine, axis[2] * sine, std::cos(angle / 2)};
}

/// First `b`, then `a`; of length 1.
std::array<double, 4> joined(const std::array<double, 4>& a, const std::array<double, 4>& b) {
    std::array<double, 4> q{a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1],
                            a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0],
                            a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3],
                            a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2]};
    const double length = std::sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    for (double& x : q) x /= length;
    return q;
}

float to_float(double x) {
    return static_cast<float>(x);
}

} // namespace

AsteroidField::AsteroidField(std::uint64_t seed) : random_(seed), spheres_(spheres) {
    for (Sphere& sphere : spheres_) {
        sphere.position = random_within(field_radius);
        sphere.target = random_within(field_radius);
        sphere.step = random_between(1, 4) / asteroid_tick_rate;
        sphere.rotation = turn_about(random_direction(), random_between(-3, 3));
        sphere.spin = turn_about(random_direction(), random_between(0, most_turn));
        sphere.scale = random_between(0.25, 1);
    }
}

double AsteroidField::random_between(double low, double high) {
    return low + (high - low) * random_.next_unit();
}

AsteroidField::Vector AsteroidField::random_within(double radius) {
    Vector v{};
    do {
        for (double& x : v) x = random_between(-radius, radius);
    } while (length_of(v) > radius);
    return v;
}

AsteroidField::Vector AsteroidField::random_direction() {
    Vector v{};
    do {
        v = random_within(1);
    } while (length_of(v) < 0.1);
    const double length = length_of(v);
    for (double& x : v) x /= length;
    return v;
}

void AsteroidField::move() {
    for (Sphere& sphere : spheres_) {
        Vector way{};
        for (std::size_t i = 0; i < way.size(); ++i) way[i] = sphere.target[i] - sphere.position[i];
        const double distance = length_of(way);
        if (distance <= sphere.step) {
            sphere.position = sphere.target;
            sphere.target = random_within(field_radius);
        } else {
            for (std::size_t i = 0; i < way.size(); ++i)
                sphere.position[i] += way[i] * (sphere.step / distance);
        }
        sphere.rotation = joined(sphere.spin, sphere.rotation);
    }
}

void AsteroidField::describe(SnapshotBuilder& snapshot) const {
    snapshot.add(EntityId{body_id}, asteroids::Body(asteroids::Vec3(0, 0, 0), body_radius));
    std::uint32_t id = first_sphere_id;
    for (const Sphere& sphere : spheres_) {
        const auto& [x, y, z] = sphere.position;
        const auto& q = sphere.rotation;
        snapshot.add(
            EntityId{id++},
            asteroids::Sphere(
                asteroids::Vec3(to_float(x), to_float(y), to_float(z)),
                asteroids::Quat(to_float(q[0]), to_float(q[1]), to_float(q[2]), to_float(q[3])),
                to_float(sphere.scale)));
    }
}

CompiledSchema asteroid_schema(std::span<const std::uint8_t> prior) {
    return compiled_schema<asteroids::RootBinarySchema>(prior);
}

} // namespace bench
