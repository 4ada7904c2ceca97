#include "motion.hpp"

#include "rules/field.hpp"

using arena::Vector;
using engine_net::EntityId;

namespace {

constexpr float max_jump = 60;       // units that an entity may be off its course within a frame
constexpr float max_doubt_s = 0.25F; // after which it has really jumped

} // namespace

void Motion::begin_frame(float seconds) {
    seconds_ = seconds;
    for (auto& [id, track] : tracks_) track.is_seen = false;
}

Vector Motion::track(EntityId id, Vector place, Vector velocity) {
    const auto [found, is_new] = tracks_.try_emplace(id, Track{.place = place});
    Track& track = found->second;
    track.is_seen = true;
    if (is_new) return place;

    track.age_s += seconds_;
    const Vector expected = arena::wrapped(track.place + velocity * seconds_);
    const bool is_on_course =
        arena::are_within(expected, place, max_jump + length(velocity) * seconds_);
    track.doubt_s = is_on_course ? 0 : track.doubt_s + seconds_;
    track.place = is_on_course || track.doubt_s > max_doubt_s ? place : expected;
    return track.place;
}

float Motion::age_s(EntityId id) const {
    const auto found = tracks_.find(id);
    return found == tracks_.end() ? 0 : found->second.age_s;
}

void Motion::end_frame() {
    std::erase_if(tracks_, [](const auto& entry) {
        return !entry.second.is_seen;
    });
}
