// What a client of MQTT is sent.

#include "bridge/json_text.hpp"
#include "bridge/mqtt_session.hpp"
#include "bridge/mqtt_topic.hpp"

#include <array>
#include <utility>

namespace engine_net::bridge {
namespace {

Bytes bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string members_json(const ChannelLog& log) {
    Json members = Json::array();
    for (const auto& [user, member] : log.members())
        members.push_back({{"user", user}, {"name", member.item().name}});
    return to_text({{"members", std::move(members)}});
}

} // namespace

void MqttSession::on_news(const ChannelLog& log) {
    const auto found = places_.find(log.name());
    if (state_ != State::open || found == places_.end() || !found->second.is_open) return;
    Place& place = found->second;
    if (place.epoch != log.epoch() || place.next < log.begin()) {
        const auto start = log.start_after({place.epoch, place.next - 1});
        place.epoch = log.epoch();
        place.next = start.next;
    }
    while (place.next < log.next() && state_ == State::open) {
        const Said& said = log[place.next++];
        if (said.not_to() != guest_) send_said(log, said);
    }
    send_stale();
}

void MqttSession::send_said(const ChannelLog& log, const Said& said) {
    const tell::ChannelItem& item = said.item();
    const bool is_chat = item.kind == ChannelKind::chat;
    if (!is_chat && item.kind != ChannelKind::message) {
        const std::string topic = mqtt::members_topic(log.name());
        if (!topic.empty()) on_document(topic);
        return;
    }
    const std::array<std::pair<std::string_view, std::string_view>, 5> user{
        {{"event", item.event},
         {"user", item.user},
         {"name", item.name},
         {"kind", is_chat ? "chat" : "message"},
         {"at", said.at()}}};
    bool is_first = true;
    for (const std::string& topic : mqtt::topics_of(log.name(), is_chat)) {
        const bool is_plainest = std::exchange(is_first, false);
        const auto wanted = subscriptions_.wanted(topic, is_plainest);
        if (!wanted) continue;
        mqtt::Delivery delivery;
        delivery.topic = topic;
        delivery.payload = item.payload;
        delivery.is_retained = wanted->keeps_retain_flag && item.event == MqttGate::retained_event;
        delivery.user = user;
        if (!is_plainest || delivery.is_retained || wanted->qos > 0 ||
            !wanted->identifiers.empty()) {
            deliver(delivery, *wanted);
            continue;
        }
        const auto form = version_ == mqtt::version_5 ? Said::Form::mqtt_5 : Said::Form::mqtt;
        send_message(said.as(form, [&] {
            return make_publish(version_, delivery, 0);
        }));
    }
}

/// Of what a filter has, but for channels that it is not on yet.
void MqttSession::send_retained(const std::string& filter) {
    for (const auto& [topic, json] : hub_->mqtt.documents()) {
        if (has_topic(filter, topic, true)) stale_[topic] = true;
    }
    for (const auto& [topic, json] : hub_->mqtt.states().all()) {
        if (has_topic(filter, topic, true)) stale_[topic] = true;
    }
    std::vector<std::string> channels;
    for (const auto& [channel, place] : places_) {
        if (place.is_open && has_channel(filter, channel)) channels.push_back(channel);
    }
    for (const std::string& channel : channels) send_retained_of(channel, filter);
    send_stale();
}

void MqttSession::send_retained_of(const std::string& channel, const std::string& filter) {
    const std::string members = mqtt::members_topic(channel);
    if (!members.empty() && has_topic(filter, members, true)) {
        stale_[members] = true;
        send_stale();
    }
    const MqttRetained::Message* const message = hub_->mqtt.retained().find(channel);
    if (!message) return;
    std::vector<std::pair<std::string_view, std::string_view>> user{{"event", message->event},
                                                                    {"user", message->user},
                                                                    {"name", message->name},
                                                                    {"kind", "message"}};
    if (!message->at.empty()) user.emplace_back("at", message->at);
    bool is_first = true;
    for (const std::string& topic : mqtt::topics_of(channel, false)) {
        const auto wanted = subscriptions_.wanted(topic, is_first);
        if (!has_topic(filter, topic, std::exchange(is_first, false)) || !wanted) continue;
        mqtt::Delivery delivery;
        delivery.topic = topic;
        delivery.payload = message->payload;
        delivery.is_retained = true;
        if (message->expires) {
            const auto left =
                std::chrono::ceil<std::chrono::seconds>(*message->expires - hub_->now);
            delivery.message_expiry =
                static_cast<std::uint32_t>(std::max<std::int64_t>(0, left.count()));
        }
        delivery.user = user;
        deliver(delivery, *wanted);
    }
}

void MqttSession::on_document(const std::string& topic) {
    if (state_ == State::open && subscriptions_.wanted(topic)) stale_.emplace(topic, false);
    send_stale();
}

/// Only as many as the client reads; of those that wait it gets the newest.
void MqttSession::send_stale() {
    while (!stale_.empty() && state_ == State::open &&
           waiting_bytes() < hub_->config.max_waiting_bytes / 2) {
        const auto next = stale_.extract(stale_.begin());
        send_document(next.key(), next.mapped());
    }
}

void MqttSession::send_document(const std::string& topic, bool is_retained) {
    const auto wanted = subscriptions_.wanted(topic);
    const std::string json = document_of(topic);
    // Who subscribes is not told of what there is not.
    if (!wanted || (is_retained && json.empty())) return;
    mqtt::Delivery delivery;
    delivery.topic = topic;
    delivery.payload = bytes_of(json);
    delivery.is_retained = is_retained || wanted->keeps_retain_flag;
    deliver(delivery, *wanted);
}

std::string MqttSession::document_of(const std::string& topic) const {
    const mqtt::Target target = mqtt::target_of(topic);
    if (target.subject == mqtt::Subject::members) {
        const ChannelLog* const log = hub_->channels.find(target.channel);
        return log && places_.contains(target.channel) ? members_json(*log) : std::string();
    }
    const auto& documents = hub_->mqtt.documents();
    if (const auto found = documents.find(topic); found != documents.end()) return found->second;
    const auto& states = hub_->mqtt.states().all();
    const auto found = states.find(topic);
    return found == states.end() ? std::string() : found->second;
}

void MqttSession::deliver(mqtt::Delivery delivery, const MqttSubscriptions::Wanted& wanted) {
    if (state_ != State::open) return;
    std::uint16_t id = 0;
    if (wanted.qos > 0) {
        const auto new_id = window_.new_id();
        if (!new_id) return on_stuck();
        id = *new_id;
    }
    delivery.qos = wanted.qos;
    delivery.identifiers = wanted.identifiers;
    send_message(make_publish(version_, delivery, id), id);
}

/// `id`: 0 of QoS 0.
void MqttSession::send_message(SharedBytes packet, std::uint16_t id) {
    if (max_packet_bytes_ && packet->size() > *max_packet_bytes_) {
        ++hub_->stats.mqtt_oversize;
        window_.give_back(id);
        return;
    }
    ++hub_->stats.mqtt_messages_out;
    if (id == 0) return send(std::move(packet));
    window_.send(id, std::move(packet));
    if (waiting_bytes() > hub_->config.max_waiting_bytes) on_stuck();
}

} // namespace engine_net::bridge
