#include "bridge/mqtt_gate.hpp"

#include "bridge/hub.hpp"
#include "bridge/mqtt_session.hpp"

#include <algorithm>
#include <utility>

namespace engine_net::bridge {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view plain_event = "message";
/// After which a will that the server had no time for is tried again.
constexpr Duration will_pause = 1s;
constexpr Duration sweep_pause = 1s;

std::string event_of(const MqttGate::Saying& saying) {
    const std::string_view event = saying.publish.properties.user_property("event");
    if (!event.empty()) return std::string(event);
    if (saying.is_chat) return {};
    return std::string(saying.publish.is_retained ? MqttGate::retained_event : plain_event);
}

/// Alive while they are gone through, though one may close another.
std::vector<std::shared_ptr<MqttSession>> hold(const std::set<MqttSession*>& sessions) {
    std::vector<std::shared_ptr<MqttSession>> held;
    held.reserve(sessions.size());
    for (MqttSession* const session : sessions) held.push_back(session->shared_from_this());
    return held;
}

} // namespace

MqttGate::MqttGate(Hub& hub)
    : hub_(&hub), retained_(hub.config.mqtt.value_or(MqttConfig{}), hub.stats), states_(hub) {}

bool MqttGate::claim(const MqttIdentity& identity, MqttSession& session) {
    const auto found = holders_.find(identity.client_id);
    if (found != holders_.end()) {
        if (found->second.user != identity.user) return false;
        found->second.session->shared_from_this()->on_taken_over();
    }
    holders_[identity.client_id] = {identity.user, &session};
    std::erase_if(wills_, [&](const Will& will) {
        if (will.identity != identity) return false;
        hub_->channels.leave(will.saying.guest);
        return true;
    });
    return true;
}

void MqttGate::release(const MqttIdentity& identity, MqttSession& session) {
    const auto found = holders_.find(identity.client_id);
    if (found != holders_.end() && found->second.session == &session) holders_.erase(found);
    with_wildcards_.erase(&session);
    readers_.erase(&session);
    states_.forget(session);
    tell(states_.renew());
}

void MqttGate::follow(MqttSession& session, const MqttSubscriptions& subscriptions) {
    if (subscriptions.has_wildcards()) {
        with_wildcards_.insert(&session);
    } else {
        with_wildcards_.erase(&session);
    }
    if (!subscriptions.reads_documents()) {
        readers_.erase(&session);
    } else if (readers_.insert(&session).second && readers_.size() == 1) {
        renew_documents();
    }
    // It is sent by itself what it wants of all that is known.
    states_.want(session, subscriptions.states());
    tell(states_.renew(), &session);
}

void MqttGate::publish(const Saying& saying, const OnAnswer& on_answer) {
    invite(saying.channel);
    ask::Publish said;
    said.guest = saying.guest;
    said.channel = saying.channel;
    said.kind = saying.is_chat ? ChannelKind::chat : ChannelKind::message;
    said.event = event_of(saying);
    said.payload = saying.publish.payload;
    said.to_self = saying.to_self;
    hub_->asks.ask(std::move(said), [this, saying, on_answer](const tell::Answer& answer) {
        if (answer.error == tell::Error::none && saying.publish.is_retained && !saying.is_chat) {
            MqttRetained::Message message{
                saying.publish.payload, saying.user, saying.name, event_of(saying), {}, {}};
            if (const auto expiry = saying.publish.properties.message_expiry)
                message.expires = hub_->now + std::chrono::seconds(*expiry);
            const MqttRetained::Message* const told = retained_.find(saying.channel);
            if (told && told->payload == message.payload && told->event == message.event)
                message.at = told->at;
            retained_.set(saying.channel, std::move(message));
        }
        on_answer(answer);
    });
}

void MqttGate::bury(const MqttIdentity& identity, Saying will) {
    const auto wanted = std::chrono::seconds(will.publish.properties.will_delay);
    const Duration delay = std::min<Duration>(wanted, hub_->config.mqtt->max_will_delay);
    Will one{identity, std::move(will), hub_->now + delay};
    if (delay > Duration{} && wills_.size() < hub_->config.max_connections) {
        wills_.push_back(std::move(one));
    } else {
        publish_will(one);
    }
}

void MqttGate::publish_will(const Will& will) {
    publish(will.saying, [this, will](const tell::Answer& answer) {
        const bool is_busy =
            answer.error == tell::Error::not_now || answer.error == tell::Error::too_fast;
        if (!is_busy || will.attempts_left == 0) return hub_->channels.leave(will.saying.guest);
        Will again = will;
        --again.attempts_left;
        again.due = hub_->now + will_pause;
        wills_.push_back(std::move(again));
    });
}

void MqttGate::invite(const std::string& channel) {
    for (const auto& session : hold(with_wildcards_)) session->on_channel(channel);
}

void MqttGate::note_retained(const std::string& channel,
                             std::uint64_t epoch,
                             const tell::ChannelItem& item) {
    if (item.kind != ChannelKind::message || item.event != retained_event) return;
    MqttRetained::Message message{
        item.payload, item.user, item.name, item.event, to_text(Position{epoch, item.number}), {}};
    const MqttRetained::Message* const before = retained_.find(channel);
    // It was kept when it was published, but for where it is on its channel.
    if (before && before->at.empty() && before->payload == item.payload)
        message.expires = before->expires;
    retained_.set(channel, std::move(message));
}

void MqttGate::on_told(const tell::ChannelOpened& opened) {
    if (!hub_->config.mqtt) return;
    const auto newest =
        std::find_if(opened.items.rbegin(), opened.items.rend(), [](const tell::ChannelItem& item) {
            return item.kind == ChannelKind::message && item.event == retained_event;
        });
    const MqttRetained::Message* const kept = retained_.find(opened.channel);
    // One that was called by another name can't be seen among them.
    const bool is_hidden = kept && kept->event != retained_event;
    if (newest != opened.items.rend() && !is_hidden)
        note_retained(opened.channel, opened.epoch, *newest);
    invite(opened.channel);
}

void MqttGate::on_told(const tell::ChannelNews& news) {
    if (!hub_->config.mqtt) return;
    const ChannelLog* const log = hub_->channels.find(news.channel);
    if (!log) return;
    for (const tell::ChannelItem& item : news.items)
        note_retained(news.channel, log->epoch(), item);
}

std::vector<std::string> MqttGate::renew_documents() {
    std::vector<std::string> changed;
    Documents documents;
    Documents ageless;
    if (hub_->rooms.is_known()) {
        changed.emplace_back(WebChannels::room_list);
        documents.emplace(WebChannels::room_list, hub_->rooms.list());
    }
    for (const RoomSummary& room : hub_->rooms.all()) {
        const std::string topic = "game/" + std::to_string(room.id.value) + "/info";
        RoomSummary young = room;
        young.age = {};
        std::string same = hub_->rooms.json_of(young);
        const auto before = ageless_.find(topic);
        const bool is_changed = before == ageless_.end() || before->second != same;
        if (is_changed) changed.push_back(topic);
        documents.emplace(topic,
                          is_changed ? hub_->rooms.json_of(room) : documents_.find(topic)->second);
        ageless.emplace(topic, std::move(same));
    }
    for (const auto& [topic, json] : documents_) {
        if (!documents.contains(topic)) changed.push_back(topic);
    }
    documents_ = std::move(documents);
    ageless_ = std::move(ageless);
    return changed;
}

/// Documents, or states, have changed.
void MqttGate::tell(const std::vector<std::string>& topics, const MqttSession* but_not) {
    for (const std::string& topic : topics) {
        for (const auto& session : hold(readers_)) {
            if (session.get() != but_not) session->on_document(topic);
        }
    }
}

void MqttGate::on_rooms() {
    if (readers_.empty()) return;
    tell(renew_documents());
    tell(states_.renew());
}

void MqttGate::on_draining() {
    if (!hub_->is_moving()) return;
    std::set<MqttSession*> sessions;
    for (const auto& [id, holder] : holders_) sessions.insert(holder.session);
    for (const auto& session : hold(sessions)) session->on_moving();
}

void MqttGate::on_time() {
    if (hub_->now < swept_ + sweep_pause) return;
    swept_ = hub_->now;
    retained_.on_time(hub_->now);
    std::vector<Will> due;
    std::erase_if(wills_, [&](Will& will) {
        if (hub_->now < will.due) return false;
        due.push_back(std::move(will));
        return true;
    });
    for (const Will& will : due) publish_will(will);
}

} // namespace engine_net::bridge
