#include "client/core.hpp"
#include "client/request_error.hpp"
#include "session/connect_token.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <utility>

namespace engine_net {

// The servers of a cluster send a client from one to another: with a seat, for which the session
// stays where it is until the other server has welcomed it, or, in answer to a Hello or a Resume,
// without more ado.

namespace {

using namespace std::chrono_literals;

/// For which what was sent to the old server may take to be known to have arrived, and what was
/// asked to be answered, before the new one is asked.
constexpr Duration settling_time = 1s;
/// For which an address may be silent before the next one is tried.
constexpr Duration address_time = 1s;
/// What was under way on the session that was left may take so long.
constexpr Duration departing_time = 3s;
/// Of logged messages that overtake their Welcome.
constexpr std::size_t most_early_bytes = 256 * 1024;
/// Moves that wait for the one before them.
constexpr std::size_t most_moves = 4;
/// Times in a row that a server may send a client to another one.
constexpr std::uint32_t most_redirects = 3;

} // namespace

void LoggedLeaves::note(const ReliableLog& log, std::uint32_t last_request) {
    std::erase_if(leaves_, [&](const Leave& leave) {
        return log.is_acknowledged(leave.offset);
    });
    leaves_.push_back({log.next_offset(), last_request});
}

std::vector<std::uint32_t> LoggedLeaves::take_unheard(const ReliableLog& log) {
    std::vector<std::uint32_t> unheard;
    for (const Leave& leave : std::exchange(leaves_, {}))
        if (!log.is_acknowledged(leave.offset)) unheard.push_back(leave.last_request);
    return unheard;
}

std::optional<ServerPlace> Client::Core::place_of(const wire::Elsewhere& elsewhere) const {
    return parse_place(
        wire::view_of(elsewhere.address()), wire::view_of(elsewhere.server_key()), home_.resolver);
}

bool Client::Core::is_moving(const Link& link) const {
    return roaming_.moving && roaming_.moving->link.get() == &link;
}

/// The same is to be said at another server. False: not there, or not once more.
bool Client::Core::go_elsewhere(const wire::Elsewhere* elsewhere) {
    auto place = elsewhere ? place_of(*elsewhere) : std::nullopt;
    if (!place) {
        ++stats_.refused.malformed_messages;
        return false;
    }
    if (++redirects_ > most_redirects) return false;
    end_attempts();
    refuge_ = std::move(place);
    refuge_->look_up();
    aimed_ = now_;
    const Bytes seat = wire::view_of(elsewhere->seat());
    seat_.assign(seat.begin(), seat.end());
    return true;
}

/// The session, or a join of it, is to go on at another server. False: that is none.
bool Client::Core::go_to(const wire::Elsewhere* elsewhere,
                         std::optional<std::uint32_t> join,
                         const std::string& reason) {
    auto place = elsewhere ? place_of(*elsewhere) : std::nullopt;
    if (!place) return false;
    const Bytes seat = wire::view_of(elsewhere->seat());
    begin_move({std::move(*place), {seat.begin(), seat.end()}, join, reason});
    return true;
}

void Client::Core::begin_move(Move move) {
    if (is_leaving_) return;
    if (roaming_.moving && !move.join && !roaming_.moving->move.join &&
        !roaming_.moving->has_asked) {
        // The server has thought of another place.
        close_moving_link();
        roaming_.moving->move = std::move(move);
    } else if (roaming_.moving) {
        if (!move.join) {
            std::erase_if(roaming_.next, [](const Move& other) {
                return !other.join;
            });
        }
        if (roaming_.next.size() < most_moves) return roaming_.next.push_back(std::move(move));
        if (move.join) end_join(*move.join, {RequestError::not_now, {}, {}, {}, {}});
        return;
    } else {
        roaming_.moving.emplace();
        roaming_.moving->move = std::move(move);
        roaming_.moving->last_request = last_request_;
    }
    roaming_.moving->began = now_;
    roaming_.moving->move.to.look_up();
}

void Client::Core::keep_moving(Time now) {
    if (!roaming_.moving || state_ == ClientState::closed) return;
    if (roaming_.held_bytes > ReliableLog::max_bytes)
        return end_move(RequestError::not_now, "more was sent meanwhile than could be kept");
    const bool is_known = roaming_.moving->move.to.poll();
    const bool is_over = now - roaming_.moving->began >= config_.connect_timeout;
    if (!is_known || is_over || !try_next_address(now)) {
        return end_move(RequestError::unreachable,
                        "no answer from " + roaming_.moving->move.to.host + ", where the room is");
    }
    const bool is_ready = has_settled() || now - roaming_.moving->began >= settling_time;
    if (roaming_.moving->link && roaming_.moving->link->is_up() && !roaming_.moving->has_asked &&
        is_ready)
        ask_for_seat();
}

/// False: there is no address left to hope for.
bool Client::Core::try_next_address(Time now) {
    Moving& moving = *roaming_.moving;
    const auto& addresses = moving.move.to.addresses;
    const bool is_lost =
        moving.link && (moving.link->is_lost() || moving.link->host().refusal().has_value());
    const bool has_time =
        moving.link && (moving.link->is_up() || now - moving.link->opened() < address_time ||
                        moving.tried == addresses.size());
    if (addresses.empty() || (has_time && !is_lost)) return true;
    while (moving.tried < addresses.size()) {
        close_moving_link();
        moving.link = open_link(moving.move.to, moving.tried++, now);
        if (moving.link) return true;
    }
    return false;
}

void Client::Core::close_moving_link() {
    if (roaming_.moving->link) {
        roaming_.moving->link->close_now();
        ended_.push_back(std::move(roaming_.moving->link));
    }
    roaming_.moving->has_asked = false;
    roaming_.moving->early.clear();
    roaming_.moving->early_bytes = 0;
}

bool Client::Core::is_for_move(std::uint32_t request) const {
    return roaming_.arriving == request ||
           (roaming_.moving && roaming_.moving->move.join == request) ||
           std::ranges::find(roaming_.next, std::optional(request), &Move::join) !=
               roaming_.next.end();
}

/// Nothing is under way on the old session, but for what takes long.
bool Client::Core::has_settled() const {
    if (!link_ || link_->is_lost() || roaming_.moving->farewell) return true;
    const auto is_asked = [&](const auto& pending) {
        return pending.first <= roaming_.moving->last_request;
    };
    const auto is_joining = [&](const auto& pending) {
        return is_asked(pending) && pending.second.join.mode != wire::JoinMode::queue &&
               !pending.second.awaits_schema && !is_for_move(pending.first);
    };
    return outgoing_.is_acknowledged() && std::ranges::none_of(answers_, is_asked) &&
           std::ranges::none_of(lists_, is_asked) && std::ranges::none_of(joins_, is_joining);
}

void Client::Core::ask_for_seat() {
    roaming_.moving->has_asked = true;
    wire::ControlEncoder::Newcomer newcomer;
    newcomer.name = config_.name;
    newcomer.seat = roaming_.moving->move.seat;
    roaming_.moving->link->send(Channel::control,
                                encoder_.hello(protocol_version, newcomer, nullptr));
}

/// What the other server says, before the session is there.
void Client::Core::receive_ahead(Link& link, Channel channel, Bytes message) {
    if (channel != Channel::control && channel != Channel::events) return;
    const wire::Envelope* const envelope = wire::decode_control(message);
    if (!envelope) {
        ++stats_.refused.malformed_messages;
        return;
    }
    if (const wire::Refuse* const refuse = envelope->message_as_Refuse())
        return take_seat_refusal(*refuse);
    if (!roaming_.moving->has_asked) {
        ++stats_.refused.unexpected_messages;
        return;
    }
    if (const wire::Welcome* const welcome = envelope->message_as_Welcome())
        return take_move_welcome(*welcome);
    if (envelope->offset() == 0) return;
    roaming_.moving->early_bytes += message.size();
    if (roaming_.moving->early_bytes > most_early_bytes) return link.close_now();
    roaming_.moving->early.emplace_back(message.begin(), message.end());
}

void Client::Core::take_seat_refusal(const wire::Refuse& refuse) {
    const std::string detail(wire::view_of(refuse.detail()));
    if (refuse.reason() == wire::RefuseReason::seat_refused) {
        const bool is_said = refuse.join_error() != wire::RequestError::none;
        return end_move(is_said ? error_of(refuse.join_error()) : RequestError::refused_by_game,
                        detail);
    }
    auto place = refuse.elsewhere() ? place_of(*refuse.elsewhere()) : std::nullopt;
    const bool is_sent_on = refuse.reason() == wire::RefuseReason::elsewhere && place;
    if (!is_sent_on || ++roaming_.moving->redirects > most_redirects)
        return end_move(RequestError::unreachable, detail);
    close_moving_link();
    roaming_.moving->move.to = std::move(*place);
    roaming_.moving->tried = 0;
    const Bytes seat = wire::view_of(refuse.elsewhere()->seat());
    if (!seat.empty()) roaming_.moving->move.seat.assign(seat.begin(), seat.end());
    roaming_.moving->move.to.look_up();
}

void Client::Core::take_move_welcome(const wire::Welcome& welcome) {
    Moving moving = std::move(*roaming_.moving);
    roaming_.moving.reset();
    depart(moving.last_request);
    end_attempts();
    link_ = std::move(moving.link);
    arrive_at(std::move(moving.move.to));
    ++stats_.moves;
    // The server that was left has no say any more.
    std::erase_if(roaming_.next, [](const Move& other) {
        return !other.join;
    });
    const auto join = moving.move.join;
    roaming_.arriving = join;
    start_over(welcome,
               moving.last_request,
               join ? std::nullopt
                    : std::optional(Leaving{LeaveReason::server_closing, moving.move.reason}));
    roaming_.arriving.reset();
    if (state_ == ClientState::closed) return;
    if (is_suspected_) tell_resumed(Tick{welcome.tick()});
    if (join && joins_.contains(*join)) {
        JoinResult result;
        result.room = room_;
        result.presence = presence_;
        result.invite = wire::view_of(welcome.invite());
        if (!room_.is_set()) result.error = RequestError::no_such_room;
        end_join(*join, result);
    }
    for (const std::vector<std::uint8_t>& message : moving.early) {
        if (state_ == ClientState::closed) return;
        route_control(*link_, *wire::decode_control(message));
    }
    begin_next_move();
}

/// The session stays where it is.
void Client::Core::end_move(RequestError error, const std::string& detail) {
    close_moving_link();
    const auto join = roaming_.moving->move.join;
    const auto farewell = std::move(roaming_.moving->farewell);
    roaming_.moving.reset();
    ++stats_.failed_moves;
    if (farewell) return take_farewell(*farewell);
    release_held();
    if (!join) {
        config_.log(LogLevel::warning,
                    "the server's wish to go on elsewhere could not be followed: " + detail);
    } else if (joins_.contains(*join)) {
        end_join(*join, {error, detail, {}, {}, {}});
    }
    begin_next_move();
}

void Client::Core::begin_next_move() {
    if (roaming_.moving || roaming_.next.empty() || state_ == ClientState::closed) return;
    Move next = std::move(roaming_.next.front());
    roaming_.next.pop_front();
    begin_move(std::move(next));
}

void Client::Core::abandon_moves() {
    if (roaming_.moving) close_moving_link();
    roaming_.moving.reset();
    roaming_.next.clear();
}

void Client::Core::release_held() {
    roaming_.held_bytes = 0;
    for (std::vector<std::uint8_t>& message : std::exchange(roaming_.held, {})) {
        wire::set_offset(message, outgoing_.next_offset());
        send_logged(message);
    }
}

/// What is not answered is asked of the new server: nothing came of it at the old one that lasts.
void Client::Core::ask_joins_again(std::uint32_t last_request,
                                   const std::vector<std::uint32_t>& leaves) {
    auto leave = leaves.begin();
    const auto leave_before = [&](std::uint32_t request) {
        for (; leave != leaves.end() && *leave < request; ++leave)
            send_logged(encoder_.leave_room(outgoing_.next_offset()));
    };
    for (auto& [request, pending] : joins_) {
        if (request > last_request || is_for_move(request)) continue;
        leave_before(request);
        pending.awaits_schema = false;
        pending.digest = room_digest_;
        send_join(request);
    }
    leave_before(last_request + 1);
}

/// A seat ends the wait for another one, and the game may have ended it.
void Client::Core::cancel_waits(std::uint32_t last_request, bool has_seat) {
    std::vector<std::uint32_t> waits;
    for (const auto& [request, pending] : joins_) {
        if (request <= last_request && !is_for_move(request) &&
            pending.join.mode == wire::JoinMode::queue && (has_seat || pending.is_cancelled))
            waits.push_back(request);
    }
    for (const std::uint32_t request : waits) {
        if (joins_.contains(request)) end_join(request, {RequestError::cancelled, {}, {}, {}, {}});
    }
}

void Client::Core::depart(std::uint32_t last_request) {
    if (roaming_.departed && roaming_.departed->link)
        ended_.push_back(std::move(roaming_.departed->link));
    roaming_.departed.emplace();
    roaming_.departed->last_request = last_request;
    roaming_.departed->deadline = now_;
    if (!link_) return;
    if (link_->is_lost() || state_ != ClientState::online) {
        ended_.push_back(std::move(link_));
        return;
    }
    link_->send(Channel::events, encoder_.goodbye(outgoing_.next_offset(), LeaveReason::left, {}));
    link_->close_politely();
    roaming_.departed->link = std::move(link_);
    roaming_.departed->incoming = incoming_;
    roaming_.departed->deadline = now_ + departing_time;
}

/// What was asked before leaving is still answered.
void Client::Core::receive_departed(Channel channel, Bytes message) {
    const wire::Envelope* const envelope =
        channel == Channel::events ? wire::decode_control(message) : nullptr;
    if (!envelope) return;
    if (roaming_.departed->incoming.accept(envelope->offset()) != ReliableInbox::Verdict::fresh)
        return;
    const std::uint32_t last = roaming_.departed->last_request;
    const wire::Answer* const answer = envelope->message_as_Answer();
    if (answer && answer->request() <= last && answers_.contains(answer->request()))
        return take_answer(*answer);
    const wire::RoomList* const list = envelope->message_as_RoomList();
    if (list && list->request() <= last && lists_.contains(list->request()))
        return take_room_list(*list);
}

void Client::Core::keep_departed(Time now) {
    if (!roaming_.departed) return;
    const bool is_over = !roaming_.departed->link || roaming_.departed->link->is_lost() ||
                         now >= roaming_.departed->deadline;
    if (!is_over) return;
    if (roaming_.departed->link) ended_.push_back(std::move(roaming_.departed->link));
    const std::uint32_t last_request = roaming_.departed->last_request;
    roaming_.departed.reset();
    fail_requests_until(last_request);
}

/// Nobody answers them any more.
void Client::Core::fail_requests_until(std::uint32_t last_request) {
    std::vector<CallHandler> calls;
    std::vector<RoomsHandler> lists;
    std::erase_if(answers_, [&](auto& pending) {
        if (pending.first > last_request) return false;
        calls.push_back(std::move(pending.second.done));
        return true;
    });
    std::erase_if(lists_, [&](auto& pending) {
        if (pending.first > last_request) return false;
        lists.push_back(std::move(pending.second));
        return true;
    });
    for (const CallHandler& done : calls) {
        if (done) done({RequestError::link_lost, {}, {}});
    }
    for (const RoomsHandler& done : lists) {
        if (done) done({{}, 0, RequestError::link_lost});
    }
}

} // namespace engine_net
