#pragma once

#include "cluster/backplane.hpp"
#include "cluster/local_seats.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_net::cluster {

/// A node as the service within the process sees it.
struct LocalNode {
    /// How far it was told of another node's records, or of a channel.
    struct Position {
        std::uint64_t epoch = 0;
        std::uint64_t next = 0;

        friend bool operator==(const Position&, const Position&) = default;
    };

    std::string name{};
    NodeStay stay{};
    bool is_reachable = true;
    bool is_linked = false; ///< as it was told last
    std::set<std::string> topics{};
    std::map<NodeId, Position> known{};
    std::map<std::string, Position> followed{};
    std::vector<Tell> told{};

    /// A link that is lost is lost, though it be back before the node has looked.
    void set_reachable(bool reachable);
};

/// What Redis is to other clusters: all that the nodes of a process know in common.
class LocalService {
public:
    LocalService(Duration lease_time, Duration reservation_time)
        : lease_time_(lease_time), seats_(reservation_time) {}

    void advance(Time now) { now_ = std::max(now_, now); }
    [[nodiscard]] Time now() const { return now_; }
    [[nodiscard]] Duration lease_time() const { return lease_time_; }
    [[nodiscard]] const std::vector<LocalNode*>& nodes() const { return nodes_; }
    [[nodiscard]] LocalSeats& seats() { return seats_; }
    void set_reachable(bool is_reachable);
    void forget_everything();

    void attach(LocalNode& node) { nodes_.push_back(&node); }
    void detach(LocalNode& node);
    [[nodiscard]] bool is_live(NodeStay stay) const;
    /// Gives it another stay, with another number if someone else has its own. False: no number is
    /// free.
    bool enter(LocalNode& node);
    void renew(NodeStay stay);
    /// Of all whose lease has lapsed.
    void end_lapsed_stays();
    /// Those that went while it was not told.
    void tell_of_gone_nodes(LocalNode& node);
    /// Of nodes and channels what it was not told.
    void catch_up(LocalNode& node);

    void put(NodeStay stay, const std::string& key, const ByteVector& value);
    void drop(NodeStay stay, const std::string& key);
    void replace_records(NodeStay stay, const std::map<std::string, ByteVector>& records);

    void send(NodeStay from, NodeId to, const ByteVector& bytes);
    void cast(NodeId from, const std::string& topic, const ByteVector& bytes);

    void say(const std::string& channel, ByteVector bytes);
    void enter_channel(NodeStay stay,
                       const std::string& channel,
                       const std::string& user,
                       const ByteVector& bytes);
    void leave_channel(NodeStay stay, const std::string& channel, const std::string& user);
    void tell_followed(LocalNode& node, const std::string& channel);

    tell::Claimed
    claim(NodeId node, const std::string& name, const std::string& value, Duration time);
    void release(NodeId node, const std::string& name);

private:
    struct Stay {
        const LocalNode* holder = nullptr;
        std::uint64_t epoch = 0;
        Time lease_end{};
        std::map<std::string, ByteVector> records{};
        std::uint64_t next_version = 0;
    };
    struct Member {
        ByteVector bytes{};
        std::vector<NodeStay> stays{};
    };
    struct Channel {
        std::uint64_t epoch = 0;
        std::uint64_t next = 1;
        std::deque<ChannelEntry> entries{};
        std::map<std::string, Member> members{};
        Time last_used{};
    };
    struct Claim {
        NodeId holder{};
        std::string value{};
        Time end{};
    };

    [[nodiscard]] NodeId free_number(const LocalNode& node);
    void end_stay(NodeId node);
    void tell_table(LocalNode& to, NodeId node) const;
    void tell_record(NodeStay stay, const tell::Record& record);
    Channel& open(const std::string& name);
    void append(const std::string& name, Channel& channel, ChannelEntry entry);
    void leave_channel(NodeStay stay,
                       const std::string& name,
                       Channel& channel,
                       std::map<std::string, Member>::iterator member);
    void catch_up(LocalNode& node, const std::string& name, Channel& channel) const;

    Duration lease_time_;
    Time now_{};
    std::vector<LocalNode*> nodes_;
    std::map<std::string, NodeId> numbers_; ///< that nodes of these names have, or had
    std::map<NodeId, Stay> stays_;
    std::map<std::string, Channel> channels_;
    std::map<std::string, Claim> claims_;
    LocalSeats seats_;
    std::uint64_t last_epoch_ = 0;  ///< of stays and channels
    std::uint16_t last_number_ = 0; ///< of nodes
};

} // namespace engine_net::cluster
