#pragma once

#include "bridge/asks.hpp"
#include "bridge/bridge.hpp"
#include "bridge/http_client.hpp"
#include "bridge/mqtt_gate.hpp"
#include "bridge/page_files.hpp"
#include "bridge/room_feeds.hpp"
#include "bridge/room_pages.hpp"
#include "bridge/web_addresses.hpp"
#include "bridge/web_channels.hpp"
#include "bridge/web_guest.hpp"
#include "session/rate_limit.hpp"
#include "session/secrets.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/result.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace engine_net::bridge {

class Adapters;
class Backend;
class WebhookEvents;

namespace pusher {
class App;
}

/// All that the connections share. Belongs to the bridge's thread.
class Hub {
public:
    Hub(BridgeConfig its_config, ServerInfo its_info, Exchange& exchange);
    ~Hub();
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    /// Begins what asks other servers, by `client`; else why that can't be, for a person.
    Result<Done, std::string> open(std::unique_ptr<HttpClient> client);
    /// Takes what the server has told, and sends what follows from it.
    void take_told();
    void on_time(Time time);

    /// Whether players may be sent here.
    [[nodiscard]] bool is_ready() const { return rooms.is_known() && !is_draining_; }
    /// The server sends all to others of its cluster.
    [[nodiscard]] bool is_moving() const { return is_draining_ && info.is_in_cluster; }
    void log(LogLevel level, std::string text);
    /// Whether a page may use the bridge: see `BridgeConfig::allowed_origins`.
    [[nodiscard]] bool allows_origin(const HttpRequest& request) const;
    /// Of one connection: see `BridgeConfig::messages_per_second`.
    [[nodiscard]] RateLimit message_rate() const;
    /// Calls `on_view` when there is a view that is not older than a second.
    void ask_view(const std::function<void(const ServerView&)>& on_view);

    const BridgeConfig config;
    const ServerInfo info;
    BridgeStats stats{};
    Time now{};
    SecretSource secrets{std::nullopt};
    Asks asks;
    WebChannels channels;
    RoomFeeds feeds;
    RoomPages rooms;
    PageFiles files;
    AddressCounts addresses;
    WebGuests guests;
    const std::unique_ptr<pusher::App> pusher; ///< null: it is off
    /// Sessions on each channel of this server, if that is told.
    std::map<std::string, std::size_t, std::less<>> channel_use;
    MqttGate mqtt;
    std::unique_ptr<HttpClient> http{};
    std::unique_ptr<WebhookEvents> webhooks{}; ///< null: there are none
    std::unique_ptr<Backend> backend{};        ///< null: nobody is asked
    std::unique_ptr<Adapters> adapters{};      ///< null: there are none

private:
    void on_told(const tell::Answer& answer) { asks.on_told(answer); }
    void on_told(const tell::RoomList& list);
    void on_told(const tell::FeedItem& item);
    void on_told(const tell::View& view);
    void on_told(const tell::ChannelUse& use);
    void on_told(const tell::AskBackend& asked);
    void on_told(const tell::Draining& draining);
    void on_told(const tell::ChannelOpened& opened);
    void on_told(const tell::ChannelNews& news);
    void on_told(const tell::ChannelClosed& closed);
    void tell_rooms();

    Exchange* exchange_;
    bool is_draining_ = false;
    bool has_new_rooms_ = false;
    std::size_t told_viewers_ = 0; ///< of all rooms, when the list was told last
    Time rooms_told_{};
    std::shared_ptr<const ServerView> view_;
    Time view_taken_{};
    bool is_view_asked_ = false;
    std::vector<std::function<void(const ServerView&)>> view_waiters_;
};

/// 32 hexadecimal digits that nobody guesses.
std::string make_secret(SecretSource& source);

} // namespace engine_net::bridge
