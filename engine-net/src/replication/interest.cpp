#include "replication/interest.hpp"

#include <algorithm>
#include <cmath>

namespace engine_net {

namespace {

/// What is in sight leaves it that much farther away than others come into it.
constexpr double leaves_at = 1.1;
/// How much more the nearest weighs than what is at the edge.
constexpr double most_nearness = 4;

double square_distance(const std::array<double, 3>& a, const std::array<double, 3>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

} // namespace

PositionColumns position_columns(const EntityType& type, const std::string& field) {
    for (const Field& one : type.fields) {
        if (one.name != field || one.owner_only || one.columns < 2 || one.columns > 3) continue;
        const auto* const first = type.columns.data() + one.first_column;
        const bool is_scaled = std::all_of(first, first + one.columns, [](const Column& column) {
            return column.coding == Coding::scaled;
        });
        if (is_scaled) return {one.first_column, one.columns};
    }
    return {};
}

Interest::Interest(const History& history,
                   ScopedEncoder& encoder,
                   InterestConfig config,
                   Relevance relevance)
    : history_(history)
    , encoder_(encoder)
    , config_(std::move(config))
    , relevance_(std::move(relevance)) {
    for (const EntityType& type : history.schema().types())
        positions_.push_back(position_columns(type, config_.position));
    has_heights_ = std::ranges::any_of(positions_, [](const PositionColumns& position) {
        return position.count == 3;
    });
}

Sight Interest::sight(Tick tick,
                      PresenceId viewer,
                      const std::optional<Viewpoint>& viewpoint,
                      const SlotSet* before) {
    if (config_.radius <= 0 && !config_.asks_room) return {};
    turn_to(tick);
    const Frame& frame = *history_.find(tick);
    SlotSet seen;
    std::vector<Place> places;
    if (config_.radius > 0) {
        seen = placeless_;
        places = places_of(frame, viewer, viewpoint);
        for (const Place& place : places) add_near(place, before, seen);
    } else {
        seen = *encoder_.everything(tick);
    }
    if (config_.asks_room) {
        SlotSet relevant;
        seen.each([&](Slot slot) {
            if (relevance(viewer, slot) > 0) relevant.add(slot);
        });
        seen = std::move(relevant);
    }
    for (const Slot slot : owned_by(viewer)) seen.add(slot);
    return {encoder_.share(tick, std::move(seen)),
            [this, viewer, places = std::move(places)](Slot slot) {
                const double said = config_.asks_room ? relevance(viewer, slot) : 1;
                return std::max(said, 0.01) * nearness(places, slot);
            }};
}

void Interest::turn_to(Tick tick) {
    if (tick_ == tick) return;
    tick_ = tick;
    const Frame& frame = *history_.find(tick);
    placed_.clear();
    placeless_.clear();
    owned_.clear();
    owned_slots_.clear();
    encoder_.everything(tick)->each([&](Slot slot) {
        const PresenceId owner = frame.types[slot.type].owner[slot.index];
        if (owner.is_set()) owned_.emplace_back(owner, slot);
        if (config_.radius <= 0) return;
        if (const auto place = place_of(frame, slot)) {
            placed_.push_back({cell_of(*place), *place, slot});
        } else {
            placeless_.add(slot);
        }
    });
    std::ranges::sort(placed_, {}, &Placed::cell);
    std::ranges::sort(owned_);
    for (const auto& [owner, slot] : owned_) owned_slots_.push_back(slot);
}

std::optional<Interest::Place> Interest::place_of(const Frame& frame, Slot slot) const {
    const PositionColumns& position = positions_[slot.type];
    if (position.count == 0) return std::nullopt;
    const EntityType& type = history_.schema().types()[slot.type];
    const std::int32_t* row = frame.types[slot.type].row(slot.index);
    Place place{};
    for (std::size_t i = 0; i < position.count; ++i) {
        const Column& column = type.columns[position.first + i];
        place[i] = column.origin + row[position.first + i] * column.step;
    }
    return place;
}

/// Cells are as wide as what is in sight may be away, so neighbours are enough.
Interest::Cell Interest::cell_of(const Place& place) const {
    constexpr double most = 1e9;
    Cell cell{};
    for (std::size_t i = 0; i < place.size(); ++i) {
        const double at = std::floor(place[i] / (config_.radius * leaves_at));
        cell[i] = static_cast<std::int32_t>(std::clamp(at, -most, most));
    }
    return cell;
}

std::span<const Slot> Interest::owned_by(PresenceId viewer) const {
    constexpr auto owner = &std::pair<PresenceId, Slot>::first;
    const auto first = std::ranges::lower_bound(owned_, viewer, {}, owner);
    const auto last = std::ranges::upper_bound(owned_, viewer, {}, owner);
    return std::span(owned_slots_)
        .subspan(static_cast<std::size_t>(first - owned_.begin()),
                 static_cast<std::size_t>(last - first));
}

std::vector<Interest::Place> Interest::places_of(const Frame& frame,
                                                 PresenceId viewer,
                                                 const std::optional<Viewpoint>& viewpoint) const {
    if (viewpoint) return {{viewpoint->x, viewpoint->y, viewpoint->z}};
    std::vector<Place> places;
    for (const Slot slot : owned_by(viewer)) {
        if (const auto place = place_of(frame, slot)) places.push_back(*place);
    }
    return places;
}

void Interest::add_near(const Place& place, const SlotSet* before, SlotSet& seen) const {
    const auto [x, y, z] = cell_of(place);
    for (std::int32_t i = -1; i <= 1; ++i) {
        if (!has_heights_) {
            add_between({x + i, y - 1, 0}, {x + i, y + 1, 0}, place, before, seen);
            continue;
        }
        for (std::int32_t j = -1; j <= 1; ++j)
            add_between({x + i, y + j, z - 1}, {x + i, y + j, z + 1}, place, before, seen);
    }
}

/// Of the cells that stand from one to another in their order.
void Interest::add_between(const Cell& first,
                           const Cell& last,
                           const Place& place,
                           const SlotSet* before,
                           SlotSet& seen) const {
    const double comes = config_.radius * config_.radius;
    const double leaves = comes * leaves_at * leaves_at;
    auto one = std::ranges::lower_bound(placed_, first, {}, &Placed::cell);
    for (; one != placed_.end() && one->cell <= last; ++one) {
        const double distance = square_distance(one->place, place);
        if (distance <= comes || (distance <= leaves && before && before->has(one->slot)))
            seen.add(one->slot);
    }
}

double Interest::relevance(PresenceId viewer, Slot slot) const {
    const TypeFrame& frame = history_.find(*tick_)->types[slot.type];
    return relevance_(
        viewer,
        {history_.schema().types()[slot.type].name, frame.id[slot.index], frame.owner[slot.index]});
}

/// 1 at the edge, more the nearer.
double Interest::nearness(const std::vector<Place>& places, Slot slot) const {
    const auto place = place_of(*history_.find(*tick_), slot);
    if (config_.radius <= 0 || !place || places.empty()) return most_nearness;
    double nearest = config_.radius;
    for (const Place& from : places)
        nearest = std::min(nearest, std::sqrt(square_distance(from, *place)));
    return most_nearness - (most_nearness - 1) * nearest / config_.radius;
}

} // namespace engine_net
