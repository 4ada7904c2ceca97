#include "bridge/adapter.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace engine_net::bridge {
namespace {

/// So many of those that wait are looked at for a request: of many channels, those of one.
constexpr std::size_t most_ahead = 64;
constexpr std::size_t most_ahead_bytes = 1024 * 1024;
/// What was read since comes twice if the process ends, unless it waits.
constexpr Duration save_pause = std::chrono::seconds(1);

std::string id_of(const Passage& passage) {
    return passage.channel + "@" + to_text(Position{passage.epoch, passage.number});
}

std::string reason_of(const HttpReply& reply) {
    return reply.status != 0 ? "it answers with status " + std::to_string(reply.status)
                             : reply.problem;
}

} // namespace

Result<std::unique_ptr<Adapter>, std::string> Adapter::open(const AdapterConfig& config,
                                                            Surroundings around) {
    auto service = make_service(config);
    if (!service) return Unexpected(service.error());
    auto queue = DiskQueue::open(config.queue_file, config.max_queue_bytes);
    if (!queue) return Unexpected(queue.error());
    std::unique_ptr<Adapter> adapter(
        new Adapter(config, std::move(around), std::move(*service), std::move(*queue)));
    adapter->note_queued();
    return adapter;
}

Adapter::Adapter(AdapterConfig config,
                 Surroundings around,
                 std::unique_ptr<Service> service,
                 std::unique_ptr<DiskQueue> queue)
    : config_(std::move(config))
    , around_(std::move(around))
    , service_(std::move(service))
    , queue_(std::move(queue))
    , positions_(config_.queue_file + ".positions")
    , retries_(
          {config_.retry_after, config_.longest_retry, service_->max_batch(), config_.max_refusals},
          around_.random) {}

void Adapter::note_queued() {
    for (const std::string& text : queue_->first(queue_->size(), queue_->waiting_bytes())) {
        const Passage passage = read(text).passage;
        positions_.note_read(passage.channel, {passage.epoch, passage.number});
    }
    if (waiting() > 0) log(LogLevel::info, "messages that wait: " + std::to_string(waiting()));
    if (const std::size_t torn = queue_->torn_bytes(); torn > 0)
        log(LogLevel::warning, "torn bytes of the queue: " + std::to_string(torn));
}

void Adapter::log(LogLevel level, const std::string& text) {
    around_.log(level, "adapter " + std::string(service_->name()) + ": " + text);
}

bool Adapter::wants(std::string_view channel) const {
    const auto& names = config_.channels;
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        if (!name.ends_with('*')) return name == channel;
        name.remove_suffix(1);
        return channel.starts_with(name);
    });
}

void Adapter::begin(const std::string& channel, std::uint64_t epoch, std::uint64_t begin) {
    const std::uint64_t missing = positions_.open(channel, epoch, begin);
    if (missing == 0) return;
    around_.stats.adapters_lost += missing;
    log(LogLevel::error,
        std::to_string(missing) + " messages of " + channel +
            " are gone: too many came to be read");
}

void Adapter::add(const std::string& channel, std::uint64_t epoch, const Said& said) {
    if (!positions_.read(channel, {epoch, said.item().number})) return;
    const bool is_said = said.item().kind == ChannelKind::chat ||
                         (said.item().kind == ChannelKind::message && !said.item().event.empty());
    if (!is_said) return;
    if (queue_->add(said.json())) {
        is_full_ = false;
        return;
    }
    ++around_.stats.adapters_lost;
    if (!std::exchange(is_full_, true))
        log(LogLevel::error, "the queue is full, or can't be written; new messages are lost");
}

void Adapter::on_time(Time now) {
    now_ = now;
    if (now_ >= saved_ + save_pause) save();
    if (!is_under_way_ && retries_.is_due(now_)) send();
}

void Adapter::save() {
    saved_ = now_;
    (void)positions_.save();
}

Adapter::Entry Adapter::read(std::string_view text) {
    Entry entry;
    // What this process wrote itself is as deep as it may be, and one more.
    entry.passage.message = Json::parse(text.begin(), text.end(), nullptr, false);
    entry.passage.channel = text_of(entry.passage.message, "channel");
    const auto at = parse_position(text_of(entry.passage.message, "at"));
    if (at) {
        entry.passage.epoch = at->epoch;
        entry.passage.number = at->number;
    }
    return entry;
}

/// Those of the queue's first that the service can't have are done with.
void Adapter::look_ahead() {
    if (first_.size() > most_ahead / 2 || first_.size() == queue_->size()) return;
    const auto texts = queue_->first(most_ahead, most_ahead_bytes);
    while (first_.size() < texts.size()) {
        Entry& entry = first_.emplace_back(read(texts[first_.size()]));
        std::string problem = service_->problem_of(entry.passage.channel);
        if (problem.empty()) problem = service_->problem_of(entry.passage);
        if (problem.empty()) continue;
        entry.is_done = true;
        ++around_.stats.adapters_unfit;
        if (std::exchange(has_told_of_unfit_, true)) continue;
        log(LogLevel::error,
            "it can't have " + id_of(entry.passage) + ": " + problem +
                "; more like it are left out and counted, but not told of");
    }
    remove_done();
}

void Adapter::remove_done() {
    std::size_t count = 0;
    for (; !first_.empty() && first_.front().is_done; ++count) first_.pop_front();
    if (count > 0) queue_->remove_first(count);
}

/// By their places among the first.
std::vector<std::size_t> Adapter::next_batch() const {
    std::vector<std::size_t> batch;
    for (std::size_t i = 0; i < first_.size() && batch.size() < retries_.batch_size(); ++i) {
        const Entry& entry = first_[i];
        const bool is_other = service_->is_by_channel() && !batch.empty() &&
                              entry.passage.channel != first_[batch.front()].passage.channel;
        if (!entry.is_done && !is_other) batch.push_back(i);
    }
    return batch;
}

void Adapter::send() {
    look_ahead();
    std::vector<std::size_t> batch = next_batch();
    if (batch.empty()) return;
    std::vector<const Passage*> passages;
    passages.reserve(batch.size());
    for (const std::size_t place : batch) passages.push_back(&first_[place].passage);
    std::size_t count = 0;
    HttpCall call = service_->call(passages, count);
    call.timeout = config_.timeout;
    call.ca_file = config_.ca_file;
    batch.resize(count);
    is_under_way_ = around_.http.call(std::move(call), [this, batch](const HttpReply& reply) {
        on_reply(batch, reply);
    });
}

void Adapter::on_reply(const std::vector<std::size_t>& batch, const HttpReply& reply) {
    is_under_way_ = false;
    if (reply.status < 200 || reply.status >= 300)
        return on_failure(batch, is_refusal(reply.status), reason_of(reply));
    const auto places = service_->failed_of(reply.body, batch.size());
    if (!places) return on_failure(batch, false, "its answer is none of such a service");
    std::vector<std::size_t> failed;
    failed.reserve(places->size());
    for (const std::size_t place : *places) failed.push_back(batch[place]);
    for (const std::size_t place : batch)
        first_[place].is_done = std::find(failed.begin(), failed.end(), place) == failed.end();
    around_.stats.adapters_delivered += batch.size() - failed.size();
    if (!failed.empty()) {
        return on_failure(failed,
                          true,
                          "it has taken but " + std::to_string(batch.size() - failed.size()) +
                              " of " + std::to_string(batch.size()));
    }
    if (retries_.failures() > 0) log(LogLevel::info, "messages are passed on again");
    retries_.on_success();
    remove_done();
    send();
}

void Adapter::on_failure(const std::vector<std::size_t>& failed,
                         bool is_refused,
                         const std::string& why) {
    ++around_.stats.adapter_failures;
    if (retries_.failures() == 0) log(LogLevel::warning, "the service does not take them: " + why);
    if (retries_.on_failure(now_, failed.size(), is_refused)) drop(first_[failed.front()], why);
    remove_done();
}

void Adapter::drop(Entry& entry, const std::string& why) {
    entry.is_done = true;
    ++around_.stats.adapters_dropped;
    log(LogLevel::error,
        id_of(entry.passage) + " is dropped, which the service refuses each time: " + why);
}

} // namespace engine_net::bridge
