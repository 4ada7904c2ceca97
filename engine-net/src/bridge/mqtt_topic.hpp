#pragma once

#include <engine_net/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How MQTT's topics and what the bridge has of channels and rooms are called by each other: see
/// `BRIDGE.md`.
namespace engine_net::bridge::mqtt {

/// Levels of a topic or a filter: more than anyone's honest ones.
inline constexpr std::size_t max_topic_levels = 32;

/// Without wildcards, and not empty.
bool is_topic_name(std::string_view text);
/// Wildcards stand where they may.
bool is_topic_filter(std::string_view text);
bool has_wildcard(std::string_view filter);
bool is_shared_filter(std::string_view filter);
/// `filter` is one. Topics that begin with $ are not matched by a wildcard in the first place.
bool matches(std::string_view filter, std::string_view topic);

/// What a topic is about.
enum class Subject : std::uint8_t {
    channel,  ///< what is said on it
    chat,     ///< lines of chat on it
    members,  ///< who is on a presence channel
    document, ///< of the bridge's own: `lobby/...`, `game/...`
    none,     ///< nothing that there is: `$...`, or no channel's name
};

struct Target {
    Subject subject = Subject::none;
    std::string channel{}; ///< of `channel`, `chat` and `members`
};

/// Of a topic's name, without wildcards.
Target target_of(std::string_view topic);

/// The topics under which what is said on a channel is told; the first is the one that a filter
/// beginning with a wildcard stands for, so that it has each message once.
std::vector<std::string> topics_of(std::string_view channel, bool is_chat);
/// "": it has none.
std::string members_topic(std::string_view channel);
std::string state_topic(RoomId room);

} // namespace engine_net::bridge::mqtt
