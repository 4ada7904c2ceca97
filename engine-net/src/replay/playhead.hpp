#pragma once

#include "replay/playback.hpp"
#include "replay/recording_file.hpp"
#include "replication/frame.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/people.hpp>
#include <engine_net/shown.hpp>
#include <engine_net/tick.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine_net {

/// A moment of a recording, between two of its ticks. Moments are in ticks since the first one.
class Playhead {
public:
    /// What was sent on a way from one moment to another.
    struct Events {
        std::vector<std::vector<std::uint8_t>> broadcast{};
        std::vector<PrivateEvent> others{};
    };

    /// At the first tick. `file` outlives it, and has entries.
    explicit Playhead(const RecordingFile& file);

    /// Appends to `events` what was sent on the way.
    void advance(double ticks, Events& events);
    /// To that moment or, where that is damaged, to the first one after it.
    void seek(double moment);

    [[nodiscard]] double moment() const { return moment_; }
    [[nodiscard]] double end() const { return moment_of(file_.last_tick()); }
    [[nodiscard]] TickTime shown_time() const;
    /// The newest tick at or before the moment; null when none can be read.
    [[nodiscard]] const Frame* from() const { return from_ ? &*from_ : nullptr; }
    /// The one after it; null at the end.
    [[nodiscard]] const Frame* to() const { return to_; }
    [[nodiscard]] double ticks_since_from() const { return moment_ - moment_of(from_->tick); }

    // As of `from`.
    [[nodiscard]] const std::map<PresenceId, RoomMember>& people() const { return people_; }
    [[nodiscard]] const std::vector<std::uint8_t>& state() const { return state_; }

    /// See `Playback::problem`; of the damage that was met last.
    [[nodiscard]] const std::string& problem() const { return problem_; }

private:
    [[nodiscard]] Tick first_tick() const { return file_.entries().front().tick; }
    [[nodiscard]] double moment_of(Tick tick) const { return tick - first_tick(); }
    void take();
    void read_on();
    Playback::Outcome pass_damage(Tick after);

    const RecordingFile& file_;
    Playback playback_; ///< at `to_`
    double moment_ = 0;
    std::optional<Frame> from_;
    const Frame* to_ = nullptr;
    std::map<PresenceId, RoomMember> people_;
    std::vector<std::uint8_t> state_;
    std::string problem_;
};

} // namespace engine_net
