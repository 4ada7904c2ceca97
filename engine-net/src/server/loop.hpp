#pragma once

#include "core/own_thread.hpp"
#include "core/worker_threads.hpp"
#include "replay/recording_thread.hpp"
#include "room/channel_table.hpp"
#include "room/matches.hpp"
#include "room/room_directory.hpp"
#include "room/room_watch.hpp"
#include "room/room_workers.hpp"
#include "room/schema_sender.hpp"
#include "room/user_table.hpp"
#include "server/admin_gate.hpp"
#include "server/message_meter.hpp"
#include "server/player_seat.hpp"
#include "server/tick_schedule.hpp"
#include "server/timing.hpp"
#include "session/auth_inbox.hpp"
#include "session/secrets.hpp"
#include "session/session_table.hpp"
#include "session/token_gate.hpp"
#include "transport/host.hpp"
#include "transport/link_conditioner.hpp"
#include "wire/control.hpp"
#include "wire/control_encoder.hpp"
#include "wire/hot.hpp"
#include "wire/people_encoder.hpp"

#include <engine_net/server.hpp>

#include <array>
#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace engine_net {

/// As messages tell it.
inline std::uint32_t milliseconds_of(Duration duration) {
    return static_cast<std::uint32_t>(duration.count() / 1000);
}

/// The server at work: the only place that joins peer, session and room. `loop.cpp` is the path of
/// a tick, `bulk.cpp` what it sends besides, `handshake.cpp` how a peer becomes a session and stops
/// being one, `tokens.cpp` who may by a connect token, `drain.cpp` how all of it comes to an end
/// without a hurry, `requests.cpp` what a session asks for:
/// `joins.cpp` has rooms, `matches.cpp` the queue for them, `people.cpp` what those in them do
/// besides playing, `channels.cpp` what is said; `recordings.cpp` gives rooms their tapes;
/// `feeds.cpp` is for those who only watch;
/// `web.hpp` is what it has to do with the web bridge, `backend_asks.hpp` what the game's web
/// backend is asked, `cluster.hpp` what it has to do with other servers, `admin.cpp`,
/// `admin_bytes.cpp` and `admin_entities.cpp` what those ask who look at the server,
/// `admin_acts.cpp` what they do to it.
class Server::Loop final : private HostListener {
public:
    explicit Loop(ServerConfig config);
    ~Loop() override;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    OwnThread thread; ///< that calls the server

    void move_to_this_thread();
    void
    define_room(std::string name, CompiledSchema schema, RoomKindConfig config, RoomFactory make);
    Result<Done, StartError> start();
    void step(Time now);
    [[nodiscard]] Time next_step() const;
    void drain(Duration deadline, std::string reason);
    [[nodiscard]] bool is_draining() const { return drain_.has_value(); }
    [[nodiscard]] bool is_drained() const;
    void stop(const std::string& reason);
    /// What all are told of its end.
    [[nodiscard]] std::string closing_reason() const;
    [[nodiscard]] bool has_stopped() const;
    std::optional<RoomId> create_room(std::string_view kind, std::string name);
    std::optional<std::string> reserve_seat(RoomId id);
    bool publish(std::string_view channel, std::string_view event, Bytes payload);
    void on_call(std::string name, CallHandler handler);
    [[nodiscard]] std::vector<RoomSummary> rooms() const;
    [[nodiscard]] std::shared_ptr<const ServerView> view() const;
    [[nodiscard]] ServerStats stats() const;
    [[nodiscard]] std::string key() const;
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::uint16_t web_port() const;
    [[nodiscard]] std::uint16_t mqtt_port() const;

private:
    class BackendAsks;
    class Cluster;
    class Web;

    using Seat = PlayerSeat;
    /// A peer that was told to go, and when it is dropped if it doesn't.
    struct ClosingPeer {
        PeerId peer;
        Time deadline;
    };
    struct PendingKind {
        std::string name;
        CompiledSchema schema;
        RoomKindConfig config;
        RoomFactory make;
    };

    /// Who wants to say something on a channel, or to listen, whatever it came by.
    struct Speaker {
        SessionId session{};
        const Player* player = nullptr;
        SessionLimits* limits = nullptr;
        const Seat* seat = nullptr; ///< null: in no room
        bool is_from_web = false;
        bool is_authorised = false; ///< to publish where it wants to
    };
    /// What is said. Borrowed for the call.
    struct Saying {
        std::string_view channel{};
        ChannelKind kind = ChannelKind::message;
        std::string_view event{};
        Bytes payload{};
    };

    std::optional<StartError> define_kind(PendingKind& kind);
    std::function<std::unique_ptr<RoomTape>(const TapedRoom&)> tape_maker(const PendingKind& kind);
    std::unique_ptr<RoomTape> make_tape(const std::string& kind,
                                        const CompiledSchema& schema,
                                        const TapedRoom& room,
                                        RecordingSink sink);
    std::string start_recording(RoomInstance& room);
    std::string stop_recording(RoomInstance& room);

    // The path of a tick.
    void receive(Time now);
    void on_message(PeerId peer, Channel channel, Bytes message) override;
    void route(Session& session, Channel channel, Bytes message);
    void route_control(Session& session, const wire::Envelope& envelope);
    void route_hot(Session& session, Bytes message);
    static void count_in(Seat& seat, std::size_t bytes);
    void queue_inputs(Session& session, const wire::InputMessage& message, std::size_t bytes);
    void note_lead(Seat& seat, Tick tick);
    void run_rooms(std::uint32_t ticks);
    void send_snapshots();
    void send_bulk();
    Session* find_listening(SessionId id);
    void send_seat(Session& session, const Seat& seat);
    void send_states(Session& session, const Seat& seat);
    void send_roster(Session& session, const Seat& seat);
    void send_pings();
    void send_pings(const RoomInstance& room);
    RoomPings take_pings(const RoomInstance& room);
    void send_channel_news(Session& session);
    void send_user_news(Session& session);
    void send_schema(Session& session, SchemaSender& schema);
    void send_list_news();
    void send_room_news(Session& session, RoomWatch& watch);
    [[nodiscard]] std::size_t bulk_pieces_for(const Session& session) const;
    void send(Time now);
    void send_heartbeats(Session& session, Time now);
    void send_state_checks(Time now);
    /// As `Host::send`, counted.
    bool transmit(PeerId peer, Channel channel, Bytes message);
    void deliver_outbox(RoomInstance& room);
    void deliver(RoomInstance& room, const RoomInstance::OutgoingEvent& event);
    void vacate(RoomInstance& room, PresenceId who, LeaveReason reason, std::string_view why);
    void forget_room(RoomInstance& room);
    void close_drained_rooms(Time now);
    void move_idle_sessions();
    void close_ended_rooms(Time now);

    void tell_feeds();
    [[nodiscard]] bool is_feed_wanted(RoomId room) const;

    // Admins: `admin.cpp`, and `admin_acts.cpp` from `act` on.
    void let_in_admin(Session& session, Player player);
    /// An admin who has had time enough to show that it knows a key.
    [[nodiscard]] bool is_keyless(const Session& session, Time now) const;
    void route_admin(Session& session, const wire::Envelope& envelope);
    Bytes answer_admin(Session& session,
                       AdminGate::Admin& admin,
                       const wire::AdminRequest& request,
                       std::string& problem);
    Bytes log_in_admin(Session& session,
                       AdminGate::Admin& admin,
                       const wire::AdminLogin& login,
                       std::string& problem);
    [[nodiscard]] AdminLinks told_links() const;
    Bytes tell_server(const wire::AdminAskServer& ask);
    Bytes tell_rooms(std::uint32_t first);
    Bytes tell_room(const wire::AdminAskRoom& ask);
    Bytes tell_schema(const wire::AdminAskSchema& ask);
    Bytes tell_entities(const wire::AdminAskEntities& ask);
    Bytes tell_bytes(const wire::AdminAskBytes& ask);
    Bytes tell_messages();
    [[nodiscard]] AdminMember details_of(const RoomInstance& room, const RoomMember& member);
    std::string
    act(const Session& session, const AdminGate::Admin& admin, const wire::AdminAct& act);
    std::string say_as_admin(RoomId room, const std::string& text);
    void drain_as_admin(const std::string& text);
    std::string act_on_room(AdminVerb verb, RoomId id, PresenceId who, const std::string& text);
    bool drop_link(const RoomInstance& room, PresenceId who);
    static std::string add_bot(RoomInstance& room);
    void note_act(RoomId room, const std::string& text);
    std::string worsen_link(SessionId admin, RoomId id, PresenceId who, const std::string& text);
    void take_back_links(const Session& session);
    void record_tick(const std::array<Duration, stage_count>& stages, bool is_late);

    // Peers and sessions.
    void on_connect(PeerId peer) override;
    void on_disconnect(PeerId peer) override;
    void admit(Session& session, const wire::Hello& hello);
    void authenticate(Session& session, Player player, std::string token);
    void take_auth_answers();
    void take_auth_answer(Session& session, Player player, AuthInbox::Answer answer);
    /// False: it was refused.
    bool let_in(Session& session, Player player);
    void let_in_by_token(Session& session, Player player, Bytes token);
    void count_refused(TokenVerdict verdict);
    [[nodiscard]] static bool may_be_in(const Player& player, std::string_view room);
    void resume(Session& incoming, const wire::Resume& resume);
    void welcome(const SessionTable::Admitted& admitted, bool resumed);
    void refuse(Session& session, wire::RefuseReason reason, std::string_view detail);
    void expire(Time now);
    void expire(Session& session, Time now);
    void lose_peer(Session& session);
    [[nodiscard]] Duration grace_of(const Session& session);
    void end(Session& session, LeaveReason reason, std::string_view detail);
    /// Everything that was kept for it but its seat.
    void forget(const Session& session);
    void close_peer(PeerId peer);
    void charge(Session& session, std::uint64_t RefusedStats::*counter);

    // Requests of sessions.
    void route_logged(Session& session, const wire::Envelope& envelope);
    void route_people(Session& session, const wire::Envelope& envelope);
    void take_event(Session& session, const wire::Event& event);
    void take_goodbye(Session& session);
    /// Counts what comes too fast; true when that was once too often, and the session is over.
    bool refuse_as_too_fast(Session& session);
    void answer(Session& session,
                std::uint32_t request,
                wire::RequestError error,
                std::string_view detail = {},
                Bytes payload = {});
    void join_room(Session& session, const wire::JoinRoom& request);
    /// Of whom nobody has to be asked any more.
    void let_join(Session& session, const wire::JoinRoom& request);
    wire::ControlEncoder::JoinAnswer
    try_join(Session& session, const wire::JoinRoom& request, std::string& detail);
    RoomInstance* room_for(Session& session,
                           const wire::JoinRoom& request,
                           wire::ControlEncoder::JoinAnswer& answer);
    [[nodiscard]] RoomInstance* named_room(const wire::JoinRoom& request) const;
    RoomInstance* any_room(const Session& session,
                           const wire::JoinRoom& request,
                           wire::ControlEncoder::JoinAnswer& answer);
    wire::RequestError
    check_place(const Session& session, const RoomInstance& room, const wire::JoinRoom& request);
    /// What a new room of its would be called.
    [[nodiscard]] static std::string_view new_name(const Session& session,
                                                   const wire::JoinRoom& request);
    /// False: `answer` says why not.
    bool may_make(const Session& session,
                  const RoomKind& kind,
                  const wire::JoinRoom& request,
                  wire::ControlEncoder::JoinAnswer& answer) const;
    RoomInstance* new_room(const Session& session,
                           const RoomKind& kind,
                           const wire::JoinRoom& request,
                           RoomId id,
                           wire::ControlEncoder::JoinAnswer& answer);
    /// A room's, or a kept seat's.
    std::string new_invite();
    /// Seats the session, which leaves the room that it was in; `answer` says of it.
    void take_seat(Session& session,
                   RoomInstance& room,
                   RoomInstance::Newcomer newcomer,
                   wire::ControlEncoder::JoinAnswer& answer,
                   std::string& detail);
    wire::RequestError
    check_secrets(Session& session, const RoomInstance* room, const wire::JoinRoom& request);
    void queue(Session& session, const wire::JoinRoom& request);
    /// What speaks against it.
    void check_wait(const Session& session,
                    const wire::JoinRoom& request,
                    wire::ControlEncoder::JoinAnswer& refusal);
    void begin_wait(const Session& session,
                    const RoomKind& kind,
                    const wire::JoinRoom& request,
                    wire::ControlEncoder::JoinAnswer& refusal);
    void cancel_queue(Session& session);
    QueueVerdict wait_for_match(const RoomKind& kind, MatchQueue::Entry entry);
    std::optional<std::uint32_t> stop_waiting(SessionId session);
    static void explain(QueueVerdict verdict, wire::ControlEncoder::JoinAnswer& refusal);
    void make_matches();
    void seat_matched(const Matches::Seating& seating);
    [[nodiscard]] wire::RequestError check_seat(const Session& session, RoomId room);
    void command_room(Session& session, const wire::RoomCommand& command);
    void set_metadata(Session& session, const wire::SetMetadata& request);
    void call(Session& session, const wire::Call& call);
    void note_place(SessionId session);
    void watch_users(const Session& session, const wire::WatchUsers& request);
    [[nodiscard]] ChannelRights rights_on(std::string_view channel, const Speaker& who) const;
    void subscribe(Session& session, const wire::Subscribe& request);
    void unsubscribe(SessionId session, std::uint32_t request);
    void publish(Session& session, const wire::Publish& request);
    [[nodiscard]] Speaker speaker(Session& session);
    /// What speaks against it; `is_flood`: that it comes too fast.
    wire::RequestError check(const Speaker& who, const Saying& saying, bool& is_flood);
    /// False: there are as many channels as there may be.
    bool say(const Speaker& who, const Saying& saying, SessionId not_to);
    void note_chat(const Saying& saying, const std::string& name);
    [[nodiscard]] RoomInstance* find_room_of(std::string_view channel) const;
    void watch_rooms(const Session& session, const wire::WatchRooms& request);
    void begin_schema(Session& session, const wire::RequestSchema& request);
    void list_rooms(Session& session, const wire::ListRooms& request);
    void find_rooms(Session& session, const wire::FindRooms& request);
    void leave_room(Session& session, LeaveReason reason, std::string_view detail);
    void give_up_seat(Session& session, LeaveReason reason);
    [[nodiscard]] Seat* seat_of(const Session& session);
    /// Sends `message`, encoded with the log's next offset, and keeps it for a resume.
    void send_logged(Session& session, Bytes message);

    [[nodiscard]] Tick next_tick() const { return tick_ + 1; }
    void log(LogLevel level, const std::string& text) const;

    ServerConfig config_;
    SecretSource secrets_;
    std::vector<PendingKind> pending_kinds_; ///< until `start` has read their schemas
    RecordingThread recordings_;             ///< outlives the rooms
    /// Of rooms that admins record: something could not be written.
    std::map<RoomId, std::shared_ptr<const std::atomic<bool>>> recording_failures_;
    RoomDirectory directory_;
    std::optional<WorkerThreads> threads_; ///< since `start`
    std::optional<RoomWorkers> workers_;   ///< since `start`
    SessionTable sessions_;
    boost::unordered_flat_map<SessionId, Seat, std::hash<SessionId>> seats_;
    std::unordered_map<SessionId, SchemaSender> schemas_; ///< of sessions that lack one
    std::unordered_map<SessionId, RoomWatch> watches_;    ///< of those that watch the lobby's list
    ChannelTable channels_;
    UserTable users_;
    Time next_pings_{};
    Time next_all_pings_{};
    Time next_list_changes_{}; ///< to those who watch the lobby's list
    Matches matches_{directory_};
    std::map<std::string, CallHandler, std::less<>> calls_;
    /// A peer whose player is being asked about.
    struct PendingAuth {
        PeerId peer;
        Player player{};
    };
    std::shared_ptr<AuthInbox> auth_inbox_ = std::make_shared<AuthInbox>();
    std::unordered_map<std::uint64_t, PendingAuth> pending_auth_; ///< by ticket
    std::uint64_t last_auth_ticket_ = 0;
    std::optional<TokenGate> tokens_; ///< with `Auth::token`, since `start`
    std::uint32_t last_presence_ = 0;
    /// Of rooms that are over, until the last of it is due.
    std::vector<std::pair<RoomId, std::unique_ptr<RoomFeed>>> ended_feeds_;
    std::unique_ptr<Web> web_;                  ///< null: without a bridge
    std::unique_ptr<BackendAsks> backend_asks_; ///< null: nobody is asked
    std::unique_ptr<Cluster> cluster_;          ///< null: the server is alone
    AdminGate admins_;
    MessageMeter messages_;
    MessageClock message_clock_;
    std::unique_ptr<Host> host_;
    LinkConditioner* conditioner_ = nullptr; ///< the host's socket
    std::vector<ClosingPeer> closing_;
    /// Until when, and why.
    struct Drain {
        Time deadline{};
        std::string reason{};
    };
    std::optional<Drain> drain_; ///< nothing: anyone may come
    bool is_stopping_ = false;

    TickSchedule schedule_;
    bool has_begun_ = false; ///< the first step has started the schedule
    Tick tick_;
    Time now_{}; ///< of the step that runs
    Time next_state_check_{};

    wire::ControlEncoder encoder_;
    wire::PeopleEncoder people_encoder_;
    std::vector<std::uint8_t> hot_message_; ///< reused
    Timing simulation_timing_;
    Timing network_timing_;
    ServerStats stats_;
};

} // namespace engine_net
