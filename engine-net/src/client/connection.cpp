#include "client/core.hpp"
#include "session/connect_token.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace engine_net {

namespace {

using namespace std::chrono_literals;

/// An attempt to resume is given up after this, and the next one begins.
constexpr Duration attempt_time = 2s;
/// For which an address may be silent before the next one is tried besides.
constexpr Duration address_patience = 300ms;
/// Between two attempts, doubled each time up to the longest; half of it is random, so that a
/// thousand clients of one server do not come back at once.
constexpr Duration first_pause = 100ms;
constexpr Duration longest_pause = 2s;
/// How long a polite leave may take.
constexpr Duration leaving_time = 3s;

CloseReason close_reason_of(wire::LeaveReason reason) {
    switch (reason) {
    case wire::LeaveReason::left: return CloseReason::left;
    case wire::LeaveReason::timed_out: return CloseReason::timed_out;
    case wire::LeaveReason::kicked:
    case wire::LeaveReason::room_closed: return CloseReason::kicked;
    case wire::LeaveReason::node_lost:
    case wire::LeaveReason::server_closing: return CloseReason::server_closing;
    case wire::LeaveReason::protocol_error: return CloseReason::protocol_error;
    }
    return CloseReason::protocol_error;
}

CloseReason close_reason_of(wire::RefuseReason reason) {
    switch (reason) {
    case wire::RefuseReason::server_closing: return CloseReason::server_closing;
    case wire::RefuseReason::protocol_error: return CloseReason::protocol_error;
    case wire::RefuseReason::replaced: return CloseReason::replaced;
    case wire::RefuseReason::protocol_version:
    case wire::RefuseReason::bad_name:
    case wire::RefuseReason::not_authentic:
    case wire::RefuseReason::resume_refused:
    case wire::RefuseReason::elsewhere:
    case wire::RefuseReason::seat_refused:
    case wire::RefuseReason::server_full: return CloseReason::refused;
    case wire::RefuseReason::token_missing:
    case wire::RefuseReason::token_invalid:
    case wire::RefuseReason::token_expired:
    case wire::RefuseReason::token_for_another_server:
    case wire::RefuseReason::token_already_used:
    case wire::RefuseReason::token_memory_full: return CloseReason::token_refused;
    }
    return CloseReason::refused;
}

std::string text_of(const flatbuffers::String* text) {
    return text ? text->str() : std::string();
}

/// Where a game looks names up itself; what is no address is left out.
Resolver::Lookup
lookup_of(std::function<std::vector<std::string>(const std::string& name)> look_up) {
    return [look_up = std::move(look_up)](const std::string& name) {
        std::vector<IpAddress> hosts;
        for (const std::string& text : look_up(name)) {
            if (const auto host = parse_host(text)) hosts.push_back(*host);
        }
        return hosts;
    };
}

} // namespace

void Client::Core::begin(Time now) {
    has_begun_ = true;
    began_ = now;
    if (const auto problem = config_.validate()) return close(CloseReason::bad_config, *problem);
    auto schema = ReplicatedSchema::load(config_.schema);
    if (!schema) return close(CloseReason::bad_config, schema.error().text);
    schema_ = std::move(*schema);
    if (!config_.resume_token.empty()) {
        const std::string_view token = config_.resume_token;
        credentials_ = parse_credentials(token.substr(0, credentials_digits));
        if (token.size() > credentials_digits)
            introduction_ = parse_introduction(token.substr(credentials_digits));
        if (!credentials_ || (token.size() > credentials_digits && !introduction_))
            return close(CloseReason::bad_config, "resume_token is not one");
        has_forgotten_ = true;
    }
    if (config_.look_up) resolver_ = Resolver(lookup_of(config_.look_up));
    resolver_.start(config_.host, config_.port);
}

/// The session's credentials, and what makes the way to its server shorter.
std::string Client::Core::resume_token() const {
    if (!credentials_) return {};
    return to_text(*credentials_) + (introduction_ ? to_text(*introduction_) : std::string());
}

void Client::Core::set_net_sim(const LinkSimulation& simulation) {
    config_.net_sim = simulation; // of links that are opened later
    for (Link* const link : {link_.get(), attempt_.get()}) {
        if (link) link->set_net_sim(simulation);
    }
    for (const auto& other : others_) other->set_net_sim(simulation);
}

void Client::Core::keep_connected(Time now) {
    if (state_ == ClientState::closed) return;
    if (leave_deadline_ && (now >= *leave_deadline_ || !link_ || link_->is_lost()))
        return close(CloseReason::left, {});
    if (is_leaving_) return;
    switch (state_) {
    case ClientState::connecting: return keep_connecting(now);
    case ClientState::online:
    case ClientState::suspended: return keep_online(now);
    case ClientState::closed: return;
    }
}

void Client::Core::keep_connecting(Time now) {
    if (servers_.empty()) {
        if (const auto resolved = resolver_.poll()) {
            if (!*resolved) {
                return close(CloseReason::unreachable,
                             "the name " + config_.host + " could not be resolved");
            }
            servers_ = **resolved;
        }
    }
    try_addresses(now);
    if (attempt_) {
        const auto refusal = attempt_->host().refusal();
        const bool is_over = refusal || attempt_->is_lost();
        if (is_over && !try_other()) {
            return refusal ? close(CloseReason::refused, std::string(message(*refusal)))
                           : close_unreachable();
        }
    }
    if (now - began_ >= config_.connect_timeout) close_unreachable();
}

void Client::Core::close_unreachable() {
    const bool is_v6 = config_.host.find(':') != std::string::npos;
    const std::string host = is_v6 ? '[' + config_.host + ']' : config_.host;
    close(CloseReason::unreachable, "no answer from " + host + ":" + std::to_string(config_.port));
}

/// Tries the server's addresses in turn, one more whenever those before have been silent for a
/// moment, until the first link is up.
void Client::Core::try_addresses(Time now) {
    if (!attempt_ && tried_ >= servers_.size()) tried_ = 0;
    while (tried_ < servers_.size()) {
        if (attempt_ && (attempt_->is_up() || now - last_tried_ < address_patience)) return;
        auto link = open_link(servers_[tried_++], now);
        if (!link) continue;
        last_tried_ = now;
        if (attempt_) {
            others_.push_back(std::move(link));
        } else {
            attempt_ = std::move(link);
        }
    }
}

/// Ends the attempt; false, and it stays, when no other address is left to hope for.
bool Client::Core::try_other() {
    if (others_.empty() && tried_ >= servers_.size()) return false;
    ended_.push_back(std::move(attempt_));
    if (!others_.empty()) {
        attempt_ = std::move(others_.front());
        others_.erase(others_.begin());
    }
    return true;
}

void Client::Core::end_attempts() {
    if (attempt_) ended_.push_back(std::move(attempt_));
    std::ranges::move(std::exchange(others_, {}), std::back_inserter(ended_));
    tried_ = 0;
}

std::unique_ptr<Link> Client::Core::open_link(const Address& server, Time now) {
    const std::optional<std::uint64_t> seed =
        config_.seed ? std::optional(secrets_.next()) : std::nullopt;
    return Link::open(config_, server, seed, std::exchange(introduction_, std::nullopt), now);
}

void Client::Core::keep_online(Time now) {
    const Duration silence = now - link_->last_heard();
    if (!link_->is_lost() && silence < config_.suspicion_time) {
        // It lives after all.
        end_attempts();
        attempts_ = 0;
        next_attempt_ = now;
        state_ = ClientState::online;
        if (is_suspected_) tell_resumed(clock_.tick_at(clock_.server_time(now)).value_or(Tick{}));
        return;
    }
    suspect();
    const bool is_given_up = link_->is_lost() || silence >= config_.session_timeout;
    if (is_given_up) state_ = ClientState::suspended;
    const Duration grace = room_.is_set() ? room_grace_ : lobby_grace_;
    if (silence >= std::min<Duration>(config_.resume_time, grace) + config_.session_timeout) {
        return close(CloseReason::timed_out, "the link was silent for too long");
    }
    if (config_.resume_time > 0ms) try_again(now);
}

void Client::Core::try_again(Time now) {
    if (attempt_ && (attempt_->is_lost() || now - attempt_->opened() >= attempt_time)) {
        end_attempts();
        const Duration pause =
            std::min<Duration>(first_pause * (1 << std::min(attempts_, 8u)), longest_pause);
        next_attempt_ =
            now + pause / 2 +
            Duration(static_cast<std::int64_t>(secrets_.next() % 1000) * pause.count() / 2000);
        ++attempts_;
    }
    if (attempt_ || now >= next_attempt_) try_addresses(now);
}

/// What is shown grows old. Told once until it is over.
void Client::Core::suspect() {
    if (std::exchange(is_suspected_, true)) return;
    newest_before_ = view_ ? view_->replica().newest_tick() : std::nullopt;
    if (on_suspended) on_suspended();
}

/// `newest`: the server's tick by now.
void Client::Core::tell_resumed(Tick newest) {
    is_suspected_ = false;
    inputs_.resume();
    const std::int32_t missed = newest_before_ ? newest - *newest_before_ : 0;
    newest_before_.reset();
    if (on_resumed) on_resumed(static_cast<std::uint32_t>(std::max(missed, 0)));
}

void Client::Core::on_link_up(Link& link) {
    const auto other = std::ranges::find(others_, &link, &std::unique_ptr<Link>::get);
    if (other != others_.end()) std::swap(attempt_, *other);
    std::ranges::move(std::exchange(others_, {}), std::back_inserter(ended_));
    if (!credentials_) {
        link.send(Channel::control,
                  encoder_.hello(
                      protocol_version,
                      {config_.name,
                       config_.token,
                       config_.colour,
                       config_.is_admin,
                       token_bytes(config_.connect_token).value_or(std::vector<std::uint8_t>{})},
                      nullptr));
        return;
    }
    const wire::ControlEncoder::Resume resume{
        credentials_->session, credentials_->secret, incoming_.received(), has_forgotten_};
    link.send(Channel::control, encoder_.hello(protocol_version, {config_.name}, &resume));
}

void Client::Core::take_welcome(Link& link, const wire::Welcome& welcome) {
    if (&link != attempt_.get()) {
        ++stats_.refused.unexpected_messages;
        return;
    }
    if (link_) ended_.push_back(std::move(link_));
    link_ = std::move(attempt_);
    // Where it answers now it is tried first if it is lost.
    const auto answered = std::ranges::find(servers_, link_->server());
    std::rotate(servers_.begin(), answered, answered + 1);
    introduction_ = link_->introduction();
    credentials_.emplace();
    credentials_->session = SessionId{welcome.session()};
    std::copy_n(
        welcome.secret()->begin(), credentials_->secret.size(), credentials_->secret.begin());
    if (has_forgotten_) {
        outgoing_.start_after(welcome.received());
        incoming_.start_after(welcome.sent());
        has_forgotten_ = false;
    }
    if (!outgoing_.can_replay_after(welcome.received())) {
        return close(CloseReason::timed_out,
                     "more was sent while the link was lost than could be kept");
    }
    user_ = text_of(welcome.user());
    lobby_grace_ = std::chrono::milliseconds(welcome.grace_ms());
    clock_.set_tick_rate(welcome.tick_rate());
    playout_.set_tick_rate(welcome.tick_rate());
    if (!own_view_) {
        own_view_.emplace(*schema_, welcome.tick_rate());
        room_digest_ = schema_->digest();
    }
    lead_.set_tick_period(clock_.tick_period());
    clock_.begin_again();
    lead_.begin_again();
    input_sequence_ = 0;
    loss_in_.begin_again();
    loss_out_.begin_again();
    heartbeats_ = {};
    attempts_ = 0;
    state_ = ClientState::online;

    link_->send(Channel::control, encoder_.confirm());
    outgoing_.replay_after(welcome.received(), [&](Bytes message) {
        link_->send(Channel::events, message);
    });
    if (welcome.resumed()) {
        ++stats_.resumes;
        if (welcome.room() != 0) {
            enter_room({RoomId{welcome.room()},
                        PresenceId{welcome.presence()},
                        welcome.schema_digest(),
                        std::chrono::milliseconds(welcome.room_grace_ms())},
                       std::nullopt);
        }
        if (schema_inbox_.expected()) ask_for_schema();
        if (room_list_.is_watching()) ask_for_rooms();
        ask_for_people();
        tell_resumed(Tick{welcome.tick()});
    }
    for (const auto& send : std::exchange(waiting_, {})) send();
}

void Client::Core::take_refusal(Link& link, const wire::Refuse& refuse) {
    // A link that is being replaced has nothing to say any more.
    if (&link == link_.get() && attempt_) return;
    close(close_reason_of(refuse.reason()), text_of(refuse.detail()));
}

void Client::Core::take_goodbye(const wire::Goodbye& goodbye) {
    exit_room(static_cast<LeaveReason>(goodbye.reason()), text_of(goodbye.detail()));
    close(close_reason_of(goodbye.reason()), text_of(goodbye.detail()));
}

void Client::Core::leave() {
    if (state_ == ClientState::closed || is_leaving_) return;
    is_leaving_ = true;
    leave_deadline_ = now_ + leaving_time;
    if (!link_ || state_ != ClientState::online) return close(CloseReason::left, {});
    send_logged(encoder_.goodbye(outgoing_.next_offset(), LeaveReason::left, {}));
    link_->close_politely();
}

void Client::Core::close(CloseReason reason, std::string detail) {
    const bool is_lost = state_ != ClientState::closed && reason != CloseReason::left;
    state_ = ClientState::closed;
    close_reason_ = reason;
    close_detail_ = std::move(detail);
    credentials_.reset();
    room_ = {};
    presence_ = {};
    view_ = nullptr;
    schema_inbox_.clear();
    room_list_.stop();
    people_.leave();
    room_state_.leave();
    private_state_.leave();
    if (link_) link_->close_now();
    if (attempt_) attempt_->close_now();
    std::ranges::move(std::exchange(others_, {}), std::back_inserter(ended_));
    fail_requests();
    if (is_lost && on_lost) on_lost(close_reason_, close_detail_);
}

} // namespace engine_net
