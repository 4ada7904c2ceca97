#include "bridge/webhooks.hpp"

#include <algorithm>
#include <utility>

namespace engine_net::bridge {
namespace {

constexpr std::size_t max_batch_bytes = 256 * 1024;

} // namespace

std::vector<std::string>
signed_headers(std::string_view key, std::string_view secret, std::string_view body) {
    return {"Content-Type: application/json",
            std::string("X-Pusher-Key: ").append(key),
            std::string("X-Pusher-Signature: ").append(hmac_sha256(secret, body))};
}

Result<std::unique_ptr<Webhooks>, std::string> Webhooks::open(const WebhookConfig& config,
                                                              Surroundings around) {
    if (config.url.empty() || config.secret.empty())
        return Unexpected(std::string("webhooks need a url and a secret"));
    auto queue = WebhookQueue::open(config.queue_file, config.max_queue_bytes);
    if (!queue) return Unexpected(queue.error());
    if (const std::size_t waiting = (*queue)->size(); waiting > 0)
        around.log(LogLevel::info, "webhooks: events that wait: " + std::to_string(waiting));
    if (const std::size_t torn = (*queue)->torn_bytes(); torn > 0)
        around.log(LogLevel::warning, "webhooks: torn bytes of the queue: " + std::to_string(torn));
    std::unique_ptr<Webhooks> hooks(new Webhooks(config, std::move(around), std::move(*queue)));
    hooks->note_waiting();
    return hooks;
}

bool Webhooks::wants(std::string_view name) const {
    const auto& names = config_.events;
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

std::int64_t Webhooks::unix_ms() const {
    return std::chrono::milliseconds(config_.unix_time().time_since_epoch()).count();
}

void Webhooks::add(std::string_view name, const std::string& id, Json event) {
    if (!wants(name)) return;
    if (lost_ > 0) tell_of_lost();
    if (lost_ > 0 || !keep(name, id, std::move(event))) lose();
    note_waiting();
}

bool Webhooks::keep(std::string_view name, const std::string& id, Json event) {
    event["id"] = id;
    event["name"] = name;
    event["time_ms"] = unix_ms();
    return queue_->add(to_text(event));
}

void Webhooks::lose() {
    ++around_.stats.webhooks_lost;
    if (lost_++ > 0) return;
    ++losses_;
    around_.log(LogLevel::error,
                "webhooks: the queue is full, or can't be written; new events are lost");
}

/// Where they are missing.
void Webhooks::tell_of_lost() {
    const std::string id = "lost:" + std::to_string(unix_ms()) + ":" + std::to_string(losses_);
    if (!keep("events_lost", id, {{"count", lost_}})) return;
    around_.log(LogLevel::warning, "webhooks: " + std::to_string(lost_) + " events were lost");
    lost_ = 0;
}

void Webhooks::note_waiting() {
    around_.stats.webhooks_waiting = queue_->size();
}

void Webhooks::on_time(Time now) {
    now_ = now;
    if (!is_under_way_ && now_ >= next_try_) send();
}

void Webhooks::send() {
    const auto events = queue_->first(config_.batch_size, max_batch_bytes);
    if (events.empty()) return;
    HttpPost post{.url = config_.url, .timeout = config_.timeout, .ca_file = config_.ca_file};
    post.body = "{\"time_ms\":" + std::to_string(unix_ms()) + ",\"events\":[";
    for (const std::string& event : events) post.body.append(event).append(",");
    post.body.back() = ']';
    post.body += "}";
    post.headers = signed_headers(config_.key, config_.secret, post.body);
    is_under_way_ =
        around_.http.post(std::move(post), [this, count = events.size()](const HttpReply& reply) {
            on_reply(count, reply);
        });
}

void Webhooks::on_reply(std::size_t count, const HttpReply& reply) {
    is_under_way_ = false;
    if (reply.status >= 200 && reply.status < 300) {
        if (failures_ > 0) around_.log(LogLevel::info, "webhooks: they are delivered again");
        failures_ = 0;
        around_.stats.webhooks_delivered += count;
        queue_->remove_first(count);
        note_waiting();
        send();
        return;
    }
    ++around_.stats.webhook_failures;
    if (failures_++ == 0) {
        const std::string why = reply.status != 0
                                    ? "it answers with status " + std::to_string(reply.status)
                                    : reply.problem;
        around_.log(LogLevel::warning, "webhooks: the backend does not take them: " + why);
    }
    next_try_ = now_ + pause_after_failure();
}

/// Twice as long each time, and not the same for all servers that it fails for.
Duration Webhooks::pause_after_failure() const {
    const Duration shortest = config_.retry_after;
    Duration pause = shortest;
    for (std::uint32_t i = 1; i < failures_ && pause < config_.longest_retry; ++i) pause *= 2;
    pause = std::min<Duration>(pause, config_.longest_retry);
    const auto half = static_cast<std::uint64_t>(std::max<Duration::rep>(1, pause.count() / 2));
    return pause - Duration(static_cast<Duration::rep>(around_.random() % half));
}

} // namespace engine_net::bridge
