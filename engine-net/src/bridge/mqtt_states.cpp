#include "bridge/mqtt_states.hpp"

#include "bridge/hub.hpp"
#include "bridge/mqtt_topic.hpp"

#include <algorithm>
#include <utility>

namespace engine_net::bridge {

void MqttStates::want(MqttSession& session, MqttSubscriptions::States states) {
    if (states.named.empty() && !states.has_all) {
        wishes_.erase(&session);
    } else {
        wishes_[&session] = std::move(states);
    }
}

void MqttStates::forget(MqttSession& session) {
    wishes_.erase(&session);
}

const StateText* MqttStates::text_of(const RoomSummary& room) const {
    const auto kind = hub_->info.kinds.find(room.kind);
    return kind == hub_->info.kinds.end() ? nullptr : kind->second.state_text.get();
}

/// Those by name come first.
std::set<RoomId> MqttStates::wanted() const {
    bool has_all = false;
    std::set<RoomId> named;
    for (const auto& [session, states] : wishes_) {
        has_all |= states.has_all;
        named.insert(states.named.begin(), states.named.end());
    }
    std::set<RoomId> wanted;
    const auto add = [&](const RoomSummary& room) {
        if (wanted.size() < hub_->config.mqtt->max_states && text_of(room)) wanted.insert(room.id);
    };
    for (const RoomSummary& room : hub_->rooms.all()) {
        if (named.contains(room.id)) add(room);
    }
    if (!has_all) return wanted;
    for (const RoomSummary& room : hub_->rooms.all()) add(room);
    return wanted;
}

std::vector<std::string> MqttStates::renew() {
    std::vector<std::string> changed;
    if (wishes_.empty() && watched_.empty()) return changed;
    std::set<RoomId> before = std::exchange(watched_, wanted());
    for (const RoomId room : before) {
        if (watched_.contains(room)) continue;
        hub_->feeds.want_state(room, false);
        const std::string topic = mqtt::state_topic(room);
        // Of a room that is still there it is only not known any more.
        if (texts_.erase(topic) > 0 && !hub_->rooms.find(room)) changed.push_back(topic);
    }
    for (const RoomId room : watched_) {
        if (before.contains(room)) continue;
        hub_->feeds.want_state(room, true);
        for (std::string& topic : on_state(room)) changed.push_back(std::move(topic));
    }
    return changed;
}

std::vector<std::string> MqttStates::on_state(RoomId room) {
    if (!watched_.contains(room)) return {};
    const RoomSummary* const summary = hub_->rooms.find(room);
    const SharedBytes& state = hub_->feeds.state(room);
    if (!summary || !state) return {};
    const auto text = text_of(*summary)->json_of(Bytes(*state).subspan(wire::feed_header_bytes));
    if (!text) {
        ++hub_->stats.mqtt_states_untold;
        return {};
    }
    std::string topic = mqtt::state_topic(room);
    std::string& told = texts_[topic];
    if (told == *text) return {};
    told = *text;
    return {std::move(topic)};
}

} // namespace engine_net::bridge
