#include "lobby-watch/model/entity_table.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

using namespace std::chrono_literals;

namespace watch {

using engine_net::AdminEntities;
using engine_net::AdminEntity;
using engine_net::AdminEntityType;
using engine_net::EntityId;
using engine_net::Time;

namespace {

constexpr engine_net::Duration new_time = 400ms;

} // namespace

bool EntityRow::is_new(std::size_t field, Time now) const {
    return changed[field] != Time{} && now - changed[field] < new_time;
}

bool EntityRow::differs(std::size_t field) const {
    return seen && field < seen->values.size() && field < entity.values.size() &&
           seen->values[field] != entity.values[field];
}

std::optional<std::pair<std::size_t, std::size_t>> position_fields(const AdminEntityType& type) {
    const auto place_of = [&](const std::string& name) {
        const auto found = std::ranges::find(type.fields, name);
        return static_cast<std::size_t>(found - type.fields.begin());
    };
    for (const std::string& field : type.fields) {
        if (!field.ends_with(".x") && field != "x") continue;
        const std::string other = field.substr(0, field.size() - 1) + "y";
        if (place_of(other) < type.fields.size())
            return std::pair(place_of(field), place_of(other));
    }
    return std::nullopt;
}

void EntityTable::update(Time now, const AdminEntities* entities, const AdminEntities* seen) {
    now_ = now;
    is_known_ = entities != nullptr && !entities->types.empty();
    if (!is_known_) {
        *this = {};
        return;
    }
    const auto seen_tick = seen ? std::optional(seen->tick) : std::nullopt;
    if (entities->tick == tick_ && seen_tick == seen_tick_ && !rows_.empty()) return;
    tick_ = entities->tick;
    seen_tick_ = seen_tick;
    types_ = entities->types;
    counts_.assign(types_.size(), 0);
    std::ranges::transform(entities->of_type, counts_.begin(), &std::vector<AdminEntity>::size);
    chosen_ = std::min(chosen_, types_.size() - 1);
    take_rows(entities->of_type[chosen_]);
    take_points(*entities);
    ghosts_.clear();
    if (seen && seen->of_type.size() == types_.size()) {
        take_seen(*seen);
        take_ghosts(*seen);
    }
    select();
}

void EntityTable::take_rows(const std::vector<AdminEntity>& entities) {
    std::map<EntityId, EntityRow> rows;
    for (const AdminEntity& entity : entities) {
        EntityRow row{entity, std::vector<Time>(entity.values.size())};
        const auto before = rows_.find(entity.id);
        if (before != rows_.end() && before->second.entity.values.size() == entity.values.size()) {
            for (std::size_t i = 0; i < entity.values.size(); ++i) {
                const bool is_same = before->second.entity.values[i] == entity.values[i];
                row.changed[i] = is_same ? before->second.changed[i] : now_;
            }
        }
        rows.insert_or_assign(entity.id, std::move(row));
    }
    rows_ = std::move(rows);
}

std::optional<MapPoint> EntityTable::point_of(std::size_t type, const AdminEntity& entity) const {
    const auto fields = position_fields(types_[type]);
    if (!fields) return std::nullopt;
    const MapPoint point{engine_net::real_of(entity.values[fields->first]),
                         engine_net::real_of(entity.values[fields->second]),
                         type,
                         entity.id};
    if (!std::isfinite(point.x) || !std::isfinite(point.y)) return std::nullopt;
    return point;
}

void EntityTable::take_points(const AdminEntities& entities) {
    points_.clear();
    for (std::size_t type = 0; type < types_.size(); ++type) {
        for (const AdminEntity& entity : entities.of_type[type]) {
            if (const auto point = point_of(type, entity)) points_.push_back(*point);
        }
    }
}

void EntityTable::take_seen(const AdminEntities& seen) {
    for (const AdminEntity& entity : seen.of_type[chosen_]) {
        const auto row = rows_.find(entity.id);
        if (row != rows_.end()) row->second.seen = entity;
    }
}

void EntityTable::take_ghosts(const AdminEntities& seen) {
    std::map<EntityId, const MapPoint*> truth;
    for (const MapPoint& point : points_) truth.emplace(point.id, &point);
    for (std::size_t type = 0; type < types_.size(); ++type) {
        for (const AdminEntity& entity : seen.of_type[type]) {
            const auto point = point_of(type, entity);
            if (!point) continue;
            Ghost& ghost = ghosts_.emplace_back();
            ghost.seen = *point;
            const auto found = truth.find(entity.id);
            if (found != truth.end()) ghost.truth = *found->second;
        }
    }
}

void EntityTable::choose(std::size_t type) {
    if (type == chosen_ || type >= types_.size()) return;
    chosen_ = type;
    rows_.clear();
    select();
}

void EntityTable::filter(const std::string& words) {
    if (words == filter_) return;
    filter_ = words;
    select();
}

void EntityTable::select() {
    shown_.clear();
    for (const auto& [id, row] : rows_) {
        const bool is_wanted = filter_.empty() || std::to_string(id.value) == filter_ ||
                               std::to_string(row.entity.owner.value) == filter_;
        if (is_wanted) shown_.push_back(&row);
    }
}

SavedTable EntityTable::saved() const {
    SavedTable table;
    if (!is_known_) return table;
    table.columns = {"tick", "id", "owner"};
    const auto& fields = types_[chosen_].fields;
    table.columns.insert(table.columns.end(), fields.begin(), fields.end());
    if (has_viewer()) {
        table.columns.emplace_back("age_ticks");
        for (const std::string& field : fields) table.columns.push_back("seen." + field);
    }
    for (const EntityRow* row : shown_) {
        std::vector<SavedTable::Cell> line{std::int64_t{tick_.value},
                                           std::int64_t{row->entity.id.value},
                                           std::int64_t{row->entity.owner.value}};
        const auto add = [&](const engine_net::AdminValue& value) {
            line.push_back(std::visit(
                [](auto number) {
                    return SavedTable::Cell(number);
                },
                value));
        };
        std::ranges::for_each(row->entity.values, add);
        if (has_viewer()) {
            const bool is_seen = row->seen.has_value();
            line.emplace_back(is_seen ? std::int64_t{row->seen->age} : -1);
            const std::vector<engine_net::AdminValue> unseen(fields.size(), std::nan(""));
            std::ranges::for_each(is_seen ? row->seen->values : unseen, add);
        }
        table.rows.push_back(std::move(line));
    }
    return table;
}

} // namespace watch
