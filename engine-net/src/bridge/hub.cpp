#include "bridge/hub.hpp"

#include "bridge/adapters.hpp"
#include "bridge/backend.hpp"
#include "bridge/pusher_app.hpp"
#include "bridge/webhook_events.hpp"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace engine_net::bridge {
namespace {

using namespace std::chrono_literals;

/// The channel of rooms says no more than that.
constexpr Duration room_list_pause = 250ms;
constexpr Duration view_age = 1s;

} // namespace

Hub::Hub(BridgeConfig its_config, ServerInfo its_info, Exchange& exchange)
    : config(std::move(its_config))
    , info(std::move(its_info))
    , asks(exchange)
    , channels(asks, secrets.next() >> 16)
    , feeds(asks, stats, config.max_waiting_bytes)
    , rooms([this](RoomId room) {
        return feeds.viewers(room);
    })
    , files(config.files)
    , addresses(config.max_connections_per_address)
    , guests(*this)
    , pusher(config.pusher ? std::make_unique<pusher::App>(*this, *config.pusher) : nullptr)
    , mqtt(*this)
    , exchange_(&exchange) {}

Hub::~Hub() = default;

Result<Done, std::string> Hub::open(std::unique_ptr<HttpClient> client) {
    http = std::move(client);
    const auto log_it = [this](LogLevel level, std::string text) {
        log(level, std::move(text));
    };
    if (config.backend) {
        if (config.backend->url.empty() || config.backend->secret.empty())
            return Unexpected(std::string("a backend needs a url and a secret"));
        backend = std::make_unique<Backend>(
            *config.backend, Backend::Surroundings{*http, stats, log_it}, info.node);
        channels.set_backend(*backend);
    }
    const auto random = [this] {
        return secrets.next();
    };
    if (!config.adapters.empty()) {
        auto opened = Adapters::open(config.adapters, {*http, stats, random, log_it});
        if (!opened) return Unexpected(opened.error());
        adapters = std::move(*opened);
    }
    if (!config.webhooks) return Done{};
    auto hooks = Webhooks::open(*config.webhooks, {*http, stats, random, log_it});
    if (!hooks) return Unexpected(hooks.error());
    webhooks = std::make_unique<WebhookEvents>(
        std::move(*hooks), channels, info.node, secrets.next() >> 16);
    return Done{};
}

void Hub::take_told() {
    for (const Tell& told : exchange_->take_told()) {
        std::visit(
            [this](const auto& one) {
                on_told(one);
            },
            told);
    }
    feeds.flush();
}

void Hub::on_told(const tell::RoomList& list) {
    rooms.on_told(list);
    if (webhooks) webhooks->on_told(list);
    has_new_rooms_ = true;
    tell_rooms();
}

void Hub::on_told(const tell::FeedItem& item) {
    feeds.on_told(item);
    if (item.kind == tell::FeedKind::state) mqtt.on_state(item.room);
}

void Hub::on_told(const tell::ChannelUse& use) {
    if (use.subscribers == 0) {
        channel_use.erase(use.channel);
    } else if (channel_use.insert_or_assign(use.channel, use.subscribers).second) {
        mqtt.on_channel(use.channel);
    }
    if (pusher) pusher->on_told(use);
    if (webhooks) webhooks->on_told(use);
}

void Hub::on_told(const tell::AskBackend& asked) {
    backend->ask(asked.question, [this, ticket = asked.ticket](const Verdict& verdict) {
        asks.tell(ask::Answered{ticket, verdict});
    });
}

void Hub::on_told(const tell::Draining& /*draining*/) {
    is_draining_ = true;
    mqtt.on_draining();
}

void Hub::on_told(const tell::ChannelOpened& opened) {
    channels.on_told(opened);
    mqtt.on_told(opened);
    if (webhooks) webhooks->on_told(opened);
    if (adapters) adapters->on_told(opened);
}

void Hub::on_told(const tell::ChannelNews& news) {
    mqtt.on_told(news);
    channels.on_told(news);
    if (webhooks) webhooks->on_told(news);
    if (adapters) adapters->on_told(news);
}

void Hub::on_told(const tell::ChannelClosed& closed) {
    channels.on_told(closed);
    if (webhooks) webhooks->on_told(closed);
    if (adapters) adapters->on_told(closed);
}

void Hub::on_told(const tell::View& view) {
    view_ = view.view;
    view_taken_ = now;
    is_view_asked_ = false;
    if (!view_) return;
    for (const auto& on_view : std::exchange(view_waiters_, {})) on_view(*view_);
}

void Hub::tell_rooms() {
    if (!has_new_rooms_ || now < rooms_told_ + room_list_pause) return;
    has_new_rooms_ = false;
    rooms_told_ = now;
    channels.set_room_list(rooms.list());
    mqtt.on_rooms();
}

void Hub::on_time(Time time) {
    now = time;
    asks.on_time();
    feeds.on_time();
    guests.on_time();
    if (pusher) pusher->on_time(now);
    mqtt.on_time();
    if (webhooks) webhooks->on_time(time);
    if (adapters) adapters->on_time(time);
    if (backend) backend->on_time(time);
    if (rooms.is_known() && told_viewers_ != stats.viewers) {
        told_viewers_ = stats.viewers;
        rooms.forget();
        has_new_rooms_ = true;
    }
    tell_rooms();
}

void Hub::log(LogLevel level, std::string text) {
    exchange_->ask(ask::Log{level, std::move(text)});
}

bool Hub::allows_origin(const HttpRequest& request) const {
    if (request.count("origin") > 1) return false;
    const auto origin = request.header("origin");
    if (!origin) return true;
    const std::string_view host = request.header("host").value_or("");
    const std::size_t scheme = origin->find("://");
    const bool is_of_web = origin->starts_with("http://") || origin->starts_with("https://");
    if (is_of_web && !host.empty() && is_same_word(origin->substr(scheme + 3), host)) return true;
    const auto& allowed = config.allowed_origins;
    return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& one) {
        return one == "*" || is_same_word(one, *origin);
    });
}

RateLimit Hub::message_rate() const {
    constexpr int burst_seconds = 4;
    const auto rate = static_cast<int>(std::max<std::uint32_t>(1, config.messages_per_second));
    return {rate * burst_seconds, Duration(std::chrono::seconds(1)) / rate};
}

void Hub::ask_view(const std::function<void(const ServerView&)>& on_view) {
    if (view_ && now < view_taken_ + view_age) {
        on_view(*view_);
        return;
    }
    view_waiters_.push_back(on_view);
    if (!std::exchange(is_view_asked_, true)) asks.tell(ask::View{});
}

std::string make_secret(SecretSource& source) {
    Secret secret{};
    source.fill(secret);
    std::string digits(2 * secret.size() + 1, '\0');
    sodium_bin2hex(digits.data(), digits.size(), secret.data(), secret.size());
    digits.pop_back();
    return digits;
}

} // namespace engine_net::bridge
