#include "client/core.hpp"
#include "client/request_error.hpp"
#include "core/assert.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace engine_net {

// What the game asks for about people, and what they say.

void Client::Core::cancel_queue() {
    for (auto& [request, pending] : joins_) {
        if (pending.join.mode != wire::JoinMode::queue) continue;
        pending.is_cancelled = true;
        when_welcomed([this, request = request] {
            if (joins_.contains(request))
                send_logged(people_encoder_.cancel_queue(outgoing_.next_offset(), request));
        });
    }
}

void Client::Core::take_progress(const wire::QueueProgress& progress) {
    const auto pending = joins_.find(progress.request());
    if (pending == joins_.end()) return;
    // The handler may end the wait.
    const auto on_progress = pending->second.join.on_progress;
    if (!on_progress) return;
    on_progress({progress.waiting(),
                 progress.needed(),
                 std::chrono::milliseconds(progress.waited_ms()),
                 progress.window()});
}

void Client::Core::find_rooms(const RoomQuery& query, RoomsHandler done) {
    const std::uint32_t request = ++last_request_;
    lists_.emplace(request, std::move(done));
    if (state_ == ClientState::closed) return fail_requests();
    when_welcomed([this, request, query] {
        send_logged(people_encoder_.find_rooms(outgoing_.next_offset(), request, query));
    });
}

/// The number of a request that an Answer ends.
std::uint32_t Client::Core::await_answer(CallHandler done, std::optional<Duration> timeout) {
    const std::uint32_t request = ++last_request_;
    answers_.emplace(request, PendingAnswer{std::move(done), timeout});
    return request;
}

void Client::Core::take_answer(const wire::Answer& answer) {
    CallAnswer result;
    result.error = error_of(answer.error());
    result.detail = wire::view_of(answer.detail());
    if (joins_.contains(answer.request()))
        return end_join(answer.request(), {result.error, result.detail, {}, {}, {}});
    if (const auto list = lists_.find(answer.request()); list != lists_.end()) {
        const RoomsHandler done = std::move(list->second);
        lists_.erase(list);
        if (done) done({{}, 0, result.error});
        return;
    }
    if (subscriptions_.refuse(answer.request(), {result.error, result.detail})) return;
    const auto pending = answers_.find(answer.request());
    if (pending == answers_.end()) return; // it came too late
    const Bytes payload = wire::view_of(answer.payload());
    result.payload.assign(payload.begin(), payload.end());
    const CallHandler done = std::move(pending->second.done);
    answers_.erase(pending);
    if (done) done(result);
}

void Client::Core::fail_late_answers(Time now) {
    std::vector<CallHandler> late;
    for (auto next = answers_.begin(); next != answers_.end();) {
        const auto one = next++;
        PendingAnswer& pending = one->second;
        if (!pending.timeout) continue;
        if (!pending.deadline) pending.deadline = now + *pending.timeout;
        if (now < *pending.deadline) continue;
        late.push_back(std::move(pending.done));
        answers_.erase(one);
    }
    for (const CallHandler& done : late) {
        if (done) done({RequestError::timed_out, {}, {}});
    }
}

namespace {

Client::CallHandler without_payload(ResultHandler done) {
    return [done = std::move(done)](const CallAnswer& answer) {
        if (done) done({answer.error, answer.detail});
    };
}

} // namespace

void Client::Core::command(RoomVerb verb,
                           PresenceId whom,
                           const std::string& reason,
                           ResultHandler done) {
    if (!room_.is_set()) {
        if (done) done({RequestError::not_in_room, {}});
        return;
    }
    const std::uint32_t request = await_answer(without_payload(std::move(done)));
    send_logged(
        people_encoder_.room_command(outgoing_.next_offset(), request, room_, verb, whom, reason));
}

void Client::Core::set_metadata(Bytes metadata, ResultHandler done) {
    if (!room_.is_set()) {
        if (done) done({RequestError::not_in_room, {}});
        return;
    }
    const std::uint32_t request = await_answer(without_payload(std::move(done)));
    send_logged(people_encoder_.set_metadata(outgoing_.next_offset(), request, room_, metadata));
}

void Client::Core::call(
    RoomId room, const std::string& name, Bytes payload, CallHandler done, Duration timeout) {
    if (state_ == ClientState::closed) {
        if (done) done({RequestError::link_lost, {}, {}});
        return;
    }
    const std::uint32_t request = await_answer(std::move(done), timeout);
    const std::vector<std::uint8_t> bytes(payload.begin(), payload.end());
    when_welcomed([this, request, room, name, bytes] {
        send_logged(people_encoder_.call(outgoing_.next_offset(), request, room, name, bytes));
    });
}

/// Over another link: what the server has forgotten with the old one.
void Client::Core::ask_for_people() {
    std::vector<std::string> channels;
    channels.reserve(subscriptions_.all().size());
    for (const auto& [channel, subscription] : subscriptions_.all()) {
        if (subscription.request != 0) channels.push_back(channel);
    }
    for (const std::string& channel : channels) ask_for_channel(channel);
    if (!user_list_.watched().empty()) ask_for_users();
}

void Client::Core::ask_for_channel(const std::string& channel) {
    const std::uint32_t request = ++last_request_;
    subscriptions_.ask(channel, request);
    const Subscriptions::Subscription& subscription = *subscriptions_.find(channel);
    const ChannelPosition position =
        subscription.position.value_or(subscription.options.position.value_or(ChannelPosition{}));
    send_logged(people_encoder_.subscribe(outgoing_.next_offset(),
                                          request,
                                          channel,
                                          {position.epoch, position.next},
                                          subscription.options.recent));
}

void Client::Core::ask_for_users() {
    const std::uint32_t request = ++last_request_;
    user_list_.ask(request);
    send_logged(
        people_encoder_.watch_users(outgoing_.next_offset(), request, user_list_.watched()));
}

void Client::Core::publish(const ChannelMessage& message, bool to_self, ResultHandler done) {
    if (state_ == ClientState::closed) {
        if (done) done({RequestError::link_lost, {}});
        return;
    }
    const std::uint32_t request = await_answer(without_payload(std::move(done)));
    when_welcomed(
        [this,
         request,
         to_self,
         kind = message.kind,
         channel = std::string(message.channel),
         event = std::string(message.event),
         bytes = std::vector<std::uint8_t>(message.payload.begin(), message.payload.end())] {
            ChannelMessage copy;
            copy.channel = channel;
            copy.kind = kind;
            copy.event = event;
            copy.payload = bytes;
            send_logged(people_encoder_.publish(outgoing_.next_offset(), request, copy, to_self));
        });
}

void Client::Core::OwnChannels::subscribe(std::string channel,
                                          MessageHandler on_message,
                                          SubscribeOptions options) {
    if (!core_.thread.is_here("Channels::subscribe")) return;
    if (core_.state_ == ClientState::closed) return;
    const bool is_new = core_.subscriptions_.add(
        channel, {.on_message = std::move(on_message), .options = std::move(options)});
    if (!is_new) return;
    core_.when_welcomed([core = &core_, channel = std::move(channel)] {
        const auto* subscription = core->subscriptions_.find(channel);
        if (subscription && subscription->request == 0) core->ask_for_channel(channel);
    });
}

void Client::Core::OwnChannels::unsubscribe(std::string_view channel) {
    if (!core_.thread.is_here("Channels::unsubscribe")) return;
    if (const auto request = core_.subscriptions_.remove(channel)) {
        core_.send_logged(
            core_.people_encoder_.unsubscribe(core_.outgoing_.next_offset(), *request));
    }
}

bool Client::Core::OwnChannels::is_subscribed(std::string_view channel) const {
    return position(channel).has_value();
}

std::optional<ChannelPosition> Client::Core::OwnChannels::position(std::string_view channel) const {
    if (!core_.thread.is_here("Channels::position")) return std::nullopt;
    const auto* subscription = core_.subscriptions_.find(channel);
    return subscription ? subscription->position : std::nullopt;
}

const std::map<std::string, std::string>&
Client::Core::OwnChannels::members(std::string_view channel) const {
    static const std::map<std::string, std::string> none;
    if (!core_.thread.is_here("Channels::members")) return none;
    const auto* subscription = core_.subscriptions_.find(channel);
    return subscription ? subscription->members : none;
}

void Client::Core::OwnChannels::publish(std::string channel,
                                        std::string event,
                                        std::span<const std::uint8_t> payload,
                                        ResultHandler done,
                                        bool to_self) {
    if (!core_.thread.is_here("Channels::publish")) return;
    ENGINE_NET_ASSERT(payload.size() <= max_channel_payload_bytes);
    if (payload.size() > max_channel_payload_bytes) {
        if (done) done({RequestError::bad_request, {}});
        return;
    }
    ChannelMessage message;
    message.channel = channel;
    message.event = event;
    message.payload = payload;
    core_.publish(message, to_self, std::move(done));
}

void Client::Core::OwnChannels::say(std::string channel,
                                    std::string_view text,
                                    ResultHandler done) {
    if (!core_.thread.is_here("Channels::say")) return;
    ChannelMessage message;
    message.channel = channel;
    message.kind = ChannelKind::chat;
    message.payload = {reinterpret_cast<const std::uint8_t*>(text.data()),
                       std::min(text.size(), max_channel_payload_bytes)};
    core_.publish(message, true, std::move(done));
}

void Client::Core::OwnUsers::watch(std::vector<std::string> users,
                                   std::function<void(const UserSummary&)> on_change) {
    if (!core_.thread.is_here("Users::watch")) return;
    core_.user_list_.watch(std::move(users), std::move(on_change));
    if (core_.state_ == ClientState::closed) return;
    core_.when_welcomed([core = &core_] {
        core->ask_for_users();
    });
}

const std::map<std::string, UserSummary>& Client::Core::OwnUsers::all() const {
    static const std::map<std::string, UserSummary> none;
    return core_.thread.is_here("Users::all") ? core_.user_list_.all() : none;
}

void Client::Core::OwnUsers::set_status(bool is_away, std::string text) {
    if (!core_.thread.is_here("Users::set_status")) return;
    if (core_.state_ == ClientState::closed) return;
    core_.status_ = {is_away, std::move(text)};
    core_.when_welcomed([core = &core_] {
        core->send_logged(core->people_encoder_.set_status(
            core->outgoing_.next_offset(), core->status_->is_away, core->status_->text));
    });
}

} // namespace engine_net
