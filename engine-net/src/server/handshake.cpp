#include "server/loop.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>

namespace engine_net {

namespace {

/// How long a peer may take to confirm that it was told to go.
constexpr std::chrono::seconds closing_time{1};

} // namespace

void Server::Loop::on_connect(PeerId peer) {
    if (is_stopping_) return host_->disconnect_now(peer);
    sessions_.open(peer, now_);
}

void Server::Loop::on_disconnect(PeerId peer) {
    std::erase_if(closing_, [&](const ClosingPeer& closing) {
        return closing.peer == peer;
    });
    Session* const session = sessions_.find(peer);
    if (!session) return;
    if (session->state() == SessionState::connecting) return sessions_.close(*session, now_);
    lose_peer(*session);
}

void Server::Loop::admit(Session& session, const wire::Hello& hello) {
    if (hello.protocol_version() != protocol_version) {
        const std::string detail = "the server speaks version " + std::to_string(protocol_version) +
                                   ", the client " + std::to_string(hello.protocol_version());
        return refuse(session, wire::RefuseReason::protocol_version, detail);
    }
    if (hello.resume()) return resume(session, *hello.resume());
    const std::string name = hello.name()->str();
    if (!wire::is_display_name(name)) {
        return refuse(
            session, wire::RefuseReason::bad_name, "a name is 1 to 64 bytes of printable UTF-8");
    }
    // Sessions that linger hold memory too.
    if (sessions_.count() >= 2 * std::size_t{config_.max_peers}) {
        return refuse(session, wire::RefuseReason::server_full, "too many players");
    }
    welcome(sessions_.admit(session, name, now_), false);
}

void Server::Loop::resume(Session& incoming, const wire::Resume& resume) {
    const SessionId id{resume.session()};
    Session* const held = sessions_.find(id);
    const bool is_complete =
        held && (resume.has_forgotten() || held->outgoing.can_replay_after(resume.received()));
    const Bytes secret(resume.secret()->data(), resume.secret()->size());
    const auto resumed = is_complete ? sessions_.resume(incoming, id, secret, now_) : std::nullopt;
    if (!resumed) {
        return refuse(incoming, wire::RefuseReason::resume_refused, "no such session: start over");
    }

    Session& session = *resumed->session;
    if (resumed->replaced.is_set()) {
        host_->send(resumed->replaced,
                    Channel::control,
                    encoder_.refuse(wire::RefuseReason::replaced, "resumed elsewhere"));
        close_peer(resumed->replaced);
    }
    // The client knows how much of these has come, and asks again.
    schemas_.erase(session.id());
    watches_.erase(session.id());
    ++stats_.resumes;
    welcome(*resumed, true);
    if (!resume.has_forgotten()) {
        session.outgoing.replay_after(resume.received(), [&](Bytes message) {
            host_->send(session.peer(), Channel::events, message);
        });
    }
    log(LogLevel::debug, "a session is back");
    if (Seat* const seat = seat_of(session)) seat->room->resume(seat->presence);
}

void Server::Loop::welcome(const SessionTable::Admitted& admitted, bool resumed) {
    const Session& session = *admitted.session;
    const Seat* const seat = seat_of(session);
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
    };
    host_->send(session.peer(), Channel::control, encoder_.welcome(welcome));
}

void Server::Loop::refuse(Session& session, wire::RefuseReason reason, std::string_view detail) {
    const PeerId peer = session.peer();
    host_->send(peer, Channel::control, encoder_.refuse(reason, detail));
    sessions_.close(session, now_);
    close_peer(peer);
}

void Server::Loop::expire(Time now) {
    sessions_.each([&](Session& session) {
        switch (session.state()) {
        case SessionState::connecting:
            if (now - session.entered() < config_.handshake_timeout) return;
            host_->drop(session.peer());
            sessions_.close(session, now);
            return;
        case SessionState::joining:
        case SessionState::active:
            if (!session.is_stuck() && now - session.last_heard() < config_.session_timeout) return;
            host_->drop(session.peer());
            lose_peer(session);
            return;
        case SessionState::lingering:
            if (now - session.entered() >= grace_of(session))
                end(session, LeaveReason::timed_out, {});
            return;
        case SessionState::closed: return;
        }
    });
    std::erase_if(closing_, [&](const ClosingPeer& closing) {
        if (now < closing.deadline) return false;
        host_->drop(closing.peer);
        return true;
    });
}

void Server::Loop::lose_peer(Session& session) {
    sessions_.linger(session, now_);
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
    sessions_.close(session, now_);
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
