#include "replication/sent_ticks.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

namespace {

/// A set of slots is kept for as long as a section may be coded against its tick.
constexpr std::int32_t slots_kept_ticks = most_scoped_age + 16;

} // namespace

SentTicks::SentTicks(const History& history) : history_(history), sent_(history_ticks) {}

std::uint16_t
SentTicks::send(Tick tick, std::size_t parts, std::span<const SharedSection> sections, Told told) {
    const auto kept = static_cast<std::int32_t>(history_ticks);
    const std::int32_t step = newest_ ? std::min(tick - *newest_, kept) : 0;
    for (std::int32_t i = 0; i < step; ++i) {
        Told& old = at(tick - slots_kept_ticks - i).told;
        old.sight.reset();
        old.told.reset();
    }
    newest_ = tick;
    Sent& sent = at(tick);
    sent.tick = tick;
    sent.told = std::move(told);
    sent.ends.clear();
    for (const SharedSection& section : sections) sent.ends.push_back(section.to);
    return window_.send(tick, parts);
}

std::optional<Tick> SentTicks::known(Slot slot) const {
    const auto newest = window_.newest_acked();
    for (std::int32_t age = 0; newest && age < slots_kept_ticks; ++age) {
        const Sent& sent = at(*newest - age);
        if (sent.tick != *newest - age || !window_.has_any(sent.tick)) continue;
        if (!sent.told.is_scoped) {
            if (has_arrived(slot, sent)) return sent.tick;
            continue;
        }
        // Of a scoped tick nothing is known before it is there whole.
        if (!sent.told.told || !window_.is_complete(sent.tick)) continue;
        if (!sent.told.sight->has(slot)) return std::nullopt;
        if (sent.told.told->has(slot)) return sent.tick;
    }
    return std::nullopt;
}

/// The section that tells of it, of those that everyone gets.
bool SentTicks::has_arrived(Slot slot, const Sent& sent) const {
    const auto end = std::ranges::find_if(sent.ends, [&](Slot to) {
        return slot < to;
    });
    return end != sent.ends.end() &&
           window_.has_part(sent.tick, static_cast<std::size_t>(end - sent.ends.begin()));
}

bool SentTicks::is_newest_scoped() const {
    const auto newest = window_.newest_acked();
    return newest && at(*newest).tick == *newest && at(*newest).told.is_scoped;
}

/// What arrived of a tick.
Coverage SentTicks::coverage_of(Tick tick) const {
    Coverage coverage;
    const Sent& sent = at(tick);
    if (sent.tick != tick) return coverage;
    Slot from;
    for (std::size_t part = 0; part < sent.ends.size(); ++part) {
        if (window_.has_part(tick, part)) coverage.add(from, sent.ends[part]);
        from = sent.ends[part];
    }
    return coverage;
}

ReferenceTicks SentTicks::references(Tick tick, ReferenceCoverages& coverages) const {
    ReferenceTicks references =
        ReferenceTicks::choose(window_.newest_acked(), tick, [&](Tick older) {
            return window_.has_any(older) && !at(older).told.is_scoped &&
                   history_.find(older) != nullptr;
        });
    for (std::size_t i = 0; i < references.count; ++i) {
        if (window_.is_complete(references.ticks[i])) continue;
        coverages[i] = coverage_of(references.ticks[i]);
        references.has_gaps = true;
    }
    return references;
}

ReferenceTicks SentTicks::whole_references(Tick tick) const {
    return ReferenceTicks::choose(window_.newest_complete(), tick, [&](Tick older) {
        return tick - older < most_scoped_age && window_.is_complete(older) &&
               history_.find(older) != nullptr;
    });
}

void SentTicks::add_references(const ScopedTicks& ticks, ScopedTask& task) const {
    task.references = ticks;
    for (std::size_t i = 0; i < ticks.count; ++i) {
        const Told& told = at(ticks.ticks[i]).told;
        if (told.is_scoped) task.told_before[i] = told.told;
        if (told.is_scoped && i == 0) task.sight_before = told.sight;
    }
}

} // namespace engine_net
