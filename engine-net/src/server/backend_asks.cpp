#include "server/backend_asks.hpp"

#include "bridge/backend.hpp"
#include "server/cluster.hpp"
#include "server/web.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <utility>

namespace engine_net {

using wire::RequestError;

std::unique_ptr<Server::Loop::BackendAsks> Server::Loop::BackendAsks::make(Loop& loop) {
    const bool is_asked = loop.config_.bridge && loop.config_.bridge->backend;
    return is_asked ? std::make_unique<BackendAsks>(loop) : nullptr;
}

Server::Loop::BackendAsks::BackendAsks(Loop& loop)
    : loop_(loop), asks_joins_(loop.config_.bridge->backend->asks_joins) {}

std::uint64_t Server::Loop::BackendAsks::ask(const Session& session, bridge::Question question) {
    if (asked_.size() >= max_asked) return 0;
    const std::uint64_t ticket = ++last_ticket_;
    asked_.emplace(ticket, session.id());
    question.user = session.player().user;
    question.name = session.player().name;
    loop_.web_->exchange.tell(bridge::tell::AskBackend{ticket, std::move(question)});
    return ticket;
}

void Server::Loop::BackendAsks::take(const bridge::ask::Answered& answered) {
    const auto asked = asked_.extract(answered.ticket);
    if (asked.empty() || loop_.is_stopping_) return;
    Session* const session = loop_.sessions_.find(asked.mapped());
    const auto found = visitors_.find(asked.mapped());
    if (!session || session->has_gone_on || found == visitors_.end()) return;
    Visitor& visitor = found->second;
    if (visitor.join && visitor.join->ticket == answered.ticket)
        return go_on(*session, *std::exchange(visitor.join, std::nullopt), answered.verdict);
    const auto held = visitor.subscribes.extract(answered.ticket);
    if (!held.empty()) go_on(*session, held.mapped(), answered.verdict);
}

bool Server::Loop::BackendAsks::hold_join(Session& session, const wire::JoinRoom& request) {
    if (!asks_joins_) return false;
    const auto visitor = visitors_.find(session.id());
    if (visitor != visitors_.end() && visitor->second.join) {
        refuse_join(session,
                    request.request(),
                    RequestError::not_now,
                    "an earlier join waits for its answer");
        return true;
    }
    wire::ControlEncoder::JoinAnswer refusal{
        request.request(), RequestError::none, {}, {}, {}, loop_.tick_, 0, 0};
    const auto question = question_of(session, request, refusal);
    if (refusal.error != RequestError::none) {
        loop_.send_logged(session,
                          loop_.encoder_.join_answer(session.outgoing.next_offset(), refusal));
        return true;
    }
    if (!question) return false;
    const std::uint64_t ticket = ask(session, {*question});
    if (ticket == 0) {
        refuse_join(session, request.request(), RequestError::not_now, "too many are joining");
        return true;
    }
    const Bytes join = loop_.encoder_.join_room(0, request);
    visitors_[session.id()].join = HeldJoin{ticket, {join.begin(), join.end()}};
    return true;
}

/// Nothing: `refusal` says what speaks against it, or it is answered at once without the backend.
std::optional<bridge::JoinQuestion> Server::Loop::BackendAsks::question_of(
    Session& session, const wire::JoinRoom& request, wire::ControlEncoder::JoinAnswer& refusal) {
    const bool is_wait = request.mode() == wire::JoinMode::queue;
    const bool is_create = request.mode() == wire::JoinMode::create;
    if (!is_wait && !is_create && request.mode() != wire::JoinMode::join_or_create)
        return question_of_named(session, request, refusal);
    const RoomKind* const kind = loop_.directory_.find_kind(wire::view_of(request.kind()));
    if (loop_.drain_ || !kind || kind->schema.digest() != request.schema_digest())
        return std::nullopt;
    if (is_wait) {
        loop_.check_wait(session, request, refusal);
        return bridge::JoinQuestion{.kind = kind->name, .may_create = true};
    }
    if (is_create && !loop_.may_make(session, *kind, request, refusal)) return std::nullopt;
    const std::string_view name = new_name(session, request);
    return bridge::JoinQuestion{.room = wire::is_display_name(name) ? std::string(name) : "",
                                .kind = kind->name,
                                .may_create = true};
}

std::optional<bridge::JoinQuestion> Server::Loop::BackendAsks::question_of_named(
    Session& session, const wire::JoinRoom& request, wire::ControlEncoder::JoinAnswer& refusal) {
    if (loop_.cluster_) {
        if (auto elsewhere = loop_.cluster_->question_of_elsewhere(request)) return elsewhere;
    }
    const RoomInstance* const room = loop_.named_room(request);
    const Seat* const held = loop_.seat_of(session);
    if (loop_.drain_ || !room || (held && held->room == room)) return std::nullopt;
    if (!loop_.room_for(session, request, refusal)) return std::nullopt;
    return bridge::JoinQuestion{
        .room = room->settings().name, .room_id = room->id(), .kind = room->kind().name};
}

void Server::Loop::BackendAsks::go_on(Session& session,
                                      const HeldJoin& join,
                                      const bridge::Verdict& verdict) {
    const wire::JoinRoom& request = *wire::decode_control(join.message)->message_as_JoinRoom();
    if (verdict.error == bridge::tell::Error::none) return loop_.let_join(session, request);
    const bool is_refused = verdict.error == bridge::tell::Error::not_allowed;
    refuse_join(session,
                request.request(),
                is_refused ? RequestError::refused_by_game : RequestError::not_now,
                verdict.detail);
}

void Server::Loop::BackendAsks::refuse_join(Session& session,
                                            std::uint32_t request,
                                            RequestError error,
                                            std::string_view detail) {
    wire::ControlEncoder::JoinAnswer answer{request, error, {}, {}, {}, loop_.tick_, 0, 0};
    answer.detail = detail;
    loop_.send_logged(session, loop_.encoder_.join_answer(session.outgoing.next_offset(), answer));
}

void Server::Loop::BackendAsks::cancel_join(Session& session) {
    const auto visitor = visitors_.find(session.id());
    if (visitor == visitors_.end() || !visitor->second.join) return;
    const HeldJoin join = *std::exchange(visitor->second.join, std::nullopt);
    const wire::JoinRoom& request = *wire::decode_control(join.message)->message_as_JoinRoom();
    refuse_join(session, request.request(), RequestError::cancelled, {});
}

void Server::Loop::BackendAsks::cancel_queue(Session& session) {
    const auto visitor = visitors_.find(session.id());
    if (visitor == visitors_.end() || !visitor->second.join) return;
    const wire::Envelope* const held = wire::decode_control(visitor->second.join->message);
    if (held->message_as_JoinRoom()->mode() == wire::JoinMode::queue) cancel_join(session);
}

bool Server::Loop::BackendAsks::decides(std::string_view channel) {
    return bridge::Backend::decides(channel);
}

void Server::Loop::BackendAsks::hold_subscribe(Session& session, const wire::Subscribe& request) {
    auto& held = visitors_[session.id()].subscribes;
    const std::string channel(wire::view_of(request.channel()));
    if (held.size() >= max_subscriptions)
        return loop_.answer(session, request.request(), RequestError::not_now, "too many channels");
    const std::uint64_t ticket = ask(session, {channel});
    if (ticket == 0)
        return loop_.answer(session, request.request(), RequestError::not_now, "too many ask");
    held.emplace(ticket,
                 HeldSubscribe{channel,
                               request.request(),
                               {request.epoch(), request.next(), request.recent()}});
}

void Server::Loop::BackendAsks::cancel_subscribe(SessionId session, std::uint32_t request) {
    const auto visitor = visitors_.find(session);
    if (visitor == visitors_.end()) return;
    std::erase_if(visitor->second.subscribes, [request](const auto& held) {
        return held.second.request == request;
    });
}

void Server::Loop::BackendAsks::go_on(Session& session,
                                      const HeldSubscribe& held,
                                      const bridge::Verdict& verdict) {
    if (verdict.error != bridge::tell::Error::none) {
        const bool is_refused = verdict.error == bridge::tell::Error::not_allowed;
        return loop_.answer(session,
                            held.request,
                            is_refused ? RequestError::not_allowed : RequestError::not_now,
                            verdict.detail);
    }
    Membership as{session.player(), verdict.may_publish};
    if (!verdict.user.empty()) as.player.user = verdict.user;
    if (!verdict.name.empty()) as.player.name = verdict.name;
    const bool has_user = !verdict.user.empty();
    if ((has_user && !wire::is_display_text(as.player.user, max_user_bytes)) ||
        !wire::is_display_name(as.player.name)) {
        return loop_.answer(
            session, held.request, RequestError::not_now, "the user or name can't be");
    }
    const auto put = loop_.channels_.subscribe({session.id(), as.player.user, as.player.name},
                                               held.request,
                                               held.channel,
                                               held.position,
                                               loop_.now_);
    if (put == ChannelTable::Verdict::too_many)
        return loop_.answer(session, held.request, RequestError::not_now, "too many channels");
    auto& channels = visitors_[session.id()].channels;
    std::erase_if(channels, [&](const auto& one) {
        return !loop_.channels_.has_subscriber(session.id(), one.first);
    });
    channels.insert_or_assign(held.channel, std::move(as));
}

void Server::Loop::BackendAsks::identify(Speaker& who, std::string_view channel) const {
    const auto visitor = visitors_.find(who.session);
    if (visitor == visitors_.end()) return;
    const auto as = visitor->second.channels.find(channel);
    if (as == visitor->second.channels.end() ||
        !loop_.channels_.has_subscriber(who.session, channel))
        return;
    who.player = &as->second.player;
    who.is_authorised = as->second.may_publish;
}

} // namespace engine_net
