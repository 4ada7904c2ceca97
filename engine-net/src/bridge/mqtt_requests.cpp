// What a client of MQTT asks: to publish, to subscribe, to hear no more.

#include "bridge/mqtt_session.hpp"
#include "bridge/mqtt_topic.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <utility>

namespace engine_net::bridge {

using mqtt::Reason;
using mqtt::Subject;

namespace {

using namespace std::chrono_literals;

/// For how long a channel that one may not be on is not asked for again by a wildcard.
constexpr Duration refusal_time = 10s;
constexpr std::size_t max_refused = 256; ///< remembered
/// After which a channel that is over is asked for again.
constexpr Duration rejoin_pause = 1s;

Reason reason_of(tell::Error error, Reason of_bad_request) {
    switch (error) {
    case tell::Error::none: return Reason::success;
    case tell::Error::bad_request: return of_bad_request;
    case tell::Error::not_allowed:
    case tell::Error::muted: return Reason::not_authorised;
    case tell::Error::too_fast: return Reason::quota_exceeded;
    default: return Reason::implementation_specific_error;
    }
}

} // namespace

/// False: there is no such alias.
bool MqttSession::resolve_alias(mqtt::Publish& publish) {
    const auto alias = publish.properties.topic_alias;
    if (!alias) return true;
    if (*alias > limits().max_topic_aliases) return false;
    if (!publish.topic.empty()) {
        aliases_[*alias] = publish.topic;
        return true;
    }
    const auto found = aliases_.find(*alias);
    if (found == aliases_.end()) return false;
    publish.topic = found->second;
    return true;
}

/// What can be said without the server.
Reason MqttSession::check(const mqtt::Publish& publish) const {
    if (publish.qos > 1) return Reason::qos_not_supported;
    const mqtt::Target target = mqtt::target_of(publish.topic);
    switch (target.subject) {
    case Subject::none: return Reason::topic_name_invalid;
    case Subject::document:
    case Subject::members: return Reason::not_authorised;
    default: break;
    }
    if (publish.payload.size() > max_channel_payload_bytes) return Reason::quota_exceeded;
    const bool is_kept = publish.is_retained && target.subject == Subject::channel;
    const bool has_room =
        !is_kept || hub_->mqtt.retained().has_room_for(target.channel, publish.payload.size());
    return has_room ? Reason::success : Reason::quota_exceeded;
}

MqttGate::Saying MqttSession::saying_of(mqtt::Publish publish) const {
    const mqtt::Target target = mqtt::target_of(publish.topic);
    const bool is_chat = target.subject == Subject::chat;
    return {guest_,
            user_,
            name_,
            target.channel,
            is_chat,
            subscriptions_.wants_own(target.channel, is_chat),
            std::move(publish)};
}

void MqttSession::handle(mqtt::Publish& publish) {
    ++hub_->stats.mqtt_messages_in;
    if (publish.qos > 1) return close(Reason::qos_not_supported);
    if (!resolve_alias(publish)) return close(Reason::topic_alias_invalid);
    if (!mqtt::is_topic_name(publish.topic)) return close(Reason::topic_name_invalid);
    if (version_ == mqtt::version_5 && publish.qos > 0 && unanswered_ >= limits().max_inflight)
        return close(Reason::receive_maximum_exceeded);

    if (publish.qos > 0) ++unanswered_;
    const std::uint16_t id = publish.id;
    if (const Reason reason = check(publish); reason != Reason::success)
        return on_published(id, reason);
    const MqttGate::Saying saying = saying_of(std::move(publish));
    const Reason of_bad_request =
        saying.is_chat ? Reason::payload_format_invalid : Reason::topic_name_invalid;
    hub_->mqtt.publish(saying,
                       [weak = weak_from_this(), id, of_bad_request](const tell::Answer& answer) {
                           if (const auto self = weak.lock())
                               self->on_published(id, reason_of(answer.error, of_bad_request));
                       });
}

/// `id`: 0 of QoS 0, which is not answered.
void MqttSession::on_published(std::uint16_t id, Reason reason) {
    if (reason != Reason::success) ++hub_->stats.mqtt_refused;
    if (id == 0) return;
    --unanswered_;
    // In version 4 there is no way to refuse one.
    send(make_puback(version_, id, reason));
}

void MqttSession::handle(mqtt::Subscribe& subscribe) {
    const auto pending = std::make_shared<PendingSubscribe>();
    pending->packet = std::move(subscribe);
    const std::size_t count = pending->packet.subscriptions.size();
    pending->reasons.resize(count);
    pending->wants_retained.resize(count);
    pending->missing = count;
    for (std::size_t i = 0; i < count && state_ == State::open; ++i) this->subscribe(pending, i);
}

void MqttSession::subscribe(const std::shared_ptr<PendingSubscribe>& pending, std::size_t index) {
    const std::string& filter = pending->packet.subscriptions[index].filter;
    // Each costs as much as a message; the first is paid for with its packet.
    if (index > 0 && !rate_.take(hub_->now))
        return on_subscribed(*pending, index, Reason::quota_exceeded);
    if (mqtt::is_shared_filter(filter))
        return on_subscribed(*pending, index, Reason::shared_subscriptions_not_supported);
    if (!mqtt::is_topic_filter(filter))
        return on_subscribed(*pending, index, Reason::topic_filter_invalid);
    if (mqtt::has_wildcard(filter)) return on_subscribed(*pending, index, Reason::success);
    const mqtt::Target target = mqtt::target_of(filter);
    if (target.subject == Subject::none)
        return on_subscribed(*pending, index, Reason::topic_filter_invalid);
    if (target.subject == Subject::document) return on_subscribed(*pending, index, Reason::success);
    join(target.channel, [this, pending, index](const tell::Answer& answer) {
        on_subscribed(*pending, index, reason_of(answer.error, Reason::topic_filter_invalid));
    });
}

/// `reason`: `success` is granted, if there is room for it.
void MqttSession::on_subscribed(PendingSubscribe& pending, std::size_t index, Reason reason) {
    const mqtt::Subscription& one = pending.packet.subscriptions[index];
    const bool has_room =
        subscriptions_.contains(one.filter) || subscriptions_.size() < limits().max_filters;
    if (reason == Reason::success && !has_room) reason = Reason::quota_exceeded;
    if (reason == Reason::success) {
        const bool is_new = subscriptions_.add(one, pending.packet.identifier);
        pending.wants_retained[index] =
            one.retain_handling == 0 || (one.retain_handling == 1 && is_new);
        if (one.qos > 0) reason = Reason::granted_qos_1;
    } else {
        ++hub_->stats.mqtt_refused;
    }
    pending.reasons[index] = reason;
    if (--pending.missing == 0) answer(pending);
}

void MqttSession::answer(const PendingSubscribe& pending) {
    send(make_suback(version_, pending.packet.id, pending.reasons));
    follow();
    for (std::size_t i = 0; i < pending.reasons.size() && state_ == State::open; ++i) {
        if (pending.reasons[i] > Reason::granted_qos_1) continue;
        const std::string& filter = pending.packet.subscriptions[i].filter;
        if (pending.wants_retained[i]) send_retained(filter);
        if (mqtt::has_wildcard(filter)) join_known(filter, pending.wants_retained[i]);
    }
    leave_unwanted(); // of those that there was no room for
}

void MqttSession::handle(const mqtt::Unsubscribe& unsubscribe) {
    std::vector<Reason> reasons;
    reasons.reserve(unsubscribe.filters.size());
    for (const std::string& filter : unsubscribe.filters) {
        reasons.push_back(subscriptions_.remove(filter) ? Reason::success
                                                        : Reason::no_subscription_existed);
    }
    leave_unwanted();
    follow();
    send(make_unsuback(version_, unsubscribe.id, reasons));
}

void MqttSession::follow() {
    hub_->mqtt.follow(*this, subscriptions_);
}

void MqttSession::join(const std::string& channel, OnJoined on_joined) {
    const auto [found, is_new] = places_.try_emplace(channel);
    Place& place = found->second;
    if (place.is_open) return on_joined({});
    place.waiting.push_back(std::move(on_joined));
    if (!is_new) return;
    const std::weak_ptr<MqttSession> weak = weak_from_this();
    hub_->channels.subscribe({.guest = guest_, .channel = channel, .user = user_, .name = name_},
                             weak,
                             [weak, channel](const tell::Answer& answer, const ChannelLog* log) {
                                 if (const auto self = weak.lock())
                                     self->take_place(channel, answer, log);
                             });
}

/// The server has answered.
void MqttSession::take_place(const std::string& channel,
                             const tell::Answer& answer,
                             const ChannelLog* log) {
    const auto found = places_.find(channel);
    if (state_ != State::open || found == places_.end()) return;
    const std::vector<OnJoined> waiting = std::exchange(found->second.waiting, {});
    if (log) {
        found->second.is_open = true;
        found->second.epoch = log->epoch();
        found->second.next = log->next();
    } else {
        places_.erase(found);
    }
    for (const OnJoined& on_joined : waiting) {
        if (state_ == State::open) on_joined(answer);
    }
}

/// The channels that a wildcard has, as far as they are known here.
void MqttSession::join_known(const std::string& filter, bool wants_retained) {
    std::vector<std::string> channels = hub_->channels.names();
    for (const auto& [channel, subscribers] : hub_->channel_use) channels.push_back(channel);
    for (const auto& [channel, message] : hub_->mqtt.retained().all()) channels.push_back(channel);
    std::sort(channels.begin(), channels.end());
    channels.erase(std::unique(channels.begin(), channels.end()), channels.end());
    for (const std::string& channel : channels) {
        const bool is_on = places_.contains(channel) && places_[channel].is_open;
        if (is_on || !has_channel(filter, channel)) continue;
        join_by_wildcard(channel, [this, channel, filter, wants_retained] {
            if (wants_retained) send_retained_of(channel, filter);
        });
    }
}

void MqttSession::join_by_wildcard(const std::string& channel, std::function<void()> on_joined) {
    if (channel == WebChannels::room_list) return;
    if (places_.size() >= max_subscriptions) return; // the server would refuse it
    if (const auto refused = refused_.find(channel); refused != refused_.end()) {
        if (hub_->now < refused->second) return;
        refused_.erase(refused);
    }
    join(channel, [this, channel, on_joined = std::move(on_joined)](const tell::Answer& answer) {
        if (answer.error == tell::Error::none) return on_joined();
        if (refused_.size() >= max_refused) refused_.clear();
        refused_[channel] = hub_->now + refusal_time;
    });
}

void MqttSession::on_channel(const std::string& channel) {
    if (state_ != State::open || places_.contains(channel)) return;
    if (subscriptions_.wants_channel(channel)) join_by_wildcard(channel, [] {});
}

void MqttSession::leave_unwanted() {
    std::erase_if(places_, [this](const auto& one) {
        const auto& [channel, place] = one;
        if (!place.is_open || subscriptions_.wants_channel(channel)) return false;
        hub_->channels.unsubscribe(guest_, channel);
        return true;
    });
}

void MqttSession::on_over(const std::string& channel) {
    places_.erase(channel);
    // There may be another one of this name.
    if (subscriptions_.names_channel(channel)) rejoining_[channel] = hub_->now + rejoin_pause;
}

void MqttSession::rejoin() {
    std::erase_if(rejoining_, [this](const auto& one) {
        const auto& [channel, due] = one;
        if (hub_->now < due) return false;
        if (subscriptions_.names_channel(channel)) join(channel, [](const tell::Answer&) {});
        return true;
    });
}

} // namespace engine_net::bridge
