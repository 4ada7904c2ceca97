#pragma once

#include "core/random.hpp"

#include <engine_net/room.hpp>
#include <engine_net/schema.hpp>

#include "movers_generated.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bench {

inline constexpr std::uint32_t mover_tick_rate = 20;
inline constexpr std::uint32_t mover_viewers = 32;

/// Bodies in straight lines, each at a speed of its own; 2 % take another course each tick, and
/// whoever would leave the field turns about. The yaw is the course.
class MoverField {
public:
    struct Size {
        std::size_t movers = 200;
        std::uint32_t ticks_per_second = mover_tick_rate;
    };
    explicit MoverField(std::uint64_t seed, Size size);
    explicit MoverField(std::uint64_t seed) : MoverField(seed, Size{}) {}

    /// By one tick.
    void move();
    /// The first `owners` movers belong to the presences from 1 on.
    void describe(engine_net::SnapshotBuilder& snapshot, std::size_t owners = 0) const;

private:
    struct Mover {
        float x = 0;
        float y = 0;
        float speed = 0; ///< metres a tick
        float course = 0;
    };

    float random_between(double low, double high);

    engine_net::Random random_;
    std::vector<Mover> movers_;
};

/// The field as a room that everyone sees all of.
class MoverRoom final : public engine_net::RoomOf<movers::Input> {
public:
    static constexpr std::uint64_t seed = 1;

    void on_input(engine_net::Presence&, const movers::Input&) override {}
    void on_tick(engine_net::Tick) override { field_.move(); }
    void describe(engine_net::SnapshotBuilder& snapshot) const override {
        field_.describe(snapshot);
    }

private:
    MoverField field_{seed};
};

engine_net::CompiledSchema mover_schema(std::span<const std::uint8_t> prior = {});

/// What a match of another seed teaches, for `mover_schema`.
std::vector<std::uint8_t> train_mover_prior();

} // namespace bench
