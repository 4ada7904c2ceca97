#include "mover_field.hpp"

#include "movers_bfbs_generated.h"

#include <cmath>
#include <numbers>

namespace bench {

namespace {

constexpr double new_course_chance = 0.02;
constexpr double edge = 511;  ///< metres from the middle
constexpr double slowest = 2; ///< metres a second
constexpr double fastest = 8; ///< metres a second
constexpr std::uint32_t first_id = 1;

} // namespace

MoverField::MoverField(std::uint64_t seed, Size size) : random_(seed), movers_(size.movers) {
    for (Mover& mover : movers_) {
        mover.x = random_between(-edge, edge);
        mover.y = random_between(-edge, edge);
        mover.speed = random_between(slowest, fastest) / static_cast<float>(size.ticks_per_second);
        mover.course = random_between(-std::numbers::pi, std::numbers::pi);
    }
}

void MoverField::move() {
    for (Mover& mover : movers_) {
        if (random_.next_chance(new_course_chance))
            mover.course = random_between(-std::numbers::pi, std::numbers::pi);
        const float x = mover.x + std::cos(mover.course) * mover.speed;
        const float y = mover.y + std::sin(mover.course) * mover.speed;
        if (std::abs(x) > edge || std::abs(y) > edge) {
            mover.course += std::numbers::pi_v<float>;
            continue;
        }
        mover.x = x;
        mover.y = y;
    }
}

void MoverField::describe(engine_net::SnapshotBuilder& snapshot, std::size_t owners) const {
    std::uint32_t id = first_id;
    for (const Mover& mover : movers_) {
        const engine_net::PresenceId owner{id <= owners ? id : 0};
        snapshot.add(engine_net::EntityId{id++},
                     movers::Mover(movers::Vec2(mover.x, mover.y), mover.course),
                     owner);
    }
}

float MoverField::random_between(double low, double high) {
    return static_cast<float>(low + random_.next_unit() * (high - low));
}

engine_net::CompiledSchema mover_schema(std::span<const std::uint8_t> prior) {
    return engine_net::compiled_schema<movers::RootBinarySchema>(prior);
}

} // namespace bench
