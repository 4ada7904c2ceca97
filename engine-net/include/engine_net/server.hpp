#pragma once

#include <engine_net/address_limits.hpp>
#include <engine_net/admin.hpp>
#include <engine_net/authentication.hpp>
#include <engine_net/bridge.hpp>
#include <engine_net/call.hpp>
#include <engine_net/channel.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/cluster.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/interest.hpp>
#include <engine_net/link_conditions.hpp>
#include <engine_net/lobby.hpp>
#include <engine_net/log.hpp>
#include <engine_net/matchmaking.hpp>
#include <engine_net/recording.hpp>
#include <engine_net/result.hpp>
#include <engine_net/room.hpp>
#include <engine_net/schema.hpp>
#include <engine_net/server_view.hpp>
#include <engine_net/stats.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

class SimulatedNetwork;

/// How fast one session may ask for things; what is more is refused with `too_fast`. For a moment
/// four times as much is let through.
struct RequestLimits {
    std::uint32_t requests_per_second = 50;      ///< joins, commands, calls, subscriptions, ...
    std::uint32_t publishes_per_second = 10;     ///< messages on channels
    std::uint32_t chats_per_second = 1;          ///< lines of chat
    std::chrono::milliseconds mute_time{10'000}; ///< for which who chats faster may say nothing
    std::uint32_t refusals = 200; ///< without a minute's pause: then the session is ended
};

/// A new one for `ServerConfig::identity`: 64 hexadecimal digits of the system's randomness.
std::string make_server_key();

/// What a server is started with. The defaults are for a game of 60 ticks a second.
struct ServerConfig {
    std::uint16_t port = 7777; ///< UDP; 0 lets the system choose, see `Server::port`
    /// Address of the interface to listen on; "::" is all of them, for IPv6 and IPv4 (IPv4 alone
    /// where the system has no IPv6), "0.0.0.0" all for IPv4 alone.
    std::string bind_address = "::";
    /// Whose datagrams are dropped unread: addresses and networks, as "203.0.113.7", "10.0.0.0/8"
    /// or "2001:db8::/32". IPv4 counts also where it is written in IPv6.
    std::vector<std::string> banned_addresses{};
    std::uint32_t tick_rate = 60;         ///< ticks per second, 1 to 240
    std::uint32_t snapshot_rate = 0;      ///< snapshots per second and viewer; 0: one each tick
    std::uint32_t max_peers = 256;        ///< transport connections, 1 to 32,000
    std::uint32_t max_rooms = 1024;       ///< running at a time; more are refused
    std::uint32_t max_catch_up_ticks = 5; ///< late ticks made good in a step; others are dropped
    std::uint32_t room_threads = 1; ///< that rooms tick on, 1 to 64; one is that which calls `step`
    std::uint32_t input_window_ticks = 32;  ///< how far ahead of the simulation an input may be
    std::uint32_t max_errors_per_peer = 16; ///< unusable messages before a peer is dropped
    std::chrono::milliseconds heartbeat_interval{250};
    std::chrono::milliseconds session_timeout{10'000}; ///< silence after which a session lingers
    std::chrono::milliseconds grace_time{
        30'000}; ///< how long a lingering session is kept, with its seat; see `RoomKindConfig`
    std::chrono::milliseconds handshake_timeout{5'000};    ///< from a peer's connect to its hello
    std::chrono::milliseconds empty_room_linger{1'000};    ///< an empty room is closed after this
    std::chrono::milliseconds state_check_interval{1'000}; ///< between hashes told to a client
    std::chrono::milliseconds reservation_time{15'000};    ///< that a reserved seat is kept
    std::chrono::milliseconds drain_time{30'000}; ///< rooms get it when an admin drains the server
    RequestLimits limits{};
    AddressLimits address_limits{};
    Auth auth = Auth::open;
    TokenConfig tokens{}; ///< with `Auth::token`, which needs its keys
    /// Who a player is, by its token or the game's own check; unset: everyone is let in, each
    /// session as a user of its own. Called within `step`, which it must not hold up: it may answer
    /// later, from any thread. Not with `Auth::token`, where the connect token says it.
    Authenticate authenticate{};
    /// Who may listen and speak where; unset: `default_channel_rights`. Called within `step`, once
    /// for each subscription and message. See `BackendConfig` for who else is asked.
    std::function<ChannelRights(const ChannelRequest&)> authorise_channel{};
    AdminConfig admin{};                    ///< who may look at it with tools, and act on it
    std::string recording_folder{};         ///< for what admins record; "": they may not
    std::optional<BridgeConfig> bridge{};   ///< unset: browsers can't watch
    std::optional<ClusterConfig> cluster{}; ///< unset: the server is alone
    LinkSimulation net_sim{};               ///< worsens this server's own link, for tests and demos
    SimulatedNetwork* network = nullptr;    ///< null: UDP
    /// The secret key that the server is known by, 64 hexadecimal digits (`make_server_key`). Keep
    /// it, and clients that know its other half, `Server::key`, know that nobody stands between.
    /// "": a new one at each start.
    std::string identity{};
    std::optional<std::uint64_t> seed{}; ///< unset: the system's randomness. Set it in tests only
    Tick first_tick{}; ///< the one before the first; a room that ran for years is near 2^32
    LogSink log = log_to_stderr;

    /// The first field that is out of its bounds, with what would be right; nothing if all is well.
    [[nodiscard]] std::optional<std::string> validate() const;
};

/// How matches of a room kind begin: when all who are there are ready, or its host says so, a
/// countdown starts, which ends when that is so no longer, and after it the room is `playing`.
struct StartConfig {
    std::uint32_t min_players = 0; ///< that must be there; 0: the room is always playing
    std::chrono::milliseconds countdown{3'000};
    bool join_while_playing = true; ///< else the room is closed to others until the match is over
};

/// How rooms of one kind are: see `Server::define_room`.
struct RoomKindConfig {
    std::uint32_t capacity = 16;  ///< seats, 1 to 1,024; a join may ask for fewer, not for more
    std::uint32_t spectators = 0; ///< who may watch besides, at most 1,024
    StartConfig start{};
    /// Whether the oldest player is the room's host, with the rights of `RoomVerb`.
    bool has_host = true;
    /// What `RoomSummary::metadata` is, by a schema whose root type it is; unset: rooms have none.
    CompiledSchema metadata{};
    /// What `Room::set_state` is given, by its full name in the rooms' schema ("game.Score"), for
    /// who can't read FlatBuffers: MQTT tells it as JSON. "": it is not told there.
    std::string state_table{};
    std::optional<MatchRules> matchmaking{}; ///< of `Client::queue`; unset: there is no queue
    std::uint32_t snapshot_rate = 0; ///< snapshots per second and viewer; 0: as the server's
    /// What one viewer is sent of snapshots at most, all headers included; 0: no bound. Where that
    /// or the viewer's link has no room for all that changed, what is most important comes first
    /// and nothing is left out for long: see `Room::relevance`.
    std::uint32_t bytes_per_second = 256'000;
    /// How long a seat is held for a player whose link is lost; unset: `ServerConfig::grace_time`.
    std::optional<std::chrono::milliseconds> grace_time{};
    InterestConfig interest{}; ///< who is shown what; by default everyone everything
    /// What a player gets whose input is not there at its tick: the last one again, for at most
    /// this many ticks in a row, 0 to `max_repeated_inputs`; then, or with 0, none.
    std::uint32_t repeated_input_ticks = 0;
    /// How far `Room::rewind` goes back at most, 0 to 1,000 ms: what a player with a slow link may
    /// cost the others. Not farther than the 128 ticks that are kept.
    std::chrono::milliseconds max_rewind{500};
    /// What the web bridge shows of rooms without a password that are in the list: frames per
    /// second, at most the tick rate; 0: nothing.
    std::uint32_t feed_rate = 20;
    std::chrono::milliseconds keyframe_interval{2'000}; ///< between frames that need none before
    /// By how much all are behind who watch: browsers, and spectators of all rooms of the kind, who
    /// get `feed_rate` snapshots per second then (0: one each tick). Nothing of what is younger
    /// reaches them: entities, events, state. At most 10 min, which take memory.
    std::chrono::milliseconds spectator_delay{0};
    /// Set to record rooms, for `replay` to play and `train-prior` to learn from: what everyone may
    /// see of every tick, the inputs, the events that were broadcast, the room's state and its
    /// chat. Each recorded room codes every tick once more.
    RoomRecorder record{};
};

/// Why a server did not start, for a program; causes and cures stand in `docs/errors.md`.
enum class StartErrorCode : std::uint8_t {
    bad_config, ///< see the detail
    bad_schema, ///< a room kind's schema can't be replicated: file, field and reason
    port_in_use,
    address_unavailable,
    no_resources,        ///< sockets, threads or memory
    cluster_unreachable, ///< no Redis answers, or it has no number left for a server
    enet_not_ours,       ///< ENet does not run on engine-net's socket functions: see the README
};
/// The same, and what to tell a person.
struct StartError {
    StartErrorCode code;
    std::string detail; ///< one sentence for a person: what is wrong and what to do
};

/// A fixed-tick authoritative server. The thread that calls `start` calls everything from then on,
/// and receives and sends in `step`; the rooms' ticks and the coding of their snapshots run on it
/// too, or on `ServerConfig::room_threads` of which it is one, and for which `step` waits. What
/// players get is the same to the last byte, however many workers there are. See `Room` for what
/// that means to a game.
///
/// Any function called on another thread asserts. In release it does nothing, what it gives is
/// empty
/// (`next_step`: never), and it is counted. Only the destructor may run anywhere.
class Server {
public:
    using RoomFactory = std::function<std::unique_ptr<Room>()>;

    /// Nothing happens before `start`.
    explicit Server(ServerConfig config);
    /// Without `stop` before it, peers learn nothing and run into their timeouts.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Before `start`: rooms of this kind can be created from now on. `name` must be new.
    void
    define_room(std::string name, CompiledSchema schema, RoomKindConfig config, RoomFactory make);
    /// The same for rooms that are made without arguments.
    template <class GameRoom>
    void define_room(std::string name, CompiledSchema schema, RoomKindConfig config = {}) {
        define_room(std::move(name), schema, std::move(config), [] {
            return std::make_unique<GameRoom>();
        });
    }

    /// Checks the configuration and the schemas and opens the socket. Call once.
    [[nodiscard]] Result<Done, StartError> start();

    /// From now on this thread calls. The one before has ended or waits, and knows of it.
    void move_to_this_thread();

    /// Does all that is due at `now`: receives, runs every tick whose deadline has passed (at most
    /// `max_catch_up_ticks`), sends. Call it at `next_step` or more often; `now` never goes back.
    void step(Time now);
    /// When `step` has something to do again: the next tick's deadline.
    [[nodiscard]] Time next_step() const;

    /// `step` and wait, until `stop` says true or the server is drained; then `stop` it, and `step`
    /// until it has stopped.
    void run_until(const std::function<bool()>& stop);

    /// Nobody gets in any more: new sessions, new seats and new rooms are refused with `reason`,
    /// who waits for a match is told that it is cancelled, and no balancer sends anyone here
    /// (`/readyz` of the web bridge). Who holds a seat keeps it, and may resume. Rooms that are
    /// empty close at once, others when their games end them (`Room::on_drain`), all that are left
    /// after `deadline`, with `reason`. Again: until another deadline, with another reason.
    void drain(std::chrono::milliseconds deadline, const std::string& reason);
    /// `drain` was called, or an admin asked for it.
    [[nodiscard]] bool is_draining() const;
    /// No room is left, so that nothing is lost by `stop`.
    [[nodiscard]] bool is_drained() const;

    /// Tells every peer that the server closes, with `reason`. Go on with `step` until
    /// `has_stopped`, so that what was sent before it arrives.
    void stop(const std::string& reason);
    /// True once every peer has confirmed the close or a second has passed since `stop`.
    [[nodiscard]] bool has_stopped() const;

    /// Opens a room that stays while it is empty. Nothing when the kind is unknown, `max_rooms` is
    /// reached, or the server drains.
    std::optional<RoomId> create_room(std::string_view kind, std::string name);
    /// Keeps a seat for `ServerConfig::reservation_time` for whoever brings the code that it gives
    /// (`Client::join_by_invite`), into a room that is private, locked or has a password too.
    /// Nothing when there is no such room, no free seat in it, or the server drains.
    std::optional<std::string> reserve_seat(RoomId room);
    /// Says something on a channel, as nobody, within the limits of names and payloads (asserted;
    /// in release nothing is said).
    /// False when there are as many channels as there may be.
    bool publish(std::string_view channel,
                 std::string_view event,
                 std::span<const std::uint8_t> payload);
    /// Answers `Client::call`s of that name that are not a room's, within `step`.
    void on_call(std::string name, CallHandler handler);
    /// The lobby list; of a cluster, with the rooms of all servers.
    [[nodiscard]] std::vector<RoomSummary> rooms() const;

    /// Everyone who is on the server, and where: for its bridges and tools.
    [[nodiscard]] std::shared_ptr<const ServerView> view() const;
    /// Counts since `start`, and how things are now.
    [[nodiscard]] ServerStats stats() const;
    /// By which clients know this server (`ClientConfig::server_key`), once it has started.
    [[nodiscard]] std::string key() const;
    /// The UDP port in use, after `start`.
    [[nodiscard]] std::uint16_t port() const;
    /// The web bridge's TCP port in use, after `start`; 0 without a bridge.
    [[nodiscard]] std::uint16_t web_port() const;
    /// That of MQTT: see `MqttConfig`; 0 without.
    [[nodiscard]] std::uint16_t mqtt_port() const;

private:
    class Loop;
    std::unique_ptr<Loop> loop_;
};

} // namespace engine_net
