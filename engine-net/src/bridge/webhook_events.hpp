#pragma once

#include "bridge/web_channels.hpp"
#include "bridge/webhooks.hpp"

#include <engine_net/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace engine_net::bridge {

/// Makes the events of webhooks from what the bridge is told. What is in a channel's log has its id
/// from there, the same at every server of a cluster; all else has one of this start of this
/// server.
class WebhookEvents {
public:
    /// Channels that nobody is on any more, of which is known up to where they are told.
    static constexpr std::size_t max_remembered = 8192;

    /// `node`: how this server is called in its cluster; "": it is alone. No other start of a
    /// server has the number `start`.
    WebhookEvents(std::unique_ptr<Webhooks> hooks,
                  WebChannels& channels,
                  std::string node,
                  std::uint64_t start);

    void on_told(const tell::ChannelUse& use);
    void on_told(const tell::ChannelOpened& opened);
    void on_told(const tell::ChannelNews& news);
    void on_told(const tell::ChannelClosed& closed);
    void on_told(const tell::RoomList& list);
    void on_time(Time now);
    /// The server ends.
    void on_stop();

    [[nodiscard]] bool is_delivered() const { return hooks_->is_delivered(); }

    /// The guest speaks by a Pusher client with that socket: what it says is told.
    void add_socket(GuestId guest, const std::string& socket_id) { sockets_[guest] = socket_id; }
    void remove_socket(GuestId guest) { sockets_.erase(guest); }
    /// A Pusher client is on a cache channel that has nothing for it.
    void on_cache_miss(const std::string& channel);

private:
    struct Use {
        std::size_t subscribers = 0;
        std::size_t told = 0; ///< as `subscription_count`
        Time empty_since{};
    };
    /// Of a channel's log.
    struct Reading {
        std::uint64_t epoch = 0;
        std::uint64_t next = 0;          ///< number of the first that is not told
        std::set<std::string> members{}; ///< users that were told to be there
        bool is_open = false;            ///< the bridge hears all that is said
    };

    [[nodiscard]] std::string new_id();
    [[nodiscard]] Json about(const std::string& channel) const;
    void tell_counts();
    void forget_unused();
    void forget_old_readings();
    void read(const std::string& channel, Reading& reading, const tell::ChannelItem& item);
    void tell_member(std::string_view event,
                     const std::string& channel,
                     const std::string& user,
                     const std::string& id);
    void tell_difference(const std::string& channel,
                         Reading& reading,
                         const std::set<std::string>& members);
    [[nodiscard]] bool is_own(const RoomSummary& room) const { return room.node == node_; }
    void tell_room(std::string_view event, const RoomSummary& room);

    std::unique_ptr<Webhooks> hooks_;
    WebChannels* channels_;
    std::string node_;
    std::string origin_; ///< in ids
    std::uint64_t ids_ = 0;
    Time now_{};
    Time counts_told_{};
    std::map<std::string, Use> uses_;
    std::map<std::string, Reading> readings_;
    std::map<GuestId, std::string> sockets_;
    std::map<RoomId, RoomSummary> rooms_; ///< of all servers
};

} // namespace engine_net::bridge
