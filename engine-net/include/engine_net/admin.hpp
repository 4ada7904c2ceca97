#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/lobby.hpp>
#include <engine_net/log.hpp>
#include <engine_net/people.hpp>
#include <engine_net/simulated_network.hpp>
#include <engine_net/stats.hpp>
#include <engine_net/tick.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// For tools that look at a running server, of any game, and act on it: `tools/lobby-watch` is one.
namespace engine_net {

/// What an admin may do.
enum class AdminRights : std::uint8_t {
    none,
    read_only, ///< look at everything
    full,      ///< and act: see `AdminVerb`
};

/// A new key for `AdminConfig`: 64 hexadecimal digits of the system's randomness.
std::string make_admin_key();

/// Who may look at a server, and act on it: whoever knows a key. Keys never travel: the server asks
/// for the HMAC-SHA256 of a number that it has just drawn. Without keys there are no admins.
struct AdminConfig {
    std::string key{};      ///< 64 hexadecimal digits, for `AdminRights::full`; "": nobody
    std::string read_key{}; ///< the same, for `AdminRights::read_only`
};

/// What a tick's time goes to, in this order.
enum class Stage : std::uint8_t {
    receive,  ///< sockets read
    decode,   ///< messages read and verified
    queue,    ///< inputs queued, what was asked for done
    simulate, ///< the games' ticks
    snapshot, ///< their entities described and kept
    encode,   ///< what each viewer is sent of them; feeds
    send,     ///< requests answered, states, datagrams handed to the system
    web,      ///< what the web bridge is told
};
inline constexpr std::size_t stage_count = 8;
std::string_view name_of(Stage stage);

/// One tick of a server. With `ServerConfig::room_threads`, the times of simulate, snapshot and
/// encode are the sums over all threads.
struct TickRecord {
    Tick tick;
    std::array<std::uint32_t, stage_count> us{}; ///< microseconds by `Stage`
    std::uint32_t datagrams_in = 0;              ///< since the tick before
    std::uint32_t datagrams_out = 0;
    std::uint32_t bytes_in = 0; ///< UDP payloads
    std::uint32_t bytes_out = 0;
    bool is_late = false; ///< it began more than one period after its deadline
};

/// A room as an admin sees it in the list.
struct AdminRoom {
    RoomSummary summary{};
    bool is_private = false;
    bool is_paused = false;
    bool takes_bots = false; ///< see `AdminVerb::add_bot`
    bool is_recorded = false;
    std::string recorded_as{};     ///< the file, in `ServerConfig::recording_folder`; "": elsewhere
    std::uint32_t tick_p50_us = 0; ///< simulate, snapshot and encode, of its last 128 ticks
    std::uint32_t tick_p99_us = 0;
    std::uint64_t bytes_in = 0;  ///< inputs and events, since it was opened
    std::uint64_t bytes_out = 0; ///< snapshots
};

/// One of those who are in a room.
struct AdminMember {
    RoomMember member{};
    std::string address{};           ///< without its last part: "203.0.113.x", "[2001:db8:1::x]"
    Duration round_trip{0};          ///< smoothed
    Duration jitter{0};              ///< of that
    Duration input_lead{0};          ///< how early the latest input of the last second was
    InputStats inputs{};             ///< what became of them
    std::uint64_t bytes_out = 0;     ///< of snapshots, since its peer is the one it is
    std::uint64_t bytes_in = 0;      ///< of inputs and events
    std::uint32_t budget = 0;        ///< bytes per second; 0: no bound
    std::uint64_t limited_ticks = 0; ///< told less than changed, for that bound
    std::uint32_t snapshot_age = 0;  ///< ticks since the newest that it has acked
    std::uint32_t bytes_waiting = 0; ///< reliable ones, queued or in flight
    std::uint32_t resumes = 0;       ///< of its session
    double loss_in = 0;              ///< share of its messages, of the last seconds
    double loss_out = 0;             ///< of its snapshots' datagrams
    std::string worsened_link{};     ///< by an admin, for it alone; see `AdminVerb::worsen_link`
};

/// What admins have done to players' links.
struct AdminLinks {
    std::uint32_t worsened = 0; ///< one by one
    std::string of_all{};       ///< see `AdminVerb::worsen_link`; "": nothing
};

/// A tick of one room, of those that a step plays together the newest.
struct RoomTickRecord {
    Tick tick;
    std::uint32_t us = 0;        ///< simulate, snapshot and encode, in microseconds
    std::uint32_t bytes_in = 0;  ///< inputs and events, since the tick before
    std::uint32_t bytes_out = 0; ///< snapshots
};

/// Said on a room's channel.
struct AdminLine {
    std::uint64_t number = 0;
    std::string name{};  ///< whose
    std::string event{}; ///< "": chat
    std::string text{};
};

/// The room that an admin looks at.
struct AdminRoomView {
    RoomId id{};
    Tick tick{};
    PresenceId host{};
    std::vector<AdminMember> members{};
    std::vector<AdminLine> lines{};      ///< the newest 200
    std::vector<RoomTickRecord> ticks{}; ///< of the last minute at most, the oldest first
    std::uint32_t listeners = 0;         ///< of its channel
    /// What admins did to it, as the server's log has it, the oldest first: the newest 16.
    std::vector<std::string> acts{};
};

/// A type of entities, as the game's schema has it.
struct AdminEntityType {
    std::string name{};                ///< "arena.Ship"
    std::vector<std::string> fields{}; ///< its scalars: "position.x", "fuel"
};

/// Of a field, with all its digits; of a bool 0 or 1.
using AdminValue = std::variant<double, std::int64_t, std::uint64_t>;
/// To the nearest that a double can hold.
double real_of(const AdminValue& value);

/// An entity as an admin sees it: the values of its fields.
struct AdminEntity {
    EntityId id{};
    PresenceId owner{};
    std::vector<AdminValue> values{}; ///< by field
    std::uint32_t age = 0;            ///< ticks, of what a viewer has
};

/// A room's entities as the server has them, whoever may see them.
struct AdminEntities {
    Tick tick{}; ///< of the newest of them
    std::vector<AdminEntityType> types{};
    std::vector<std::vector<AdminEntity>> of_type{}; ///< in the order of `types`
};

/// Where the bytes of a room's snapshots go: of those datagrams that the server found time to
/// measure, as the range coder coded them, since they were asked for.
struct AdminBytes {
    RoomId room{};
    PresenceId viewer{}; ///< those to this one; not set: to all
    Tick tick{};
    std::uint64_t sent = 0;           ///< bytes, measured or not, since the room or its peer began
    std::uint64_t datagrams = 0;      ///< that were measured,
    std::uint64_t bytes = 0;          ///< and what they come to
    double header_bits = 0;           ///< with all bits of `types` they are all of `bytes`
    std::vector<TypeTraffic> types{}; ///< by the words of the schema; what is for owners alone, too
};

/// Messages of one kind, since the server began. Without the transport's headers and acks, and each
/// once however often it was sent again: what `LinkStats` has more is that.
struct MessageTraffic {
    std::string channel{}; ///< "control", "events", "bulk", "snapshots", "inputs"
    std::string kind{};    ///< "JoinRoom", "heartbeat", "snapshot", as PROTOCOL.md has them
    std::uint64_t messages_in = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t messages_out = 0;
    std::uint64_t bytes_out = 0;
};

/// What an admin can do. All of it is written into the server's log.
enum class AdminVerb : std::uint8_t {
    kick, ///< who; `text` is the reason that the player is told
    ban,  ///< kick, and that user does not get into the room again
    mute,
    unmute,
    lock, ///< nobody else gets in
    unlock,
    close_room, ///< all leave; `text` is the reason
    say,        ///< `text` on the room's channel, as "admin"; without a room in the lobby
    pause,      ///< the game stands still from the next tick on; who is in stays in
    step,       ///< of a paused room: one tick
    run,        ///< it goes on
    drop_link,  ///< of who: as if its link were lost; its client resumes
    /// Of who, or without a room of all players: `text` is as `parse_link_simulation` reads it, ""
    /// takes it back, and without a room all that was done to any. It goes by itself with the admin
    /// who set it. Delays end with a tick.
    worsen_link,
    add_bot,         ///< one more computer player, where the game has some: see `Room::on_add_bot`
    start_recording, ///< of the room, into the server's own folder: see `AdminRoom::recorded_as`
    stop_recording,
    drain, ///< the server, for `ServerConfig::drain_time`; `text` is the reason
};
std::string_view name_of(AdminVerb verb);

/// What an admin wants done, to what: a room, one in it, or the server.
struct AdminAction {
    AdminVerb verb{};
    RoomId room{};
    PresenceId who{};
    std::string text{}; ///< at most `max_reason_bytes`, of `say` `max_chat_bytes`
};

/// Where the server is, and the key to it.
struct AdminClientConfig {
    std::string host = "127.0.0.1";
    std::uint16_t port = 7777;
    std::string key{};                   ///< either of `AdminConfig`'s
    SimulatedNetwork* network = nullptr; ///< null: UDP
    std::optional<std::uint64_t> seed{}; ///< unset: the system's randomness. Set it in tests only
    LogSink log = log_to_stderr;
};

/// How an `AdminClient` stands with its server.
enum class AdminState : std::uint8_t {
    connecting, ///< also again, after the server was lost: attempts go on
    watching,   ///< the key was right
    refused,    ///< for good: `problem` says why
    closed,     ///< by `leave`
};

/// Looks at one server, and acts on it. Connects again by itself when the server is lost. What it
/// shows is asked for, page by page, a few times a second: a server whose admins ask for nothing
/// sends nothing, and none is told more in a tick than fits one message.
///
/// Not to be called from several threads.
class AdminClient {
public:
    /// Nothing happens before the first `poll`. A key that is none is refused at once.
    explicit AdminClient(AdminClientConfig config);
    ~AdminClient();
    AdminClient(const AdminClient&) = delete;
    AdminClient& operator=(const AdminClient&) = delete;

    /// Receives, asks, calls handlers. Call it once a frame.
    void poll(Time now);
    /// Ends the session politely; `poll` until `closed`.
    void leave();

    /// As of the last `poll`.
    [[nodiscard]] AdminState state() const;
    /// What stands in the way, a sentence for a person: "" while watching.
    [[nodiscard]] const std::string& problem() const;
    [[nodiscard]] AdminRights rights() const;
    /// Ticks per second; 0 before it is known.
    [[nodiscard]] std::uint32_t tick_rate() const;

    // All of these are as of the newest answers, and good until the next `poll`.

    /// Without timings and the link's own figures: those are in `ticks`.
    [[nodiscard]] const ServerStats& stats() const;
    [[nodiscard]] const AdminLinks& links() const;
    /// Of the last minute at most, the oldest first; none is missing while the server has it.
    [[nodiscard]] const std::vector<TickRecord>& ticks() const;
    /// Every room, private ones too, each as of the last second or so.
    [[nodiscard]] const std::map<RoomId, AdminRoom>& rooms() const;
    /// The whole list has come once, so that what is not in `rooms` does not exist.
    [[nodiscard]] bool has_all_rooms() const;

    /// From now on `room_view` is of this room, a few times a second; unset: of none.
    void look_at(RoomId room);
    /// Null before the first answer, and when there is no such room any more.
    [[nodiscard]] const AdminRoomView* room_view() const;

    /// From now on `entities` is kept up to date, of the room that is looked at, some times a
    /// second, and if `viewer` is set `seen` as well; or not any more.
    void inspect(bool is_wanted, PresenceId viewer = {});
    /// Null before all have come once.
    [[nodiscard]] const AdminEntities* entities() const;
    /// As the viewer has them, which is what it has acked: each as it was at its age. Those that it
    /// may not see are not there, nor what is for other owners alone; some may be gone. Null before
    /// they have come once, or without a viewer.
    [[nodiscard]] const AdminEntities* seen() const;

    /// From now on `bytes` and `messages` are kept up to date, a few times a second: `bytes` of the
    /// room that is looked at, of one viewer or of all. The server measures while it is asked, in
    /// at most a hundredth of a tick's time.
    void watch_bytes(bool is_wanted, PresenceId viewer = {});
    /// Null before the first answer, and when there is no such room or viewer.
    [[nodiscard]] const AdminBytes* bytes() const;
    /// By channel and kind; only kinds that there were messages of.
    [[nodiscard]] const std::vector<MessageTraffic>& messages() const;

    /// Asks the server to do it; `done` is called with "" or with what speaks against it.
    void act(const AdminAction& action, std::function<void(const std::string& problem)> done = {});

private:
    class Watch;
    std::unique_ptr<Watch> watch_;
};

} // namespace engine_net
