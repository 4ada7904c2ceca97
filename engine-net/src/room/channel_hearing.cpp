// Channels that are kept, and followed, though nobody may be on them.

#include "room/channel_table.hpp"

#include <utility>

namespace engine_net {

void ChannelTable::observe(std::string_view name, bool is_observed) {
    const auto channel = channels_.find(name);
    if (channel == channels_.end()) return;
    channel->second.is_observed = is_observed;
    if (relay_) unfollow_unused(channel->second);
}

/// Who follows a channel that nobody here listens to is told of it for nothing.
void ChannelTable::unfollow_unused(const Channel& channel) {
    if (channel.subscribers > 0 || channel.is_observed || channel.heard != Heard::no) return;
    relay_->unfollow(channel.name);
    channels_.erase(channels_.find(channel.name));
}

void ChannelTable::hear(std::vector<std::string> names, Time now) {
    heard_ = std::move(names);
    for (auto& [name, channel] : channels_) {
        channel.heard = heard_as(name);
        if (channel.heard != Heard::no) newly_heard_.push_back(name);
    }
    for (const std::string& name : heard_) {
        if (!name.ends_with('*')) open(name, now);
    }
}

std::vector<std::string> ChannelTable::take_heard() {
    return std::exchange(newly_heard_, {});
}

ChannelTable::Heard ChannelTable::heard_as(std::string_view name) const {
    Heard heard = Heard::no;
    for (const std::string_view wanted : heard_) {
        if (wanted == name) return Heard::by_name;
        if (wanted.ends_with('*') && name.starts_with(wanted.substr(0, wanted.size() - 1)))
            heard = Heard::by_beginning;
    }
    return heard;
}

} // namespace engine_net
