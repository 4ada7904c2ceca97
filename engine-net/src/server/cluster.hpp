#pragma once

#include "server/cluster_gate.hpp"
#include "server/cluster_queue.hpp"
#include "server/feed_relay.hpp"
#include "server/loop.hpp"
#include "session/seat_gate.hpp"
#include "session/seat_token.hpp"

namespace engine_net {

/// The server as one of several: what it tells the others of itself, and hears of them.
/// `cluster.cpp` is both; `cluster_joins.cpp` sends players to other servers, `roaming.cpp` lets in
/// those who come from there, `cluster_heirs.cpp` those whose server is gone; `cluster_matches.cpp`
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
    /// Into a room there, or to its lobby.
    void
    send_move(Session& session, const ClusterGate::Node& node, RoomId to, std::string_view reason);

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
    void let_in_again(Session& session, const TicketGrant& ticket, RoomInstance* room);
    void settle_heir(RoomId lost, RoomId heir, cluster::NodeId holder);
    RoomInstance* heir_room(RoomId heir, const TicketGrant& ticket);
    void hand_over(RoomInstance& room, RoomId heir, cluster::NodeId holder);
    void move_players(const RoomInstance& room,
                      const ClusterGate::Node& node,
                      RoomId to,
                      std::string_view reason);

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
    void ask_for_feed(RoomId room, bool is_wanted);
    void take(cluster::NodeId from, const wire::tables::WatchFeed& watch);
    void take_feed_piece(Bytes piece);
    void renew_feeds();
    void end_remote_feed(RoomId room);

    Loop& loop_;
    ClusterGate gate_;
    ClusterKeys keys_;
    SeatGate seat_gate_;
    std::map<std::uint64_t, AskedSeat> asked_seats_; ///< by ticket
    std::uint64_t last_seat_ticket_ = 0;
    std::map<RoomId, std::vector<LostSeat>>
        lost_seats_;                 ///< until it is settled who opens that anew
    std::map<RoomId, RoomId> heirs_; ///< of lost rooms, as this server knows them
    ClusterQueue queue_;
    FeedRelay feeds_;
};

} // namespace engine_net
