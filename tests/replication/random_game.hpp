#pragma once

#include "core/random.hpp"
#include "replication/replicated_schema.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/snapshot_builder.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

/// Entities of any schema that appear, move along, rest, jump and go at random. Ids come back, and
/// owners change.
class RandomGame {
public:
    RandomGame(const engine_net::ReplicatedSchema& schema, std::uint64_t seed, std::size_t most)
        : schema_(schema), random_(seed), most_(most) {}

    void step() {
        std::erase_if(entities_, [&](const Entity&) {
            return random_.next_chance(0.01);
        });
        for (Entity& one : entities_) change(one);
        while (entities_.size() < most_ && random_.next_chance(0.7)) appear();
    }
    void describe(engine_net::SnapshotBuilder& snapshot) const {
        for (const Entity& one : entities_) {
            const engine_net::EntityType& type = schema_.types()[one.type];
            (snapshot.*(&Access::add_struct))(
                type.name.c_str(), one.id, one.state.data(), one.state.size(), one.owner);
        }
    }

private:
    /// The way in for structs that are known at run time alone.
    class Access : public engine_net::SnapshotBuilder {
    public:
        using SnapshotBuilder::add_struct;

    protected:
        ~Access() = default;
    };
    struct Entity {
        engine_net::EntityId id;
        engine_net::PresenceId owner;
        std::size_t type = 0;
        std::vector<std::int32_t> row;
        std::vector<std::int64_t> speed; ///< by column, in numbers a tick
        std::vector<std::uint8_t> state;
    };

    void appear() {
        const engine_net::EntityId id{
            static_cast<std::uint32_t>(1 + random_.next_below(3 * most_))};
        for (const Entity& one : entities_) {
            if (one.id == id) return;
        }
        Entity one;
        one.id = id;
        one.type = random_.next_below(schema_.types().size());
        const engine_net::EntityType& type = schema_.types()[one.type];
        one.row.resize(type.stride);
        one.state.resize(type.struct_bytes);
        one.speed.resize(type.columns.size());
        jump(one);
        steer(one);
        one.owner = owner();
        show(one);
        entities_.push_back(std::move(one));
    }
    engine_net::PresenceId owner() {
        return engine_net::PresenceId{static_cast<std::uint32_t>(random_.next_below(4))};
    }

    void change(Entity& one) {
        if (random_.next_chance(0.05)) steer(one);
        if (random_.next_chance(0.02)) one.owner = owner();
        if (random_.next_chance(0.02)) {
            jump(one);
        } else {
            move(one);
        }
        show(one);
    }
    /// Rests, moves along or with some tremor.
    void steer(Entity& one) {
        const double moving = random_.next_chance(0.4) ? 0 : random_.next_unit();
        for (std::int64_t& speed : one.speed) {
            const auto most = std::int64_t{1} << random_.next_below(12);
            speed = random_.next_chance(moving) ? within(-most, most) : 0;
        }
    }
    void jump(Entity& one) {
        const auto& columns = schema_.types()[one.type].columns;
        for (std::size_t c = 0; c < columns.size(); ++c)
            one.row[c] = static_cast<std::int32_t>(within(columns[c].lo, columns[c].hi));
    }
    void move(Entity& one) {
        const auto& columns = schema_.types()[one.type].columns;
        for (std::size_t c = 0; c < columns.size(); ++c) {
            std::int64_t to = one.row[c] + one.speed[c];
            if (one.speed[c] != 0 && random_.next_chance(0.2)) to += within(-1, 1);
            if (columns[c].coding == engine_net::Coding::angle) to &= columns[c].hi;
            if (to < columns[c].lo || to > columns[c].hi) one.speed[c] = -one.speed[c];
            one.row[c] = static_cast<std::int32_t>(
                std::clamp<std::int64_t>(to, columns[c].lo, columns[c].hi));
        }
    }
    void show(Entity& one) const {
        engine_net::dequantise(schema_.types()[one.type], one.row.data(), one.state.data());
    }
    std::int64_t within(std::int64_t lo, std::int64_t hi) {
        return lo + static_cast<std::int64_t>(
                        random_.next_below(static_cast<std::uint64_t>(hi - lo) + 1));
    }

    const engine_net::ReplicatedSchema& schema_;
    engine_net::Random random_;
    std::size_t most_;
    std::vector<Entity> entities_;
};
