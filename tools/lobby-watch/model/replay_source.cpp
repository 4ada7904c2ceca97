#include "lobby-watch/model/replay_source.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace watch {

using engine_net::AdminLine;
using engine_net::AdminRoom;
using engine_net::AdminState;
using engine_net::Duration;
using engine_net::Replay;
using engine_net::ReplayNote;
using engine_net::ReplayNoteKind;
using engine_net::RoomId;

namespace {

constexpr std::ptrdiff_t most_lines = 200;

} // namespace

std::string event_of(ReplayNoteKind kind) {
    switch (kind) {
    case ReplayNoteKind::chat: return "";
    case ReplayNoteKind::joined: return "joined";
    case ReplayNoteKind::left: return "left";
    }
    return "";
}

ReplaySource::ReplaySource(std::unique_ptr<Replay> replay) : replay_(std::move(replay)) {
    const engine_net::ReplaySummary& summary = replay_->summary();
    view_.id = summary.room.is_set() ? summary.room : RoomId{1};
    AdminRoom& room = rooms_[view_.id];
    room.summary.id = view_.id;
    room.summary.kind = summary.kind;
    room.summary.name = summary.room_name;
    room.summary.phase = engine_net::RoomPhase::playing;
    stats_.rooms = 1;
    take_people();
    take_lines();
}

void ReplaySource::poll(engine_net::Time now) {
    replay_->poll(now);
    take_people();
    take_lines();
}

AdminState ReplaySource::state() const {
    return is_left_ ? AdminState::closed : AdminState::watching;
}

void ReplaySource::act(const engine_net::AdminAction& /*action*/,
                       std::function<void(const std::string& problem)> done) {
    done("what is recorded has happened");
}

void ReplaySource::take_people() {
    view_.tick = replay_->shown_time().tick;
    view_.members.clear();
    AdminRoom& room = rooms_.begin()->second;
    room.summary.players = 0;
    room.summary.spectators = 0;
    room.summary.age = replay_->position();
    for (const auto& [id, member] : replay_->members()) {
        view_.members.push_back({.member = member});
        ++(member.is_spectator ? room.summary.spectators : room.summary.players);
    }
    stats_.players = room.summary.players;
    stats_.spectators = room.summary.spectators;
}

/// The newest up to the moment that is shown.
void ReplaySource::take_lines() {
    const auto& notes = replay_->notes();
    const auto end =
        std::ranges::upper_bound(notes, replay_->position(), std::ranges::less{}, &ReplayNote::at);
    const auto number = static_cast<std::uint64_t>(end - notes.begin());
    const std::uint64_t newest = view_.lines.empty() ? 0 : view_.lines.back().number;
    if (number == newest) return;
    view_.lines.clear();
    for (auto note = end - std::min(end - notes.begin(), most_lines); note != end; ++note) {
        view_.lines.push_back({.number = static_cast<std::uint64_t>(note - notes.begin()) + 1,
                               .name = note->name,
                               .event = event_of(note->kind),
                               .text = note->text});
    }
}

} // namespace watch
