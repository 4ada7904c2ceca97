#pragma once

#include <engine_net/channels.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/event.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/limits.hpp>
#include <engine_net/link_conditions.hpp>
#include <engine_net/lobby.hpp>
#include <engine_net/log.hpp>
#include <engine_net/people.hpp>
#include <engine_net/prediction.hpp>
#include <engine_net/request.hpp>
#include <engine_net/room_query.hpp>
#include <engine_net/schema.hpp>
#include <engine_net/shown.hpp>
#include <engine_net/shown_room.hpp>
#include <engine_net/stats.hpp>
#include <engine_net/users.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace engine_net {

class SimulatedNetwork;
class Untyped; ///< for the C API, which has types by name

/// What becomes of inputs that the server did not get because the link was lost.
enum class AwayInputs : std::uint8_t {
    drop,   ///< their ticks have passed
    replay, ///< the newest `max_replayed_inputs` are given to the ticks after the resume, in order
};

/// Where the server is, who plays, and by which schema. Every time may be left as it is.
struct ClientConfig {
    /// Name or address, IPv4 or IPv6; of a cluster that of any server, or what stands before them.
    /// When the one that the client is on is lost, this is tried again too. A name is looked up
    /// without blocking `poll`; of several addresses that it has the next one is tried beside those
    /// before it when these have not answered within 300 ms.
    std::string host = "127.0.0.1";
    std::uint16_t port = 7777;
    /// The addresses of a name in digits, the best first; none: there is no such name. Called on a
    /// thread of its own, where it may block. Unset: the system's.
    std::function<std::vector<std::string>(const std::string& name)> look_up{};
    std::string name = "player"; ///< display name, at most `max_name_bytes` of UTF-8
    std::string token{}; ///< for the server's `authenticate`, at most `max_token_bytes` of UTF-8
    /// From the game's backend, for a server with `Auth::token`; see `connect_token.hpp`. Good for
    /// one session, and shown to none but a server that it names: if there are several, to that
    /// whose address is "host:port" as they are here, or that of `server_key`.
    std::string connect_token{};
    std::uint32_t colour = 0; ///< of the avatar, 0xRRGGBB
    /// By which the server is known, 64 hexadecimal digits (`Server::key`); no other one will do.
    /// "": whoever answers. That is safe from those who listen, not from those who stand between.
    std::string server_key{};
    bool is_admin = false; ///< of `AdminClient`s alone: no player, and all else is refused
    /// The game's own, of the room kinds that it will join. Rooms may have another version of it:
    /// the server's is then fetched, and fields follow each other by name. What the client lacks it
    /// does not see; what it has more is zero, or its attribute `default`.
    CompiledSchema schema{};
    /// Until an attempt counts as failed; with a `resume_token` of a cluster, `resume_time` if that
    /// is longer.
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds heartbeat_interval{250};
    std::chrono::milliseconds session_timeout{10'000}; ///< silence after which the link is given up
    std::chrono::milliseconds suspicion_time{1'000}; ///< silence after which a second link is tried
    std::chrono::milliseconds resume_time{
        30'000}; ///< how long a lost link is tried again; 0: never
    std::string
        resume_token{}; ///< from `Client::resume_token`: takes over that session and its seat
    std::uint32_t redundant_inputs = 8; ///< newest unacked inputs in each datagram, 1 to 16
    AwayInputs away_inputs = AwayInputs::drop;
    /// What is shown waits for nearly every snapshot to have come: for as long as the slow ones
    /// come after the fast ones, as the client sees it, within these bounds; 0 to 1,000 ms.
    std::chrono::milliseconds min_interpolation_delay{0};
    std::chrono::milliseconds max_interpolation_delay{500};
    /// How far entities move on by their velocities when no newer snapshot is here; 0 to 1,000 ms.
    std::chrono::milliseconds max_extrapolation{100};
    LinkSimulation net_sim{};
    SimulatedNetwork* network = nullptr; ///< null: UDP
    std::optional<std::uint64_t> seed{}; ///< unset: the system's randomness. Set it in tests only
    LogSink log = log_to_stderr;

    /// The first field that is out of its bounds, with what would be right; nothing if all is well.
    [[nodiscard]] std::optional<std::string> validate() const;
};

/// How a client stands with its server.
enum class ClientState : std::uint8_t {
    connecting, ///< until the server has welcomed the session
    online,     ///< in the lobby or in a room
    suspended,  ///< the link is lost, the seat may be held, attempts to resume go on
    closed,     ///< for good; `close_reason` says why
};

/// Why a client is closed; causes and cures stand in `docs/errors.md`.
enum class CloseReason : std::uint8_t {
    none,
    left,          ///< `leave` was called
    unreachable,   ///< no answer within `connect_timeout`
    timed_out,     ///< silent for too long and not resumed in time
    refused,       ///< the server said no; see `close_detail`
    token_refused, ///< it wants a connect token, or another one; see `close_detail`
    server_closing,
    kicked,
    protocol_error,
    replaced,   ///< another client resumed this session
    bad_config, ///< see `close_detail`
};
/// One sentence for a person.
std::string_view message(CloseReason reason);

/// The answer to create, join and join-or-create.
struct JoinResult {
    RequestError error = RequestError::none;
    std::string detail;
    RoomId room;
    PresenceId presence; ///< one's own
    std::string invite;  ///< the room's code, which brings others into it: `Client::join_by_invite`

    explicit operator bool() const { return error == RequestError::none; }
};

/// A match that one wants to play: see `MatchRules`.
struct MatchRequest {
    std::string kind{}; ///< of room, which must have matchmaking
    double rank = 0;
    /// Those of all in a match are the same; at most `max_ticket_properties`, each key and value of
    /// at most `max_property_bytes`.
    std::map<std::string, std::string> properties{};
    /// Those who give the same text play in one team. It is theirs alone: an invite code of a room
    /// that they met in, say. At most `max_party_bytes`; "": alone.
    std::string party{};
    std::uint32_t party_size = 1; ///< how many they are
};

/// How it stands with one's wait for a match.
struct QueueProgress {
    std::uint32_t waiting = 0; ///< players in the queue
    std::uint32_t needed = 0;  ///< players of a match
    Duration waited{0};
    double window = 0; ///< difference in rank that is accepted by now
};

/// One page of the lobby list, or what a search has found.
struct RoomPage {
    std::vector<RoomSummary> rooms;
    std::uint32_t total = 0; ///< rooms on the server, or those that were asked for
    RequestError error = RequestError::none;
};

/// One player's connection to a server, or to a cluster of them: a room that another server of the
/// cluster runs is joined like any other, and the client goes there by itself, with all that it
/// listens to and watches. It stays where it is until it is let in there. Handlers are called from
/// within `poll`; that of a request which can't be made is called at once. The thread of the first
/// `poll` calls everything from then on. Any function called on another asserts; in release it does
/// nothing, what it gives is empty (`next_poll`: never), and it is counted. Only the destructor may
/// run anywhere.
class Client final : public ShownRoom {
public:
    using JoinHandler = std::function<void(const JoinResult&)>;
    using RoomsHandler = std::function<void(const RoomPage&)>;
    using CallHandler = std::function<void(const CallAnswer&)>;

    /// Nothing happens before the first `poll`.
    explicit Client(ClientConfig config);
    /// Without `leave` before it, the server keeps the seat until its timeouts.
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Receives, calls handlers, sends. Call it once a frame, at least every 100 ms.
    void poll(Time now);
    /// From now on this thread calls. The one before has ended or waits, and knows of it.
    void move_to_this_thread();
    /// `poll` does nothing before this time unless a datagram arrives.
    [[nodiscard]] Time next_poll() const;
    /// Blocks until a datagram arrives or `deadline` passes. For programs without a frame loop.
    void wait_until(Time deadline);

    /// Instead of `ClientConfig::net_sim` from now on, for links that exist and those to come: how
    /// a game feels on a bad link can be tried while it runs. What is on its way keeps its fate;
    /// the seed counts for links to come alone.
    void set_net_sim(const LinkSimulation& simulation);

    /// As of the last `poll`.
    [[nodiscard]] ClientState state() const;
    /// `none` before the client is closed.
    [[nodiscard]] CloseReason close_reason() const;
    /// The server's words, or the field that is wrong; often "". May be shown.
    [[nodiscard]] const std::string& close_detail() const;

    /// Called when the link has been silent for `suspicion_time`, or is known to be lost: what is
    /// shown is old from now on. Attempts to resume go on by themselves; `on_resumed` or `on_lost`
    /// follows.
    void on_suspended(std::function<void()> handler);
    /// Called when the session is back, on this link or another: with its room and seat, with every
    /// reliable event that was missed still to come, each once. `missed_ticks` were simulated since
    /// the newest snapshot that had come; 0 in the lobby. In another process that took the session
    /// over (`resume_token`) it is the first one called. When the server was one of a cluster and
    /// is gone, another one takes the player in: what was asked and not answered fails then, events
    /// may be lost, and if the room is gone too, `on_room_left` says `node_lost`; what is listened
    /// to and watched goes on. `missed_ticks` is 0 then.
    void on_resumed(std::function<void(std::uint32_t missed_ticks)> handler);
    /// Called once, when the client is closed for good by anything but `leave`: see `CloseReason`.
    void on_lost(std::function<void(CloseReason, const std::string& detail)> handler);

    /// Lets another process, after a crash of this one, take over the session. It changes at each
    /// resume; "" while there is no session. A secret: whoever has it is this player.
    [[nodiscard]] std::string resume_token() const;

    /// Requests may be made before the client is online; they wait for it. `done` is called once.
    void create_room(std::string kind, RoomOptions options, JoinHandler done = {});
    /// A room of the list. One with a password needs that.
    void join_room(RoomId room, JoinHandler done = {}) { join_room(room, {}, std::move(done)); }
    void join_room(RoomId room, std::string password, JoinHandler done);
    /// Any room by its `JoinResult::invite`, a private one too. Whoever guesses codes or passwords
    /// is soon told `too_many_attempts`, and that a room is private looks as if there was none.
    void join_by_invite(std::string invite, JoinHandler done = {}) {
        join_by_invite(std::move(invite), {}, std::move(done));
    }
    void join_by_invite(std::string invite, std::string password, JoinHandler done);
    /// The fullest room of this kind with a free seat, else a new one.
    void join_or_create(std::string kind, JoinHandler done = {});
    /// To watch a room without a seat: no inputs are taken.
    void watch_room(RoomId room, std::string password, JoinHandler done);
    /// Waits for others who fit, and for a room with them; one stays in one's room until then.
    /// `on_progress` is called about every second.
    void queue(MatchRequest request,
               JoinHandler done,
               std::function<void(const QueueProgress&)> on_progress = {});
    /// Ends the wait; its handler gets `cancelled`, unless the match was made meanwhile.
    void cancel_queue();
    /// Back to the lobby.
    void leave_room();
    /// One page of the lobby list, ordered by id, from `first` on; an empty one if the session
    /// ends before it comes.
    void list_rooms(std::uint32_t first, RoomsHandler done);
    /// The page of the lobby list, as it was some moments ago, that the query asks for; empty, with
    /// an error, if it is not sound or comes too fast. A server answers a few of them a second.
    void find_rooms(const RoomQuery& query, RoomsHandler done);
    /// From now on `rooms` is kept up to date: the whole list comes first, page by page, then each
    /// change. `on_change` is called after one or more have come. It goes on through a resume.
    void watch_rooms(std::function<void()> on_change = {});
    /// Ends that, and forgets the list.
    void unwatch_rooms();
    /// The rooms that were told of, by id, at most `max_listed_rooms`. Their ages are those of when
    /// they were told. Good until the next `poll`.
    [[nodiscard]] const std::map<RoomId, RoomSummary>& rooms() const;
    /// The whole list has come, so that what is not in `rooms` does not exist.
    [[nodiscard]] bool has_all_rooms() const;
    /// Ends the session politely; `poll` until `closed` so that what was sent before it arrives.
    void leave();

    /// The room one is in, or unset.
    [[nodiscard]] RoomId room() const;
    [[nodiscard]] PresenceId presence() const override;
    [[nodiscard]] const std::map<PresenceId, RoomMember>& members() const override;
    [[nodiscard]] RoomPhase phase() const;
    /// In the countdown: the tick that the match begins with; see `server_tick`.
    [[nodiscard]] Tick match_start() const;
    /// Unset while there is none.
    [[nodiscard]] PresenceId host() const;
    /// Called when any of that has changed.
    void on_room_change(std::function<void()> handler);
    /// Before a match: whether one is ready for it. See `StartConfig`.
    void set_ready(bool is_ready, ResultHandler done = {});
    /// What a host may do; `whom` and `reason` where the verb has such.
    void command(RoomVerb verb,
                 PresenceId whom = {},
                 const std::string& reason = {},
                 ResultHandler done = {});
    /// As host: what the list says of the room, see `RoomSummary::metadata`.
    void set_metadata(std::span<const std::uint8_t> metadata, ResultHandler done = {});
    /// Asks the server, or the room that one is in, for something by name; `done` is called with
    /// the answer, or when there is none within `timeout`.
    void call(const std::string& name,
              std::span<const std::uint8_t> payload,
              CallHandler done,
              std::chrono::milliseconds timeout = std::chrono::seconds(10));
    /// The same of the room that one is in: `Room::on_call`.
    void call_room(const std::string& name,
                   std::span<const std::uint8_t> payload,
                   CallHandler done,
                   std::chrono::milliseconds timeout = std::chrono::seconds(10));
    /// Who one is to the server, for others' `Users::watch`; "" before it has told.
    [[nodiscard]] const std::string& user() const;
    /// What is said, and saying it. It lives as long as the client.
    [[nodiscard]] Channels& channels();
    /// Where friends are. It lives as long as the client.
    [[nodiscard]] Users& users();
    /// Set while in a room: called when the server takes one out of it. A room that moves to
    /// another server with its players is not left.
    void on_room_left(std::function<void(LeaveReason, const std::string& detail)> handler);

    /// The command for each tick from now on, until the next call. A FlatBuffers struct. The
    /// library sends it once for each tick of the server, with the newest unacked ones before it,
    /// whatever the frame rate. A press shorter than a tick must be held by the game until the next
    /// one.
    template <class Input>
    void send_input(const Input& input) {
        static_assert(std::is_trivially_copyable_v<Input>, "an input is a FlatBuffers struct");
        static_assert(sizeof(Input) <= max_input_bytes, "an input has at most max_input_bytes");
        send_input_bytes(Input::GetFullyQualifiedName(), &input, sizeof input);
    }

    /// From now on this moves one's own entity of the type `State` ahead of the server by the
    /// inputs of `send_input`, so that it answers at once: `each` and `find` show it so. When the
    /// server tells something else of a tick, the ticks since are stepped again. All four functions
    /// must be set. They are called within `poll`, and live until others for the same type take
    /// their place.
    template <class State, class Input, class Body>
    void predict(PredictionRules<State, Input, Body> rules) {
        predict_model(std::make_unique<TypedPrediction<State, Input, Body>>(std::move(rules)));
    }

    /// Sends a finished FlatBuffer to the room.
    void send_event(EventBytes event, Delivery delivery = Delivery::reliable);
    /// Events from the room, unread: `verified` reads them.
    void on_event_bytes(std::function<void(EventBytes)> handler);
    /// Events from the room. What is not a valid `Event` is dropped and counted.
    template <class Event>
    void on_event(std::function<void(const Event&)> handler) {
        on_event_bytes([this, handler = std::move(handler)](EventBytes bytes) {
            const auto* event = verified<Event>(bytes);
            event ? handler(*event) : refuse_event();
        });
    }

    /// As `room_state`, what the room shows to oneself alone: see `Room::set_private_state`.
    template <class State>
    [[nodiscard]] const State* private_state() const {
        return root_of<State>(private_state_bytes(&is_state<State>));
    }
    /// Called when another version of the room's state has come whole. What is not a valid `State`
    /// is dropped and counted.
    template <class State>
    void on_room_state(std::function<void(const State&)> handler) {
        on_room_state_news([this, handler = std::move(handler)] {
            if (const auto* state = room_state<State>()) handler(*state);
        });
    }
    template <class State>
    void on_private_state(std::function<void(const State&)> handler) {
        on_private_state_news([this, handler = std::move(handler)] {
            if (const auto* state = private_state<State>()) handler(*state);
        });
    }

    /// The moment that `Shown::interpolated` shows at `now`. It never goes back while one is in a
    /// room. Nothing in the lobby, nor before the room's second snapshot has come: until then the
    /// newest version is shown.
    [[nodiscard]] std::optional<TickTime> shown_time(Time now) const;

    /// The server's tick at `now`, as well as the client can tell.
    [[nodiscard]] Tick server_tick(Time now) const;
    /// The server's own monotonic clock at `now`. Zero before the first answer.
    [[nodiscard]] Duration server_time(Time now) const;
    /// Counts since the first `poll`, and how things are now.
    [[nodiscard]] ClientStats stats() const;
    /// What the fields of each entity type cost, in the room that one is in and since the first
    /// call there; it only grows. Empty in the lobby. The types are those of the room's schema.
    /// What is sent whole, because the server knows of nothing that it could leave out, is not
    /// counted.
    [[nodiscard]] std::vector<TypeTraffic> traffic();

    class Core; ///< for the library
private:
    friend class Untyped;

    [[nodiscard]] std::span<const std::uint8_t> room_state_bytes(StateCheck check) const override;
    std::span<const std::uint8_t> private_state_bytes(StateCheck check) const;
    void on_room_state_news(std::function<void()> handler);
    void on_private_state_news(std::function<void()> handler);
    void predict_model(std::unique_ptr<PredictionModel> model);
    void send_input_bytes(const char* type, const void* input, std::size_t bytes);
    void refuse_event();
    void each_struct(const char* type,
                     Time now,
                     Shown shown,
                     const std::function<void(EntityId, const void*)>& visit) const override;
    bool
    find_struct(const char* type, EntityId id, Time now, Shown shown, void* state) const override;

    std::unique_ptr<Core> core_;
};

} // namespace engine_net
