#include "server/backend_asks.hpp"
#include "server/cluster.hpp"
#include "server/web.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>

namespace engine_net {

namespace {

/// How long a peer may take to confirm that it was told to go.
constexpr std::chrono::seconds closing_time{1};

/// For a moment four times as much.
RateLimit rate_of(std::uint32_t times_per_second) {
    return {4 * static_cast<int>(times_per_second),
            std::chrono::microseconds(1'000'000) / times_per_second};
}

} // namespace

void Server::Loop::on_connect(PeerId peer) {
    if (is_stopping_) return host_->disconnect_now(peer);
    const RequestLimits& limits = config_.limits;
    SessionLimits& own = sessions_.open(peer, now_).limits;
    own.requests = rate_of(limits.requests_per_second);
    own.publishes = rate_of(limits.publishes_per_second);
    own.chats = rate_of(limits.chats_per_second);
}

void Server::Loop::on_disconnect(PeerId peer) {
    std::erase_if(closing_, [&](const ClosingPeer& closing) {
        return closing.peer == peer;
    });
    Session* const session = sessions_.find(peer);
    if (!session) return;
    if (session->state() == SessionState::connecting) {
        pending_auth_.erase(session->auth_ticket);
        return sessions_.close(*session, now_);
    }
    lose_peer(*session);
}

void Server::Loop::admit(Session& session, const wire::Hello& hello) {
    if (hello.protocol_version() != protocol_version) {
        const std::string detail = "the server speaks version " + std::to_string(protocol_version) +
                                   ", the client " + std::to_string(hello.protocol_version());
        return refuse(session, wire::RefuseReason::protocol_version, detail);
    }
    // It has said so already, and waits for the answer.
    if (session.auth_ticket != 0) return charge(session, &RefusedStats::unexpected_messages);
    if (hello.resume()) return resume(session, *hello.resume());
    if (cluster_ && hello.seat())
        return cluster_->let_in_by_seat(session, wire::view_of(hello.seat()));
    const std::string name = hello.name()->str();
    if (!wire::is_display_name(name)) {
        return refuse(
            session, wire::RefuseReason::bad_name, "a name is 1 to 64 bytes of printable UTF-8");
    }
    Player player{.name = name, .colour = hello.colour() & 0xFFFFFFu};
    if (hello.is_admin()) return let_in_admin(session, std::move(player));
    if (drain_) {
        const ClusterGate::Node* const node = cluster_ ? cluster_->other_node() : nullptr;
        if (node) return cluster_->refuse_elsewhere(session, *node, {});
        return refuse(session, wire::RefuseReason::server_closing, drain_->reason);
    }
    if (tokens_)
        return let_in_by_token(session, std::move(player), wire::view_of(hello.connect_token()));
    if (config_.authenticate)
        return authenticate(session, std::move(player), std::string(wire::view_of(hello.token())));
    let_in(session, std::move(player));
}

void Server::Loop::authenticate(Session& session, Player player, std::string token) {
    session.auth_ticket = ++last_auth_ticket_;
    const AuthRequest request{player.name, std::move(token)};
    pending_auth_.emplace(session.auth_ticket, PendingAuth{session.peer(), std::move(player)});
    config_.authenticate(request, AuthReply(auth_inbox_, session.auth_ticket));
}

void Server::Loop::take_auth_answers() {
    if (!config_.authenticate) return;
    for (AuthInbox::Answer& answer : auth_inbox_->take()) {
        if (web_ && web_->take_answer(answer)) continue;
        const auto pending = pending_auth_.find(answer.ticket);
        if (pending == pending_auth_.end()) continue; // answered already, or the peer is gone
        Session* const session = sessions_.find(pending->second.peer);
        Player player = std::move(pending->second.player);
        pending_auth_.erase(pending);
        take_auth_answer(*session, std::move(player), std::move(answer));
    }
}

void Server::Loop::take_auth_answer(Session& session, Player player, AuthInbox::Answer answer) {
    if (!answer.is_accepted)
        return refuse(session, wire::RefuseReason::not_authentic, answer.reason);
    const bool is_named = answer.name.empty() || wire::is_display_name(answer.name);
    if (!is_named || !wire::is_display_text(answer.user, max_user_bytes)) {
        log(LogLevel::error,
            "authenticate gave a user or a name that can't be shown: the player is refused");
        return refuse(session, wire::RefuseReason::not_authentic, "the server could not name you");
    }
    player.user = std::move(answer.user);
    if (!answer.name.empty()) player.name = std::move(answer.name);
    let_in(session, std::move(player));
}

bool Server::Loop::let_in(Session& session, Player player) {
    // Sessions that linger hold memory too.
    if (sessions_.count() >= 2 * std::size_t{config_.max_peers}) {
        refuse(session, wire::RefuseReason::server_full, "too many players");
        return false;
    }
    const SessionTable::Admitted admitted = sessions_.admit(session, std::move(player), now_);
    users_.enter(session.id(), session.player().user, session.player().name);
    welcome(admitted, false);
    return true;
}

void Server::Loop::resume(Session& incoming, const wire::Resume& resume) {
    const SessionId id{resume.session()};
    if (admins_.links.is_cut(id)) {
        host_->drop(incoming.peer());
        return sessions_.close(incoming, now_);
    }
    Session* const held = sessions_.find(id);
    const bool is_complete =
        held && (resume.has_forgotten() || held->outgoing.can_replay_after(resume.received()));
    const Bytes secret(resume.secret()->data(), resume.secret()->size());
    const auto resumed = is_complete ? sessions_.resume(incoming, id, secret, now_) : std::nullopt;
    if (!resumed) {
        if (!held && cluster_ && cluster_->resume_elsewhere(incoming, resume)) return;
        return refuse(incoming, wire::RefuseReason::resume_refused, "no such session: start over");
    }

    Session& session = *resumed->session;
    if (resumed->replaced.is_set()) {
        transmit(resumed->replaced,
                 Channel::control,
                 encoder_.refuse(wire::RefuseReason::replaced, "resumed elsewhere"));
        close_peer(resumed->replaced);
    }
    // The client knows how much of these has come, and asks again.
    schemas_.erase(session.id());
    watches_.erase(session.id());
    users_.watch(session.id(), 0, {});
    if (resume.has_forgotten()) {
        channels_.forget(session.id());
        stop_waiting(session.id());
    } else {
        channels_.suspend(session.id());
    }
    ++stats_.resumes;
    welcome(*resumed, true);
    if (!resume.has_forgotten()) {
        session.outgoing.replay_after(resume.received(), [&](Bytes message) {
            transmit(session.peer(), Channel::events, message);
        });
    }
    log(LogLevel::debug, "a session is back");
    if (Seat* const seat = seat_of(session)) {
        seat->inputs.restart();
        seat->room->resume(seat->presence);
        seat->pings.knows_others = false;
    }
}

void Server::Loop::welcome(const SessionTable::Admitted& admitted, bool resumed) {
    Session& session = *admitted.session;
    const Seat* const seat = seat_of(session);
    const std::vector<std::uint8_t> ticket =
        cluster_ ? cluster_->ticket_for(session) : std::vector<std::uint8_t>{};
    const wire::ControlEncoder::Welcome welcome{
        session.id(),
        admitted.secret,
        static_cast<std::uint16_t>(config_.tick_rate),
        static_cast<std::uint32_t>(config_.grace_time.count()),
        resumed,
        session.incoming.received(),
        session.outgoing.next_offset() - 1,
        seat ? seat->room->id() : RoomId{},
        seat ? seat->presence : PresenceId{},
        seat ? seat->room->kind().schema.digest() : 0,
        milliseconds_of(seat ? seat->room->kind().grace_time : Duration(config_.grace_time)),
        tick_,
        session.player().user,
        ticket,
        seat ? std::string_view(seat->room->settings().invite) : std::string_view(),
    };
    transmit(session.peer(), Channel::control, encoder_.welcome(welcome));
}

void Server::Loop::refuse(Session& session, wire::RefuseReason reason, std::string_view detail) {
    const PeerId peer = session.peer();
    transmit(peer, Channel::control, encoder_.refuse(reason, detail));
    pending_auth_.erase(session.auth_ticket);
    sessions_.close(session, now_);
    close_peer(peer);
}

/// What takes too long.
void Server::Loop::expire(Session& session, Time now) {
    switch (session.state()) {
    case SessionState::connecting:
        if (now - session.entered() < config_.handshake_timeout) return;
        host_->drop(session.peer());
        pending_auth_.erase(session.auth_ticket);
        return sessions_.close(session, now);
    case SessionState::joining:
    case SessionState::active:
        if (session.continues.is_set() && now - session.entered() >= config_.handshake_timeout)
            return end(session, LeaveReason::left, {});
        if (is_keyless(session, now)) return end(session, LeaveReason::kicked, "no key came");
        if (!session.is_stuck() && now - session.last_heard() < config_.session_timeout) return;
        host_->drop(session.peer());
        return lose_peer(session);
    case SessionState::lingering:
        if (now - session.entered() >= grace_of(session)) end(session, LeaveReason::timed_out, {});
        return;
    case SessionState::closed: return;
    }
}

void Server::Loop::expire(Time now) {
    sessions_.each([&](Session& session) {
        expire(session, now);
    });
    std::erase_if(closing_, [&](const ClosingPeer& closing) {
        if (now < closing.deadline) return false;
        host_->drop(closing.peer);
        return true;
    });
}

void Server::Loop::lose_peer(Session& session) {
    sessions_.linger(session, now_);
    take_back_links(session);
    // Its peer is elsewhere: it never learnt of this one, or went on from it.
    if (session.continues.is_set() || session.has_gone_on)
        return end(session, LeaveReason::left, {});
    if (grace_of(session).count() == 0) return end(session, LeaveReason::timed_out, {});
    log(LogLevel::debug,
        "a link is lost, and its session kept for " +
            std::to_string(milliseconds_of(grace_of(session))) + " ms");
    if (const Seat* seat = seat_of(session)) seat->room->suspend(seat->presence);
}

/// How long it may linger.
Duration Server::Loop::grace_of(const Session& session) {
    const Seat* const seat = seat_of(session);
    return seat ? seat->room->kind().grace_time : Duration(config_.grace_time);
}

void Server::Loop::end(Session& session, LeaveReason reason, std::string_view detail) {
    give_up_seat(session, reason);
    if (const PeerId peer = session.peer(); peer.is_set()) {
        send_logged(session, encoder_.goodbye(session.outgoing.next_offset(), reason, detail));
        close_peer(peer);
    }
    forget(session);
    sessions_.close(session, now_);
}

void Server::Loop::forget(const Session& session) {
    stop_waiting(session.id());
    if (cluster_) cluster_->forget_session(session.id());
    if (backend_asks_) backend_asks_->forget(session.id());
    schemas_.erase(session.id());
    watches_.erase(session.id());
    channels_.forget(session.id());
    users_.leave(session.id());
    take_back_links(session);
    admins_.links.forget(session.id());
    admins_.admins.erase(session.id());
}

void Server::Loop::close_peer(PeerId peer) {
    host_->disconnect_later(peer);
    closing_.push_back({peer, now_ + closing_time});
}

void Server::Loop::charge(Session& session, std::uint64_t RefusedStats::*counter) {
    ++(stats_.refused.*counter);
    if (session.charge() <= config_.max_errors_per_peer) return;
    ++stats_.refused.peers_dropped;
    log(LogLevel::warning, "a peer was dropped for sending what no client of ours sends");
    if (session.state() == SessionState::connecting) {
        return refuse(session, wire::RefuseReason::protocol_error, "unusable messages");
    }
    end(session, LeaveReason::protocol_error, "unusable messages");
}

void Server::Loop::stop(const std::string& reason) {
    if (is_stopping_) return;
    is_stopping_ = true;
    if (web_) web_->bridge().stop(reason);
    sessions_.each([&](Session& session) {
        if (session.state() == SessionState::connecting) {
            return refuse(session, wire::RefuseReason::server_closing, reason);
        }
        end(session, LeaveReason::server_closing, reason);
    });
}

bool Server::Loop::has_stopped() const {
    return is_stopping_ && closing_.empty();
}

} // namespace engine_net
