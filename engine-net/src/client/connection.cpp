#include "client/core.hpp"
#include "client/pinned_key.hpp"
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
/// For which a server that answers on a new link may still be heard on the old one, before it is
/// asked to resume: one that has hung, or a path that was cut, has lost nobody.
constexpr Duration last_word_time = 50ms;
/// For which an address may be silent before the next one is tried besides.
constexpr Duration address_patience = 300ms;
/// Until a server that does not know yet is asked again.
constexpr Duration knowing_pause = 500ms;
/// Between two attempts, doubled each time up to the longest; half of it is random, so that a
/// thousand clients of one server do not come back at once.
constexpr Duration first_pause = 100ms;
constexpr Duration longest_pause = 2s;
/// Attempts at the server that the session is on, before others are tried too.
constexpr std::uint32_t attempts_at_own = 2;
/// How long a polite leave may take.
constexpr Duration leaving_time = 3s;

/// By up to a half, at random.
Duration shortened(Duration pause, std::uint64_t random) {
    return pause / 2 + Duration(static_cast<std::int64_t>(random % 1000) * pause.count() / 2000);
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
    if (!config_.resume_token.empty() && !take_credentials(config_.resume_token))
        return close(CloseReason::bad_config, "resume_token is not one");
    home_.host = config_.host;
    home_.port = config_.port;
    home_.key = *pinned_key(config_);
    if (config_.look_up) home_.resolver = Resolver(lookup_of(config_.look_up));
    home_.look_up();
}

/// The session's credentials, what makes the way to its server shorter, and after a dot the ticket
/// for others.
std::string Client::Core::resume_token() const {
    if (!credentials_) return {};
    std::string token = to_text(*credentials_);
    if (here_.introduction) token += to_text(*here_.introduction);
    if (!ticket_.empty()) {
        token += '.';
        token += to_text(Bytes(ticket_));
    }
    return token;
}

bool Client::Core::take_credentials(std::string_view token) {
    const std::size_t dot = token.find('.');
    if (dot != std::string_view::npos) {
        const std::string_view digits = token.substr(dot + 1);
        if (digits.size() > 2 * max_ticket_bytes) return false;
        ticket_.resize(digits.size() / 2);
        if (!parse_hex(digits, ticket_)) return false;
    }
    const std::string_view own = token.substr(0, dot);
    credentials_ = parse_credentials(own.substr(0, credentials_digits));
    if (own.size() > credentials_digits)
        home_.introduction = parse_introduction(own.substr(credentials_digits));
    has_forgotten_ = true;
    return credentials_ && (own.size() <= credentials_digits || home_.introduction);
}

void Client::Core::set_net_sim(const LinkSimulation& simulation) {
    config_.net_sim = simulation; // of links that are opened later
    for (Link* const link : {link_.get(), attempt_.get()}) {
        if (link) link->set_net_sim(simulation);
    }
    for (const auto& other : others_) other->set_net_sim(simulation);
    if (roaming_.moving && roaming_.moving->link) roaming_.moving->link->set_net_sim(simulation);
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
    if (!aim().poll()) {
        if (!refuge_) {
            return close(CloseReason::unreachable,
                         "the name " + config_.host + " could not be resolved");
        }
        give_attempt_up(now);
    }
    if (attempt_ || now >= next_attempt_) try_addresses(now);
    if (attempt_) {
        const auto refusal = attempt_->host().refusal();
        const bool is_over = refusal || attempt_->is_lost();
        if (is_over && !try_other()) {
            if (refusal && !refuge_)
                return close(CloseReason::refused, std::string(message(*refusal)));
            // The server may have ended just now, and be back in a moment.
            give_attempt_up(now);
        }
    }
    const bool is_silent = now - (attempt_ ? attempt_->opened() : aimed_) >= attempt_time;
    if (refuge_ && is_silent) give_attempt_up(now);
    // One of a cluster looks as long for its session as if it had not started anew: a server that
    // is gone is known to be so when its lease has lapsed.
    const Duration patience =
        ticket_.empty() ? Duration(config_.connect_timeout)
                        : std::max<Duration>(config_.connect_timeout, config_.resume_time);
    if (now - began_ >= patience) close_unreachable();
}

void Client::Core::close_unreachable() {
    const bool is_v6 = config_.host.find(':') != std::string::npos;
    const std::string host = is_v6 ? '[' + config_.host + ']' : config_.host;
    close(CloseReason::unreachable, "no answer from " + host + ":" + std::to_string(config_.port));
}

/// Tries the server's addresses in turn, one more whenever those before have been silent for a
/// moment, until the first link is up.
void Client::Core::try_addresses(Time now) {
    ServerPlace& place = aim();
    if (!attempt_ && tried_ >= place.addresses.size()) tried_ = 0;
    while (tried_ < place.addresses.size()) {
        if (attempt_ && (attempt_->is_up() || now - last_tried_ < address_patience)) return;
        auto link = open_link(place, tried_++, now);
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
    if (others_.empty() && tried_ >= aim().addresses.size()) return false;
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
    is_asking_to_resume_ = false;
}

std::unique_ptr<Link> Client::Core::open_link(ServerPlace& place, std::size_t address, Time now) {
    const std::optional<std::uint64_t> seed =
        config_.seed ? std::optional(secrets_.next()) : std::nullopt;
    return Link::open(config_,
                      place.addresses[address],
                      place.key,
                      seed,
                      std::exchange(place.introduction, std::nullopt),
                      now);
}

/// The server that is tried.
ServerPlace& Client::Core::aim() {
    if (refuge_) return *refuge_;
    return is_aiming_home_ ? home_ : here_;
}

/// The session is on `link_` from now on, to that server.
void Client::Core::arrive_at(ServerPlace place) {
    here_ = std::move(place);
    // Where it answers now it is tried first if it is lost.
    here_.prefer(link_->server());
    here_.introduction = link_->introduction();
    refuge_.reset();
    seat_.clear();
    redirects_ = 0;
    is_aiming_home_ = false;
}

void Client::Core::keep_online(Time now) {
    const Duration silence = now - link_->last_heard();
    // Who was asked to resume may have done it, and says so soon.
    if (!link_->is_lost() && silence < config_.suspicion_time && !is_asking_to_resume_) {
        // It lives after all.
        end_attempts();
        refuge_.reset();
        is_aiming_home_ = false;
        attempts_ = 0;
        next_attempt_ = now;
        state_ = ClientState::online;
        if (is_suspected_) tell_resumed(clock_.tick_at(clock_.server_time(now)).value_or(Tick{}));
        return;
    }
    suspect();
    const bool is_given_up = link_->is_lost() || silence >= config_.session_timeout;
    if (is_given_up) state_ = ClientState::suspended;
    if (roaming_.moving) return; // which comes to an end soon, here or elsewhere
    const Duration grace = room_.is_set() ? room_grace_ : lobby_grace_;
    if (silence >= std::min<Duration>(config_.resume_time, grace) + config_.session_timeout) {
        return close(CloseReason::timed_out, "the link was silent for too long");
    }
    if (config_.resume_time > 0ms) try_again(now);
}

void Client::Core::try_again(Time now) {
    const bool is_known = aim().poll();
    const bool is_silent = now - (attempt_ ? attempt_->opened() : aimed_) >= attempt_time;
    if (attempt_ ? attempt_->is_lost() || is_silent : refuge_ && (!is_known || is_silent))
        give_attempt_up(now);
    const bool is_answered = attempt_ && attempt_->is_up() && !is_asking_to_resume_;
    if (is_answered && (link_->is_lost() || now - attempt_->last_heard() >= last_word_time))
        ask_to_resume(*attempt_);
    if (attempt_ || now >= next_attempt_) try_addresses(now);
}

/// After a pause the next one is for the server that the configuration names; of a client that is
/// on one, for that one, or, since it may be gone, by turns for the one that is named.
void Client::Core::give_attempt_up(Time now) {
    end_attempts();
    refuge_.reset();
    seat_.clear();
    const Duration pause =
        std::min<Duration>(first_pause * (1 << std::min(attempts_, 8u)), longest_pause);
    next_attempt_ = now + shortened(pause, secrets_.next());
    ++attempts_;
    redirects_ = 0;
    if (state_ == ClientState::connecting) return;
    is_aiming_home_ = attempts_ >= attempts_at_own && attempts_ % 2 == 0;
    const bool is_other = home_.host != here_.host || home_.port != here_.port;
    if (is_aiming_home_ && is_other) home_.look_up();
}

/// The server that is tried lives, and knows in a moment.
void Client::Core::ask_again_soon(Time now) {
    end_attempts();
    aimed_ = now;
    next_attempt_ = now + shortened(knowing_pause, secrets_.next());
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
    if (is_moving(link)) return;
    const auto other = std::ranges::find(others_, &link, &std::unique_ptr<Link>::get);
    if (other != others_.end()) std::swap(attempt_, *other);
    std::ranges::move(std::exchange(others_, {}), std::back_inserter(ended_));
    if (!credentials_) {
        const auto token = token_bytes(config_.connect_token).value_or(std::vector<std::uint8_t>{});
        link.send(Channel::control,
                  encoder_.hello(
                      protocol_version,
                      {config_.name, config_.token, config_.colour, config_.is_admin, token, seat_},
                      nullptr));
        return;
    }
    if (!link_) ask_to_resume(link); // else if nothing comes on that one
}

void Client::Core::ask_to_resume(Link& link) {
    is_asking_to_resume_ = true;
    has_asked_to_resume_ = true;
    const wire::ControlEncoder::Resume resume{
        credentials_->session, credentials_->secret, incoming_.received(), has_forgotten_, ticket_};
    link.send(Channel::control, encoder_.hello(protocol_version, {config_.name}, &resume));
}

void Client::Core::leave() {
    if (state_ == ClientState::closed || is_leaving_) return;
    is_leaving_ = true;
    leave_deadline_ = now_ + leaving_time;
    abandon_moves();
    release_held();
    if (!link_ || state_ != ClientState::online) return close(CloseReason::left, {});
    send_logged(encoder_.goodbye(outgoing_.next_offset(), LeaveReason::left, {}));
    link_->close_politely();
}

void Client::Core::close(CloseReason reason, std::string detail) {
    const bool is_lost = state_ != ClientState::closed && reason != CloseReason::left;
    state_ = ClientState::closed;
    abandon_moves();
    roaming_.held.clear();
    roaming_.held_bytes = 0;
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
    if (roaming_.departed && roaming_.departed->link)
        ended_.push_back(std::move(roaming_.departed->link));
    roaming_.departed.reset();
    std::ranges::move(std::exchange(others_, {}), std::back_inserter(ended_));
    fail_requests();
    if (is_lost && on_lost) on_lost(close_reason_, close_detail_);
}

} // namespace engine_net
