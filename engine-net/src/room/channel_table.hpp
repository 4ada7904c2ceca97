#pragma once

#include "core/bytes.hpp"
#include "room/channel_log.hpp"
#include "wire/people_encoder.hpp"

#include <engine_net/channel.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/server_view.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

/// The channel of those who are in a room.
inline std::string room_channel(RoomId room) {
    return "room/" + std::to_string(room.value);
}

/// Joins the channels of a server to those of others: their logs are kept elsewhere then, the same
/// for all, and what the table is told of them (`follow`, `append`) is what its subscribers get.
class ChannelRelay {
public:
    ChannelRelay() = default;
    virtual ~ChannelRelay() = default;
    ChannelRelay(const ChannelRelay&) = delete;
    ChannelRelay& operator=(const ChannelRelay&) = delete;

    /// False: too much waits already.
    virtual bool say(std::string_view channel, const ChannelLog::Message& message) = 0;
    /// The user is on the channel by this server, or no more.
    virtual void
    enter(std::string_view channel, const std::string& user, const std::string& name) = 0;
    virtual void leave(std::string_view channel, const std::string& user) = 0;
    /// The channel has subscribers here, or nobody any more.
    virtual void follow(const std::string& channel) = 0;
    virtual void unfollow(const std::string& channel) = 0;
};

/// The channels of one server, and who listens. It holds how far each subscription is; a subscriber
/// that is slow, or away for a while, is told later, or that messages are lost to it.
class ChannelTable {
public:
    /// A channel that nobody listens to is forgotten when there are more.
    static constexpr std::size_t max_channels = 8192;

    struct Subscriber {
        SessionId session;
        std::string user{};
        std::string name{};
    };
    /// Where a subscription goes on.
    struct Position {
        std::uint64_t epoch = 0;  ///< 0: it begins now
        std::uint64_t next = 0;   ///< the number of the message that is to come
        std::uint32_t recent = 0; ///< messages before now that are wanted, when it begins now
    };
    enum class Verdict : std::uint8_t { subscribed, too_many };

    /// Channels get epochs from here on: numbers of an earlier server mean nothing.
    explicit ChannelTable(std::uint64_t first_epoch) : next_epoch_(first_epoch) {}

    /// A channel's log as it is kept elsewhere, and who is on it.
    struct Copy {
        std::uint64_t epoch = 0;
        std::uint64_t next = 1; ///< the number that comes next
        std::vector<ChannelLog::Message> newest{};
        std::map<std::string, std::string> members{}; ///< names, by user
    };
    /// Before anything else: the channels are kept by it from now on. It lives as long as the
    /// table.
    void set_relay(ChannelRelay& relay) { relay_ = &relay; }
    /// From the relay: the channel is so, whatever it was.
    void follow(std::string_view name, Copy copy);
    /// From the relay: one more message of a channel that is followed, `joined` and `left` among
    /// them. Nothing happens unless it is the one that comes next.
    void append(std::string_view name,
                std::uint64_t epoch,
                std::uint64_t number,
                ChannelLog::Message message);

    /// `request` is the subscriber's, by which it knows what it is told. A session that subscribes
    /// again goes on from the new position.
    Verdict subscribe(const Subscriber& who,
                      std::uint32_t request,
                      const std::string& name,
                      const Position& position,
                      Time now);
    void unsubscribe(SessionId session, std::uint32_t request);
    /// The session may listen no more.
    void expel(SessionId session, std::string_view channel);
    [[nodiscard]] bool has_subscriber(SessionId session, std::string_view channel) const;
    /// The channel has no purpose any more.
    void remove(std::string_view name);
    /// The channel is kept, and followed, though nobody may be on it any more; or no longer so.
    void observe(std::string_view name, bool is_observed);
    /// From now on these channels are followed though nobody may be on them: those of these names
    /// at once, those whose names begin as one that ends with `*` when somebody here uses them.
    void hear(std::vector<std::string> names, Time now);
    /// Those of them that there are since this was called last.
    [[nodiscard]] std::vector<std::string> take_heard();
    /// False: it would be one too many.
    bool publish(std::string_view name, ChannelLog::Message message, Time now);

    /// The session's link is another one: it is told nothing until it subscribes anew.
    void suspend(SessionId session);
    /// The session is over.
    void forget(SessionId session);

    [[nodiscard]] bool has_news(SessionId session) const;
    /// Calls `send(Bytes)` for the next messages, about `count` datagrams.
    void send(SessionId session,
              std::size_t count,
              wire::PeopleEncoder& encoder,
              const std::function<void(Bytes)>& send);
    /// Calls `visit(SessionId)` for each that has subscriptions.
    template <class Visit>
    void each_subscriber(Visit&& visit) const {
        for (const auto& [session, subscriptions] : subscriptions_) visit(session);
    }

    /// A channel as it is: good until the table changes.
    struct Reading {
        std::uint64_t epoch = 0;
        const ChannelLog* log = nullptr;
        std::size_t subscribers = 0;
        std::vector<ChannelMessage> members{}; ///< of presence channels
    };
    /// Nothing: nobody has used it, it is forgotten, or not known yet.
    [[nodiscard]] std::optional<Reading> read(std::string_view name, bool with_members) const;

    /// It has subscribers, but the relay has not told of it yet.
    [[nodiscard]] bool is_awaited(std::string_view name) const {
        const auto channel = channels_.find(name);
        return channel != channels_.end() && channel->second.is_awaited;
    }

    /// From now on it is noted how many are on each channel.
    void count_use() { counts_use_ = true; }
    /// The channels of which more or fewer sessions are subscribers than when this was called last,
    /// and how many.
    [[nodiscard]] std::map<std::string, std::size_t> take_changed_use();

    [[nodiscard]] std::size_t size() const { return channels_.size(); }
    /// By name.
    [[nodiscard]] std::vector<ChannelDetails> details() const;

private:
    struct Member {
        std::string name{};
        std::size_t sessions = 0;
    };
    /// By `hear`. Those that have a name there are not forgotten.
    enum class Heard : std::uint8_t { no, by_beginning, by_name };
    struct Channel {
        std::string name{};
        std::uint64_t epoch = 0;
        ChannelLog log{};
        std::map<std::string, Member> members{}; ///< by user; of presence channels
        /// With a relay: how often each user is on it by this server.
        std::map<std::string, std::size_t> own_members{};
        bool is_awaited = false; ///< the relay has not told of it yet
        bool is_observed = false;
        Heard heard = Heard::no;
        std::size_t subscribers = 0;
        Time last_used{};
    };
    struct Subscription {
        Channel* channel = nullptr;
        Position position{}; ///< where it begins, while the channel is awaited
        std::uint32_t request = 0;
        std::string user{};
        bool is_suspended = false;
        bool begins = true;
        bool has_gap = false;
        bool lists_members = false;
        std::string next_member{}; ///< while it lists them
        /// Where it went on from what another process has heard. Who is not beyond that was perhaps
        /// not told of the members.
        std::uint64_t knows_none_at = 0;
        std::uint64_t next = 0;
    };
    using Subscriptions = std::list<Subscription>;

    Channel* open(std::string_view name, Time now);
    void make_room();
    [[nodiscard]] Heard heard_as(std::string_view name) const;
    void start(Subscription& subscription, const Position& position) const;
    void enter(Channel& channel, const Subscriber& who);
    void leave(const Subscription& subscription);
    void note_use(const Channel& channel);
    void leave_relay(Channel& channel, const std::string& user);
    void unfollow_unused(const Channel& channel);
    void go_on(Subscription& subscription, bool was_awaited, std::uint64_t old_epoch) const;
    static void note_member(Channel& channel, const ChannelLog::Message& message);
    [[nodiscard]] static bool has_news(const Subscription& subscription);
    Bytes next_news(SessionId session,
                    Subscription& subscription,
                    wire::PeopleEncoder& encoder,
                    std::vector<std::uint8_t>& message) const;

    std::map<std::string, Channel, std::less<>> channels_;
    std::map<SessionId, Subscriptions> subscriptions_;
    std::uint64_t next_epoch_;
    bool counts_use_ = false;
    std::map<std::string, std::size_t> changed_use_;
    std::vector<std::string> heard_; ///< as `hear` was told
    std::vector<std::string> newly_heard_;
    ChannelRelay* relay_ = nullptr; ///< null: all channels are this server's own
};

} // namespace engine_net
