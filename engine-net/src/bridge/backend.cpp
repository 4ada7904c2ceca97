#include "bridge/backend.hpp"

#include "bridge/json_text.hpp"
#include "bridge/webhooks.hpp"

#include <utility>

namespace engine_net::bridge {
namespace {

Verdict refusal(tell::Error error, std::string detail) {
    Verdict verdict;
    verdict.error = error;
    verdict.detail = std::move(detail);
    return verdict;
}

/// What is sent of a question besides its time.
Json fields_of(const Question& question, const std::string& node) {
    Json fields{{"user", question.user}, {"name", question.name}, {"node", node}};
    if (const auto* const channel = std::get_if<std::string>(&question.about)) {
        fields["ask"] = "subscribe";
        fields["channel"] = *channel;
        return fields;
    }
    const auto& join = std::get<JoinQuestion>(question.about);
    fields["ask"] = "join";
    fields["room"] = join.room;
    fields["room_id"] = join.room_id.value;
    fields["kind"] = join.kind;
    fields["create"] = join.may_create;
    return fields;
}

bool flag_of(const Json& object, std::string_view key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

/// Nothing: that is no answer.
std::optional<Verdict> verdict_of(const HttpReply& reply) {
    if (reply.status < 200 || reply.status >= 300) return std::nullopt;
    const auto said = parse_json(reply.body);
    if (!said || !said->is_object() || !said->contains("allow")) return std::nullopt;
    if (!flag_of(*said, "allow")) {
        const std::string reason = text_of(*said, "reason");
        return refusal(tell::Error::not_allowed, reason.empty() ? "The game says no." : reason);
    }
    Verdict verdict;
    verdict.may_publish = flag_of(*said, "publish");
    verdict.user = text_of(*said, "user");
    verdict.name = text_of(*said, "name");
    return verdict;
}

} // namespace

Backend::Backend(BackendConfig config, Surroundings around, std::string node)
    : config_(std::move(config)), around_(std::move(around)), node_(std::move(node)) {}

bool Backend::decides(std::string_view channel) {
    return channel.starts_with("private/") || channel.starts_with("presence/");
}

bool Backend::is_cut_off() const {
    return failures_ >= config_.failures_to_cut_off && (is_tried_ || now_ < next_try_);
}

void Backend::ask(const Question& question, OnVerdict on_verdict) {
    const Key key = to_text(fields_of(question, node_));
    if (const auto known = known_.find(key); known != known_.end() && now_ < known->second.until) {
        ++around_.stats.backend_cached;
        on_verdict(Verdict(known->second.verdict));
        return;
    }
    if (const auto asked = asked_.find(key); asked != asked_.end()) {
        asked->second.push_back(std::move(on_verdict));
        return;
    }
    if (is_cut_off()) {
        ++around_.stats.backend_cut_off;
        on_verdict(refusal(tell::Error::not_now, "The game's backend can't be asked."));
        return;
    }
    asked_[key].push_back(std::move(on_verdict));
    post(key, question);
}

void Backend::post(const Key& key, const Question& question) {
    const std::chrono::milliseconds time(config_.unix_time().time_since_epoch());
    Json fields = fields_of(question, node_);
    fields["time_ms"] = time.count();
    HttpCall call{.url = config_.url, .timeout = config_.timeout, .ca_file = config_.ca_file};
    call.body = to_text(fields);
    call.headers = signed_headers(config_.key, config_.secret, call.body);
    ++around_.stats.backend_asked;
    is_tried_ = true;
    const bool is_taken = around_.http.call(std::move(call), [this, key](const HttpReply& reply) {
        on_reply(key, reply);
    });
    if (is_taken) return;
    is_tried_ = false;
    answer(key, refusal(tell::Error::not_now, "The game's backend is asked too much."));
}

void Backend::on_reply(const Key& key, const HttpReply& reply) {
    is_tried_ = false;
    const auto verdict = verdict_of(reply);
    if (!verdict) {
        note_failure(reply);
        answer(key, refusal(tell::Error::not_now, "The game's backend does not answer."));
        return;
    }
    note_success();
    remember(key, *verdict);
    answer(key, *verdict);
}

void Backend::answer(const Key& key, const Verdict& verdict) {
    const auto asked = asked_.find(key);
    if (asked == asked_.end()) return;
    const std::vector<OnVerdict> waiting = std::move(asked->second);
    asked_.erase(asked); // who hears of it may ask again
    for (const OnVerdict& on_verdict : waiting) on_verdict(verdict);
}

void Backend::note_failure(const HttpReply& reply) {
    ++around_.stats.backend_failures;
    next_try_ = now_ + config_.cut_off_time;
    if (++failures_ != config_.failures_to_cut_off) return;
    around_.log(LogLevel::error,
                "backend: it can't be asked, and all are refused: " +
                    (reply.status == 0 ? reply.problem
                                       : "it answers with status " + std::to_string(reply.status)));
}

void Backend::note_success() {
    if (failures_ >= config_.failures_to_cut_off)
        around_.log(LogLevel::info, "backend: it can be asked again");
    failures_ = 0;
}

void Backend::remember(const Key& key, const Verdict& verdict) {
    if (config_.cache_time.count() == 0 || config_.max_cached == 0) return;
    if (ends_.size() >= config_.max_cached) {
        known_.erase(ends_.front().second);
        ends_.pop_front();
    }
    const Time until = now_ + config_.cache_time;
    known_[key] = {verdict, until};
    ends_.emplace_back(until, key);
}

void Backend::on_time(Time now) {
    now_ = now;
    for (; !ends_.empty() && ends_.front().first <= now_; ends_.pop_front()) {
        const auto known = known_.find(ends_.front().second);
        if (known != known_.end() && known->second.until <= now_) known_.erase(known);
    }
}

} // namespace engine_net::bridge
