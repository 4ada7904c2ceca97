#include "bridge/web_channels.hpp"

#include "bridge/backend.hpp"

#include <utility>

namespace engine_net::bridge {

WebChannels::WebChannels(Asks& asks, std::uint64_t own_epoch) : asks_(&asks) {
    auto rooms = std::make_shared<Channel>(std::string(room_list));
    rooms->log.open_newest_only(own_epoch);
    channels_.emplace(room_list, std::move(rooms));
}

void WebChannels::add(GuestId guest,
                      Channel& channel,
                      const std::weak_ptr<Subscriber>& subscriber) {
    channel.subscribers[guest] = subscriber;
}

void WebChannels::subscribe(ask::Subscribe request,
                            const std::weak_ptr<Subscriber>& subscriber,
                            OnDone on_done) {
    if (request.channel == room_list) {
        Channel& rooms = *channels_.find(room_list)->second;
        add(request.guest, rooms, subscriber);
        on_done({}, &rooms.log);
        return;
    }
    if (backend_ && !request.is_authorised && Backend::decides(request.channel))
        return ask_backend(std::move(request), subscriber, std::move(on_done));
    ask_server(std::move(request), subscriber, std::move(on_done));
}

void WebChannels::ask_backend(ask::Subscribe request,
                              const std::weak_ptr<Subscriber>& subscriber,
                              OnDone on_done) {
    const Question question{request.channel, request.user, request.name};
    asked_for_.emplace(request.guest, request.channel);
    backend_->ask(question,
                  [this, request = std::move(request), subscriber, on_done = std::move(on_done)](
                      const Verdict& verdict) mutable {
                      tell::Answer refused;
                      refused.error = verdict.error;
                      refused.detail = verdict.detail;
                      // It may be gone, or want it no more.
                      if (asked_for_.erase({request.guest, request.channel}) == 0)
                          refused.error = tell::Error::not_now;
                      if (refused.error != tell::Error::none) return on_done(refused, nullptr);
                      request.is_authorised = true;
                      request.may_publish = verdict.may_publish;
                      if (!verdict.user.empty()) request.user = verdict.user;
                      if (!verdict.name.empty()) request.name = verdict.name;
                      ask_server(std::move(request), subscriber, std::move(on_done));
                  });
}

void WebChannels::ask_server(ask::Subscribe request,
                             const std::weak_ptr<Subscriber>& subscriber,
                             OnDone on_done) {
    const GuestId guest = request.guest;
    const std::string channel = request.channel;
    asks_->ask(std::move(request),
               [this, guest, channel, subscriber, on_done = std::move(on_done)](
                   const tell::Answer& answer) {
                   const auto found = channels_.find(channel);
                   const bool is_on = answer.error == tell::Error::none;
                   if (!is_on || found == channels_.end() || subscriber.expired()) {
                       tell::Answer refused = answer;
                       if (is_on) refused.error = tell::Error::not_now;
                       on_done(refused, nullptr);
                       return;
                   }
                   add(guest, *found->second, subscriber);
                   on_done(answer, &found->second->log);
               });
}

void WebChannels::unsubscribe(GuestId guest, const std::string& channel) {
    const auto found = channels_.find(channel);
    if (found != channels_.end()) found->second->subscribers.erase(guest);
    asked_for_.erase({guest, channel});
    if (channel != room_list) asks_->tell(ask::Unsubscribe{guest, channel});
}

void WebChannels::leave(GuestId guest) {
    for (auto& [name, channel] : channels_) channel->subscribers.erase(guest);
    std::erase_if(asked_for_, [guest](const auto& one) {
        return one.first == guest;
    });
    asks_->tell(ask::Leave{guest});
}

void WebChannels::observe(const std::string& channel, bool is_wanted) {
    std::size_t& observers = observers_[channel];
    if (is_wanted ? observers++ == 0 : --observers == 0)
        asks_->tell(ask::Observe{channel, is_wanted});
    if (observers == 0) observers_.erase(channel);
}

const ChannelLog* WebChannels::find(const std::string& channel) const {
    const auto found = channels_.find(channel);
    return found == channels_.end() ? nullptr : &found->second->log;
}

std::vector<std::string> WebChannels::names() const {
    std::vector<std::string> names;
    names.reserve(channels_.size());
    for (const auto& [name, channel] : channels_) names.push_back(name);
    return names;
}

bool WebChannels::is_over(const std::string& channel, std::uint64_t epoch) const {
    const auto found = over_.find(channel);
    return found != over_.end() && found->second == epoch;
}

void WebChannels::tell_subscribers(const Channel& channel) {
    // Who hears of it may leave, and others with it.
    const auto subscribers = channel.subscribers;
    for (const auto& [guest, weak] : subscribers) {
        if (const auto subscriber = weak.lock()) subscriber->on_news(channel.log);
    }
}

void WebChannels::on_told(const tell::ChannelOpened& opened) {
    if (opened.channel == room_list) return;
    auto& channel = channels_[opened.channel];
    if (!channel) channel = std::make_shared<Channel>(opened.channel);
    over_.erase(opened.channel);
    channel->log.open(opened);
    tell_subscribers(*std::shared_ptr(channel));
}

void WebChannels::on_told(const tell::ChannelNews& news) {
    const auto found = channels_.find(news.channel);
    if (found == channels_.end() || news.channel == room_list) return;
    const std::shared_ptr<Channel> channel = found->second;
    for (const tell::ChannelItem& item : news.items) channel->log.add(item);
    tell_subscribers(*channel);
}

void WebChannels::on_told(const tell::ChannelClosed& closed) {
    const auto found = channels_.find(closed.channel);
    if (found == channels_.end() || closed.channel == room_list) return;
    const std::shared_ptr<Channel> channel = found->second;
    channels_.erase(found);
    if (channel->subscribers.empty()) return;
    if (over_.size() >= max_remembered) over_.erase(over_.begin());
    over_[closed.channel] = channel->log.epoch();
    for (const auto& [guest, weak] : std::map(channel->subscribers)) {
        if (const auto subscriber = weak.lock()) subscriber->on_over(closed.channel);
    }
}

void WebChannels::set_room_list(const std::string& rooms) {
    const std::shared_ptr<Channel> channel = channels_.find(room_list)->second;
    channel->log.set_newest("rooms", rooms);
    tell_subscribers(*channel);
}

} // namespace engine_net::bridge
