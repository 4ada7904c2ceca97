#include "session/input_meter.hpp"

#include "core/sequence.hpp"

#include <chrono>

namespace engine_net {

namespace {

constexpr Duration half_window = std::chrono::milliseconds(500);
/// Farther back than any delay: the client's clock was set back.
constexpr std::int32_t most_ticks_late = 64;

} // namespace

std::optional<Tick> InputMeter::note_message(const wire::InputMessage& message) {
    note_sequence(message.header.sequence());
    if (message.header.count() == 0) return std::nullopt;
    const Tick newest{message.header.newest_tick()};
    const Tick oldest = message.tick_of(0);
    if (newest_ && *newest_ - newest > most_ticks_late) newest_.reset();
    if (newest_ && newest <= *newest_) return std::nullopt;
    const Tick fresh = newest_ && oldest <= *newest_ ? *newest_ + 1 : oldest;
    newest_ = newest;
    return fresh;
}

void InputMeter::note_sequence(std::uint16_t sequence) {
    ++received_;
    if (!newest_sequence_ || sequence_difference(sequence, *newest_sequence_) > 0)
        newest_sequence_ = sequence;
}

void InputMeter::note_lead(Tick tick, Duration lead, Time now) {
    if (now >= turn_) {
        const bool is_long_ago = now - turn_ >= half_window;
        least_ = {std::nullopt, is_long_ago ? std::nullopt : least_[0]};
        turn_ = now + half_window;
        if (newest_sequence_) loss_.note(*newest_sequence_, received_);
    }
    if (!least_[0] || lead < least_[0]->lead) least_[0] = {lead, tick};
}

InputReport InputMeter::report() const {
    const auto& [now, before] = least_;
    const Lead least = now && before ? (now->lead < before->lead ? *now : *before)
                                     : now.value_or(before.value_or(Lead()));
    return {least.lead, least.tick, newest_sequence_.value_or(0), received_};
}

} // namespace engine_net
