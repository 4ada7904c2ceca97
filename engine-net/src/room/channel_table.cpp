#include "room/channel_table.hpp"

#include "wire/bulk.hpp"
#include "wire/control_checks.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <utility>

namespace engine_net {

namespace {

constexpr std::string_view presence_prefix = "presence/";
/// What is packed into one message, unless a single one is longer.
constexpr std::size_t packed_bytes = 900;
constexpr std::size_t line_bytes = 64; ///< besides its texts, about

bool has_members(std::string_view channel) {
    return channel.starts_with(presence_prefix);
}

} // namespace

ChannelTable::Verdict ChannelTable::subscribe(const Subscriber& who,
                                              std::uint32_t request,
                                              const std::string& name,
                                              const Position& position,
                                              Time now) {
    Subscriptions& held = subscriptions_[who.session];
    const auto known = std::ranges::find_if(held, [&](const Subscription& subscription) {
        return subscription.channel->name == name;
    });
    if (known != held.end()) {
        known->request = request;
        known->is_suspended = false;
        start(*known, position);
        return Verdict::subscribed;
    }
    Channel* const channel = held.size() < max_subscriptions ? open(name, now) : nullptr;
    if (!channel) {
        if (held.empty()) subscriptions_.erase(who.session);
        return Verdict::too_many;
    }
    ++channel->subscribers;
    note_use(*channel);
    Subscription& subscription = held.emplace_back();
    subscription.channel = channel;
    subscription.request = request;
    subscription.user = who.user;
    subscription.knows_none_at = position.next;
    enter(*channel, who);
    start(subscription, position);
    return Verdict::subscribed;
}

void ChannelTable::start(Subscription& subscription, const Position& position) const {
    subscription.position = position;
    if (subscription.channel->is_awaited) return;
    const ChannelLog& log = subscription.channel->log;
    // A server that is cut off from its relay lacks what others have told already.
    const bool goes_on = position.epoch == subscription.channel->epoch &&
                         position.next >= log.begin() && (relay_ || position.next <= log.end());
    subscription.begins = true;
    subscription.has_gap = position.epoch != 0 && !goes_on;
    subscription.lists_members = has_members(subscription.channel->name) &&
                                 (!goes_on || position.next <= subscription.knows_none_at);
    if (!goes_on) subscription.knows_none_at = 0;
    subscription.next_member.clear();
    const std::uint64_t kept = log.end() - log.begin();
    // After a gap as much as there is.
    const std::uint64_t wanted =
        subscription.has_gap ? kept : std::min<std::uint64_t>(kept, position.recent);
    subscription.next = goes_on ? position.next : log.end() - wanted;
    if (!subscription.lists_members) return;
    // From then on they are told who comes and goes.
    subscription.next = goes_on ? std::min(position.next, log.end()) : log.end();
}

void ChannelTable::enter(Channel& channel, const Subscriber& who) {
    if (!has_members(channel.name)) return;
    if (relay_) {
        if (++channel.own_members[who.user] == 1) relay_->enter(channel.name, who.user, who.name);
        return;
    }
    Member& member = channel.members[who.user];
    if (++member.sessions > 1) return;
    member.name = who.name;
    channel.log.append({.kind = ChannelKind::joined, .user = who.user, .name = who.name});
}

/// The subscription is taken away by the caller.
void ChannelTable::leave(const Subscription& subscription) {
    Channel& channel = *subscription.channel;
    --channel.subscribers;
    note_use(channel);
    if (relay_) return leave_relay(channel, subscription.user);
    const auto member = channel.members.find(subscription.user);
    if (member == channel.members.end() || --member->second.sessions > 0) return;
    channel.log.append({.kind = ChannelKind::left,
                        .user = subscription.user,
                        .name = std::move(member->second.name)});
    channel.members.erase(member);
}

void ChannelTable::note_use(const Channel& channel) {
    if (counts_use_) changed_use_[channel.name] = channel.subscribers;
}

std::map<std::string, std::size_t> ChannelTable::take_changed_use() {
    return std::exchange(changed_use_, {});
}

void ChannelTable::leave_relay(Channel& channel, const std::string& user) {
    const auto member = channel.own_members.find(user);
    if (member != channel.own_members.end() && --member->second == 0) {
        relay_->leave(channel.name, user);
        channel.own_members.erase(member);
    }
    unfollow_unused(channel);
}

void ChannelTable::follow(std::string_view name, Copy copy) {
    const auto found = channels_.find(name);
    if (found == channels_.end()) return;
    Channel& channel = found->second;
    const bool was_awaited = std::exchange(channel.is_awaited, false);
    const std::uint64_t old_epoch = std::exchange(channel.epoch, copy.epoch);
    channel.log.restart(copy.next - copy.newest.size());
    for (ChannelLog::Message& message : copy.newest) channel.log.append(std::move(message));
    channel.members.clear();
    for (auto& [user, member] : copy.members) channel.members[user] = {std::move(member), 1};
    for (auto& [session, held] : subscriptions_) {
        for (Subscription& subscription : held) {
            if (subscription.channel == &channel) go_on(subscription, was_awaited, old_epoch);
        }
    }
}

/// Its channel is told of anew.
void ChannelTable::go_on(Subscription& subscription,
                         bool was_awaited,
                         std::uint64_t old_epoch) const {
    const Channel& channel = *subscription.channel;
    if (was_awaited) return start(subscription, Position(subscription.position));
    const bool has_all = channel.epoch == old_epoch && subscription.next >= channel.log.begin();
    if (!has_all) start(subscription, {old_epoch, subscription.next, 0});
}

void ChannelTable::append(std::string_view name,
                          std::uint64_t epoch,
                          std::uint64_t number,
                          ChannelLog::Message message) {
    const auto channel = channels_.find(name);
    if (channel == channels_.end() || channel->second.is_awaited) return;
    if (channel->second.epoch != epoch || channel->second.log.end() != number) return;
    note_member(channel->second, message);
    channel->second.log.append(std::move(message));
}

void ChannelTable::note_member(Channel& channel, const ChannelLog::Message& message) {
    if (message.kind == ChannelKind::joined) channel.members[message.user] = {message.name, 1};
    if (message.kind == ChannelKind::left) channel.members.erase(message.user);
}

void ChannelTable::unsubscribe(SessionId session, std::uint32_t request) {
    const auto held = subscriptions_.find(session);
    if (held == subscriptions_.end()) return;
    std::erase_if(held->second, [&](const Subscription& subscription) {
        if (subscription.request != request) return false;
        leave(subscription);
        return true;
    });
    if (held->second.empty()) subscriptions_.erase(held);
}

void ChannelTable::expel(SessionId session, std::string_view channel) {
    const auto held = subscriptions_.find(session);
    if (held == subscriptions_.end()) return;
    const auto subscription = std::ranges::find_if(held->second, [&](const Subscription& one) {
        return one.channel->name == channel;
    });
    if (subscription != held->second.end()) unsubscribe(session, subscription->request);
}

bool ChannelTable::has_subscriber(SessionId session, std::string_view channel) const {
    const auto held = subscriptions_.find(session);
    return held != subscriptions_.end() &&
           std::ranges::any_of(held->second, [&](const Subscription& one) {
               return one.channel->name == channel;
           });
}

void ChannelTable::remove(std::string_view name) {
    const auto channel = channels_.find(name);
    if (channel == channels_.end()) return;
    for (auto held = subscriptions_.begin(); held != subscriptions_.end();) {
        std::erase_if(held->second, [&](const Subscription& subscription) {
            return subscription.channel == &channel->second;
        });
        held = held->second.empty() ? subscriptions_.erase(held) : std::next(held);
    }
    channel->second.subscribers = 0;
    note_use(channel->second);
    if (relay_) {
        for (const auto& [user, count] : channel->second.own_members)
            relay_->leave(channel->first, user);
        relay_->unfollow(channel->first);
    }
    const Heard heard = channel->second.heard;
    channels_.erase(channel);
    if (heard == Heard::by_name) open(std::string(name), {});
}

bool ChannelTable::publish(std::string_view name, ChannelLog::Message message, Time now) {
    if (relay_) {
        if (heard_as(name) != Heard::no) open(name, now);
        return relay_->say(name, message);
    }
    Channel* const channel = open(name, now);
    if (channel) channel->log.append(std::move(message));
    return channel != nullptr;
}

/// Null: there are too many, and someone listens to each.
ChannelTable::Channel* ChannelTable::open(std::string_view name, Time now) {
    auto channel = channels_.find(name);
    if (channel == channels_.end()) {
        if (channels_.size() >= max_channels) make_room();
        if (channels_.size() >= max_channels) return nullptr;
        channel = channels_.emplace(name, Channel{std::string(name), next_epoch_++}).first;
        channel->second.is_awaited = relay_ != nullptr;
        channel->second.heard = heard_as(name);
        if (channel->second.heard != Heard::no) newly_heard_.emplace_back(name);
        if (relay_) relay_->follow(channel->first);
    }
    channel->second.last_used = now;
    return &channel->second;
}

/// Forgets the half that was not used for the longest time, of those that nobody listens to.
void ChannelTable::make_room() {
    std::vector<std::pair<Time, std::string>> idle;
    for (const auto& [name, channel] : channels_) {
        if (channel.subscribers == 0 && !channel.is_observed && channel.heard != Heard::by_name)
            idle.emplace_back(channel.last_used, name);
    }
    std::ranges::sort(idle);
    for (std::size_t i = 0; 2 * i < idle.size(); ++i) {
        if (relay_) relay_->unfollow(idle[i].second);
        channels_.erase(idle[i].second);
    }
}

void ChannelTable::suspend(SessionId session) {
    const auto held = subscriptions_.find(session);
    if (held == subscriptions_.end()) return;
    for (Subscription& subscription : held->second) subscription.is_suspended = true;
}

void ChannelTable::forget(SessionId session) {
    const auto held = subscriptions_.find(session);
    if (held == subscriptions_.end()) return;
    for (const Subscription& subscription : held->second) leave(subscription);
    subscriptions_.erase(held);
}

bool ChannelTable::has_news(const Subscription& subscription) {
    if (subscription.channel->is_awaited) return false;
    return !subscription.is_suspended && (subscription.begins || subscription.lists_members ||
                                          subscription.next < subscription.channel->log.end());
}

bool ChannelTable::has_news(SessionId session) const {
    const auto held = subscriptions_.find(session);
    return held != subscriptions_.end() &&
           std::ranges::any_of(held->second, [](const Subscription& subscription) {
               return has_news(subscription);
           });
}

void ChannelTable::send(SessionId session,
                        std::size_t count,
                        wire::PeopleEncoder& encoder,
                        const std::function<void(Bytes)>& send) {
    const auto held = subscriptions_.find(session);
    if (held == subscriptions_.end()) return;
    std::vector<std::uint8_t> message;
    for (Subscription& subscription : held->second) {
        while (count > 0 && has_news(subscription)) {
            const Bytes news = next_news(session, subscription, encoder, message);
            send(news);
            count -= std::min(count, 1 + news.size() / max_message_bytes);
        }
    }
    // Another one is the first next time, so that none waits for a busy one.
    held->second.splice(held->second.end(), held->second, held->second.begin());
}

Bytes ChannelTable::next_news(SessionId session,
                              Subscription& subscription,
                              wire::PeopleEncoder& encoder,
                              std::vector<std::uint8_t>& message) const {
    const Channel& channel = *subscription.channel;
    // Who came and went meanwhile is lost, too.
    if (subscription.next < channel.log.begin())
        start(subscription, {channel.epoch, subscription.next});
    std::vector<ChannelMessage> lines;
    std::size_t bytes = 0;
    const auto is_full = [&] {
        return lines.size() >= wire::max_lines || bytes >= packed_bytes;
    };
    if (subscription.lists_members) {
        auto member = channel.members.lower_bound(subscription.next_member);
        for (; member != channel.members.end() && !is_full(); ++member) {
            lines.push_back(
                {.kind = ChannelKind::member, .user = member->first, .name = member->second.name});
            bytes += line_bytes + member->first.size() + member->second.name.size();
        }
        subscription.lists_members = member != channel.members.end();
        if (subscription.lists_members) subscription.next_member = member->first;
    }
    while (!subscription.lists_members && subscription.next < channel.log.end() && !is_full()) {
        const std::uint64_t number = subscription.next;
        const ChannelLog::Message& said = channel.log.at(number);
        const std::size_t size = line_bytes + said.user.size() + said.payload.size();
        if (!lines.empty() && bytes + size > packed_bytes) break;
        ++subscription.next;
        if (said.not_to == session) continue;
        lines.push_back({{}, number, said.kind, said.user, said.name, said.event, said.payload});
        bytes += size;
    }
    message.clear();
    ByteWriter writer(message);
    writer.write(wire::ChannelNewsHeader(wire::BulkKind::channel,
                                         std::uint8_t{std::exchange(subscription.begins, false)},
                                         std::uint8_t{std::exchange(subscription.has_gap, false)},
                                         subscription.request,
                                         channel.epoch,
                                         subscription.lists_members ? 0 : subscription.next));
    writer.write_bytes(encoder.channel_news(lines));
    return message;
}

std::optional<ChannelTable::Reading> ChannelTable::read(std::string_view name,
                                                        bool with_members) const {
    const auto channel = channels_.find(name);
    if (channel == channels_.end() || channel->second.is_awaited) return std::nullopt;
    Reading reading{.epoch = channel->second.epoch,
                    .log = &channel->second.log,
                    .subscribers = channel->second.subscribers};
    if (!with_members) return reading;
    reading.members.reserve(channel->second.members.size());
    for (const auto& [user, member] : channel->second.members)
        reading.members.push_back({.kind = ChannelKind::member, .user = user, .name = member.name});
    return reading;
}

std::vector<ChannelDetails> ChannelTable::details() const {
    std::vector<ChannelDetails> details;
    details.reserve(channels_.size());
    for (const auto& [name, channel] : channels_) {
        details.push_back({name, channel.subscribers, channel.log.end() - 1, {}});
        for (const auto& [user, member] : channel.members) details.back().members.push_back(user);
    }
    return details;
}

} // namespace engine_net
