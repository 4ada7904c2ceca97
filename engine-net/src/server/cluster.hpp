#pragma once

#include "bridge/exchange.hpp"
#include "server/cluster_gate.hpp"
#include "server/cluster_queue.hpp"
#include "server/feed_relay.hpp"
#include "server/loop.hpp"
#include "session/seat_gate.hpp"
#include "session/seat_token.hpp"
#include "wire/saved_room.hpp"

namespace engine_net {

/// The server as one of several: what it tells the others of itself, and hears of them.
/// `cluster.cpp` is both; `cluster_joins.cpp` sends players to other servers, `roaming.cpp` lets in
/// those who come from there, `cluster_heirs.cpp` those whose server is gone; `cluster_moves.cpp`
/// has rooms go on elsewhere; `cluster_matches.cpp`
/// is the queue that all have together, `cluster_feeds.cpp` is for browsers.
class Server::Loop::Cluster final {
public:
    /// As the configuration says, once the server has its ports and keys. `loop` outlives it.
    static Result<std::unique_ptr<Cluster>, StartError> join(Loop& loop);
    Cluster(Loop& loop, std::unique_ptr<cluster::Backplane> backplane, cluster::NodeStay stay);

    void hear();
    void tell();
    /// The server takes nobody in any more.
    void tell_of_drain();
    /// One that takes players, in turn another one; null: there is none.
    const ClusterGate::Node* other_node() { return gate_.other_node(); }
    /// How an invite code begins, so that it tells where the room is.
    [[nodiscard]] std::string invite_prefix() const;

    /// What the backend is asked about a join that goes to another server; nothing: it does not.
    [[nodiscard]] std::optional<bridge::JoinQuestion>
    question_of_elsewhere(const wire::JoinRoom& request) const;
    /// False: the request is this server's to answer.
    bool go_elsewhere(Session& session, const wire::JoinRoom& request);
    void let_in_by_seat(Session& session, Bytes token);
    /// A resume that is not this server's. False: nobody's that there is.
    bool resume_elsewhere(Session& incoming, const wire::Resume& resume);
    /// Its link ends, and it goes there, with a seat or as a newcomer.
    void refuse_elsewhere(Session& session, const ClusterGate::Node& node, Bytes seat);
    /// The peer knows that it is here: what it was before has ended, whether its goodbye got there
    /// or not.
    void end_former(Session& session);
    /// For any other server, should this one be gone; empty for an admin.
    std::vector<std::uint8_t> ticket_for(const Session& session);
    /// Another one when its seat is another, and before the last one expires.
    void send_ticket(Session& session);
    /// Where it is to go from here: into a room there, or to its lobby.
    void send_move(Session& session,
                   const ClusterGate::Node& node,
                   SeatGrant grant,
                   std::string_view reason);

    /// Has the room go on at another server, a step further each time. True: it is on its way;
    /// false: it can't go.
    bool move_away(RoomInstance& room);
    /// A reliable event for one of a room's players who is on its way here with it.
    void keep_event(RoomInstance& room, PresenceId to, Bytes event);
    /// An event of a session for a room that is on its way, or gone. False: for another one.
    bool take_late_event(const Session& session, RoomId room, Bytes event);
    /// The session's room has gone to another server, and it is to follow.
    [[nodiscard]] bool has_gone(SessionId session) const { return gone_.contains(session); }
    /// It leaves such a room. False: it was in none.
    bool leave_gone(Session& session);
    void forget_session(SessionId session) { gone_.erase(session); }
    void forget_room(RoomId room);

    QueueVerdict wait_for_match(const RoomKind& kind, MatchQueue::Entry entry);
    /// The request of one that waited.
    std::optional<std::uint32_t> stop_waiting(SessionId session);
    /// False: it is a session of this server.
    bool seat_elsewhere(const Matches::Seating& seating);
    bool tell_progress_elsewhere(const MatchQueue::Progress& progress);

    /// Whether browsers of another server watch it.
    [[nodiscard]] bool is_watched(RoomId room) const { return feeds_.is_watched(room); }
    /// A browser here, or none any more, watches a room of another server.
    void watch_remote_feed(RoomId room, bool is_wanted);
    /// A piece of a room's feed whose time has come, to all who watch it from other servers.
    void cast_feed(RoomId room, const RoomFeed::Piece& piece);

private:
    /// A session that waits until the cluster says where it may sit.
    struct AskedSeat {
        SessionId session;
        RoomId own;                     ///< to be opened if there is none
        std::vector<std::uint8_t> join; ///< what it asked for, in its envelope
    };
    /// Who was in a room of a server that is gone.
    struct LostSeat {
        PeerId peer;
        TicketGrant ticket{};
    };

    struct LateEvent {
        PresenceId presence;
        std::vector<std::uint8_t> bytes{};
    };
    /// A room that another server is to take.
    struct LeavingRoom {
        cluster::NodeId to{}; ///< that has been asked; unset: none
        Time deadline{};
        std::set<cluster::NodeId> tried{};
        std::uint32_t moves = 0;         ///< times that it will have gone elsewhere
        std::vector<PresenceId> saved{}; ///< who was in it then
        std::vector<LateEvent> late{};   ///< that came since then
        std::size_t late_bytes = 0;
    };
    /// Of a session whose room has gone to another server.
    struct GoneSeat {
        RoomId room;
        PresenceId presence;
        cluster::NodeId to;
        Time deadline{}; ///< to have followed
    };
    /// Who was in a room that came from another server, and is to come after it.
    struct Awaited {
        SessionId former; ///< there
        PresenceId presence;
        std::vector<std::vector<std::uint8_t>> events{}; ///< reliable ones, for when it is here
        std::size_t bytes = 0;
    };
    struct TakenRoom {
        std::vector<Awaited> awaited{};
        Time missing_at{};
        Time until{};
    };

    [[nodiscard]] const ClusterConfig& config() const { return *loop_.config_.cluster; }
    [[nodiscard]] UnixTime unix_time() const { return loop_.config_.tokens.unix_time(); }
    void number_ids();
    [[nodiscard]] wire::NodeRecord own_record() const;

    template <class Told>
    void on(const Told& told) {
        gate_.take(told, loop_.now_);
    }
    void on(const cluster::tell::Link& link);
    void on(cluster::tell::Entered& entered);
    void on(cluster::tell::Message& message);
    void on(cluster::tell::Cast& cast);
    void on(cluster::tell::Claimed& claimed);
    void on(cluster::tell::Reserved& reserved);

    // Joins.
    [[nodiscard]] const ClusterGate::Node* owner_of(const wire::JoinRoom& request) const;
    void send_elsewhere(Session& session,
                        std::uint32_t request,
                        const ClusterGate::Node& node,
                        SeatGrant grant);
    std::vector<std::uint8_t> seal_seat_for(const ClusterGate::Node& node, SeatGrant grant);
    bool ask_for_seat(Session& session, const wire::JoinRoom& request);
    [[nodiscard]] const ClusterGate::Node*
    owner_of_seat(const cluster::tell::Reserved& reserved) const;
    wire::ControlEncoder::JoinAnswer take_reserved(Session& session,
                                                   const wire::JoinRoom& request,
                                                   const cluster::tell::Reserved& reserved,
                                                   std::string& detail);
    void seat_reserved(Session& session,
                       RoomInstance& room,
                       wire::ControlEncoder::JoinAnswer& answer,
                       std::string& detail);
    wire::ControlEncoder::JoinAnswer
    take_granted(Session& session, const SeatGrant& grant, std::string& detail);
    void refuse_seat(Session& session, wire::RequestError error, std::string_view detail);
    void take(cluster::NodeId from, const wire::tables::SessionMoved& moved);

    // Heirs of lost rooms.
    void take_in(Session& incoming, TicketGrant ticket);
    [[nodiscard]] bool is_settling() const;
    bool follow_room(Session& incoming, const TicketGrant& ticket);
    void claim_moved(RoomId room);
    void release_moved(const RoomInstance& room);
    void let_in_again(Session& session, const TicketGrant& ticket, RoomInstance* room);
    void settle_heir(RoomId lost, RoomId heir, cluster::NodeId holder);
    RoomInstance* heir_room(RoomId heir, const TicketGrant& ticket);
    void hand_over(RoomInstance& room, RoomId heir, cluster::NodeId holder);
    void move_players(const RoomInstance& room,
                      const ClusterGate::Node& node,
                      RoomId to,
                      std::string_view reason);

    // Moves of rooms.
    [[nodiscard]] std::optional<std::vector<std::uint8_t>>
    saved_for_move(const RoomInstance& room, std::uint32_t moves) const;
    const ClusterGate::Node* other_node(const std::set<cluster::NodeId>& tried);
    void take(cluster::NodeId from, const wire::tables::SavedRoom& table);
    [[nodiscard]] std::string problem_with(const wire::tables::SavedRoom& room) const;
    void await_players(const RoomInstance& room, const wire::SavedRoom& saved);
    void take(cluster::NodeId from, const wire::tables::RoomTaken& taken);
    void follow(RoomInstance& room, const ClusterGate::Node& node);
    void send_after(Session& session,
                    const Presence& presence,
                    RoomId room,
                    const ClusterGate::Node& node);
    [[nodiscard]] bool awaits(const SeatGrant& grant) const;
    void take_kept(Session& session, const SeatGrant& grant);
    void tell_kept(Session& session, const SeatGrant& grant);
    void leave(RoomInstance& room, PresenceId who);
    void take(cluster::NodeId from, const wire::tables::LateEvent& late);
    void take(cluster::NodeId from, const wire::tables::SeatGone& gone);
    void poll_moves();
    bool poll_arrivals(RoomInstance& room, TakenRoom& taken);

    // Matches.
    [[nodiscard]] bool is_matcher() const;
    void poll_queue();
    void take_matcher(cluster::NodeId matcher);
    void forget_foreign_players(Time since);
    void take(cluster::NodeId from, const wire::tables::Waiting& waiting);
    void take(cluster::NodeId from, const wire::tables::NotWaiting& waiting);
    void take(cluster::NodeId from, const wire::tables::WaitOver& over);
    void take(cluster::NodeId from, const wire::tables::WaitProgress& progress);

    // Feeds.
    void ask_for_feed(RoomId room);
    void show_here(RoomInstance& room);
    void take(cluster::NodeId from, const wire::tables::WatchFeed& watch);
    void take_feed_piece(Bytes piece);
    void renew_feeds();
    void end_remote_feed(RoomId room);

    Loop& loop_;
    ClusterGate gate_;
    ClusterKeys keys_;
    SeatGate seat_gate_;
    /// After which a server that has come back has heard what it missed.
    static constexpr Duration catching_up_time = std::chrono::seconds(1);
    Time settled_{}; ///< when it knows of all others; not set before the first step
    std::map<std::uint64_t, AskedSeat> asked_seats_; ///< by ticket
    std::uint64_t last_seat_ticket_ = 0;
    std::map<RoomId, std::vector<LostSeat>>
        lost_seats_;                 ///< until it is settled who opens that anew
    std::map<RoomId, RoomId> heirs_; ///< of lost rooms, as this server knows them
    std::map<RoomId, LeavingRoom> leaving_;
    std::map<RoomId, TakenRoom> taken_; ///< while some are still to come
    std::map<SessionId, GoneSeat> gone_;
    ClusterQueue queue_;
    FeedRelay feeds_;
};

} // namespace engine_net
