#pragma once

#include <engine_net/call.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/event.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/interest.hpp>
#include <engine_net/limits.hpp>
#include <engine_net/lobby.hpp>
#include <engine_net/people.hpp>
#include <engine_net/rewind.hpp>
#include <engine_net/snapshot_builder.hpp>
#include <engine_net/tick.hpp>

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace engine_net {

class RoomInstance;

/// A session's place in one room. Owned by the room; a reference is good until `on_leave` returns.
class Presence {
public:
    Presence(PresenceId id,
             SessionId session,
             std::string name,
             std::string user = {},
             std::uint32_t colour = 0,
             bool is_spectator = false,
             std::uint32_t team = 0)
        : id_(id)
        , session_(session)
        , name_(std::move(name))
        , user_(std::move(user))
        , colour_(colour)
        , is_spectator_(is_spectator)
        , team_(team) {}

    [[nodiscard]] PresenceId id() const { return id_; }
    [[nodiscard]] SessionId session() const { return session_; }
    /// The player's display name: valid UTF-8 of at most `max_name_bytes` without control
    /// characters.
    [[nodiscard]] const std::string& name() const { return name_; }
    /// Who the player is to the server, over all sessions: see `ServerConfig::authenticate`.
    [[nodiscard]] const std::string& user() const { return user_; }
    /// Of the player's avatar, 0xRRGGBB, as it chose.
    [[nodiscard]] std::uint32_t colour() const { return colour_; }
    /// Watches only: no inputs come from it.
    [[nodiscard]] bool is_spectator() const { return is_spectator_; }
    /// The team that matchmaking put the player into, from 0.
    [[nodiscard]] std::uint32_t team() const { return team_; }
    /// False while the player's link is down and the seat is held.
    [[nodiscard]] bool is_connected() const { return is_connected_; }
    /// For the room module: whether a peer stands behind this presence.
    void set_connected(bool connected) { is_connected_ = connected; }
    /// For the room module: the player goes on with another session, after the room's move.
    void set_session(SessionId session) { session_ = session; }

private:
    PresenceId id_;
    SessionId session_;
    std::string name_;
    std::string user_;
    std::uint32_t colour_;
    bool is_spectator_;
    std::uint32_t team_;
    bool is_connected_ = true;
};

/// A player who asks for a seat. Valid for the call.
struct JoinRequest {
    SessionId session;
    std::string_view name;
    std::string_view user;
    std::size_t players; ///< seats taken so far
    bool is_spectator = false;
    std::uint32_t team = 0; ///< see `Presence::team`
};

/// The answer to a join request.
class Admission {
public:
    static Admission accept() { return {}; }
    /// `reason` is shown to the player; at most `max_reason_bytes` of it.
    static Admission refuse(std::string reason) {
        Admission admission;
        admission.reason_ = std::move(reason);
        return admission;
    }
    [[nodiscard]] bool is_accepted() const { return !reason_; }
    [[nodiscard]] const std::string& reason() const { return *reason_; }

private:
    std::optional<std::string> reason_;
};

/// A running game. For each tick first `on_phase` if that is another, then `on_input` for every
/// presence that has one, then `on_tick`, then `describe`. Derive from `RoomOf` rather than from
/// this.
///
/// Nothing of a room runs on two threads at once. With `ServerConfig::room_threads`, those four and
/// what takes its recording run on one of that many threads, for one room always on the same, while
/// other rooms run on others: what rooms share, they must guard. All else runs on the thread that
/// calls `Server::step`, which is one of them, while the others sleep.
///
/// What it throws leaves `Server::step`, on the thread that called it; out of a tick once all other
/// rooms have done theirs, and of several rooms, what the oldest threw.
class Room {
public:
    Room() = default;
    virtual ~Room() = default;
    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;

    /// Once, before anything else. `tick()` is the first tick's number less one.
    virtual void on_create() {}
    /// Before a seat is given. Capacity has been checked already.
    virtual Admission on_join_request(const JoinRequest&) { return Admission::accept(); }
    /// It has its seat.
    virtual void on_join(Presence&) {}
    /// The last call that concerns this presence.
    virtual void on_leave(Presence&, LeaveReason) {}
    /// The link is down, the seat is held: no inputs come until `on_resume` or `on_leave`.
    virtual void on_suspend(Presence&) {}
    /// The link is back.
    virtual void on_resume(Presence&) {}
    /// A player asks for something by name and waits for the answer. The payload is the player's:
    /// verify it.
    virtual CallResult
    on_call(Presence&, std::string_view /*name*/, std::span<const std::uint8_t> /*payload*/) {
        return CallResult::refuse("this room takes no calls");
    }
    /// The room has another phase, from this tick on; before its inputs. See `StartConfig`.
    virtual void on_phase(RoomPhase) {}
    /// Before a player's request is looked at any further; `whom` is null where it names nobody.
    virtual Admission on_command(const Presence& /*who*/, RoomVerb, const Presence* /*whom*/) {
        return Admission::accept();
    }
    /// Whether `on_add_bot` may be asked, so that tools offer it.
    [[nodiscard]] virtual bool takes_bots() const { return false; }
    /// An admin wants one more computer player, and there is a free seat: see
    /// `AdminVerb::add_bot`. It may come later, as a client of its own for instance.
    virtual Admission on_add_bot() { return Admission::refuse("this game has no bots"); }
    /// The server drains: nobody else gets in, and the room is closed in so many ticks, if it does
    /// not close itself before. Again when that becomes another time.
    virtual void on_drain(std::uint32_t /*ticks*/) {}
    /// The room is to go on at another server of the cluster, with all who are in it: everything
    /// that the game needs to go on there, in bytes of its own, at most `max_saved_game_bytes`.
    /// Nothing: it can't, and is closed. No tick follows; when no server takes the room, it is
    /// closed too. What the library keeps goes along by itself: presences with their ids, states,
    /// settings, host, phase and whoever is banned.
    [[nodiscard]] virtual std::optional<std::vector<std::uint8_t>> on_save() const {
        return std::nullopt;
    }
    /// Instead of `on_create`: goes on with what `on_save` gave at another server, which may run
    /// another version of the game. `presences()` has all who were in it, not connected:
    /// `on_resume` tells of each that has come here, `on_leave` of each that has not in time. Ticks
    /// are this server's: `tick()` is now what `saved_at` was there. False: it can't be read, and
    /// the room is closed where it was. The bytes live for the call, aligned as FlatBuffers are.
    virtual bool on_load(std::span<const std::uint8_t> /*saved*/, Tick /*saved_at*/) {
        return false;
    }
    /// Moves the game on by one tick of `tick_seconds()`.
    virtual void on_tick(Tick tick) = 0;
    /// Adds every entity as it is after `on_tick`.
    virtual void describe(SnapshotBuilder& snapshot) const = 0;

    /// With `InterestConfig::asks_room`: how important an entity is to a viewer. 0 or less hides
    /// it; when there is no room for all that changed, one of 2 is told twice as often as one of 1.
    /// Asked for each viewer and entity before each snapshot: look the answer up. Must be the same
    /// whenever it is asked within a tick.
    [[nodiscard]] virtual double relevance(const Presence& /*viewer*/, const SeenEntity&) const {
        return 1;
    }
    /// With `InterestConfig::asks_room`: whether those may see an entity who watch from afar, by
    /// the web bridge or with `RoomKindConfig::spectator_delay`, and have no presence that looks.
    /// Asked of each entity before each of their frames; must be the same whenever it is asked in a
    /// tick.
    [[nodiscard]] virtual bool is_public(const SeenEntity&) const { return true; }
    /// With `InterestConfig::radius`: where a player looks from; nothing: from where the entities
    /// are that it owns.
    [[nodiscard]] virtual std::optional<Viewpoint> viewpoint(const Presence& /*viewer*/) const {
        return std::nullopt;
    }

    /// The FlatBuffers struct that inputs are, by its full name; "" takes none.
    [[nodiscard]] virtual const char* input_type() const { return ""; }
    /// Typed by `RoomOf`. False: the bytes are not what the game's schema says; they are dropped,
    /// counted and charged to the peer.
    virtual bool on_input_bytes(Presence&, std::span<const std::uint8_t>) { return false; }
    /// The same of events.
    virtual bool on_event_bytes(Presence&, EventBytes) { return false; }

protected:
    // From within the calls above, on their thread, or between two of `Server::step` on its; from
    // any other thread asserted, and in release without effect, "nothing" as the answer, and
    // counted.

    /// The tick that is being simulated, or the last one outside of `on_tick`.
    [[nodiscard]] Tick tick() const;
    /// The fixed step of the simulation, in seconds.
    [[nodiscard]] double tick_seconds() const;
    [[nodiscard]] RoomId id() const;
    /// Differs for each room, the same for the same server seed: seed the game's own generator.
    [[nodiscard]] std::uint64_t seed() const;
    /// Everyone in the room, in the order of joining. Good until someone joins or leaves.
    [[nodiscard]] std::span<Presence* const> presences() const;

    /// Sends a finished FlatBuffer of at most `max_event_bytes` (unreliable:
    /// `max_unreliable_event_bytes`; asserted, and not sent in release). To a suspended presence,
    /// reliable events are kept for its resume within the session's bounds and unreliable ones are
    /// dropped. A room's reliable events arrive in the order of these calls at each presence,
    /// whomever else they went to.
    void send_event(const Presence& to, EventBytes event, Delivery delivery = Delivery::reliable);
    /// The same to some: a team, or whoever is near. The bytes are kept once for all of them.
    /// Spectators that are behind (`RoomKindConfig::spectator_delay`) get only what is broadcast,
    /// when its time has come, and reliably.
    void send_event(std::span<const Presence* const> to,
                    EventBytes event,
                    Delivery delivery = Delivery::reliable);
    /// To everyone in the room, and to those who watch it from afar (see `is_public`).
    void broadcast_event(EventBytes event, Delivery delivery = Delivery::reliable);
    /// To everyone but one, who may know already.
    void broadcast_event_except(const Presence& who,
                                EventBytes event,
                                Delivery delivery = Delivery::reliable);

    /// What everyone in the room is to know besides its entities: a finished FlatBuffer of any
    /// table, 1 to `max_state_bytes` (asserted; in release anything else is not taken). It holds
    /// from now on, is sent when it changes, and whole to who joins or resumes later. Bytes that
    /// are the same as before send nothing.
    ///
    /// The newest wins: a version that is followed by another before a player got all of it is
    /// given up. At most `max_bulk_pieces_per_tick` datagrams travel in a tick, so what changes
    /// faster than it can be sent is never seen: keep large states slow, and fast ones small.
    void set_state(std::span<const std::uint8_t> state);
    /// The same for one presence, which alone ever gets it. It is kept until `on_leave`, also while
    /// the link is down.
    void set_private_state(const Presence& to, std::span<const std::uint8_t> state);

    /// Lag compensation: the room as this player saw it when it gave the input that is simulated
    /// now, or its newest one: so old as its link and its interpolation make it, between two ticks,
    /// at most `RoomKindConfig::max_rewind` back. Test hits against it, and what was on target on
    /// the player's screen hits. Good until the tick ends. (Y. Bernier, "Latency Compensating
    /// Methods in Client/Server In-game Protocol Design and Optimization", 2001.)
    [[nodiscard]] Rewind rewind(const Presence& viewer) const;

    /// From now on this many snapshots a second for one viewer; 0: as the room's. Of more than the
    /// tick rate it gets one each tick.
    void set_snapshot_rate(const Presence& viewer, std::uint32_t snapshots_per_second);
    /// Whether it waits, plays, or has played.
    [[nodiscard]] RoomPhase phase() const;
    /// Unset while nobody is.
    [[nodiscard]] PresenceId host() const;
    /// Ends the match that is played: the room is `ended` until all are ready for another. Without
    /// a `StartConfig` it does nothing.
    void end_match();
    /// What the lobby list says of it: a table as `RoomKindConfig::metadata` has it, at most
    /// `max_metadata_bytes` (asserted; in release not taken).
    void set_metadata(std::span<const std::uint8_t> metadata);
    /// Locked, nobody else gets in, whatever it knows; seats that are held stay so. The lobby list
    /// shows it.
    void set_locked(bool locked);
    /// Removes a presence after this tick. `reason` is shown to the player.
    void kick(const Presence& who, std::string reason);
    /// Ends the room after this tick; all leave with `LeaveReason::room_closed`.
    void close(std::string reason);

private:
    friend class RoomInstance;
    RoomInstance* instance_ = nullptr;
};

/// A room whose inputs are the FlatBuffers struct `Input` and whose events, both ways, are the
/// FlatBuffers table `Event`.
template <class Input, class Event = NoEvent>
class RoomOf : public Room {
    static_assert(std::is_trivially_copyable_v<Input>, "an input is a FlatBuffers struct");
    static_assert(sizeof(Input) <= max_input_bytes, "an input has at most max_input_bytes");

public:
    using InputType = Input;

    /// One player's command for the tick that comes next, at most one per presence and tick. One
    /// that is missing is the last one again, if `RoomKindConfig::repeated_input_ticks` says so.
    virtual void on_input(Presence& who, const Input& input) = 0;
    /// Verified: safe to read.
    virtual void on_event(Presence&, const Event&) {}

private:
    [[nodiscard]] const char* input_type() const final { return Input::GetFullyQualifiedName(); }
    bool on_input_bytes(Presence& who, std::span<const std::uint8_t> bytes) final {
        if (bytes.size() != sizeof(Input)) return false;
        Input input;
        std::memcpy(static_cast<void*>(&input), bytes.data(), sizeof input);
        on_input(who, input);
        return true;
    }
    bool on_event_bytes(Presence& who, EventBytes bytes) final {
        if constexpr (std::is_same_v<Event, NoEvent>) {
            return false;
        } else {
            const auto* event = verified<Event>(bytes);
            if (event) on_event(who, *event);
            return event != nullptr;
        }
    }
};

} // namespace engine_net
