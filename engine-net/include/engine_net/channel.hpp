#pragma once

#include <engine_net/ids.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace engine_net {

/// What a message on a channel is.
enum class ChannelKind : std::uint8_t {
    message, ///< named by its event, with a payload of the game's own
    chat,    ///< the payload is text that may be shown as it is
    // Of channels called `presence/...`:
    member, ///< is in the channel; told when one subscribes
    joined, ///< the first session of a user has subscribed
    left,   ///< the last one is gone
};

/// Something said on a channel. Borrowed for the call.
struct ChannelMessage {
    std::string_view channel{};
    std::uint64_t number = 0; ///< goes up by one in an epoch of the channel; 0: `member`
    ChannelKind kind = ChannelKind::message;
    std::string_view user{}; ///< who says it, or who joined; "" for the server
    std::string_view name{}; ///< its display name then
    std::string_view event{};
    std::span<const std::uint8_t> payload{};

    [[nodiscard]] std::string_view text() const {
        return {reinterpret_cast<const char*>(payload.data()), payload.size()};
    }
};

/// What a session may do on a channel.
struct ChannelRights {
    bool subscribe = false;
    bool publish = false;
};

/// A session that wants to subscribe to a channel, or publish on it. Valid for the call.
struct ChannelRequest {
    std::string_view channel{};
    SessionId session;
    std::string_view user;
    std::string_view name;
    RoomId room;              ///< that it is in
    bool is_from_web = false; ///< by the web bridge: it is in no room
};

/// What holds without `ServerConfig::authorise_channel`: everyone may do everything, but for
/// `room/<id>`, which is for those who are in the room, and `private/...`, which is for nobody.
ChannelRights default_channel_rights(const ChannelRequest& request);

} // namespace engine_net
