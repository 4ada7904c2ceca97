#pragma once

#include "wire/feed.hpp"

#include <engine_net/channel.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/lobby.hpp>
#include <engine_net/log.hpp>
#include <engine_net/server_view.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace engine_net::bridge {

/// Made once, then read by the bridge's thread for all who are sent it.
using SharedBytes = std::shared_ptr<const std::vector<std::uint8_t>>;

/// A guest from the web: one WebSocket session, or one request, stream or poll of a channel.
struct GuestTag;
using GuestId = Id<GuestTag, std::uint64_t>;

/// What the game's web backend is asked.
struct JoinQuestion {
    std::string room{}; ///< its name, or what a new one would be called; "": not known yet
    RoomId room_id{};   ///< unset: not known yet
    std::string kind{};
    bool may_create = false;
};
struct Question {
    std::variant<std::string, JoinQuestion> about{}; ///< a channel, or a join
    std::string user{};
    std::string name{};
};

namespace tell {

enum class Error : std::uint8_t {
    none,
    bad_request, ///< a name or text that can't be
    not_allowed,
    not_now, ///< too many channels, rooms, ...
    too_fast,
    muted,
    not_found, ///< no such call
};

} // namespace tell

/// Who is let in, as whom; or why not.
struct Verdict {
    tell::Error error = tell::Error::none;
    std::string detail{};
    /// Of a channel.
    bool may_publish = false;
    std::string user{}; ///< "": as it is called everywhere; so is the name
    std::string name{};
};

/// What the bridge's thread asks of the server's. Each is answered by an `Answer` with its ticket,
/// unless it has none.
namespace ask {

/// Lets a guest in: `ServerConfig::authenticate` says who it is; without that, it is a user of its
/// own. First of all that a guest asks.
struct Enter {
    std::uint64_t ticket = 0;
    GuestId guest;
    std::string name{};
    std::string token{};
    bool is_of_app = false; ///< it has shown the key of an app that the game serves: none is asked
};
/// It is gone, and with it its subscriptions and its presence.
struct Leave {
    GuestId guest;
};
/// Puts the guest on a channel, if it may. The channel's news follow from then on, for all guests
/// together: `tell::ChannelOpened` before the answer, if the bridge does not have it yet.
struct Subscribe {
    std::uint64_t ticket = 0;
    GuestId guest;
    std::string channel{};
    bool is_authorised = false; ///< the game's web backend has said so
    bool may_publish = false;   ///< and that it may speak there, too
    /// Who it is on this channel, if the backend has said that: else as everywhere.
    std::string user{};
    std::string name{};
};
/// What the channel says is to be told, or no more, though no guest may be on it.
struct Observe {
    std::string channel{};
    bool is_wanted = false;
};
struct Unsubscribe {
    GuestId guest;
    std::string channel{};
};
struct Publish {
    std::uint64_t ticket = 0;
    GuestId guest;
    std::string channel{};
    ChannelKind kind = ChannelKind::message; ///< or `chat`
    std::string event{};
    std::vector<std::uint8_t> payload{};
    bool to_self = false; ///< it hears of it as all others do
};
/// As `Server::publish`: the game's web backend says it.
struct Announce {
    std::uint64_t ticket = 0;
    std::string channel{};
    std::string event{};
    std::vector<std::uint8_t> payload{};
    GuestId not_to{};
};
/// As `Client::call`, of those that are the server's.
struct Call {
    std::uint64_t ticket = 0;
    GuestId guest;
    std::string name{};
    std::vector<std::uint8_t> payload{};
};
/// The feed of a room is wanted, or not any more.
struct Watch {
    RoomId room;
    bool is_wanted = false;
    std::size_t viewers = 0; ///< that there are now
};
/// Wants a `tell::View`.
struct View {};
/// What the backend has said to a `tell::AskBackend`. Each has one.
struct Answered {
    std::uint64_t ticket = 0;
    Verdict verdict{};
};
/// For `ServerConfig::log`, which is called on the server's thread.
struct Log {
    LogLevel level = LogLevel::info;
    std::string text{};
};

} // namespace ask

using Ask = std::variant<ask::Enter,
                         ask::Leave,
                         ask::Subscribe,
                         ask::Unsubscribe,
                         ask::Observe,
                         ask::Publish,
                         ask::Announce,
                         ask::Call,
                         ask::Watch,
                         ask::View,
                         ask::Answered,
                         ask::Log>;

/// What the server's thread tells the bridge's.
namespace tell {

struct Answer {
    std::uint64_t ticket = 0;
    Error error = Error::none;
    std::string detail{};
    std::string user{}; ///< of `Enter`: who it is, and how it is called
    std::string name{};
    bool is_anonymous = false;           ///< of `Enter`: it is a user of its own
    std::vector<std::uint8_t> payload{}; ///< of `Call`
};

/// As `ChannelMessage`, but owned.
struct ChannelItem {
    std::uint64_t number = 0;
    ChannelKind kind = ChannelKind::message;
    std::string user{};
    std::string name{};
    std::string event{};
    std::vector<std::uint8_t> payload{};
    GuestId not_to{}; ///< who said it and knows, if it is a guest
};
/// The first guest is on it: what its history has. A channel that the bridge knows and is told to
/// be opened anew was another one, of another epoch.
struct ChannelOpened {
    std::string channel{};
    std::uint64_t epoch = 0;
    std::uint64_t begin = 1; ///< number of the oldest that is kept, `items` or none
    std::uint64_t next = 1;  ///< number that the next will get
    std::vector<ChannelItem> items{};
    std::vector<ChannelItem> members{}; ///< of `presence/...`: kind `member`
};
/// What was said since, in order. `joined` and `left` of presence channels are among them.
struct ChannelNews {
    std::string channel{};
    std::vector<ChannelItem> items{};
};
/// It has no guest any more, or is over.
struct ChannelClosed {
    std::string channel{};
};
/// How many sessions are on a channel of this server, players' and guests', whenever that changes.
/// For a bridge that `needs_channel_use`.
struct ChannelUse {
    std::string channel{};
    std::size_t subscribers = 0; ///< 0: nobody any more
};

/// The public rooms, by id, whenever what the list says has changed; at most ten times a second.
struct RoomList {
    std::shared_ptr<const std::vector<RoomSummary>> rooms{};
};

using wire::FeedKind;
/// A piece of a room's feed, as it is sent to viewers: see `BRIDGE.md`. Pieces of a room come in
/// the order that they are to be sent in. Whoever comes late is sent the newest `state`, the newest
/// keyframe, and the frames and events after that.
struct FeedItem {
    RoomId room;
    FeedKind kind = FeedKind::frame;
    Tick tick;
    SharedBytes message{};
};

struct View {
    std::shared_ptr<const ServerView> view{};
};

/// About a player. For a bridge with `BridgeConfig::backend`.
struct AskBackend {
    std::uint64_t ticket = 0;
    Question question{};
};

/// The server takes nobody in any more; who watches may go on.
struct Draining {};

} // namespace tell

using Tell = std::variant<tell::Answer,
                          tell::ChannelOpened,
                          tell::ChannelNews,
                          tell::ChannelClosed,
                          tell::ChannelUse,
                          tell::RoomList,
                          tell::FeedItem,
                          tell::View,
                          tell::AskBackend,
                          tell::Draining>;

/// Where the two threads meet: a queue each way, each behind a lock that is held only to swap it.
class Exchange {
public:
    /// More than that from the web in one step are refused: see `ask`.
    static constexpr std::size_t max_asks = 4096;
    /// With as many waiting the bridge's thread is starved: see `is_congested`.
    static constexpr std::size_t max_told = 16'384;

    /// For the bridge's thread. False: the server has too much of them; it was not taken.
    bool ask(Ask one);
    /// For the server's thread, once a step.
    [[nodiscard]] std::vector<Ask> take_asks();

    /// For the server's thread, before a step's news: nothing but answers is to be told then, and
    /// all else later, from where it was.
    [[nodiscard]] bool is_congested();
    /// For the server's thread: kept until `deliver`.
    template <class News>
    void tell(News news) {
        told_.emplace_back(std::move(news));
    }
    /// For the server's thread, at the end of a step: the bridge's is woken if there is something.
    void deliver();
    /// For the bridge's thread.
    [[nodiscard]] std::vector<Tell> take_told();
    /// Called by `deliver`, on the server's thread, when there is something to take and was
    /// nothing. Set before either thread uses this.
    std::function<void()> wake{};

private:
    std::mutex asks_lock_;
    std::vector<Ask> asks_;
    std::vector<Tell> told_; ///< the server's own, until `deliver`
    std::mutex delivered_lock_;
    std::vector<Tell> delivered_;
};

} // namespace engine_net::bridge
