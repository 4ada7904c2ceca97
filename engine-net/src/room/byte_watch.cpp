#include "room/byte_watch.hpp"

#include <algorithm>

namespace engine_net {

namespace {

constexpr std::int32_t patience_seconds = 3;

} // namespace

ByteWatch::ByteWatch(std::span<const EntityType> types, std::uint32_t tick_rate)
    : per_tick_(std::max<std::int64_t>(1'000'000 / tick_rate / 100, 1))
    , patience_ticks_(patience_seconds * static_cast<std::int32_t>(tick_rate))
    , meter_(types) {}

const SnapshotBits& ByteWatch::ask(PresenceId viewer, Tick now) {
    auto place = std::ranges::find(wanted_, viewer, &Wanted::viewer);
    if (place == wanted_.end() && wanted_.size() < most_wanted) {
        place = wanted_.insert(place, Wanted{viewer, now});
    } else if (place == wanted_.end()) {
        place = std::ranges::min_element(wanted_, {}, &Wanted::asked);
        *place = Wanted{viewer, now};
    }
    place->asked = now;
    return place->bits;
}

bool ByteWatch::is_forgotten(Tick now) const {
    return std::ranges::all_of(wanted_, [&](const Wanted& wanted) {
        return now - wanted.asked > patience_ticks_;
    });
}

void ByteWatch::begin_tick() {
    meter_.grant(per_tick_, 2 * per_tick_);
    if (viewers_ > 0) turn_ = (turn_ + 1) % viewers_;
    viewers_ = 0;
}

SnapshotMeter* ByteWatch::meter_for(PresenceId viewer) {
    const bool is_its_turn = viewers_++ == turn_;
    if (!meter_.has_time()) return nullptr;
    sums_.clear();
    for (Wanted& wanted : wanted_) {
        if (wanted.viewer.is_set() ? wanted.viewer == viewer : is_its_turn)
            sums_.push_back(&wanted.bits);
    }
    if (sums_.empty()) return nullptr;
    meter_.add_to(sums_);
    return &meter_;
}

} // namespace engine_net
