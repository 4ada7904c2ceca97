#include "replication/selection.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <utility>

namespace engine_net {

namespace {

/// Comes before all that does not starve.
constexpr double starving = 1e12;
/// What an entity costs about that is as it was, and more than its columns one that appears.
constexpr double unchanged_bits = 1;
constexpr double arrival_bits = 32;

int ticks_since(std::optional<Tick> then, Tick now) {
    return then ? now - *then : std::numeric_limits<int>::max();
}

/// The base, and the ticks that occur most often in `known`, the youngest first.
ScopedTicks most_frequent(const Selection::Base& base, std::vector<Tick>& known) {
    ScopedTicks chosen;
    if (!base.tick) return chosen;
    std::array<std::uint16_t, most_scoped_age + 1> counts{};
    for (const Tick tick : known) ++counts[static_cast<std::size_t>(*base.tick - tick)];
    std::array<std::uint16_t, most_scoped_age + 1> sorted = counts;
    const auto nth = sorted.begin() + max_scoped_references - 2;
    std::nth_element(sorted.begin() + 1, nth + 1, sorted.end(), std::greater<>());
    const std::uint16_t least = std::max<std::uint16_t>(*(nth + 1), 1);
    chosen.ticks[chosen.count++] = *base.tick;
    for (int age = 1; age <= most_scoped_age && chosen.count < max_scoped_references; ++age) {
        if (counts[static_cast<std::size_t>(age)] >= least)
            chosen.ticks[chosen.count++] = *base.tick - age;
    }
    return chosen;
}

} // namespace

void Selection::on_known(Tick tick, const SentTicks::Told& told) {
    if (told.tells_all) {
        if (!all_known_ || tick > *all_known_) all_known_ = tick;
    } else if (told.told) {
        told.told->each([&](Slot slot) {
            known_.raise(slot, tick);
        });
    }
}

void Selection::on_told(Tick tick, const SentTicks::Told& told) {
    if (told.tells_all) {
        all_told_ = tick;
        return;
    }
    told.told->each([&](Slot slot) {
        told_.raise(slot, tick);
    });
}

/// As far as it can serve to code against.
std::optional<Tick> Selection::known_tick(Slot slot, Tick tick, const Base& base) const {
    if (!base.tick) return std::nullopt;
    std::optional<Tick> known = known_.find(slot);
    const bool serves = all_known_ && *base.tick - *all_known_ <= most_scoped_age;
    if (serves && (!known || *all_known_ > *known)) {
        const SentTicks::Told& all = base.sent.told(*all_known_);
        if (!all.is_scoped || (all.told && all.told->has(slot))) known = all_known_;
    }
    if (!known || *base.tick - *known > most_scoped_age || *known > *base.tick) return std::nullopt;
    const Frame* then = history_.find(*known);
    const TypeFrame& now = history_.find(tick)->types[slot.type];
    if (!then || !then->types[slot.type].has(slot.index)) return std::nullopt;
    return then->types[slot.type].incarnation[slot.index] == now.incarnation[slot.index]
               ? known
               : std::nullopt;
}

/// In its newest whole tick, or in one after that which may have arrived. What may be there is said
/// to be there or is gone; what is not there yet costs nothing until it is told.
bool Selection::may_be_there(Slot slot, Tick tick, const Base& base) const {
    const Tick from = base.tick ? *base.tick : tick - most_scoped_age;
    if (base.tick && history_.find(from)->types[slot.type].has(slot.index) &&
        (!base.sight || base.sight->has(slot)))
        return true;
    if (const auto told = told_.find(slot); told && *told > from) return true;
    if (!all_told_ || *all_told_ <= from) return false;
    const SentTicks::Told& all = base.sent.told(*all_told_);
    return !all.is_scoped || (all.told && all.told->has(slot));
}

/// Ticks since it was told last. One that never was is taken for told a quarter of a second before
/// it was first seen.
int Selection::age(Slot slot, Tick tick, std::int32_t ticks_per_second) {
    const int age = std::min({ticks_since(told_.find(slot), tick),
                              ticks_since(waits_.find(slot), tick),
                              ticks_since(all_told_, tick)});
    if (age < std::numeric_limits<int>::max()) return age;
    const int at_first = std::max(1, ticks_per_second / 4);
    waits_.raise(slot, tick - at_first);
    return at_first;
}

Selection::Candidate Selection::candidate(
    Slot slot, Tick tick, const Sight& sight, const Base& base, std::int32_t ticks_per_second) {
    const EntityType& type = history_.schema().types()[slot.type];
    const TypeFrame& now = history_.find(tick)->types[slot.type];
    Candidate one;
    one.slot = slot;
    one.known = known_tick(slot, tick, base);
    one.may_be_there = may_be_there(slot, tick, base);
    if (one.known) {
        const std::int32_t* then = history_.find(*one.known)->types[slot.type].row(slot.index);
        one.is_changed = !std::equal(then, then + type.shared_columns, now.row(slot.index));
        one.bits = one.is_changed ? changed_bits_ : unchanged_bits;
    } else {
        one.bits = type.shared_bits + arrival_bits;
    }
    const int age = this->age(slot, tick, ticks_per_second);
    const double weight = sight.weight ? sight.weight(slot) : 1;
    one.priority = age >= ticks_per_second ? starving + age : weight * age;

    // Its slot had another one: that this one is there can't be said without telling it.
    if (!base.tick) return one;
    const TypeFrame& before = history_.find(*base.tick)->types[slot.type];
    const bool was_seen = before.has(slot.index) && (!base.sight || base.sight->has(slot));
    if (was_seen && before.incarnation[slot.index] != now.incarnation[slot.index])
        one.priority = 2 * starving;
    return one;
}

Selection::Choice Selection::choose(Tick tick,
                                    const Sight& sight,
                                    const Base& base,
                                    std::size_t room_bytes,
                                    std::int32_t ticks_per_second) {
    candidates_.clear();
    sight.slots->each([&](Slot slot) {
        candidates_.push_back(candidate(slot, tick, sight, base, ticks_per_second));
    });
    Choice choice;
    for (const Candidate& one : candidates_) {
        if (one.may_be_there) choice.known.add(one.slot);
    }
    const auto is_less = [](const Candidate& a, const Candidate& b) {
        return a.priority != b.priority ? a.priority < b.priority : a.slot > b.slot;
    };
    std::ranges::make_heap(candidates_, is_less);

    std::vector<Tick> known;
    double room_bits = static_cast<double>(room_bytes) * 8;
    int lags = 0;
    for (auto end = candidates_.end(); end != candidates_.begin(); --end) {
        std::pop_heap(candidates_.begin(), end, is_less);
        const Candidate& one = *(end - 1);
        const bool is_first = end == candidates_.end();
        room_bits -= one.bits;
        if (room_bits < 0 && !is_first && one.priority < 2 * starving) break;
        choice.told.add(one.slot);
        choice.known.add(one.slot);
        choice.changed += one.is_changed ? 1 : 0;
        choice.other_bits += one.is_changed ? 0 : one.bits;
        if (!one.known) continue;
        known.push_back(*one.known);
        lags += tick - *one.known;
    }
    choice.references = most_frequent(base, known);
    if (!known.empty()) choice.typical_lag = lags / static_cast<int>(known.size());
    return choice;
}

void Selection::learn(const Choice& choice, std::size_t bytes) {
    if (choice.changed == 0) return;
    constexpr double least = 2;
    constexpr double most = 1000;
    const double bits =
        (static_cast<double>(bytes) * 8 - choice.other_bits) / static_cast<double>(choice.changed);
    changed_bits_ += (std::clamp(bits, least, most) - changed_bits_) / 8;
}

} // namespace engine_net
