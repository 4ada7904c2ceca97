#include "replay/playhead.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

namespace engine_net {

namespace {

/// Keyframes that are tried after damage: two minutes of them. A file that is damaged everywhere is
/// not searched for ever.
constexpr int most_keyframes_tried = 60;

} // namespace

Playhead::Playhead(const RecordingFile& file) : file_(file), playback_(file) {
    seek(0);
}

void Playhead::advance(double ticks, Events& events) {
    const double target = std::min(moment_ + ticks, end());
    while (to_ && moment_of(to_->tick) <= target) {
        take();
        std::ranges::copy(playback_.events(), std::back_inserter(events.broadcast));
        std::ranges::copy(playback_.private_events(), std::back_inserter(events.others));
        read_on();
    }
    if (from_) moment_ = to_ ? target : moment_of(from_->tick);
}

void Playhead::seek(double moment) {
    moment_ = std::clamp(moment, 0.0, std::max(end(), 0.0));
    const Tick tick = first_tick() + static_cast<std::int32_t>(std::floor(moment_));
    to_ = nullptr;
    Playback::Outcome outcome = playback_.seek(tick);
    if (outcome == Playback::Outcome::damaged) outcome = pass_damage(tick);
    if (outcome == Playback::Outcome::frame) {
        take();
        read_on();
    }
    if (!from_) return;
    moment_ = std::max(moment_, moment_of(from_->tick));
    if (!to_) moment_ = moment_of(from_->tick);
}

TickTime Playhead::shown_time() const {
    const double whole = std::floor(moment_);
    return {first_tick() + static_cast<std::int32_t>(whole), moment_ - whole};
}

/// The moment has come to the tick that was read last.
void Playhead::take() {
    from_ = *playback_.frame();
    people_ = playback_.people();
    state_ = playback_.state();
}

void Playhead::read_on() {
    Playback::Outcome outcome = playback_.step();
    if (outcome == Playback::Outcome::damaged) outcome = pass_damage(from_->tick);
    to_ = outcome == Playback::Outcome::frame ? playback_.frame() : nullptr;
}

/// To the next keyframe that is sound.
Playback::Outcome Playhead::pass_damage(Tick after) {
    problem_ = playback_.problem();
    const auto& entries = file_.entries();
    auto entry = std::ranges::upper_bound(entries, after, std::ranges::less{}, &IndexEntry::tick);
    for (int tried = 0; entry != entries.end() && tried < most_keyframes_tried; ++entry, ++tried) {
        if (playback_.seek(entry->tick) == Playback::Outcome::frame)
            return Playback::Outcome::frame;
    }
    return Playback::Outcome::end;
}

} // namespace engine_net
