#include "client/input_lead.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace engine_net {

namespace {

using namespace std::chrono_literals;

constexpr Duration memory = 4s;
/// Behind by more than this is not drift but another way, or a machine that slept.
constexpr Duration largest_slew = 250ms;
constexpr int slew_divisor = 20;
/// No way that one can play on takes longer, whatever a server says.
constexpr Duration longest_lead = 1s;
/// Besides what was measured, for what was not.
constexpr Duration margin = 3ms;

} // namespace

void InputLead::guess(Duration round_trip, Duration jitter) {
    if (has_report_) return;
    target_ = round_trip / 2 + 2 * jitter + period_;
    if (!std::exchange(has_guess_, true)) lead_ = target_;
}

void InputLead::note_given(Tick tick) {
    given_[tick.value % given_.size()] = {tick, lead_, true};
}

void InputLead::take_report(Tick tick, Duration early, Time now) {
    const Given& given = given_[tick.value % given_.size()];
    if (!given.is_used || given.tick != tick) return;
    has_report_ = true;
    reported_ = early;
    const Duration need = std::clamp(given.lead - early + margin, Duration(0), longest_lead);
    needs_[needs_count_++ % kept_needs] = {now, need};
    target_ = worst_need(now);
}

Duration InputLead::worst_need(Time now) const {
    Duration worst = needs_[(needs_count_ - 1) % kept_needs].lead;
    for (std::size_t i = 0; i < std::min(needs_count_, kept_needs); ++i) {
        if (now - needs_[i].when <= memory) worst = std::max(worst, needs_[i].lead);
    }
    return worst;
}

void InputLead::advance_to(Time now) {
    if (advanced_) {
        const Duration most = (now - *advanced_) / slew_divisor;
        lead_ = target_ - lead_ > largest_slew ? target_
                                               : lead_ + std::clamp(target_ - lead_, -most, most);
    }
    advanced_ = now;
}

void InputLead::begin_again() {
    has_report_ = false;
    has_guess_ = false;
    needs_count_ = 0;
    for (Given& one : given_) one.is_used = false;
}

} // namespace engine_net
