#pragma once

#include "client/clock_sync.hpp"
#include "client/entity_prediction.hpp"
#include "client/input_lead.hpp"
#include "client/input_sender.hpp"
#include "client/link.hpp"
#include "client/people_view.hpp"
#include "client/playout.hpp"
#include "client/roaming.hpp"
#include "client/room_list.hpp"
#include "client/room_view.hpp"
#include "client/schema_inbox.hpp"
#include "client/server_place.hpp"
#include "client/state_inbox.hpp"
#include "client/subscriptions.hpp"
#include "client/user_list.hpp"
#include "core/loss_meter.hpp"
#include "core/own_thread.hpp"
#include "replication/replicated_schema.hpp"
#include "session/credentials.hpp"
#include "session/heartbeat.hpp"
#include "session/reliable_log.hpp"
#include "session/secrets.hpp"
#include "wire/control.hpp"
#include "wire/control_encoder.hpp"
#include "wire/hot.hpp"
#include "wire/people_encoder.hpp"

#include <engine_net/client.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

/// The client at work. `core.cpp` is the path of a poll, `connection.cpp` how a server is
/// reached, again and again, `welcome.cpp` what it says to that, `roaming.cpp` how it goes to
/// another server, `inputs.cpp` how inputs get there in time, `requests.cpp` what the game asks
/// for, `people.cpp` the same of people and what they say, `schemas.cpp` how it comes by the
/// schemas of rooms whose schema is not its own.
class Client::Core final : private LinkListener {
public:
    explicit Core(ClientConfig config);
    ~Core();
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    OwnThread thread; ///< that calls the client

    void poll(Time now);
    [[nodiscard]] Time next_poll() const;
    void wait_until(Time deadline);
    void set_net_sim(const LinkSimulation& simulation);

    [[nodiscard]] ClientState state() const { return state_; }
    [[nodiscard]] CloseReason close_reason() const { return close_reason_; }
    [[nodiscard]] const std::string& close_detail() const { return close_detail_; }
    [[nodiscard]] std::string resume_token() const;

    /// What JoinRoom says, but for the request's number and the schema.
    struct Join {
        wire::JoinMode mode{};
        RoomId room{};
        std::string kind{};
        RoomOptions options{};
        std::string invite{};
        bool as_spectator = false;
        MatchRequest match{};
        std::function<void(const QueueProgress&)> on_progress{};
    };
    void request_join(Join join, JoinHandler done);
    void cancel_queue();
    void find_rooms(const RoomQuery& query, RoomsHandler done);
    void leave_room();
    void list_rooms(std::uint32_t first, RoomsHandler done);
    void watch_rooms();
    void unwatch_rooms();
    [[nodiscard]] const RoomList& room_list() const { return room_list_; }
    void leave();
    [[nodiscard]] const PeopleView& people() const { return people_; }
    void command(RoomVerb verb, PresenceId whom, const std::string& reason, ResultHandler done);
    void set_metadata(Bytes metadata, ResultHandler done);
    void
    call(RoomId room, const std::string& name, Bytes payload, CallHandler done, Duration timeout);
    [[nodiscard]] const std::string& user() const { return user_; }
    [[nodiscard]] Channels& channels() { return channels_; }
    [[nodiscard]] Users& users() { return users_; }
    [[nodiscard]] RoomId room() const { return room_; }
    [[nodiscard]] PresenceId presence() const { return presence_; }

    /// `type` lives as long as the program.
    void set_input(const char* type, Bytes input);
    void predict(std::unique_ptr<PredictionModel> model);
    /// The one that moves an entity of this type; null: none does, or it is not to be shown so.
    [[nodiscard]] const EntityPrediction* find_prediction(const char* type, Shown shown) const;
    /// The moment between ticks whose inputs are given at `now`.
    [[nodiscard]] TickTime input_time(Time now) const {
        return clock_.tick_time_at(clock_.server_time(now) + lead_.lead()).value_or(TickTime{});
    }
    void send_event(EventBytes event, Delivery delivery);
    void refuse_event() { ++stats_.refused.malformed_messages; }
    Bytes room_state(StateInbox::Check check) { return room_state_.newest(check); }
    Bytes private_state(StateInbox::Check check) { return private_state_.newest(check); }

    /// Of the room one is in; null in the lobby, and until the room's schema is here.
    [[nodiscard]] const RoomView* view() const { return view_; }
    /// The same, brought to what is shown at `now`. `shown` becomes how entities can be had of it:
    /// until it is known how late snapshots come, in their newest version.
    const RoomView* view_at(Time now, Shown& shown);
    [[nodiscard]] std::optional<TickTime> shown_time(Time now) const {
        return view_ ? playout_.shown_at(now) : std::nullopt;
    }
    [[nodiscard]] const ClockSync& clock() const { return clock_; }
    [[nodiscard]] ClientStats stats() const;
    [[nodiscard]] std::vector<TypeTraffic> traffic();

    std::function<void(LeaveReason, const std::string&)> on_room_left;
    std::function<void()> on_suspended;
    std::function<void(std::uint32_t)> on_resumed;
    std::function<void(CloseReason, const std::string&)> on_lost;
    std::function<void(EventBytes)> on_event;
    std::function<void()> on_rooms;
    std::function<void()> on_room_change;
    std::function<void()> on_room_state;
    std::function<void()> on_private_state;

private:
    /// `Client::channels`, and `Client::users`.
    class OwnChannels final : public Channels {
    public:
        explicit OwnChannels(Core& core) : core_(core) {}
        void subscribe(std::string channel,
                       MessageHandler on_message,
                       SubscribeOptions options) override;
        void unsubscribe(std::string_view channel) override;
        [[nodiscard]] bool is_subscribed(std::string_view channel) const override;
        [[nodiscard]] std::optional<ChannelPosition>
        position(std::string_view channel) const override;
        [[nodiscard]] const std::map<std::string, std::string>&
        members(std::string_view channel) const override;
        void publish(std::string channel,
                     std::string event,
                     std::span<const std::uint8_t> payload,
                     ResultHandler done,
                     bool to_self) override;
        void say(std::string channel, std::string_view text, ResultHandler done) override;

    private:
        Core& core_;
    };
    class OwnUsers final : public Users {
    public:
        explicit OwnUsers(Core& core) : core_(core) {}
        void watch(std::vector<std::string> users,
                   std::function<void(const UserSummary&)> on_change) override;
        [[nodiscard]] const std::map<std::string, UserSummary>& all() const override;
        void set_status(bool is_away, std::string text) override;

    private:
        Core& core_;
    };
    /// A request that an Answer ends.
    struct PendingAnswer {
        CallHandler done;
        std::optional<Duration> timeout;
        std::optional<Time> deadline{}; ///< from the next poll on
    };
    /// A join that is not answered for good.
    struct PendingJoin {
        Join join;
        JoinHandler done;
        std::uint64_t digest = 0; ///< that it was asked with last
        int schemas_tried = 0;
        bool awaits_schema = false;
        bool is_cancelled = false; ///< which the server is yet to say
    };
    /// A room, and one's seat in it.
    struct Place {
        RoomId room;
        PresenceId presence;
        std::uint64_t schema_digest = 0;
        Duration grace{0};
        bool is_at_other_server = false; ///< than the one before it, whichever room that was
    };
    static Place place_in(const wire::Welcome& welcome);

    // The path of a poll.
    void receive(Time now);
    void on_link_message(Link& link, Channel channel, Bytes message) override;
    void route_control(Link& link, const wire::Envelope& envelope);
    void route_hot(Bytes message);
    void receive_snapshot(Bytes datagram);
    void advance_playout(Time now);
    void add_playout(ClientStats& stats) const;
    void receive_bulk(Bytes message);
    void receive_state(const wire::StatePiece& piece);
    void tell_states();
    void ask_for_rooms();
    void ask_for_people();
    void fail_late_answers(Time now);
    void check_state(const wire::StateCheck& check);
    void take_heartbeat(const wire::Heartbeat& heartbeat);
    void send(Time now);
    void send_heartbeat(Time now, bool has_company);

    // The inputs.
    void renew_input();
    void take_input_report(const wire::Heartbeat& heartbeat);
    std::size_t give_inputs(Time now);
    bool send_inputs(Time now, std::size_t fresh);
    [[nodiscard]] std::uint16_t shown_ago(Tick tick) const;
    void make_predictions();
    void predict_all(Time now);
    void predict(EntityPrediction& prediction, Time now);

    // The session and its links.
    void begin(Time now);
    void keep_connected(Time now);
    void keep_connecting(Time now);
    void close_unreachable();
    void try_addresses(Time now);
    bool try_other();
    std::unique_ptr<Link> open_link(ServerPlace& place, std::size_t address, Time now);
    [[nodiscard]] ServerPlace& aim();
    void arrive_at(ServerPlace place);
    void give_attempt_up(Time now);
    void ask_again_soon(Time now);
    bool take_credentials(std::string_view token);
    void end_attempts();
    void keep_online(Time now);
    void try_again(Time now);
    void suspect();
    void tell_resumed(Tick newest);
    void on_link_up(Link& link) override;
    void ask_to_resume(Link& link);
    void take_welcome(Link& link, const wire::Welcome& welcome);
    void take_refusal(Link& link, const wire::Refuse& refuse);
    void begin_session(const wire::Welcome& welcome);
    void ask_again();
    void take_goodbye(const wire::Goodbye& goodbye);
    void take_farewell(const Farewell& farewell);
    void close(CloseReason reason, std::string detail);

    // From one server of a cluster to another.
    [[nodiscard]] bool is_moving(const Link& link) const;
    [[nodiscard]] std::optional<ServerPlace> place_of(const wire::Elsewhere& elsewhere) const;
    bool go_elsewhere(const wire::Elsewhere* elsewhere);
    bool go_to(const wire::Elsewhere* elsewhere,
               std::optional<std::uint32_t> join,
               const std::string& reason);
    void begin_move(Move move);
    void keep_moving(Time now);
    bool try_next_address(Time now);
    void ask_for_seat();
    [[nodiscard]] bool has_settled() const;
    void receive_ahead(Link& link, Channel channel, Bytes message);
    void take_seat_refusal(const wire::Refuse& refuse);
    void take_move_welcome(const wire::Welcome& welcome);
    void start_over(const wire::Welcome& welcome,
                    std::uint32_t last_request,
                    const std::optional<Leaving>& leaving);
    void ask_joins_again(std::uint32_t last_request, const std::vector<std::uint32_t>& leaves);
    void cancel_waits(std::uint32_t last_request, bool has_seat);
    [[nodiscard]] bool is_for_move(std::uint32_t request) const;
    void begin_next_move();
    void end_move(RequestError error, const std::string& detail);
    void abandon_moves();
    void release_held();
    void depart(std::uint32_t last_request);
    void close_moving_link();
    void receive_departed(Channel channel, Bytes message);
    void keep_departed(Time now);
    void fail_requests_until(std::uint32_t last_request);

    // What was asked for.
    void route_logged(const wire::Envelope& envelope);
    void take_join_answer(const wire::JoinAnswer& answer);
    void take_room_list(const wire::RoomList& list);
    void take_answer(const wire::Answer& answer);
    void take_progress(const wire::QueueProgress& progress);
    std::uint32_t await_answer(CallHandler done, std::optional<Duration> timeout = {});
    void publish(const ChannelMessage& message, bool to_self, ResultHandler done);
    void ask_for_channel(const std::string& channel);
    void ask_for_users();
    void send_join(std::uint32_t request);
    void end_join(std::uint32_t request, const JoinResult& result);
    void enter_room(const Place& place, std::optional<Tick> floor);
    void exit_room(LeaveReason reason, const std::string& detail);
    void fail_requests();
    void when_welcomed(std::function<void()> send);
    void send_logged(Bytes message);

    // The server's schemas.
    bool try_schema(std::uint32_t request, std::uint64_t digest);
    void fetch_schema();
    void ask_for_schema();
    void receive_schema(const wire::SchemaPiece& piece);
    void adopt_schema();
    void look_at_room();
    [[nodiscard]] const KnownSchema* find_schema(std::uint64_t digest) const;

    ClientConfig config_;
    SecretSource secrets_;
    std::optional<ReplicatedSchema> schema_; ///< the client's own
    std::optional<RoomView> own_view_;       ///< once the server has told its tick rate
    std::vector<KnownSchema> schemas_;       ///< others that the server has, oldest first
    SchemaInbox schema_inbox_;
    std::uint64_t room_digest_ = 0;  ///< of the schema of the room one is or was in
    bool awaits_moved_room_ = false; ///< what is shown stands still until its first snapshot
    RoomView* view_ = nullptr;
    ServerPlace home_;                  ///< that the configuration names
    ServerPlace here_;                  ///< that the session is or was on
    std::optional<ServerPlace> refuge_; ///< that the last answer named, for this attempt
    bool is_aiming_home_ = true;        ///< unless there is a refuge
    Time aimed_{};                      ///< at the refuge
    std::uint32_t redirects_ = 0;       ///< in this attempt
    std::vector<std::uint8_t> seat_;    ///< to be shown there
    std::vector<std::uint8_t> ticket_;  ///< the newest; empty: none
    Roaming roaming_;

    ClientState state_ = ClientState::connecting;
    CloseReason close_reason_ = CloseReason::none;
    std::string close_detail_;
    bool has_begun_ = false;
    bool is_leaving_ = false;
    Time now_{};
    Time began_{};
    std::optional<Credentials> credentials_;
    bool has_forgotten_ = false;       ///< the credentials are another process's
    bool has_asked_to_resume_ = false; ///< since the last welcome
    bool is_asking_to_resume_ = false; ///< on the attempt
    std::unique_ptr<Link> link_;       ///< what the session lives on
    std::unique_ptr<Link> attempt_;    ///< to the welcome that makes it the link
    /// To other addresses of the server's, while none is up: the first that is becomes the attempt.
    std::vector<std::unique_ptr<Link>> others_;
    std::size_t tried_ = 0; ///< of the addresses, in this attempt
    Time last_tried_{};
    std::vector<std::unique_ptr<Link>> ended_; ///< given up in a poll, destroyed after it
    std::uint32_t attempts_ = 0;               ///< since the link was last heard
    Time next_attempt_{};
    std::optional<Time> leave_deadline_;
    bool is_suspected_ = false;         ///< the game was told that it is suspended
    std::optional<Tick> newest_before_; ///< of the snapshots that came until then
    Duration lobby_grace_{0};
    Duration room_grace_{0}; ///< of the room one is in

    ReliableLog outgoing_;
    ReliableInbox incoming_;
    HeartbeatExchange heartbeats_;
    ClockSync clock_;
    Playout playout_;
    const char* input_type_ = "";
    std::vector<std::uint8_t> input_; ///< as the game gave it; empty: it gave none
    bool lacks_input_ = false;        ///< the room's schema does, which was told
    InputSender inputs_;
    InputLead lead_;
    std::uint16_t input_sequence_ = 0;                     ///< of the newest message
    std::vector<std::unique_ptr<PredictionModel>> models_; ///< that wait for the schema
    std::vector<std::unique_ptr<EntityPrediction>> predictions_;
    std::optional<Tick> predicted_from_; ///< the newest tick that was told of then
    LossMeter loss_in_;
    LossMeter loss_out_;
    std::optional<Time> last_ack_;

    RoomId room_;
    PresenceId presence_;
    std::uint32_t last_request_ = 0;
    std::map<std::uint32_t, PendingJoin> joins_;
    std::map<std::uint32_t, RoomsHandler> lists_;
    std::map<std::uint32_t, PendingAnswer> answers_;
    std::string user_;
    PeopleView people_;
    Subscriptions subscriptions_;
    UserList user_list_;
    std::optional<OwnStatus> status_; ///< that the game has set
    OwnChannels channels_{*this};
    OwnUsers users_{*this};
    std::vector<std::function<void()>> waiting_; ///< to be sent once there is a session
    RoomList room_list_;
    StateInbox room_state_;
    StateInbox private_state_;

    wire::ControlEncoder encoder_;
    wire::PeopleEncoder people_encoder_;
    std::vector<std::uint8_t> hot_message_; ///< reused
    ClientStats stats_;
};

} // namespace engine_net
