#pragma once

#include "core/bytes.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace engine_net::cluster {

/// A server of a cluster: 1 to `max_nodes`, while it is there unlike any other's.
using NodeId = Id<struct NodeTag, std::uint16_t>;
inline constexpr std::uint16_t max_nodes = 4095;

/// One stay of a node. Who has the number later has a higher epoch: what is written for a lower one
/// is refused.
struct NodeStay {
    NodeId node{};
    std::uint64_t epoch = 0;

    friend bool operator==(const NodeStay&, const NodeStay&) = default;
};

using ByteVector = std::vector<std::uint8_t>;

inline constexpr std::size_t max_key_bytes = 256;             ///< of records, topics, channels, ...
inline constexpr std::size_t max_record_bytes = 8 * 1024;     ///< of what stands in a record
inline constexpr std::size_t max_said_bytes = 8 * 1024;       ///< on a channel
inline constexpr std::size_t max_message_bytes = 1024 * 1024; ///< from a node to another
inline constexpr std::size_t max_channel_entries = 256;       ///< that are kept of a channel
inline constexpr std::size_t max_waiting_says = 4096;         ///< of a node, not confirmed yet
inline constexpr std::size_t max_waiting_say_bytes = 4 * 1024 * 1024;

enum class EntryKind : std::uint8_t { said, joined, left };

/// One of a channel's log: something said, or a member who is new or gone.
struct ChannelEntry {
    EntryKind kind = EntryKind::said;
    std::string user{}; ///< of a member
    ByteVector bytes{}; ///< of a member what it came with
};
struct ChannelMember {
    std::string user{};
    ByteVector bytes{};
};

/// What a node is told. What one node does to its records, sends, or casts to one topic, and what
/// happens on one channel, is told in its order.
namespace tell {

/// The service is there again, as it is after `start`, or away: what is known of others may be old
/// then.
struct Link {
    bool is_up = false;
    std::string detail{}; ///< for a person: why it is away
};
/// One's own stay is another than before: one's lease had lapsed, or the service forgot it. Others
/// may have taken over what one had meanwhile. With another number too, when one's own was taken.
struct Entered {
    NodeStay stay{};
};
/// All records of another node, which replace what was known of it: of one that is new, has another
/// stay, or changed while it was not heard.
struct NodeTable {
    NodeStay stay{};
    std::map<std::string, ByteVector> records{};
};
/// One record of another node.
struct Record {
    NodeId node{};
    std::string key{};
    bool is_gone = false;
    ByteVector value{};
};
/// Its lease has lapsed, or it went.
struct NodeGone {
    NodeId node{};
};
/// From another node to this one alone.
struct Message {
    NodeStay from{};
    ByteVector bytes{};
};
/// To all who listen to the topic.
struct Cast {
    NodeId from{};
    std::string topic{};
    ByteVector bytes{};
};
/// A channel as it is, when it is followed and whenever its log does not go on from what was told:
/// its numbers begin anew, or entries are lost.
struct Followed {
    std::string channel{};
    std::uint64_t epoch = 0;              ///< its numbers mean nothing in another
    std::uint64_t next = 0;               ///< the number that comes next
    std::vector<ChannelEntry> entries{};  ///< the newest, up to it
    std::vector<ChannelMember> members{}; ///< after these
};
/// The next one of a channel that is followed; each number once, in order.
struct Said {
    std::string channel{};
    std::uint64_t epoch = 0;
    std::uint64_t number = 0;
    ChannelEntry entry{};
};
/// Who holds what was claimed, and what that one gave.
struct Claimed {
    std::string name{};
    NodeId holder{};
    std::string value{};
};
/// Where the seat is that was asked for.
struct Reserved {
    std::uint64_t ticket = 0;
    bool has_failed = false; ///< the service is away
    bool is_new = false;     ///< the room is the one that was given with the question
    RoomId room{};
    std::uint64_t reservation = 0; ///< to be told to the room's node, for `arrived`
};

} // namespace tell

using Tell = std::variant<tell::Link,
                          tell::Entered,
                          tell::NodeTable,
                          tell::Record,
                          tell::NodeGone,
                          tell::Message,
                          tell::Cast,
                          tell::Followed,
                          tell::Said,
                          tell::Claimed,
                          tell::Reserved>;

/// Holds the servers of a cluster together. Keys and bytes are as long as the constants above say
/// at most. Every call returns at once; what comes of it is told by `take`. What a node has said of
/// itself (records, offers, members of channels, what it follows, listens to and has claimed) is
/// kept by its backplane, and said anew when the service comes back.
///
/// Called on the server's thread alone, after `start` until it is destroyed, which gives up the
/// lease at once.
class Backplane {
public:
    Backplane() = default;
    virtual ~Backplane() = default;
    Backplane(const Backplane&) = delete;
    Backplane& operator=(const Backplane&) = delete;

    /// Waits until this node has a number, for some seconds at most; else says for a person why it
    /// has none. Call once, first.
    virtual Result<NodeStay, std::string> start() = 0;
    /// What has happened since the last call. To be called each step: a node that does not, loses
    /// its lease.
    virtual std::vector<Tell> take(Time now) = 0;

    /// A record of this node's, for all other nodes to know.
    virtual void put(std::string key, ByteVector value) = 0;
    virtual void drop(const std::string& key) = 0;

    /// May be lost. To itself too.
    virtual void send(NodeId to, ByteVector bytes) = 0;
    /// May be lost. The same bytes go to each node that listens, once; to itself too if it does.
    virtual void cast(std::string topic, std::shared_ptr<const ByteVector> bytes) = 0;
    virtual void listen(std::string topic) = 0;
    virtual void unlisten(const std::string& topic) = 0;

    /// Appends to a channel's log, once, in the order of these calls, though the service may be
    /// away meanwhile. False, and nothing is said: too much waits already.
    virtual bool say(std::string channel, ByteVector bytes) = 0;
    /// The user is on the channel by this node, or no more, however often that is said. Whoever is
    /// so by a node or several is a member: the log tells of the first, and of the last.
    virtual void enter_channel(std::string channel, std::string user, ByteVector bytes) = 0;
    virtual void leave_channel(const std::string& channel, const std::string& user) = 0;
    /// From now on the channel's log is told; `Followed` comes first.
    virtual void follow(std::string channel) = 0;
    virtual void unfollow(const std::string& channel) = 0;

    /// Claims something for so long from now, anew if it is this node's; only one has it. `Claimed`
    /// tells who; while the service is away nothing is told, and all that was claimed is once it is
    /// back. The claim of a node that dies stands until its time is over.
    virtual void claim(std::string name, std::string value, std::chrono::milliseconds time) = 0;
    virtual void release(const std::string& name) = 0;

    /// A room of this node's has so many free seats for whoever asks for one of these keys, and so
    /// many players. Without keys, or seats, it is not offered.
    virtual void offer(RoomId room,
                       std::vector<std::string> keys,
                       std::uint32_t free_seats,
                       std::uint32_t players) = 0;
    /// Asks for a seat in the fullest room of that key; if there is none, in `own`, which is
    /// offered with that key and `capacity` seats from then on: the asker opens it. A seat is kept
    /// so for some seconds.
    virtual void
    reserve(std::uint64_t ticket, std::string key, RoomId own, std::uint32_t capacity) = 0;
    /// Who had that seat is there, or comes no more: the room's next offer has it counted, which is
    /// to be made in the same step if it changes anything.
    virtual void arrived(RoomId room, std::uint64_t reservation) = 0;
};

} // namespace engine_net::cluster
