#include <engine_net/channel.hpp>

#include <string>

namespace engine_net {

ChannelRights default_channel_rights(const ChannelRequest& request) {
    if (request.channel.starts_with("private/")) return {};
    if (!request.channel.starts_with("room/")) return {true, true};
    const bool is_in =
        request.room.is_set() && request.channel == "room/" + std::to_string(request.room.value);
    return {is_in, is_in};
}

} // namespace engine_net
