#include "bridge/pusher_names.hpp"

#include <algorithm>

namespace engine_net::bridge::pusher {
namespace {

constexpr std::string_view user_prefix = "#server-to-user-";
constexpr std::string_view private_prefix = "private-";
constexpr std::string_view presence_prefix = "presence-";
constexpr std::string_view cache_prefix = "cache-";
constexpr std::string_view our_private = "private/";
constexpr std::string_view our_presence = "presence/";
constexpr std::string_view our_user = "private/#";

bool is_name(std::string_view text) {
    constexpr std::string_view marks = "_-=@,.;";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || marks.find(letter) != std::string_view::npos;
    });
}

std::string with(std::string_view prefix, std::string_view rest, char from, char to) {
    std::string text(prefix);
    text += rest;
    std::replace(text.begin() + static_cast<std::ptrdiff_t>(prefix.size()), text.end(), from, to);
    return text;
}

} // namespace

std::optional<Name> parse_name(std::string_view name) {
    if (name.size() > max_channel_bytes) return std::nullopt;
    if (name.starts_with(user_prefix) && name.size() > user_prefix.size())
        return Name{channel_of_user(name.substr(user_prefix.size())), Kind::own};
    Kind kind = Kind::open;
    std::string_view rest = name;
    std::string_view prefix;
    if (name.starts_with(private_prefix)) {
        kind = Kind::guarded;
        prefix = our_private;
        rest.remove_prefix(private_prefix.size());
    } else if (name.starts_with(presence_prefix)) {
        kind = Kind::presence;
        prefix = our_presence;
        rest.remove_prefix(presence_prefix.size());
    }
    if (!is_name(rest)) return std::nullopt;
    const bool is_cache = rest.starts_with(cache_prefix);
    Name parsed{with(prefix, rest, ';', '/'), kind, is_cache};
    // private;NAME would be another way to a channel that is guarded.
    const bool is_straight = kind != Kind::open || (!parsed.channel.starts_with(our_private) &&
                                                    !parsed.channel.starts_with(our_presence));
    return is_straight ? std::optional(std::move(parsed)) : std::nullopt;
}

std::optional<std::string> name_of(std::string_view channel) {
    std::string name;
    if (channel.starts_with(our_user)) {
        name = std::string(user_prefix) + std::string(channel.substr(our_user.size()));
    } else if (channel.starts_with(our_private)) {
        name = with(private_prefix, channel.substr(our_private.size()), '/', ';');
    } else if (channel.starts_with(our_presence)) {
        name = with(presence_prefix, channel.substr(our_presence.size()), '/', ';');
    } else {
        name = with("", channel, '/', ';');
    }
    const auto back = parse_name(name);
    return back && back->channel == channel ? std::optional(std::move(name)) : std::nullopt;
}

std::string channel_of_user(std::string_view user) {
    return std::string(our_user) + std::string(user);
}

} // namespace engine_net::bridge::pusher
