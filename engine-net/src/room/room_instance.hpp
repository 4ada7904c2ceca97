#pragma once

#include "core/bytes.hpp"
#include "core/own_thread.hpp"
#include "replication/history.hpp"
#include "replication/interest.hpp"
#include "replication/room_tape.hpp"
#include "replication/snapshot_encoder.hpp"
#include "replication/viewer.hpp"
#include "room/byte_watch.hpp"
#include "room/delayed_view.hpp"
#include "room/input_gap.hpp"
#include "room/input_queue.hpp"
#include "room/published_state.hpp"
#include "room/room_feed.hpp"
#include "room/room_kind.hpp"
#include "room/room_meter.hpp"
#include "room/roster.hpp"
#include "room/roster_sender.hpp"
#include "room/state_sender.hpp"
#include "wire/saved_room.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/event.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/limits.hpp>
#include <engine_net/lobby.hpp>
#include <engine_net/people.hpp>
#include <engine_net/rewind.hpp>
#include <engine_net/room.hpp>
#include <engine_net/stats.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

/// A running room: the game's `Room`, who sits in it, their inputs, and what they are shown. It
/// knows presences, never peers: what it wants sent waits in its outbox.
class RoomInstance {
public:
    struct Settings {
        RoomId id;
        std::string name;
        std::uint32_t capacity = 0;
        bool stays_when_empty = false;
        bool is_private = false;
        bool is_by_invitation = false; ///< players need its code, a reservation, or matchmaking
        std::string password{};        ///< "": none
        std::string invite{};
        std::vector<std::uint8_t> metadata{};
        std::uint64_t seed = 0;
        std::uint32_t tick_rate = 0;
        std::uint32_t input_window_ticks = 0;
        std::size_t worker = 0;  ///< of the `RoomWorkers`, to simulate, snapshot and encode
        std::uint32_t moves = 0; ///< times that it has gone to another server
    };
    /// Who takes a seat.
    struct Newcomer {
        PresenceId id;
        SessionId session;
        std::string name{};
        std::string user{};
        std::uint32_t colour = 0;
        bool is_spectator = false;
        std::uint32_t team = 0;
        bool has_reservation = false; ///< one of the reserved seats is its
    };
    struct OutgoingEvent {
        std::vector<PresenceId> to;
        Delivery delivery;
        std::vector<std::uint8_t> bytes;
    };
    struct Departure {
        PresenceId who;
        std::string reason;
    };
    /// What the game asked for since the last `take_outbox`.
    struct Outbox {
        std::vector<OutgoingEvent> events;
        std::vector<Departure> kicks;
        bool has_changed = false; ///< what the list says of it
    };
    enum class InputVerdict : std::uint8_t { queued, repeated, late, early, malformed, spectating };

    /// `saved`: the room goes on that was saved at another server; null: it begins.
    RoomInstance(const RoomKind& kind,
                 Settings settings,
                 Tick tick,
                 Time now,
                 const wire::SavedRoom* saved = nullptr);
    ~RoomInstance() = default;
    RoomInstance(const RoomInstance&) = delete;
    RoomInstance& operator=(const RoomInstance&) = delete;

    /// The first moment of a server whose time had not begun when the room was opened.
    void begin(Time now) {
        created_ = now;
        if (empty_since_) empty_since_ = now;
    }
    /// A seat, or the game's reason against it. There must be a free one.
    Result<PresenceId, std::string> join(const Newcomer& who);
    void leave(PresenceId who, LeaveReason reason, Time now);
    /// The link is down, the seat is held.
    void suspend(PresenceId who);
    void resume(PresenceId who);

    /// `next` is the tick that is simulated next.
    /// See `InputGap`.
    [[nodiscard]] TickRange input_gap(PresenceId who) const;
    InputVerdict queue_input(PresenceId who, const QueuedInput& input, Tick next);
    [[nodiscard]] InputStats input_stats(PresenceId who) const;
    void acknowledge(PresenceId who, std::uint16_t newest, std::uint32_t bits);
    /// False: not what the game's schema says.
    bool receive_event(PresenceId who, EventBytes event);
    /// What its roster, its host's rights and its game say to that. `detail` is the game's reason.
    wire::RequestError command(PresenceId by,
                               RoomVerb verb,
                               PresenceId whom,
                               const std::string& reason,
                               std::string& detail);
    CallResult call(PresenceId who, std::string_view name, Bytes payload);
    /// An admin's, whose rights the room does not ask for. False: it has no such presence.
    bool remove(PresenceId who, const std::string& reason, bool for_ever);
    bool set_muted(PresenceId who, bool is_muted) { return roster_.set_muted(who, is_muted); }
    /// The game stands still, for all but `steps` ticks; nobody's inputs are kept for later.
    void pause(std::uint32_t steps);
    void run_on() { is_paused_ = false; }
    [[nodiscard]] bool is_paused() const { return is_paused_; }
    /// What another server needs to go on with it, but for what only its own server knows; nothing:
    /// its game can't save it.
    [[nodiscard]] std::optional<wire::SavedRoom> save(Time now) const;
    /// False: its game could not read what was saved; the room is good for nothing.
    [[nodiscard]] bool is_sound() const { return is_sound_; }
    /// It stands still and nobody gets in, while it goes to another server.
    void set_frozen(bool is_frozen) { is_frozen_ = is_frozen; }
    [[nodiscard]] bool is_frozen() const { return is_frozen_; }
    /// Who was in it at the other server is here, with that session.
    void take_over(PresenceId who, SessionId session);
    /// Who was in it at the other server is not here so soon.
    void miss(PresenceId who) { roster_.set_connected(who, false); }
    /// Nobody else gets in from now on, and when it is empty it is over, with that reason. Its game
    /// hears of it.
    void drain(std::uint32_t ticks, std::string reason);
    /// A line of chat on the room's channel, for its recording.
    void note_chat(std::string_view name, std::string_view text) {
        if (tape_) tape_->add_chat(tick_, name, text);
    }
    /// Takes it down from the next tick on. `file` is what it is written into, "" if unknown.
    void record(std::unique_ptr<RoomTape> tape, std::string file);
    /// Ends the recording.
    void stop_recording();
    [[nodiscard]] bool is_recorded() const { return tape_ != nullptr; }
    [[nodiscard]] const std::string& recorded_as() const { return recorded_as_; }
    [[nodiscard]] bool takes_bots() const { return room_->takes_bots(); }
    Admission add_bot() { return room_->on_add_bot(); }
    /// Of which a tape may be wanted; only with a codec.
    [[nodiscard]] TapedRoom taped() const {
        return {settings_.id, settings_.name, kind_.schema, *kind_.codecs.at(settings_.worker)};
    }
    /// The host's: false if `by` is not it.
    bool set_metadata(PresenceId by, Bytes metadata);
    [[nodiscard]] bool has_banned(const std::string& user) const { return banned_.contains(user); }

    /// Inputs, then the game's tick.
    void simulate(Tick tick);
    /// The game's entities into the history, once for all viewers.
    void snapshot(Tick tick);
    /// Calls `send(Bytes)` for each datagram of what this viewer is shown of the newest snapshot.
    /// Nothing when none was due for it in the newest `ticks` ticks, the last of which is shown.
    void encode(PresenceId who, std::uint32_t ticks, const DatagramSink& send);
    /// False: this presence has been sent all of the newest states.
    [[nodiscard]] bool owes_states(PresenceId who) const;
    /// Calls `send(Bytes)` for the next pieces of the states that this presence lacks, at most
    /// `count`.
    void send_states(PresenceId who, std::size_t count, const DatagramSink& send);
    /// The same for the roster.
    [[nodiscard]] bool owes_roster(PresenceId who) const;
    void send_roster(PresenceId who,
                     std::size_t count,
                     wire::PeopleEncoder& encoder,
                     const DatagramSink& send);
    /// For those who watch from afar: the newest tick, if a frame was due in the newest `ticks`.
    void add_to_feed(std::uint32_t ticks);
    /// Null: nobody may watch this room from afar, or late.
    [[nodiscard]] RoomFeed* feed() { return feed_.get(); }
    /// The room is over, but not yet what it told.
    std::unique_ptr<RoomFeed> take_feed() { return std::move(feed_); }
    /// A tick that this viewer has acked whole, with its hash; each at most once.
    std::optional<StateCheck> take_state_check(PresenceId who);
    Outbox take_outbox();

    [[nodiscard]] RoomId id() const { return settings_.id; }
    [[nodiscard]] const RoomKind& kind() const { return kind_; }
    [[nodiscard]] const Roster& roster() const { return roster_; }
    /// Without spectators.
    [[nodiscard]] std::size_t players() const { return roster_.players(); }
    [[nodiscard]] bool is_full() const { return players() + reserved_ >= settings_.capacity; }
    [[nodiscard]] bool has_place_to_watch() const {
        return roster_.spectators() < kind_.spectator_capacity;
    }
    [[nodiscard]] std::span<Presence* const> presences() const { return presences_; }
    /// By its game or host, or because it drains or goes elsewhere.
    [[nodiscard]] bool is_locked() const { return is_locked_ || is_draining_ || is_frozen_; }
    /// Locked, or because a match is played that nobody may join.
    [[nodiscard]] bool is_closed() const {
        return is_locked() || has_ended_ ||
               (!kind_.joins_while_playing && roster_.phase() == RoomPhase::playing);
    }
    [[nodiscard]] bool is_open() const { return !is_full() && !is_closed(); }
    /// Seats that are kept for who has a code.
    [[nodiscard]] std::size_t reserved() const { return reserved_; }
    void set_reserved(std::size_t seats) { reserved_ = seats; }
    [[nodiscard]] bool has(PresenceId who) const;
    [[nodiscard]] std::optional<SessionId> session_of(PresenceId who) const;
    /// Ended by the game, or empty for so long.
    [[nodiscard]] bool is_over(Time now, Duration empty_linger) const;
    [[nodiscard]] const std::string& end_reason() const { return end_reason_; }
    [[nodiscard]] RoomSummary summary(Time now) const;
    /// What the snapshots of this presence come to; null: it is not here.
    [[nodiscard]] const Viewer* viewer_of(PresenceId who) const;
    /// Where the bytes of its snapshots go: see `ByteWatch::ask`. It is measured for as long as it
    /// is asked for.
    const SnapshotBits& watch_bytes(PresenceId viewer);
    [[nodiscard]] RoomMeter& meter() { return meter_; }
    [[nodiscard]] const RoomMeter& meter() const { return meter_; }
    /// The room's share of those in `stats`.
    void add_to(ServerStats& stats) const;

    /// Where its game's code may call the library from: the server's thread, and during its tick
    /// its worker's.
    OwnThread thread;

    // For `Room`.
    [[nodiscard]] Tick tick() const { return tick_; }
    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] const History& history() const { return history_; }
    [[nodiscard]] Rewind rewind(PresenceId viewer) const;
    void send_event(std::span<const Presence* const> to, EventBytes event, Delivery delivery);
    /// An event for everyone: those who watch from afar get it too.
    void feed_event(EventBytes event);
    /// One that goes to some alone.
    void tape_event(std::span<const Presence* const> to, EventBytes event);
    void set_state(Bytes state) { state_.set(state); }
    void set_private_state(PresenceId who, Bytes state);
    void set_snapshot_rate(PresenceId who, std::uint32_t rate);
    void set_locked(bool locked);
    void set_metadata(Bytes metadata);
    void end_match() { roster_.end_match(); }
    void kick(PresenceId who, std::string reason);
    void close(std::string reason);

private:
    struct Seat {
        Presence presence;
        InputQueue inputs;
        InputGap input_gap{};
        std::optional<Viewer> viewer;    ///< a new one for each peer
        std::uint32_t snapshot_rate = 0; ///< 0: the room's
        SharedSlots seen{};              ///< what it saw last; null: all, or nothing yet
        PublishedState private_state{};
        StateSender state_sender{};
        RosterSender roster_sender{};
        InputStats input_stats{};
        std::vector<std::uint8_t> last_input{}; ///< empty: there was none
        std::uint32_t repeated_inputs = 0;      ///< since then
        std::uint16_t shown_ago = nothing_shown;
    };
    struct SeatById {
        PresenceId id{};
        Seat* seat = nullptr;
    };
    Seat& add_seat(const Newcomer& who);
    bool take_up(const wire::SavedRoom& saved, Time now);
    [[nodiscard]] std::vector<SeatById>::const_iterator place_of(PresenceId who) const;
    [[nodiscard]] Seat* find_seat(PresenceId who) const;
    /// See `ServerStats`.
    struct SnapshotCounts {
        std::uint64_t limited = 0;
        std::uint64_t oversize = 0;
    };
    static void count_snapshots(const Viewer& viewer, SnapshotCounts& counts);
    void give_input(Seat& seat, Tick tick);
    [[nodiscard]] bool is_due(const Seat& seat, std::uint32_t ticks) const;
    [[nodiscard]] Sight sight_of(const Seat& seat);
    void make_feed();
    void show_delayed();
    [[nodiscard]] bool is_delayed(const Presence& who) const {
        return delayed_ != nullptr && who.is_spectator();
    }
    /// What this presence is sent snapshots and the room's state from.
    [[nodiscard]] SnapshotEncoder& encoder_for(const Presence& who) {
        return is_delayed(who) ? delayed_->encoder() : encoder_;
    }
    [[nodiscard]] const PublishedState& state_for(const Presence& who) const {
        return is_delayed(who) ? delayed_->state() : state_;
    }

    const RoomKind& kind_;
    Settings settings_;
    Time created_;
    std::optional<Time> empty_since_;
    bool has_ended_ = false;
    bool is_locked_ = false;
    bool is_draining_ = false;
    bool is_paused_ = false;
    bool is_frozen_ = false;
    bool is_sound_ = true;
    std::uint32_t steps_left_ = 0; ///< ticks that are played all the same
    RoomMeter meter_;
    std::string end_reason_;
    std::size_t reserved_ = 0;
    Roster roster_;
    std::set<std::string> banned_; ///< users
    Tick tick_;
    std::unique_ptr<Room> room_;
    const StructCheck* input_check_; ///< null: it takes no inputs
    History history_;
    SnapshotEncoder encoder_;
    std::optional<Interest> interest_;         ///< none: everyone sees everything
    std::unique_ptr<ByteWatch> byte_watch_;    ///< null: nobody asks where its bytes go
    std::unique_ptr<RoomTape> tape_;           ///< null: it is not recorded
    std::string recorded_as_;                  ///< its file; "": unknown
    std::uint64_t past_drops_ = 0;             ///< ticks that earlier tapes lack
    std::unique_ptr<RoomFeed> feed_;           ///< null: nobody may watch it from afar
    std::unique_ptr<DelayedView> delayed_;     ///< what its spectators see; null: what all see
    std::vector<std::unique_ptr<Seat>> seats_; ///< in the order of joining
    SnapshotCounts past_;                      ///< of viewers that are gone
    std::vector<Presence*> presences_;         ///< of the seats, in the same order
    std::vector<SeatById> by_id_;              ///< of the seats, in the order of their ids
    PublishedState state_;
    Outbox outbox_;
};

} // namespace engine_net
