#include "bridge/webhook_events.hpp"

#include "bridge/channel_log.hpp"
#include "bridge/pusher_names.hpp"
#include "bridge/pusher_session.hpp"

#include <utility>

namespace engine_net::bridge {
namespace {

using namespace std::chrono_literals;

/// A cluster tells of who left last some time after nobody is there any more.
constexpr Duration observed_after_use = 10s;
constexpr Duration count_pause = 1s;

bool has_members(std::string_view channel) {
    return channel.starts_with("presence/");
}

std::string id_of(const std::string& channel, Position at) {
    return channel + "@" + to_text(at);
}

} // namespace

WebhookEvents::WebhookEvents(std::unique_ptr<Webhooks> hooks,
                             WebChannels& channels,
                             std::string node,
                             std::uint64_t start)
    : hooks_(std::move(hooks))
    , channels_(&channels)
    , node_(std::move(node))
    , origin_(node_ + ":" + std::to_string(start)) {
    hooks_->add("server_started", new_id(), {{"node", node_}});
}

std::string WebhookEvents::new_id() {
    return origin_ + ":" + std::to_string(++ids_);
}

Json WebhookEvents::about(const std::string& channel) const {
    return {{"channel", pusher::name_of(channel).value_or(channel)}, {"node", node_}};
}

void WebhookEvents::on_time(Time now) {
    now_ = now;
    if (now_ >= counts_told_ + count_pause) {
        counts_told_ = now_;
        tell_counts();
        forget_unused();
    }
    hooks_->on_time(now);
}

void WebhookEvents::on_stop() {
    for (const auto& [channel, use] : uses_) {
        if (use.subscribers > 0) hooks_->add("channel_vacated", new_id(), about(channel));
    }
    if (node_.empty()) {
        for (auto& [channel, reading] : readings_) tell_difference(channel, reading, {});
    }
    for (const auto& [id, room] : rooms_) {
        if (is_own(room)) tell_room("room_ended", room);
    }
    hooks_->add("server_stopped", new_id(), {{"node", node_}});
    hooks_->on_time(now_);
}

void WebhookEvents::on_cache_miss(const std::string& channel) {
    hooks_->add("cache_miss", new_id(), about(channel));
}

void WebhookEvents::on_told(const tell::ChannelUse& use) {
    if (use.subscribers == 0 && !uses_.contains(use.channel)) return;
    const auto [found, is_new] = uses_.try_emplace(use.channel);
    const std::size_t before = std::exchange(found->second.subscribers, use.subscribers);
    found->second.empty_since = now_;
    if (before == 0 && use.subscribers > 0)
        hooks_->add("channel_occupied", new_id(), about(use.channel));
    if (before > 0 && use.subscribers == 0)
        hooks_->add("channel_vacated", new_id(), about(use.channel));
    if (is_new && has_members(use.channel)) channels_->observe(use.channel, true);
}

void WebhookEvents::tell_counts() {
    if (!hooks_->wants("subscription_count")) return;
    for (auto& [channel, use] : uses_) {
        if (use.told == use.subscribers || has_members(channel)) continue;
        use.told = use.subscribers;
        Json event = about(channel);
        event["subscription_count"] = use.subscribers;
        hooks_->add("subscription_count", new_id(), std::move(event));
    }
}

void WebhookEvents::forget_unused() {
    std::erase_if(uses_, [this](const auto& one) {
        const auto& [channel, use] = one;
        if (use.subscribers > 0 || now_ < use.empty_since + observed_after_use) return false;
        if (has_members(channel)) channels_->observe(channel, false);
        return true;
    });
}

void WebhookEvents::on_told(const tell::ChannelOpened& opened) {
    const auto [found, is_new] = readings_.try_emplace(opened.channel);
    Reading& reading = found->second;
    const bool was_open = std::exchange(reading.is_open, true);
    if (std::exchange(reading.epoch, opened.epoch) != opened.epoch) reading.next = opened.begin;
    // Of other channels what was said before is none of the guests' that are here.
    if (is_new && !has_members(opened.channel)) reading.next = opened.next;
    for (const tell::ChannelItem& item : opened.items) read(opened.channel, reading, item);
    reading.next = opened.next;
    std::set<std::string> members;
    for (const tell::ChannelItem& member : opened.members) members.insert(member.user);
    if (was_open) tell_difference(opened.channel, reading, members);
    reading.members = std::move(members);
}

void WebhookEvents::on_told(const tell::ChannelNews& news) {
    const auto found = readings_.find(news.channel);
    if (found == readings_.end()) return;
    for (const tell::ChannelItem& item : news.items) read(news.channel, found->second, item);
}

void WebhookEvents::on_told(const tell::ChannelClosed& closed) {
    const auto found = readings_.find(closed.channel);
    if (found == readings_.end()) return;
    found->second.is_open = false;
    found->second.members.clear();
    if (!has_members(closed.channel)) readings_.erase(found);
    if (readings_.size() > 2 * max_remembered) forget_old_readings();
}

/// What is told again then has the same ids.
void WebhookEvents::forget_old_readings() {
    std::erase_if(readings_, [](const auto& one) {
        return !one.second.is_open;
    });
}

void WebhookEvents::read(const std::string& channel,
                         Reading& reading,
                         const tell::ChannelItem& item) {
    if (item.number < reading.next) return;
    reading.next = item.number + 1;
    const std::string id = id_of(channel, {reading.epoch, item.number});
    if (item.kind == ChannelKind::joined && reading.members.insert(item.user).second)
        return tell_member("member_added", channel, item.user, id);
    if (item.kind == ChannelKind::left) {
        reading.members.erase(item.user);
        return tell_member("member_removed", channel, item.user, id);
    }
    const auto socket = sockets_.find(item.not_to);
    if (socket == sockets_.end()) return;
    const pusher::Event said = pusher::event_of(item);
    Json event = about(channel);
    event["event"] = said.name;
    event["data"] = said.data;
    event["socket_id"] = socket->second;
    if (has_members(channel)) event["user_id"] = item.user;
    hooks_->add("client_event", id, std::move(event));
}

void WebhookEvents::tell_member(std::string_view event,
                                const std::string& channel,
                                const std::string& user,
                                const std::string& id) {
    Json told = about(channel);
    told["user_id"] = user;
    hooks_->add(event, id, std::move(told));
}

/// What happened between was missed: from who was there, and who is.
void WebhookEvents::tell_difference(const std::string& channel,
                                    Reading& reading,
                                    const std::set<std::string>& members) {
    const std::string id = id_of(channel, {reading.epoch, reading.next - 1}) + "/";
    for (const std::string& user : reading.members) {
        if (!members.contains(user)) tell_member("member_removed", channel, user, id + user);
    }
    for (const std::string& user : members) {
        if (!reading.members.contains(user)) tell_member("member_added", channel, user, id + user);
    }
    reading.members = members;
}

void WebhookEvents::on_told(const tell::RoomList& list) {
    std::map<RoomId, RoomSummary> before = std::exchange(rooms_, {});
    for (const RoomSummary& room : *list.rooms) {
        const auto known = before.extract(room.id);
        // One that comes from another server goes on.
        if (known.empty() && is_own(room)) tell_room("room_created", room);
        const bool was_playing = !known.empty() && known.mapped().phase == RoomPhase::playing;
        if (is_own(room) && room.phase == RoomPhase::playing && !was_playing)
            tell_room("room_started", room);
        rooms_.emplace(room.id, room);
    }
    for (const auto& [id, room] : before) {
        if (is_own(room)) tell_room("room_ended", room);
    }
}

void WebhookEvents::tell_room(std::string_view event, const RoomSummary& room) {
    const std::string number = std::to_string(room.id.value);
    hooks_->add(event,
                event == "room_started" ? new_id()
                                        : origin_ + ":room/" + number + ":" + std::string(event),
                {{"node", node_},
                 {"room",
                  {{"id", room.id.value},
                   {"kind", room.kind},
                   {"name", room.name},
                   {"players", room.players}}}});
}

} // namespace engine_net::bridge
