#include "replication/interest.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace engine_net {

namespace {

/// What is in sight leaves it that much farther away than others come into it.
constexpr double leaves_at = 1.1;
/// Cells that lie, each way, within the distance that what is in sight may be away. Smaller cells
/// have less in them that is farther, but in space there are many of them.
constexpr std::int32_t reach_in_plane = 2;
constexpr std::int32_t reach_in_space = 1;
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
    reach_ = has_heights_ ? reach_in_space : reach_in_plane;
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
    unsorted_.clear();
    placeless_.clear();
    owned_.clear();
    owned_slots_.clear();
    encoder_.everything(tick)->each([&](Slot slot) {
        const PresenceId owner = frame.types[slot.type].owner[slot.index];
        if (owner.is_set()) owned_.emplace_back(owner, slot);
        if (config_.radius <= 0) return;
        if (const auto place = place_of(frame, slot)) {
            unsorted_.push_back({.place = *place, .slot = slot});
        } else {
            placeless_.add(slot);
        }
    });
    sort_by_bucket();
    std::ranges::sort(owned_);
    for (const auto& [owner, slot] : owned_) owned_slots_.push_back(slot);
}

/// A grid without an edge: a bucket may hold several cells, which what looks for near entities only
/// finds to be far.
void Interest::sort_by_bucket() {
    const std::size_t buckets = std::bit_ceil(2 * unsorted_.size() + 1);
    bucket_begins_.assign(buckets + 1, 0);
    for (Placed& one : unsorted_) {
        one.bucket = bucket_of(cell_of(one.place));
        ++bucket_begins_[one.bucket];
    }
    std::partial_sum(bucket_begins_.begin(), bucket_begins_.end(), bucket_begins_.begin());
    placed_.resize(unsorted_.size());
    for (const Placed& one : unsorted_) placed_[--bucket_begins_[one.bucket]] = one;
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

Interest::Cell Interest::cell_of(const Place& place) const {
    constexpr double most = 1e9;
    Cell cell{};
    for (std::size_t i = 0; i < place.size(); ++i) {
        const double at = std::floor(place[i] * reach_ / (config_.radius * leaves_at));
        cell[i] = static_cast<std::int32_t>(std::clamp(at, -most, most));
    }
    return cell;
}

std::uint32_t Interest::bucket_of(const Cell& cell) const {
    const std::uint32_t hash = static_cast<std::uint32_t>(cell[0]) * 0x9E37'79B1u ^
                               static_cast<std::uint32_t>(cell[1]) * 0x85EB'CA77u ^
                               static_cast<std::uint32_t>(cell[2]) * 0xC2B2'AE3Du;
    return (hash ^ hash >> 16) & static_cast<std::uint32_t>(bucket_begins_.size() - 2);
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
    if (viewpoint) return {{viewpoint->x, viewpoint->y, has_heights_ ? viewpoint->z : 0}};
    std::vector<Place> places;
    for (const Slot slot : owned_by(viewer)) {
        if (const auto place = place_of(frame, slot)) places.push_back(*place);
    }
    return places;
}

void Interest::add_near(const Place& place, const SlotSet* before, SlotSet& seen) {
    const double comes = config_.radius * config_.radius;
    near_count_ = 0;
    const auto [x, y, z] = cell_of(place);
    const std::int32_t high = has_heights_ ? reach_ : 0;
    for (std::int32_t i = -reach_; i <= reach_; ++i) {
        for (std::int32_t j = -reach_; j <= reach_; ++j) {
            for (std::int32_t k = -high; k <= high; ++k)
                find_near(place, bucket_of({x + i, y + j, z + k}));
        }
    }
    for (const Placed* one : std::span(near_).first(near_count_)) {
        if (square_distance(one->place, place) <= comes || (before && before->has(one->slot)))
            seen.add(one->slot);
    }
}

/// What of a bucket is near enough to stay in sight. No branch hangs on it, as every other would be
/// guessed wrong.
void Interest::find_near(const Place& place, std::uint32_t bucket) {
    const double leaves = config_.radius * config_.radius * leaves_at * leaves_at;
    const std::size_t end = bucket_begins_[bucket + 1];
    near_.resize(std::max(near_.size(), near_count_ + end - bucket_begins_[bucket]));
    for (std::size_t i = bucket_begins_[bucket]; i < end; ++i) {
        near_[near_count_] = &placed_[i];
        near_count_ += square_distance(placed_[i].place, place) <= leaves ? 1 : 0;
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
