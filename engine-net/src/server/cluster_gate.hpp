#pragma once

#include "cluster/backplane.hpp"
#include "room/channel_table.hpp"
#include "room/room_directory.hpp"
#include "room/user_table.hpp"
#include "wire/control_encoder.hpp"
#include "wire/node_messages.hpp"
#include "wire/node_record.hpp"
#include "wire/people_encoder.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

// Ids of a cluster tell where what they name began: rooms', sessions' and invite codes'.

inline constexpr std::uint32_t rooms_of_a_node = 1u << 20;
inline constexpr std::uint32_t first_room_of(cluster::NodeId node) {
    return node.value * rooms_of_a_node;
}
inline constexpr cluster::NodeId node_of(RoomId room) {
    return cluster::NodeId{static_cast<std::uint16_t>(room.value / rooms_of_a_node)};
}
inline constexpr int node_shift_of_sessions = 52;
inline constexpr cluster::NodeId node_of(SessionId session) {
    return cluster::NodeId{static_cast<std::uint16_t>(session.value >> node_shift_of_sessions)};
}

/// This server's side of its cluster: it tells the others of its rooms and users, and puts what
/// they tell of theirs beside these. Channels are the cluster's.
class ClusterGate final : public ChannelRelay {
public:
    struct Node {
        cluster::NodeStay stay{};
        wire::NodeRecord record{}; ///< without a name until it has told
        std::set<RoomId> rooms{};
        std::map<RoomId, std::vector<std::string>> moved{}; ///< that began elsewhere: their codes
        std::set<std::string> users{};
    };

    /// All of them live as long as the gate.
    ClusterGate(std::unique_ptr<cluster::Backplane> backplane,
                cluster::NodeStay stay,
                RoomDirectory& directory,
                UserTable& users,
                ChannelTable& channels);

    [[nodiscard]] cluster::Backplane& backplane() { return *backplane_; }
    [[nodiscard]] cluster::NodeStay stay() const { return stay_; }
    void set_stay(cluster::NodeStay stay) { stay_ = stay; }
    [[nodiscard]] bool is_up() const { return is_up_; }
    /// How others know this server.
    [[nodiscard]] const wire::NodeRecord& own_record() const { return own_; }
    void set_own_record(wire::NodeRecord record);
    /// Another server that is there and has told who it is; null: none such.
    [[nodiscard]] const Node* find(cluster::NodeId node) const;
    /// One that takes players, in turn another one; null: there is none.
    const Node* other_node();
    [[nodiscard]] const std::map<cluster::NodeId, Node>& nodes() const { return nodes_; }
    /// What others told that could not be, and was dropped.
    [[nodiscard]] std::uint64_t refused() const { return refused_; }
    void note_refused() { ++refused_; }
    /// By which seats are asked for: in rooms of a kind, or of a kind and a name.
    static std::string offer_key(std::string_view kind, std::string_view name);
    /// A room that is offered from the start, as one that nobody else has.
    void note_offered(RoomId room) { offered_.insert(room); }

    // What the backplane told.
    void take(const cluster::tell::Link& link, Time now);
    void take(const cluster::tell::NodeTable& table, Time now);
    void take(const cluster::tell::Record& record, Time now);
    void take(const cluster::tell::NodeGone& gone, Time now);
    void take(const cluster::tell::Followed& followed, Time now);
    void take(const cluster::tell::Said& said, Time now);

    /// Tells the others what has changed here since the last call, a few times a second.
    void tell_changes(Time now);
    /// A room that began at another server goes on at this one, and is entered by these codes too;
    /// without codes: no more.
    void tell_moved(RoomId room, const std::vector<std::string>& codes);
    /// A room of this server goes on at another one, which has it from now on.
    void put_moved(RoomSummary line, std::uint32_t moves, cluster::NodeId to, Time now);
    /// Another server that has the room; null: none that is known.
    [[nodiscard]] const Node* holder_of(RoomId room) const;
    /// The same of a moved room by its code, in capitals or not.
    [[nodiscard]] const Node* holder_of(std::string_view code) const;
    /// The same as `tell_changes`, without waiting for the next time.
    void tell_changes_now(Time now);
    /// How many seats are free by now. To be told before a seat is asked for: who has arrived
    /// meanwhile would be counted neither as on the way nor as there.
    void tell_offers();

    bool say(std::string_view channel, const ChannelLog::Message& message) override;
    void enter(std::string_view channel, const std::string& user, const std::string& name) override;
    void leave(std::string_view channel, const std::string& user) override;
    void follow(const std::string& channel) override;
    void unfollow(const std::string& channel) override;

private:
    void take_record(Node& node, const std::string& key, Bytes value, Time now);
    void take_room(Node& node, const std::string& key, Bytes value, Time now);
    void yield(RoomInstance& room, std::uint32_t moves);
    void take_moved(Node& node, const std::string& key, Bytes value);
    void take_user(Node& node, const std::string& key, Bytes value);
    void drop_record(Node& node, const std::string& key);
    void forget(Node& node);
    void mark_rooms(Node& node, bool is_uncertain);
    void tell_offer(RoomId id);
    void tell_rooms(Time now);
    void tell_room(RoomId id, Time now);
    void tell_users();
    void tell_user(const std::string& user);

    std::unique_ptr<cluster::Backplane> backplane_;
    cluster::NodeStay stay_;
    RoomDirectory& directory_;
    UserTable& users_;
    ChannelTable& channels_;
    bool is_up_ = true;
    wire::NodeRecord own_{};
    std::map<cluster::NodeId, Node> nodes_;
    std::set<RoomId> offered_;
    std::uint64_t next_offer_ = 0;     ///< change of the directory that was not looked at for it
    std::set<RoomId> told_;            ///< rooms that others were told of
    std::set<RoomId> told_moved_;      ///< of these and private ones, those that began elsewhere
    std::set<std::string> told_users_; ///< the same of users
    std::uint64_t next_room_ = 0;      ///< change of the directory that was not told
    std::uint64_t next_user_ = 0;      ///< the same of the users
    cluster::NodeId last_other_{};     ///< that was given
    Time next_changes_{};
    std::uint64_t refused_ = 0;
    wire::ControlEncoder encoder_;
    wire::PeopleEncoder people_encoder_;
};

} // namespace engine_net
