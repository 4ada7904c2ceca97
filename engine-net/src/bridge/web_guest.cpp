#include "bridge/web_guest.hpp"

#include "bridge/hub.hpp"
#include "bridge/json_text.hpp"
#include "bridge/ws_frame.hpp"

#include <algorithm>
#include <utility>

namespace engine_net::bridge {
namespace {

/// A guest's secret means nothing to a game session, nor the other way round.
constexpr std::uint64_t issuer = 0x57EB;

SecretHash hash_of_text(std::string_view secret) {
    return hash_of({reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size()}, issuer);
}

} // namespace

void WebGuest::subscribe(const std::string& channel,
                         const SubscribeOptions& options,
                         OnSubscribed on_subscribed) {
    const std::weak_ptr<WebGuest> weak = weak_from_this();
    hub_->channels.subscribe(
        {.guest = id,
         .channel = channel,
         .is_authorised = options.is_authorised,
         .user = user,
         .name = name},
        weak,
        [weak, options, on_subscribed = std::move(on_subscribed)](const tell::Answer& answer,
                                                                  const ChannelLog* log) {
            const auto self = weak.lock();
            if (!self || !log) {
                on_subscribed(answer, {}, false);
                return;
            }
            ChannelLog::Start start = log->start_with_newest(options.recent);
            if (options.after) start = log->start_after(*options.after);
            start.is_reset |= options.is_lost;
            on_subscribed(answer, to_text(log->before(start.next)), start.is_reset);
            self->begin(*log, start);
        });
}

void WebGuest::begin(const ChannelLog& log, ChannelLog::Start start) {
    Place& place = places_[log.name()];
    place = {log.epoch(), start.next};
    if (socket) {
        for (const auto& [user_there, member] : log.members()) socket->send(member.on_websocket());
    }
    send_new(log, place);
}

void WebGuest::unsubscribe(const std::string& channel) {
    places_.erase(channel);
    hub_->channels.unsubscribe(id, channel);
}

void WebGuest::leave() {
    places_.clear();
    hub_->channels.leave(id);
}

void WebGuest::send_new(const ChannelLog& log, Place& place) {
    if (!socket) return;
    for (; place.next < log.next(); ++place.next) {
        const Said& said = log[place.next];
        if (said.not_to() != id) socket->send(said.on_websocket());
    }
}

void WebGuest::send_reset(const ChannelLog& log, std::uint64_t next) const {
    if (!socket) return;
    socket->send(make_text(to_text(
        Json{{"op", "reset"}, {"channel", log.name()}, {"at", to_text(log.before(next))}})));
}

void WebGuest::on_news(const ChannelLog& log) {
    const auto found = places_.find(log.name());
    if (found == places_.end() || !socket) return;
    Place& place = found->second;
    if (place.epoch != log.epoch() || place.next < log.begin()) {
        const auto start = log.start_after({place.epoch, place.next - 1});
        if (start.is_reset) send_reset(log, start.next);
        begin(log, start);
        return;
    }
    send_new(log, place);
}

void WebGuest::on_over(const std::string& channel) {
    if (places_.erase(channel) == 0 || !socket) return;
    socket->send(make_text(to_text(Json{{"op", "over"}, {"channel", channel}})));
}

void WebGuest::catch_up(const std::map<std::string, Position>& positions) {
    // What was sent last may never have come, so only the guest can say where it is.
    std::erase_if(places_, [&](const auto& one) {
        return !positions.contains(one.first);
    });
    // A copy, since one that is gone is taken away.
    for (const auto& [channel, place] : std::map(places_)) {
        const ChannelLog* log = hub_->channels.find(channel);
        if (!log) {
            on_over(channel);
            continue;
        }
        const auto start = log->start_after(positions.at(channel));
        if (start.is_reset) send_reset(*log, start.next);
        places_[channel] = {log->epoch(), start.next};
        send_new(*log, places_[channel]);
    }
}

void WebGuests::add(const std::shared_ptr<WebGuest>& guest, const std::string& resume) {
    guests_[hash_of_text(resume)] = guest;
}

bool WebGuests::is_full() const {
    return guests_.size() >= 2 * hub_->config.max_connections;
}

std::shared_ptr<WebGuest> WebGuests::resume(const std::string& secret) {
    const auto found = guests_.find(hash_of_text(secret));
    if (found == guests_.end()) return nullptr;
    std::shared_ptr<WebGuest> guest = found->second;
    if (auto* old = std::exchange(guest->socket, nullptr)) old->on_taken_over();
    return guest;
}

void WebGuests::lose(WebGuest& guest) {
    guest.socket = nullptr;
    guest.lost = hub_->now;
}

void WebGuests::forget(const std::shared_ptr<WebGuest>& guest) {
    guest->socket = nullptr;
    std::erase_if(guests_, [&](const auto& one) {
        return one.second == guest;
    });
    guest->leave();
}

void WebGuests::on_time() {
    std::erase_if(guests_, [this](const auto& one) {
        const WebGuest& guest = *one.second;
        if (guest.socket || hub_->now < guest.lost + hub_->config.resume_time) return false;
        one.second->leave();
        return true;
    });
}

} // namespace engine_net::bridge
