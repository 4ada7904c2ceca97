#include "client/subscriptions.hpp"

#include "wire/bulk.hpp"
#include "wire/control.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace engine_net {

namespace {

/// Of one channel; more are not known by name.
constexpr std::size_t max_members = 16'384;

/// Epochs of one channel that are remembered.
constexpr std::size_t max_epochs = 16;

/// What came next in that epoch before this position was told.
std::uint64_t exchange_next(std::vector<ChannelPosition>& heard, const ChannelPosition& position) {
    const auto known = std::ranges::find(heard, position.epoch, &ChannelPosition::epoch);
    if (known != heard.end()) {
        const std::uint64_t next = known->next;
        known->next = std::max(next, position.next);
        return next;
    }
    if (heard.size() == max_epochs) heard.erase(heard.begin());
    heard.push_back(position);
    return 0;
}

/// Whether it is news to who has these members; they are changed.
bool note_member(std::map<std::string, std::string>& members, const ChannelMessage& message) {
    switch (message.kind) {
    case ChannelKind::member:
    case ChannelKind::joined:
        return members.size() < max_members && members.emplace(message.user, message.name).second;
    case ChannelKind::left: return members.erase(std::string(message.user)) > 0;
    case ChannelKind::message:
    case ChannelKind::chat: break;
    }
    return false;
}

/// Whether it is news to who has heard the epoch up to `next`, and has these members.
bool note_line(std::map<std::string, std::string>& members,
               std::uint64_t next,
               const ChannelMessage& message) {
    const bool is_said = message.kind == ChannelKind::message || message.kind == ChannelKind::chat;
    return is_said ? message.number >= next : note_member(members, message);
}

} // namespace

bool Subscriptions::add(const std::string& channel, Subscription subscription) {
    const auto known = subscriptions_.find(channel);
    if (known == subscriptions_.end()) {
        subscriptions_.emplace(channel, std::move(subscription));
        return true;
    }
    known->second.on_message = std::move(subscription.on_message);
    known->second.options = std::move(subscription.options);
    return false;
}

void Subscriptions::ask(std::string_view channel, std::uint32_t request) {
    const auto known = subscriptions_.find(channel);
    if (known != subscriptions_.end()) known->second.request = request;
}

std::optional<std::uint32_t> Subscriptions::remove(std::string_view channel) {
    const auto known = subscriptions_.find(channel);
    if (known == subscriptions_.end()) return std::nullopt;
    const std::uint32_t request = known->second.request;
    subscriptions_.erase(known);
    return request == 0 ? std::nullopt : std::optional(request);
}

bool Subscriptions::refuse(std::uint32_t request, const RequestResult& result) {
    const auto known = std::ranges::find_if(subscriptions_, [&](const auto& one) {
        return one.second.request == request;
    });
    if (request == 0 || known == subscriptions_.end()) return false;
    const ResultHandler on_refused = std::move(known->second.options.on_refused);
    subscriptions_.erase(known);
    if (on_refused) on_refused(result);
    return true;
}

const Subscriptions::Subscription* Subscriptions::find(std::string_view channel) const {
    const auto known = subscriptions_.find(channel);
    return known == subscriptions_.end() ? nullptr : &known->second;
}

bool Subscriptions::receive(Bytes message) {
    ByteReader reader(message);
    const auto header = reader.read<wire::ChannelNewsHeader>();
    if (!reader.ok() || header.begins() > 1 || header.has_gap() > 1) return false;
    // Aligned as a FlatBuffer must be, wherever the message lies.
    const std::vector<std::uint8_t> copy(reader.rest().begin(), reader.rest().end());
    const wire::ChannelNews* const news = wire::decode_channel_news(copy);
    if (!news) return false;
    const auto known = std::ranges::find_if(subscriptions_, [&](const auto& one) {
        return one.second.request == header.request();
    });
    if (header.request() == 0 || known == subscriptions_.end()) return true;
    const std::string channel = known->first;
    Subscription& subscription = known->second;
    const bool goes_on = subscription.position && header.has_gap() == 0;
    if (header.begins() == 1 && !goes_on) subscription.members.clear();
    subscription.position = {header.epoch(), header.next()};
    const std::uint64_t heard_up_to = exchange_next(subscription.heard, *subscription.position);
    // The handlers may end the subscription, or replace themselves.
    const Channels::MessageHandler on_message = subscription.on_message;
    const std::function<void()> on_gap = subscription.options.on_gap;
    if (header.has_gap() == 1 && on_gap) on_gap();
    for (const wire::ChannelMessage* line : *news->messages()) {
        const auto still = subscriptions_.find(channel);
        if (still == subscriptions_.end() || still->second.request != header.request()) break;
        const ChannelMessage heard{channel,
                                   line->number(),
                                   static_cast<ChannelKind>(line->kind()),
                                   wire::view_of(line->user()),
                                   wire::view_of(line->name()),
                                   wire::view_of(line->event()),
                                   wire::view_of(line->payload())};
        if (note_line(still->second.members, heard_up_to, heard) && on_message) on_message(heard);
    }
    return true;
}

} // namespace engine_net
