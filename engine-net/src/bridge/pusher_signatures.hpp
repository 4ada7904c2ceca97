#pragma once

#include "bridge/http_request.hpp"

#include <engine_net/bridge.hpp>
#include <engine_net/clock.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

/// By what the game's web backend shows that it knows the app's secret: Pusher's "auth signatures".
namespace engine_net::bridge::pusher {

/// Of a subscription, `key:hex`: the backend lets this connection in, as whom `channel_data` says
/// if there is any.
bool is_signed_subscription(const PusherConfig& app,
                            std::string_view auth,
                            std::string_view socket_id,
                            std::string_view channel,
                            std::string_view channel_data);
/// Of a sign-in: this connection is of the user of `user_data`.
bool is_signed_user(const PusherConfig& app,
                    std::string_view auth,
                    std::string_view socket_id,
                    std::string_view user_data);

/// In hexadecimal digits. Nobody relies on it for secrecy: the signature covers it.
std::string md5(std::string_view bytes);

/// Requests that were good once, so that they are not good again.
class SeenRequests {
public:
    /// With as many within the window no more are taken: rather that than one twice.
    static constexpr std::size_t max_seen = 65'536;

    /// False: it was seen before, or there are too many.
    bool take(const std::string& signature, UnixTime expires, UnixTime now);

private:
    std::map<std::string, UnixTime, std::less<>> seen_;
};

/// PATH?QUERY of a POST of the HTTP API with this body, signed at `now`. Nothing in the app's id
/// and key needs to be escaped.
std::string signed_target(const PusherConfig& app,
                          const std::string& path,
                          std::string_view body,
                          UnixTime now);

enum class RequestVerdict : std::uint8_t { good, unsigned_or_wrong, off_clock, seen };
std::string_view message(RequestVerdict verdict);

/// Whether a request of the HTTP API is the backend's. One that changes something is good once.
RequestVerdict check_request(const PusherConfig& app,
                             const HttpRequest& request,
                             SeenRequests& seen,
                             UnixTime now);

} // namespace engine_net::bridge::pusher
