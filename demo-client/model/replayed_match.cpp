#include "model/replayed_match.hpp"

#include "rules/schema.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <utility>

using engine_net::Duration;
using engine_net::Replay;
using engine_net::ReplayNote;
using engine_net::ReplayNoteKind;

namespace {

constexpr double least_speed = 0.25;
constexpr double most_speed = 8;

float seconds_of(Duration time) {
    return std::chrono::duration<float>(time).count();
}

} // namespace

ReplayedMatch::ReplayedMatch(std::unique_ptr<Replay> replay) : replay_(std::move(replay)) {
    replay_->on_event<arena::Event>([this](const arena::Event& event) {
        roster_.note(event);
        if (handler_) handler_(event);
    });
}

engine_net::Result<std::unique_ptr<ReplayedMatch>, std::string>
ReplayedMatch::open(const std::string& file) {
    auto replay = Replay::open({file, arena::schema()});
    if (!replay) return engine_net::Unexpected(replay.error().text);
    return std::unique_ptr<ReplayedMatch>(new ReplayedMatch(std::move(*replay)));
}

void ReplayedMatch::poll(engine_net::Time now, float seconds) {
    has_jumped_ = std::exchange(will_jump_, false);
    const bool is_playing = replay_->is_playing();
    replay_->poll(now);
    match_seconds_ = is_playing ? seconds * static_cast<float>(replay_->speed()) : 0;
    if (const auto* names = replay_->room_state<arena::Names>()) roster_.note(*names);
    roster_.update(*replay_, now, match_seconds_);
    recall_chat();
}

void ReplayedMatch::toggle() {
    if (replay_->is_playing()) return replay_->pause();
    if (replay_->is_at_end()) jump();
    replay_->play();
}

void ReplayedMatch::seek(Duration position) {
    replay_->seek(position);
    jump();
}

void ReplayedMatch::seek_by(Duration way) {
    seek(replay_->position() + way);
}

void ReplayedMatch::step(int ticks) {
    replay_->pause();
    replay_->step(ticks);
    if (ticks != 1) jump();
}

void ReplayedMatch::change_speed(bool is_faster) {
    set_speed(replay_->speed() * (is_faster ? 2 : 0.5));
}

void ReplayedMatch::set_speed(double speed) {
    replay_->set_speed(std::clamp(speed, least_speed, most_speed));
}

/// What was going on before has nothing to do with what is shown next.
void ReplayedMatch::jump() {
    will_jump_ = true;
    roster_.clear();
}

void ReplayedMatch::recall_chat() {
    chat_.clear();
    const Duration now = replay_->position();
    const auto& notes = replay_->notes();
    const auto end = std::ranges::upper_bound(notes, now, std::ranges::less{}, &ReplayNote::at);
    const auto most = std::min<std::ptrdiff_t>(end - notes.begin(), ChatLog::max_lines);
    Duration last{0};
    for (auto note = end - most; note != end; ++note) {
        chat_.grow_older(seconds_of(note->at - std::exchange(last, note->at)));
        if (note->kind == ReplayNoteKind::chat) {
            chat_.add(note->name, note->text, colour_of(note->colour));
        } else {
            chat_.note(line_of(*note));
        }
    }
    chat_.grow_older(seconds_of(now - last));
}

std::string line_of(const ReplayNote& note) {
    std::string line = note.name;
    switch (note.kind) {
    case ReplayNoteKind::chat: return line.append(": ").append(note.text);
    case ReplayNoteKind::joined: return line.append(" is here");
    case ReplayNoteKind::left: return line.append(" is gone");
    }
    return line;
}
