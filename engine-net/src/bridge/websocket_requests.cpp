// What a browser asks on a WebSocket: one function for each `op`.

#include "bridge/json_text.hpp"
#include "bridge/tell_errors.hpp"
#include "bridge/websocket_session.hpp"

#include <engine_net/limits.hpp>

#include <utility>

namespace engine_net::bridge {
namespace {

constexpr std::string_view no_channel = "A channel's name has 1 to 164 bytes.";

/// Of a request; "": there is none that can be.
std::string channel_of(const nlohmann::json& request) {
    std::string channel = text_of(request, "channel");
    if (channel.size() > max_channel_name_bytes) channel.clear();
    return channel;
}

nlohmann::json data_of(const nlohmann::json& request) {
    const auto found = request.find("data");
    return found == request.end() ? nlohmann::json() : *found;
}

std::map<std::string, Position> positions_of(const nlohmann::json& request) {
    std::map<std::string, Position> positions;
    const auto found = request.find("after");
    if (found == request.end() || !found->is_object()) return positions;
    for (const auto& [channel, at] : found->items()) {
        // One that can't be read is of no epoch that ever was: it is told that something is gone.
        positions[channel] =
            parse_position(at.is_string() ? at.get<std::string>() : "").value_or(Position{});
    }
    return positions;
}

} // namespace

void WebSocketSession::run(const Json& request, std::uint64_t id) {
    const std::string op = text_of(request, "op");
    if (op == "ping") return acknowledge(id);
    if (op == "hello") return hello(request, id);
    if (!guest_) return refuse(id, "not_now", "The first thing to say is hello.");
    if (op == "subscribe") return subscribe(request, id);
    if (op == "unsubscribe") return unsubscribe(request, id);
    if (op == "emit") return publish(request, id);
    if (op == "call") return call(request, id);
    if (op == "watch") return watch(request, id);
    if (op == "unwatch") {
        unwatch();
        return acknowledge(id);
    }
    ++hub().stats.refused_messages;
    refuse(id, "bad_request", "There is no such op.");
}

void WebSocketSession::refuse(std::uint64_t id, const tell::Answer& answer) {
    refuse(id, name_of(answer.error), detail_of(answer));
}

void WebSocketSession::hello(const Json& request, std::uint64_t id) {
    if (guest_ || is_entering_) return refuse(id, "bad_request", "That was said already.");
    resume_ = text_of(request, "resume");
    if (!resume_.empty()) {
        if (const auto guest = hub().guests.resume(resume_)) return resume(request, id, guest);
    }
    if (hub().guests.is_full()) return refuse(id, "not_now", "There are too many sessions.");
    resume_ = make_secret(hub().secrets);
    enter(request, id);
}

void WebSocketSession::enter(const Json& request, std::uint64_t id) {
    is_entering_ = true;
    const auto guest =
        std::make_shared<WebGuest>(hub(), hub().asks.new_guest(), make_secret(hub().secrets));
    ask::Enter enter{0, guest->id, text_of(request, "name"), text_of(request, "token")};
    const auto on_answer =
        [weak = weak_self(), hub = &hub(), guest, id](const tell::Answer& answer) {
            const auto self = weak.lock();
            const bool is_in = answer.error == tell::Error::none;
            if (!self || self->is_over()) {
                if (is_in) guest->leave();
                return;
            }
            self->is_entering_ = false;
            if (!is_in) {
                self->refuse(id, answer);
                if (answer.error == tell::Error::not_allowed) {
                    ++self->hub().stats.refused_handshakes;
                    self->finish(CloseCode::not_allowed, detail_of(answer));
                }
                return;
            }
            guest->user = answer.user;
            guest->name = answer.name;
            guest->socket = self.get();
            self->guest_ = guest;
            hub->guests.add(guest, self->resume_);
            self->acknowledge(id,
                              {{"session", guest->session},
                               {"user", guest->user},
                               {"name", guest->name},
                               {"resume", self->resume_},
                               {"resumed", false}});
        };
    hub().asks.ask(std::move(enter), on_answer);
}

void WebSocketSession::resume(const Json& request,
                              std::uint64_t id,
                              const std::shared_ptr<WebGuest>& guest) {
    ++hub().stats.resumes;
    guest_ = guest;
    guest_->socket = this;
    acknowledge(id,
                {{"session", guest_->session},
                 {"user", guest_->user},
                 {"name", guest_->name},
                 {"resume", resume_},
                 {"resumed", true}});
    guest->catch_up(positions_of(request));
}

void WebSocketSession::subscribe(const Json& request, std::uint64_t id) {
    const std::string channel = channel_of(request);
    if (channel.empty()) return refuse(id, "bad_request", no_channel);
    WebGuest::SubscribeOptions options;
    if (const std::string after = text_of(request, "after"); !after.empty()) {
        options.after = parse_position(after);
        options.is_lost = !options.after;
    }
    options.recent = number_of(request, "recent").value_or(options.recent);
    if (const std::string auth = text_of(request, "auth"); !auth.empty()) {
        const std::string& secret = hub().config.channel_secret;
        options.is_authorised =
            !secret.empty() &&
            is_same_text(auth, hmac_sha256(secret, guest_->session + ":" + channel));
        if (!options.is_authorised) {
            ++hub().stats.refused_messages;
            return refuse(id, "not_allowed", "The channel's authorisation is wrong.");
        }
    }
    guest_->subscribe(
        channel,
        options,
        [weak = weak_self(), id](const tell::Answer& answer, const std::string& at, bool is_reset) {
            const auto self = weak.lock();
            if (!self) return;
            if (at.empty()) return self->refuse(id, answer);
            self->acknowledge(id, {{"at", at}, {"reset", is_reset}});
        });
}

void WebSocketSession::unsubscribe(const Json& request, std::uint64_t id) {
    guest_->unsubscribe(channel_of(request));
    acknowledge(id);
}

void WebSocketSession::publish(const Json& request, std::uint64_t id) {
    ask::Publish said;
    said.guest = guest_->id;
    said.channel = channel_of(request);
    const bool is_chat = text_of(request, "kind") == "chat";
    said.kind = is_chat ? ChannelKind::chat : ChannelKind::message;
    said.event = text_of(request, "event");
    auto payload = payload_of(said.kind, data_of(request));
    if (said.channel.empty() || said.channel == WebChannels::room_list) {
        return refuse(id, "bad_request", no_channel);
    }
    if (!payload || payload->size() > max_channel_payload_bytes) {
        return refuse(id, "bad_request", "That can't be said: no text, or too long.");
    }
    said.payload = std::move(*payload);
    hub().asks.ask(std::move(said), [weak = weak_self(), id](const tell::Answer& answer) {
        const auto self = weak.lock();
        if (!self) return;
        if (answer.error == tell::Error::none) return self->acknowledge(id);
        self->refuse(id, answer);
    });
}

void WebSocketSession::call(const Json& request, std::uint64_t id) {
    auto payload = payload_of(ChannelKind::message, data_of(request));
    if (!payload || payload->size() > max_call_bytes) {
        return refuse(id, "bad_request", "That is too long.");
    }
    ask::Call call{0, guest_->id, text_of(request, "name"), std::move(*payload)};
    hub().asks.ask(std::move(call), [weak = weak_self(), id](const tell::Answer& answer) {
        const auto self = weak.lock();
        if (!self) return;
        if (answer.error != tell::Error::none) return self->refuse(id, answer);
        self->acknowledge(id, {{"data", payload_json(ChannelKind::message, answer.payload)}});
    });
}

void WebSocketSession::watch(const Json& request, std::uint64_t id) {
    const std::uint64_t number = number_of(request, "room").value_or(0);
    const RoomSummary* room = number <= 0xFFFF'FFFF
                                  ? hub().rooms.find(RoomId{static_cast<std::uint32_t>(number)})
                                  : nullptr;
    const auto kind = room ? hub().info.kinds.find(room->kind) : hub().info.kinds.end();
    if (kind == hub().info.kinds.end()) {
        return refuse(id, "not_found", "There is no public room with this id.");
    }
    if (room->has_password)
        return refuse(id, "not_allowed", "Rooms with a password are not shown here.");
    unwatch();
    acknowledge(id,
                {{"kind", room->kind},
                 {"frames_per_second", kind->second.frames_per_second},
                 {"tick_rate", hub().info.tick_rate},
                 {"delay", kind->second.delay_seconds}});
    if (is_over()) return;
    watched_ = room->id;
    hub().feeds.watch(room->id, *this);
}

void WebSocketSession::unwatch() {
    if (!watched_) return;
    hub().feeds.unwatch(*watched_, *this);
    watched_.reset();
}

} // namespace engine_net::bridge
