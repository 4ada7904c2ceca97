#pragma once

#include <engine_net/admin.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/event.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/people.hpp>
#include <engine_net/result.hpp>
#include <engine_net/schema.hpp>
#include <engine_net/shown.hpp>
#include <engine_net/shown_room.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace engine_net {

/// Which recording to play, and as what.
struct ReplayConfig {
    std::string file{}; ///< as `RoomKindConfig::record` had it written
    /// The game's own, as in `ClientConfig`: a recording with another version of it is shown as the
    /// game's structs too, and one of another game is refused. Left empty by a tool, which reads
    /// `Replay::entities`.
    CompiledSchema schema{};
};

/// Why a recording can't be played: a sentence for a person, without the file's name.
struct ReplayError {
    std::string text;
};

/// What a recording holds.
struct ReplaySummary {
    RoomId room{};
    std::string kind{};          ///< of the room
    std::string room_name{};     ///< may be shown as it is
    std::uint32_t tick_rate = 0; ///< ticks per second
    Tick first_tick{};
    Tick last_tick{};
    Duration duration{0};            ///< between these two
    std::uint32_t dropped_ticks = 0; ///< left out: see `ServerStats::recording_ticks_dropped`
    bool is_complete = false;        ///< false: its end is missing, as after a crash of its server
    std::uint64_t bytes = 0;         ///< of the file
    CompiledSchema schema{};         ///< that was recorded; it lives as long as the `Replay`
};

/// What a `ReplayNote` tells of.
enum class ReplayNoteKind : std::uint8_t { chat, joined, left };

/// What people did, at its place in the recording.
struct ReplayNote {
    ReplayNoteKind kind = ReplayNoteKind::chat;
    Duration at{0}; ///< since the first tick
    Tick tick{};
    std::string name{};       ///< whose
    std::string text{};       ///< of `chat`
    std::uint32_t colour = 0; ///< of the avatar, 0xRRGGBB; 0 where that is not known
};
/// Of one recording; later ones are left out.
inline constexpr std::size_t max_replay_notes = 20'000;

/// An event that not everyone got. It is good for the call.
struct ReplayedEvent {
    bool is_from_client = false;          ///< a player sent it, and the game took it
    std::span<const PresenceId> people{}; ///< that player, or those that the room sent it to
    EventBytes bytes{};
};

inline constexpr double min_replay_speed = 1.0 / 16;
inline constexpr double max_replay_speed = 64;

/// Plays the recording of a match. It begins at its first tick, paused. `each`, `find`,
/// `room_state` and `members` are those of `ShownRoom`. Who owns an entity is not recorded, nor
/// what only its owner was shown: such fields have their blank value.
///
/// The file is read as it is played and need not fit into memory; its schema does. It may be
/// anything: what is damaged is refused, or played up to the damage and from the next keyframe on.
/// One that is still being written ends where it did when it was opened.
///
/// Not to be called from several threads.
class Replay final : public ShownRoom {
public:
    /// Reads all of the file once, for what people did in it.
    static Result<std::unique_ptr<Replay>, ReplayError> open(const ReplayConfig& config);
    ~Replay();
    Replay(const Replay&) = delete;
    Replay& operator=(const Replay&) = delete;

    [[nodiscard]] const ReplaySummary& summary() const;
    /// What was said, and who came and went, in all of it, in that order.
    [[nodiscard]] const std::vector<ReplayNote>& notes() const;

    /// Moves on by the time since the last call, as it is played, and calls handlers. Call it once
    /// a frame; of a longer pause between two calls than a second, one second counts.
    void poll(Time now);
    /// From the end it begins anew.
    void play();
    void pause();
    [[nodiscard]] bool is_playing() const;
    /// Clamped into `min_replay_speed` to `max_replay_speed`; 1 is as it was.
    void set_speed(double speed);
    [[nodiscard]] double speed() const;

    /// Goes there at once, clamped into the recording. Where that is damaged, to what follows.
    void seek(Duration position);
    /// By so many ticks; below 0: back.
    void step(std::int32_t ticks);
    /// Since the first tick.
    [[nodiscard]] Duration position() const;
    [[nodiscard]] TickTime shown_time() const;
    /// There is nothing more to be played, so that it has paused.
    [[nodiscard]] bool is_at_end() const;
    /// What is damaged of what was played so far; "": nothing.
    [[nodiscard]] const std::string& problem() const;

    [[nodiscard]] PresenceId presence() const override { return {}; }
    /// Of a `RoomMember`, id, name, colour, team and `is_spectator` were recorded.
    [[nodiscard]] const std::map<PresenceId, RoomMember>& members() const override;
    /// By the words of the recorded schema, as of the last tick at or before the moment shown;
    /// those fields that everyone may see. Good until the next `poll`, `seek` or `step`.
    [[nodiscard]] const AdminEntities& entities() const;

    /// For what the room broadcast, called within `poll` for each that is played over; not for what
    /// `seek` passes.
    void on_event_bytes(std::function<void(EventBytes)> handler);
    /// What is not a valid `Event` is left out.
    template <class Event>
    void on_event(std::function<void(const Event&)> handler) {
        on_event_bytes([handler = std::move(handler)](EventBytes bytes) {
            if (const auto* event = verified<Event>(bytes)) handler(*event);
        });
    }
    /// The same for all others, after those. A game decides what they show, and to whom.
    void on_private_event(std::function<void(const ReplayedEvent&)> handler);

private:
    class Core;
    explicit Replay(std::unique_ptr<Core> core);

    [[nodiscard]] std::span<const std::uint8_t> room_state_bytes(StateCheck check) const override;
    void each_struct(const char* type,
                     Time now,
                     Shown shown,
                     const std::function<void(EntityId, const void*)>& visit) const override;
    bool
    find_struct(const char* type, EntityId id, Time now, Shown shown, void* state) const override;

    std::unique_ptr<Core> core_;
};

} // namespace engine_net
