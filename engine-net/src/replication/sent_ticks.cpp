#include "replication/sent_ticks.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

namespace {

/// A set of slots is kept for as long as a section may be coded against its tick.
constexpr std::int32_t slots_kept_ticks = most_scoped_age + 16;

} // namespace

SentTicks::SentTicks(const History& history)
    : history_(history)
    , end_{static_cast<std::uint16_t>(history.schema().types().size()), 0}
    , sent_(history_ticks) {}

std::uint16_t
SentTicks::send(Tick tick, std::size_t parts, std::span<const SharedSection> sections, Told told) {
    const auto kept = static_cast<std::int32_t>(history_ticks);
    const std::int32_t step = newest_ ? std::min(tick - *newest_, kept) : 0;
    for (std::int32_t i = 0; i < step; ++i) {
        const Tick outdated = tick - slots_kept_ticks - i;
        if (!is_scoped(outdated)) continue;
        Told& old = at(outdated).told;
        old.sight.reset();
        old.told.reset();
    }
    for (std::int32_t i = 0; i < step; ++i) are_scoped_.reset((tick - i).value % history_ticks);
    newest_ = tick;
    are_scoped_.set(tick.value % history_ticks, told.is_scoped);
    Sent& sent = at(tick);
    sent.tick = tick;
    sent.told = std::move(told);
    sent.has_ends = sections.size() > 1;
    if (sent.has_ends) {
        ends_.resize(sent_.size());
        std::vector<Slot>& ends = ends_[tick.value % sent_.size()];
        ends.clear();
        for (const SharedSection& section : sections) ends.push_back(section.to);
    }
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
    const std::span ends = ends_of(sent);
    const auto end = std::ranges::find_if(ends, [&](Slot to) {
        return slot < to;
    });
    return end != ends.end() &&
           window_.has_part(sent.tick, static_cast<std::size_t>(end - ends.begin()));
}

bool SentTicks::is_newest_scoped() const {
    const auto newest = window_.newest_acked();
    return newest && is_scoped(*newest);
}

bool SentTicks::is_scoped(Tick tick) const {
    return newest_ && *newest_ - tick < static_cast<std::int32_t>(history_ticks) &&
           are_scoped_[tick.value % history_ticks];
}

/// What arrived of a tick.
Coverage SentTicks::coverage_of(Tick tick) const {
    Coverage coverage;
    const Sent& sent = at(tick);
    if (sent.tick != tick) return coverage;
    Slot from;
    const std::span ends = ends_of(sent);
    for (std::size_t part = 0; part < ends.size(); ++part) {
        if (window_.has_part(tick, part)) coverage.add(from, ends[part]);
        from = ends[part];
    }
    return coverage;
}

std::span<const Slot> SentTicks::ends_of(const Sent& sent) const {
    if (!sent.has_ends) return {&end_, 1};
    return ends_[sent.tick.value % sent_.size()];
}

ReferenceTicks SentTicks::references(Tick tick, ReferenceCoverages& coverages) const {
    ReferenceTicks references =
        ReferenceTicks::choose(window_.newest_acked(), tick, [&](Tick older) {
            return window_.has_any(older) && !is_scoped(older) && history_.find(older) != nullptr;
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
