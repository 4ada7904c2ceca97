#pragma once

#include <engine_net/clock.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace engine_net {

/// Stock Pusher clients ("Channels", protocol 7) and their HTTP API, on the bridge's port. They
/// reach the same channels as all others; what a channel is called there stands in
/// `engine-net/BRIDGE.md`.
struct PusherConfig {
    std::string app_id = "engine-net"; ///< in the paths of the HTTP API
    std::string key{};                 ///< of the app: public, in the address that clients use
    /// By which the game's web backend signs, 16 bytes or more: who may be on private and presence
    /// channels, who is a user, and all requests of the HTTP API. Never printed.
    std::string secret{};
    bool client_events = true;              ///< clients may speak on private and presence channels
    bool tells_subscription_count = false;  ///< to all on a channel, when it changes
    std::size_t max_presence_members = 100; ///< of a presence channel, for who comes by Pusher
    std::size_t max_request_bytes = 256 * 1024;          ///< a body of the HTTP API
    std::chrono::milliseconds activity_timeout{120'000}; ///< of silence, after which one is asked
    std::chrono::milliseconds pong_timeout{30'000};      ///< for the answer to that
    std::chrono::seconds clock_window{600}; ///< by which a signed request's time may be off
    std::function<UnixTime()> unix_time = unix_time_now; ///< to tell that
};

/// MQTT 3.1.1 and 5, over TCP and over WebSockets at `/mqtt` of the bridge: stock clients use the
/// same channels as all others. See `engine-net/BRIDGE.md` for what of it there is.
struct MqttConfig {
    std::uint16_t port = 1883; ///< TCP; 0 lets the system choose, see `Server::mqtt_port`
    std::size_t max_packet_bytes = 16 * 1024;
    /// A client that wants longer ones, or none, has this one.
    std::chrono::seconds max_keep_alive{600};
    std::uint16_t max_inflight = 64; ///< messages of QoS 1 without an acknowledgement, each way
    std::size_t max_filters = 64;    ///< of the subscriptions of one connection
    std::uint16_t max_topic_aliases = 16;
    std::chrono::seconds max_will_delay{60}; ///< a longer one is cut
    /// Messages with the retain flag that are kept, one a topic. Beyond that no topic gets its
    /// first one: it is refused, and the others are kept.
    std::size_t max_retained = 4096;
    std::size_t max_retained_bytes = 4 * 1024 * 1024; ///< of them all
    /// Rooms whose states are told at a time, those that are asked for by name first.
    std::size_t max_states = 64;
};

/// Tells the game's web backend what happens, in the format of Pusher's webhooks and signed as
/// these, at least once and in order, also of what happened while it was not there. Events and
/// their ids stand in `engine-net/BRIDGE.md`.
struct WebhookConfig {
    std::string url{};                 ///< http:// or https://, to POST to
    std::string key{};                 ///< `X-Pusher-Key`
    std::string secret{};              ///< by which it is signed. Never printed
    std::vector<std::string> events{}; ///< names of those that are wanted; none: all
    /// Where events wait until they are delivered; made if it is not there, for one server alone.
    /// Survives the end of the process at any moment.
    std::string queue_file{};
    /// Of events that wait. With more, new ones are lost: this is logged, counted, and told by an
    /// event `events_lost` in their place. The file can be twice as large.
    std::size_t max_queue_bytes = 16 * 1024 * 1024;
    std::size_t batch_size = 50;              ///< events of one request at most
    std::chrono::milliseconds timeout{5'000}; ///< for the backend to answer
    /// After a failure: twice as long each time, and up to half of that less, by chance.
    std::chrono::milliseconds retry_after{1'000};
    std::chrono::milliseconds longest_retry{60'000};
    /// An event that the backend refuses that often when it comes alone (400, 413, 415, 422)
    /// is dropped, and told of as one that was lost: a quarter of an hour by these times.
    std::uint32_t max_refusals = 20;
    std::string
        ca_file{}; ///< PEM: who may sign the backend's certificate; "": whom the system trusts
    std::function<UnixTime()> unix_time = unix_time_now; ///< for `time_ms`
};

/// Asks the game's web backend whether someone may be on a channel called `private/...` or
/// `presence/...`, and as whom, and whether a player may join; guests and players alike. Whoever is
/// let in by a signature is not asked for, and `ServerConfig::authorise_channel` can only refuse
/// players before. Without an answer nobody is let in. What is asked and answered stands in
/// `engine-net/BRIDGE.md`.
struct BackendConfig {
    std::string url{};    ///< http:// or https://, to POST to
    std::string key{};    ///< signed as webhooks are
    std::string secret{}; ///< never printed
    /// Whether it is asked about joins: of rooms that are there, new ones and matches. A resume is
    /// none, nor is to go with a room to another server.
    bool asks_joins = true;
    std::chrono::milliseconds timeout{2'000};     ///< for an answer
    std::chrono::milliseconds cache_time{30'000}; ///< for which one counts; 0: it counts once
    std::size_t max_cached = 10'000;              ///< answers; the oldest go first
    /// After as many failures in a row nobody asks for `cut_off_time`, then one does; all others
    /// are refused at once until that is answered.
    std::uint32_t failures_to_cut_off = 5;
    std::chrono::milliseconds cut_off_time{5'000};
    std::string ca_file{};                               ///< PEM: as that of `WebhookConfig`
    std::function<UnixTime()> unix_time = unix_time_now; ///< for `time_ms`
};

/// Pusher Channels, or whatever else has its HTTP API: `POST {url}/apps/{app_id}/batch_events`.
struct PusherService {
    std::string url{}; ///< "https://api-eu.pusher.com"
    std::string app_id{};
    std::string key{};
    std::string secret{}; ///< never printed
};

/// AWS AppSync Events, by HTTP, with an API key.
struct AppSyncService {
    std::string url{};        ///< the API's HTTP endpoint: "https://....amazonaws.com/event"
    std::string name_space{}; ///< of its channels: a channel X is /name_space/X there
    std::string api_key{};    ///< never printed
};

/// Firebase Realtime Database, by its REST API: `PUT {url}/{path}/CHANNEL/EPOCH-NUMBER.json`.
struct FirebaseService {
    std::string url{};  ///< "https://NAME.firebaseio.com"
    std::string path{}; ///< in the database, parts by slashes; "": at its root
    std::string auth{}; ///< a token or secret; "": it is open for all to write. Never printed
};

/// Passes what is said on channels on to a web service that browsers listen to, so that the game
/// need not bear these: at least once, and in order on each channel. What is sent, and how a reader
/// tells doubles, stands in `engine-net/BRIDGE.md`.
struct AdapterConfig {
    /// Names, or their beginnings with a `*` at the end ("room/*"). They are read though nobody is
    /// on them, and as soon as there are any. In a cluster each server with the adapter passes on
    /// all that is said on those of whole names: give these to one of them. Beginnings are those
    /// of channels that are used by this server.
    std::vector<std::string> channels{};
    std::variant<PusherService, AppSyncService, FirebaseService> service{};
    /// Where messages wait, as those of `WebhookConfig`; beside it, in a file whose name ends in
    /// ".positions", is how far each channel was read.
    std::string queue_file{};
    /// Of messages that wait. With more, new ones are lost: this is logged and counted.
    std::size_t max_queue_bytes = 16 * 1024 * 1024;
    std::chrono::milliseconds timeout{5'000}; ///< for the service to answer
    /// After a failure, as those of `WebhookConfig`.
    std::chrono::milliseconds retry_after{1'000};
    std::chrono::milliseconds longest_retry{60'000};
    /// A message that the service refuses that often when it comes alone (400, 413, 415, 422)
    /// is dropped: logged and counted. A quarter of an hour by these times.
    std::uint32_t max_refusals = 20;
    std::string ca_file{};                               ///< PEM: as that of `WebhookConfig`
    std::function<UnixTime()> unix_time = unix_time_now; ///< to sign by
};

/// The web bridge: browsers watch matches, and use lobby, channels and presence, over one HTTP port
/// with polling, server-sent events and WebSockets. It has a thread of its own; the server's only
/// hands it what is to be told, once for all viewers. See `engine-net/BRIDGE.md` for what it
/// speaks.
struct BridgeConfig {
    std::uint16_t port = 8080;       ///< TCP; 0 lets the system choose, see `Server::web_port`
    std::string bind_address = "::"; ///< of the interface to listen on: see `ServerConfig`
    std::string files{}; ///< folder with the pages that `GET /` gives; "": there are none
    /// Web pages of other origins that may use it, as browsers write them ("https://game.example"),
    /// "*" for all. Its own pages always may, and so may whoever names no origin: no browser.
    std::vector<std::string> allowed_origins{};
    /// By which the game's web backend lets a session subscribe to a private or presence channel:
    /// hex HMAC-SHA256 of `session:channel`. "": only `ServerConfig::authorise_channel` says.
    std::string channel_secret{};
    /// Addresses of proxies before it, whose `X-Forwarded-For` says who a connection is from.
    std::vector<std::string> trusted_proxies{};
    /// Off unless it is set.
    std::optional<PusherConfig> pusher{};
    /// Off unless it is set.
    std::optional<WebhookConfig> webhooks{};
    /// Off unless it is set: `ServerConfig::authorise_channel` alone says who may be on a channel,
    /// and the game who may join.
    std::optional<BackendConfig> backend{};
    /// Off when it is empty.
    std::vector<AdapterConfig> adapters{};
    std::size_t max_connections = 10'000;
    std::size_t max_connections_per_address = 64; ///< but for those of this machine
    std::chrono::milliseconds handshake_timeout{
        10'000}; ///< for a whole request to come, whatever its pace
    std::chrono::milliseconds idle_timeout{60'000};       ///< between two requests of a connection
    std::chrono::milliseconds heartbeat_interval{15'000}; ///< of streams and WebSockets
    /// How long the session of a WebSocket that was lost can be resumed, with its subscriptions.
    std::chrono::milliseconds resume_time{30'000};
    std::size_t max_header_bytes = 8 * 1024;
    std::size_t max_message_bytes = 16 * 1024; ///< a request's body, or a message on a WebSocket
    /// Messages of one WebSocket, and requests of one other connection; for a moment four times
    /// that.
    std::uint32_t messages_per_second = 20;
    /// What may wait for a slow viewer. A viewer of frames that has more skips to the next
    /// keyframe.
    std::size_t max_waiting_bytes = 256 * 1024;
    std::chrono::milliseconds stuck_timeout{15'000}; ///< without a byte read, a viewer is closed
    std::optional<MqttConfig> mqtt{};                ///< unset: MQTT is not spoken
};

} // namespace engine_net
