#pragma once

#include "lobby-watch/model/saved_table.hpp"

#include <engine_net/admin.hpp>
#include <engine_net/clock.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace watch {

/// An entity, and which of its numbers are new.
struct EntityRow {
    engine_net::AdminEntity entity{};
    std::vector<engine_net::Time> changed{}; ///< by field; the oldest time: not since it is shown
    std::optional<engine_net::AdminEntity> seen{}; ///< as the viewer has it; nothing: it does not

    /// The viewer has another number.
    [[nodiscard]] bool differs(std::size_t field) const;

    /// Moments ago.
    [[nodiscard]] bool is_new(std::size_t field, engine_net::Time now) const;
};

/// Where an entity is, of a type that says so.
struct MapPoint {
    double x = 0;
    double y = 0;
    std::size_t type = 0;
    engine_net::EntityId id{};
};

/// Where a viewer has an entity, and where it is; nowhere: it is gone.
struct Ghost {
    MapPoint seen{};
    std::optional<MapPoint> truth{};
};

/// The entities of a room, of one type at a time, by the fields that its schema names.
class EntityTable {
public:
    /// `seen` is what a viewer has; null: there is none, or nothing has come of it yet.
    void update(engine_net::Time now,
                const engine_net::AdminEntities* entities,
                const engine_net::AdminEntities* seen = nullptr);
    void choose(std::size_t type);
    /// Those whose id or owner is it; "": all.
    void filter(const std::string& words);

    [[nodiscard]] bool is_known() const { return is_known_; }
    [[nodiscard]] engine_net::Tick tick() const { return tick_; }
    [[nodiscard]] engine_net::Time now() const { return now_; }
    [[nodiscard]] const std::vector<engine_net::AdminEntityType>& types() const { return types_; }
    [[nodiscard]] std::size_t count_of(std::size_t type) const { return counts_[type]; }
    [[nodiscard]] std::size_t chosen() const { return chosen_; }
    /// What there is of the chosen type has come.
    [[nodiscard]] bool is_complete() const { return rows_.empty() == (counts_[chosen_] == 0); }
    [[nodiscard]] std::size_t size() const { return shown_.size(); }
    [[nodiscard]] const EntityRow& at(std::size_t line) const { return *shown_[line]; }
    /// Of all types.
    [[nodiscard]] const std::vector<MapPoint>& points() const { return points_; }
    [[nodiscard]] bool has_viewer() const { return seen_tick_.has_value(); }
    /// Of all types, as the viewer has them.
    [[nodiscard]] const std::vector<Ghost>& ghosts() const { return ghosts_; }
    [[nodiscard]] SavedTable saved() const;

private:
    void take_rows(const std::vector<engine_net::AdminEntity>& entities);
    void take_points(const engine_net::AdminEntities& entities);
    void take_seen(const engine_net::AdminEntities& seen);
    void take_ghosts(const engine_net::AdminEntities& seen);
    [[nodiscard]] std::optional<MapPoint> point_of(std::size_t type,
                                                   const engine_net::AdminEntity& entity) const;
    void select();

    bool is_known_ = false;
    engine_net::Time now_{};
    engine_net::Tick tick_{};
    std::vector<engine_net::AdminEntityType> types_;
    std::vector<std::size_t> counts_;
    std::size_t chosen_ = 0;
    std::string filter_;
    std::map<engine_net::EntityId, EntityRow> rows_; ///< of the chosen type
    std::vector<const EntityRow*> shown_;
    std::vector<MapPoint> points_;
    std::optional<engine_net::Tick> seen_tick_; ///< nothing: without a viewer
    std::vector<Ghost> ghosts_;
};

/// The fields that say where an entity of that type is, in a plane; nothing: it does not say.
std::optional<std::pair<std::size_t, std::size_t>>
position_fields(const engine_net::AdminEntityType& type);

} // namespace watch
