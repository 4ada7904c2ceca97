#include "bridge/mqtt_topic.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <array>

namespace engine_net::bridge::mqtt {
namespace {

constexpr std::string_view channel_prefix = "channel/";
constexpr std::string_view chat_prefix = "chat/";
constexpr std::string_view members_prefix = "members/";
constexpr std::string_view presence_prefix = "presence/";
/// Of the channels that are called by any other topic.
constexpr std::string_view own_prefix = "mqtt/";
constexpr std::array document_prefixes{std::string_view("lobby/"), std::string_view("game/")};

/// Takes the first level off, with the slash after it. `is_last`: there was none.
std::string_view take_level(std::string_view& rest, bool& is_last) {
    const std::size_t slash = rest.find('/');
    is_last = slash == std::string_view::npos;
    const std::string_view level = rest.substr(0, slash);
    rest = is_last ? std::string_view() : rest.substr(slash + 1);
    return level;
}

bool has_few_levels(std::string_view text) {
    return std::ranges::count(text, '/') < static_cast<std::ptrdiff_t>(max_topic_levels);
}

bool is_document(std::string_view topic) {
    return std::ranges::any_of(document_prefixes, [&](std::string_view prefix) {
        return topic.starts_with(prefix);
    });
}

bool is_reserved(std::string_view topic) {
    return topic.starts_with('$') || is_document(topic) || topic.starts_with(channel_prefix) ||
           topic.starts_with(chat_prefix) || topic.starts_with(members_prefix);
}

Target channel_target(Subject subject, std::string_view channel) {
    // The bridge's own has a topic of its own.
    const bool is_channel =
        !channel.empty() && channel.size() <= max_channel_name_bytes && channel != "lobby/rooms";
    return is_channel ? Target{subject, std::string(channel)} : Target{};
}

} // namespace

bool is_topic_name(std::string_view text) {
    return !text.empty() && text.find_first_of("+#") == std::string_view::npos &&
           has_few_levels(text);
}

bool is_topic_filter(std::string_view text) {
    if (text.empty() || !has_few_levels(text)) return false;
    for (bool is_last = false; !is_last;) {
        const std::string_view level = take_level(text, is_last);
        const bool is_wild = level.find_first_of("+#") != std::string_view::npos;
        if (is_wild && level.size() > 1) return false;
        if (level == "#" && !is_last) return false;
    }
    return true;
}

bool has_wildcard(std::string_view filter) {
    return filter.find_first_of("+#") != std::string_view::npos;
}

bool is_shared_filter(std::string_view filter) {
    return filter.starts_with("$share/");
}

bool matches(std::string_view filter, std::string_view topic) {
    if (topic.starts_with('$') && has_wildcard(filter.substr(0, 1))) return false;
    bool is_filter_last = false;
    bool is_topic_last = false;
    for (;;) {
        const std::string_view wanted = take_level(filter, is_filter_last);
        if (wanted == "#") return true;
        const std::string_view level = take_level(topic, is_topic_last);
        if (wanted != "+" && wanted != level) return false;
        // `sport/#` is `sport` too.
        if (is_topic_last) return is_filter_last || filter == "#";
        if (is_filter_last) return false;
    }
}

Target target_of(std::string_view topic) {
    if (!is_topic_name(topic)) return {};
    if (is_document(topic)) return {Subject::document};
    if (topic.starts_with(channel_prefix))
        return channel_target(Subject::channel, topic.substr(channel_prefix.size()));
    if (topic.starts_with(chat_prefix))
        return channel_target(Subject::chat, topic.substr(chat_prefix.size()));
    if (topic.starts_with(members_prefix)) {
        const std::string_view channel = topic.substr(members_prefix.size());
        return channel.starts_with(presence_prefix) ? channel_target(Subject::members, channel)
                                                    : Target{};
    }
    if (topic.starts_with('$')) return {};
    std::string channel(own_prefix);
    return channel_target(Subject::channel, channel.append(topic));
}

std::vector<std::string> topics_of(std::string_view channel, bool is_chat) {
    std::vector<std::string> topics;
    if (channel.starts_with(own_prefix)) {
        const std::string_view own = channel.substr(own_prefix.size());
        if (!own.empty() && !is_reserved(own)) topics.emplace_back(own);
    }
    topics.emplace_back(channel_prefix).append(channel);
    if (is_chat) topics.emplace_back(chat_prefix).append(channel);
    return topics;
}

std::string members_topic(std::string_view channel) {
    if (!channel.starts_with(presence_prefix)) return {};
    return std::string(members_prefix).append(channel);
}

std::string state_topic(RoomId room) {
    return "game/" + std::to_string(room.value) + "/state";
}

} // namespace engine_net::bridge::mqtt
