#include "bridge/webhooks.hpp"

#include <algorithm>
#include <chrono>
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
    auto queue = DiskQueue::open(config.queue_file, config.max_queue_bytes);
    if (!queue) return Unexpected(queue.error());
    if (const std::size_t waiting = (*queue)->size(); waiting > 0)
        around.log(LogLevel::info, "webhooks: events that wait: " + std::to_string(waiting));
    if (const std::size_t torn = (*queue)->torn_bytes(); torn > 0)
        around.log(LogLevel::warning, "webhooks: torn bytes of the queue: " + std::to_string(torn));
    std::unique_ptr<Webhooks> hooks(new Webhooks(config, std::move(around), std::move(*queue)));
    hooks->note_waiting();
    return hooks;
}

Webhooks::Webhooks(WebhookConfig config, Surroundings around, std::unique_ptr<DiskQueue> queue)
    : config_(std::move(config))
    , around_(std::move(around))
    , queue_(std::move(queue))
    , retries_(
          {config_.retry_after, config_.longest_retry, config_.batch_size, config_.max_refusals},
          around_.random) {}

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
    ++lost_;
    if (std::exchange(is_full_, true)) return;
    around_.log(LogLevel::error,
                "webhooks: the queue is full, or can't be written; new events are lost");
}

/// Where they are missing.
void Webhooks::tell_of_lost() {
    const std::string id = "lost:" + std::to_string(unix_ms()) + ":" + std::to_string(++losses_);
    if (!keep("events_lost", id, {{"count", lost_}})) return;
    around_.log(LogLevel::warning, "webhooks: " + std::to_string(lost_) + " events were lost");
    lost_ = 0;
    is_full_ = false;
}

void Webhooks::note_waiting() {
    around_.stats.webhooks_waiting = queue_->size();
}

void Webhooks::on_time(Time now) {
    now_ = now;
    if (!is_under_way_ && retries_.is_due(now_)) send();
}

void Webhooks::send() {
    const auto events = queue_->first(retries_.batch_size(), max_batch_bytes);
    if (events.empty()) return;
    HttpCall call{.url = config_.url, .timeout = config_.timeout, .ca_file = config_.ca_file};
    call.body = "{\"time_ms\":" + std::to_string(unix_ms()) + ",\"events\":[";
    for (const std::string& event : events) call.body.append(event).append(",");
    call.body.back() = ']';
    call.body += "}";
    call.headers = signed_headers(config_.key, config_.secret, call.body);
    is_under_way_ =
        around_.http.call(std::move(call), [this, count = events.size()](const HttpReply& reply) {
            on_reply(count, reply);
        });
}

void Webhooks::on_reply(std::size_t count, const HttpReply& reply) {
    is_under_way_ = false;
    if (reply.status >= 200 && reply.status < 300) {
        if (retries_.failures() > 0)
            around_.log(LogLevel::info, "webhooks: they are delivered again");
        retries_.on_success();
        around_.stats.webhooks_delivered += count;
        queue_->remove_first(count);
        note_waiting();
        send();
        return;
    }
    ++around_.stats.webhook_failures;
    const std::string why = reply.status != 0
                                ? "it answers with status " + std::to_string(reply.status)
                                : reply.problem;
    if (retries_.failures() == 0)
        around_.log(LogLevel::warning, "webhooks: the backend does not take them: " + why);
    if (retries_.on_failure(now_, count, is_refusal(reply.status))) drop_first(why);
}

void Webhooks::drop_first(const std::string& why) {
    const auto events = queue_->first(1, max_batch_bytes);
    const auto event = parse_json(events.empty() ? "" : events.front());
    around_.log(LogLevel::error,
                "webhooks: the event " + (event ? text_of(*event, "id") : "") +
                    " is dropped, which the backend refuses each time: " + why);
    ++around_.stats.webhooks_lost;
    ++lost_;
    queue_->remove_first(1);
    note_waiting();
}

} // namespace engine_net::bridge
