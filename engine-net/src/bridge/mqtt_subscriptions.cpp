#include "bridge/mqtt_subscriptions.hpp"

#include "bridge/mqtt_topic.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace engine_net::bridge {
namespace {

/// Of all that there is of a channel.
struct Topics {
    std::vector<std::string> said{};
    std::string members{}; ///< "": it has none
};

Topics topics_of(std::string_view channel) {
    return {mqtt::topics_of(channel, true), mqtt::members_topic(channel)};
}

bool has_any(std::string_view filter, const Topics& topics) {
    bool is_first = true;
    for (const std::string& topic : topics.said) {
        if (has_topic(filter, topic, std::exchange(is_first, false))) return true;
    }
    return !topics.members.empty() && has_topic(filter, topics.members, true);
}

bool begins_with_wildcard(std::string_view filter) {
    return mqtt::has_wildcard(filter.substr(0, 1));
}

/// By the second level: 0 when that is no number.
RoomId room_named_by(std::string_view filter) {
    const std::size_t first = filter.find('/');
    if (first == std::string_view::npos) return {};
    const std::string_view level =
        filter.substr(first + 1, filter.find('/', first + 1) - first - 1);
    RoomId room;
    const auto [end, error] =
        std::from_chars(level.data(), level.data() + level.size(), room.value);
    return error == std::errc() && end == level.data() + level.size() ? room : RoomId{};
}

} // namespace

bool has_topic(std::string_view filter, std::string_view topic, bool is_first) {
    return (is_first || !begins_with_wildcard(filter)) && mqtt::matches(filter, topic);
}

bool has_channel(std::string_view filter, std::string_view channel) {
    return has_any(filter, topics_of(channel));
}

bool MqttSubscriptions::add(const mqtt::Subscription& subscription,
                            std::optional<std::uint32_t> identifier) {
    const Filter filter{subscription.qos > 0 ? std::uint8_t{1} : std::uint8_t{0},
                        subscription.is_no_local,
                        subscription.keeps_retain_flag,
                        identifier};
    const bool is_new = filters_.insert_or_assign(subscription.filter, filter).second;
    if (is_new && mqtt::has_wildcard(subscription.filter)) ++wildcards_;
    return is_new;
}

bool MqttSubscriptions::remove(const std::string& filter) {
    if (filters_.erase(filter) == 0) return false;
    if (mqtt::has_wildcard(filter)) --wildcards_;
    return true;
}

std::optional<MqttSubscriptions::Wanted> MqttSubscriptions::wanted(std::string_view topic,
                                                                   bool is_first) const {
    std::optional<Wanted> wanted;
    for (const auto& [filter, options] : filters_) {
        if (!has_topic(filter, topic, is_first)) continue;
        if (!wanted) wanted.emplace();
        wanted->qos = std::max(wanted->qos, options.qos);
        wanted->keeps_retain_flag |= options.keeps_retain_flag;
        wanted->has_own |= !options.is_no_local;
        if (options.identifier) wanted->identifiers.push_back(*options.identifier);
    }
    return wanted;
}

bool MqttSubscriptions::reads_documents() const {
    return std::ranges::any_of(filters_, [](const auto& one) {
        return begins_with_wildcard(one.first) || one.first.starts_with("game/") ||
               one.first.starts_with("lobby/");
    });
}

MqttSubscriptions::States MqttSubscriptions::states() const {
    States states;
    for (const auto& [filter, options] : filters_) {
        // No room has the number 0: who has its state has those of all.
        states.has_all |= mqtt::matches(filter, mqtt::state_topic(RoomId{}));
        const RoomId named = room_named_by(filter);
        if (mqtt::matches(filter, mqtt::state_topic(named))) states.named.insert(named);
    }
    return states;
}

bool MqttSubscriptions::wants_channel(std::string_view channel) const {
    const Topics topics = topics_of(channel);
    return std::ranges::any_of(filters_, [&](const auto& one) {
        return has_any(one.first, topics);
    });
}

bool MqttSubscriptions::names_channel(std::string_view channel) const {
    return std::ranges::any_of(filters_, [&](const auto& one) {
        return !mqtt::has_wildcard(one.first) && has_channel(one.first, channel);
    });
}

bool MqttSubscriptions::wants_own(std::string_view channel, bool is_chat) const {
    bool is_first = true;
    for (const std::string& topic : mqtt::topics_of(channel, is_chat)) {
        const auto wanted = this->wanted(topic, std::exchange(is_first, false));
        if (wanted && wanted->has_own) return true;
    }
    return false;
}

} // namespace engine_net::bridge
