#include "replication/scoped_encoder.hpp"

#include "replication/ack_window.hpp"
#include "replication/codec/priors.hpp"
#include "replication/sections.hpp"

#include <array>
#include <utility>

namespace engine_net {

namespace {

/// With more, what needs no references takes not much more.
constexpr std::size_t max_scoped_parts = max_parts / 2;

} // namespace

void ScopedEncoder::turn_to(Tick tick) {
    if (tick_ == tick) return;
    tick_ = tick;
    shared_sets_.clear();
    everything_.reset();
    codings_used_ = 0;
    bases_.clear();
}

SharedSlots ScopedEncoder::share(Tick tick, SlotSet set) {
    turn_to(tick);
    const std::uint64_t hash = set.hash();
    const auto [first, last] = shared_sets_.equal_range(hash);
    for (auto it = first; it != last; ++it) {
        if (*it->second == set) return it->second;
    }
    return shared_sets_.emplace(hash, std::make_shared<const SlotSet>(std::move(set)))->second;
}

SharedSlots ScopedEncoder::everything(Tick tick) {
    turn_to(tick);
    const Frame* frame = history_.find(tick);
    if (everything_ || !frame) return everything_;
    SlotSet all;
    for (std::size_t t = 0; t < frame->types.size(); ++t) {
        for (std::size_t i = 0; i < frame->types[t].slots(); ++i) {
            if (frame->types[t].has(i))
                all.add({static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)});
        }
    }
    everything_ = share(tick, std::move(all));
    return everything_;
}

std::span<const SharedSection> ScopedEncoder::sections(Tick tick, const ScopedTask& task) {
    turn_to(tick);
    for (std::size_t i = 0; i < codings_used_; ++i) {
        if (codings_[i].task != task) continue;
        ++shared_count_;
        return codings_[i].sections.sections();
    }
    const Frame* frame = history_.find(tick);
    if (!frame) return {};
    if (codings_used_ == codings_.size()) codings_.emplace_back();
    Coding& coding = codings_[codings_used_++];
    coding.task = task;
    coding.sections.clear();
    ++coded_count_;
    if (!code(*frame, coding)) coding.sections.clear();
    return coding.sections.sections();
}

/// False when they would be too many, or one entity more than a datagram.
bool ScopedEncoder::code(const Frame& frame, Coding& coding) {
    const ScopedTask& task = coding.task;
    const Scope scope{task.sight.get(), task.told.get(), task.told == task.sight};
    const ScopedReferences references = references_of(task, frame.tick);
    const Slot end{static_cast<std::uint16_t>(history_.schema().types().size()), 0};
    constexpr std::size_t room = max_sections_bytes - max_scoped_header_bytes;
    std::array<std::uint8_t, room> body{};
    const std::size_t most = references.count > 0 ? max_scoped_parts : max_parts;
    for (Slot from{}; from < end;) {
        if (coding.sections.count() == most) return false;
        const SnapshotCodec::Coded coded =
            codec_.encode_scoped(references, frame, scope, bases_, {from, end}, body);
        if (coded.to == from) return false;
        auto& bytes = coding.sections.bytes();
        write_scoped_header({task.references,
                             task.lag_class,
                             scope.tells_all,
                             task.is_everything,
                             task.lists_references,
                             from,
                             coded.to},
                            frame.tick,
                            end,
                            bytes);
        bytes.insert(
            bytes.end(), body.begin(), body.begin() + static_cast<std::ptrdiff_t>(coded.bytes));
        coding.sections.end_section(from, coded.to);
        from = coded.to;
    }
    return true;
}

ScopedReferences ScopedEncoder::references_of(const ScopedTask& task, Tick tick) const {
    ScopedReferences references;
    const ScopedTicks& ticks = task.references;
    references.count = ticks.count;
    references.lag = ticks.count == 0 ? 0 : tick - ticks.ticks[0];
    references.typical_lag = typical_lag(task.lag_class);
    references.sight = task.sight_before.get();
    for (std::size_t i = 0; i < ticks.count; ++i) {
        references.frames[i] = history_.find(ticks.ticks[i]);
        references.ages[i] = ticks.ticks[0] - ticks.ticks[i];
        references.told[i] = task.told_before[i].get();
    }
    return references;
}

} // namespace engine_net
