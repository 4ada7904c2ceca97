#include "bridge/pusher_app.hpp"

#include "bridge/hub.hpp"
#include "bridge/json_text.hpp"
#include "bridge/pusher_names.hpp"
#include "bridge/pusher_session.hpp"

#include <utility>

namespace engine_net::bridge::pusher {
namespace {

using namespace std::chrono_literals;

/// How often all on a channel are told how many they are.
constexpr Duration count_pause = 1s;
/// Infos of users who are gone are looked for when there are so many.
constexpr std::size_t many_infos = 1024;

} // namespace

App::App(Hub& hub, const PusherConfig& config) : hub_(&hub), config_(&config) {}

std::string App::new_socket_id() {
    constexpr std::uint64_t parts = 10'000'000'000;
    std::string id;
    do {
        id = std::to_string(hub_->secrets.next() % parts) + "." +
             std::to_string(hub_->secrets.next() % parts);
    } while (sessions_.contains(id));
    return id;
}

void App::add(const std::string& socket_id, Session& session) {
    sessions_[socket_id] = &session;
}

void App::remove(const std::string& socket_id) {
    sessions_.erase(socket_id);
}

Session* App::find(std::string_view socket_id) {
    const auto found = sessions_.find(socket_id);
    return found == sessions_.end() ? nullptr : found->second;
}

void App::close_user(const std::string& user) {
    // Who is closed is removed.
    std::vector<Session*> theirs;
    for (const auto& [id, session] : sessions_) {
        if (session->user() == user) theirs.push_back(session);
    }
    for (Session* session : theirs) session->terminate();
}

UserInfo App::hold(const std::string& channel, const std::string& user, std::string info) {
    if (infos_.size() >= many_infos) {
        std::erase_if(infos_, [](const auto& one) {
            return one.second.expired();
        });
    }
    auto held = std::make_shared<const std::string>(std::move(info));
    infos_[{channel, user}] = held;
    return held;
}

std::string
App::info_of(const std::string& channel, const std::string& user, const std::string& name) const {
    const auto found = infos_.find({channel, user});
    const UserInfo info = found == infos_.end() ? nullptr : found->second.lock();
    return info ? *info : to_text(Json{{"name", name}});
}

void App::on_told(const tell::ChannelUse& use) {
    if (config_->tells_subscription_count) changed_use_.insert(use.channel);
    // Who is there is asked for by the HTTP API, though nobody may be there by the web.
    if (!use.channel.starts_with("presence/")) return;
    if (use.subscribers > 0) {
        if (observed_.insert(use.channel).second) hub_->channels.observe(use.channel, true);
    } else if (observed_.erase(use.channel) > 0) {
        hub_->channels.observe(use.channel, false);
    }
}

void App::on_time(Time now) {
    if (changed_use_.empty() || now < counts_told_ + count_pause) return;
    counts_told_ = now;
    const auto sessions = sessions_;
    for (const std::string& channel : std::exchange(changed_use_, {})) {
        const auto use = hub_->channel_use.find(channel);
        if (use == hub_->channel_use.end()) continue;
        for (const auto& [id, session] : sessions) {
            if (find(id)) session->tell_count(channel, use->second);
        }
    }
}

} // namespace engine_net::bridge::pusher
