#pragma once

#include <engine_net/channel.hpp>
#include <engine_net/request.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace engine_net {

/// Where one is in a channel: what comes next for one. In another process it goes on from there.
struct ChannelPosition {
    std::uint64_t epoch = 0;
    std::uint64_t next = 0;
};

/// How a channel is listened to.
struct SubscribeOptions {
    std::uint32_t recent = 0; ///< messages of before that are wanted
    /// Where to go on; unset: from now.
    std::optional<ChannelPosition> position{};
    /// Messages that were to come are lost: the server has another epoch, or keeps no more of them.
    std::function<void()> on_gap{};
    /// The server does not let one in; the subscription is over.
    ResultHandler on_refused{};
};

/// What is said on the server's channels: in the lobby, in rooms, wherever the game likes. See
/// `Client::channels`; the same thread calls it.
///
/// A subscription lasts until `unsubscribe`, through resumes, in which nothing of it is lost that
/// the server keeps; that of `room/<id>` until one leaves the room.
class Channels {
public:
    using MessageHandler = std::function<void(const ChannelMessage&)>;

    virtual ~Channels() = default;

    /// Asks for what is said on a channel: each message once, in order. Called again it replaces
    /// the handlers, and nothing else.
    virtual void
    subscribe(std::string channel, MessageHandler on_message, SubscribeOptions options = {}) = 0;
    virtual void unsubscribe(std::string_view channel) = 0;
    /// The server has let one in.
    [[nodiscard]] virtual bool is_subscribed(std::string_view channel) const = 0;
    /// Nothing before the server has let one in.
    [[nodiscard]] virtual std::optional<ChannelPosition>
    position(std::string_view channel) const = 0;
    /// The users in a channel called `presence/...`, with their names. Good until the next `poll`.
    [[nodiscard]] virtual const std::map<std::string, std::string>&
    members(std::string_view channel) const = 0;

    /// Says something to all who have subscribed, if one may; to oneself too unless `to_self` is
    /// false. At most `max_channel_payload_bytes`.
    virtual void publish(std::string channel,
                         std::string event,
                         std::span<const std::uint8_t> payload,
                         ResultHandler done = {},
                         bool to_self = true) = 0;
    /// A line of chat, at most `max_chat_bytes` of UTF-8 without control and invisible characters.
    virtual void say(std::string channel, std::string_view text, ResultHandler done = {}) = 0;

protected:
    Channels() = default;
    Channels(const Channels&) = default;
    Channels& operator=(const Channels&) = default;
};

} // namespace engine_net
