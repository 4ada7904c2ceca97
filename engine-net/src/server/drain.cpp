#include "server/loop.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

// How a server takes nobody in any more and waits for its rooms to end.

void Server::Loop::drain(Duration deadline, std::string reason) {
    if (is_stopping_) return;
    drain_ = Drain{now_ + deadline, std::move(reason)};
    const auto ticks = static_cast<std::uint32_t>(
        std::max<std::int64_t>(0, deadline.count() * config_.tick_rate / 1'000'000));
    log(LogLevel::info,
        "draining: " + std::to_string(directory_.size()) + " rooms have at most " +
            std::to_string(milliseconds_of(deadline)) + " ms: " + drain_->reason);
    if (web_) web_->exchange.tell(bridge::tell::Draining{});
    if (cluster_) cluster_->set_own_record(own_node_record());
    sessions_.each([&](Session& session) {
        if (session.state() == SessionState::connecting && session.auth_ticket != 0)
            return refuse(session, wire::RefuseReason::server_closing, drain_->reason);
        cancel_queue(session);
    });
    for (const auto& [id, room] : directory_.rooms()) room->drain(ticks, drain_->reason);
}

/// Those whose time is up.
void Server::Loop::close_drained_rooms(Time now) {
    if (!drain_ || now < drain_->deadline) return;
    for (const auto& [id, room] : directory_.rooms()) room->close(drain_->reason);
}

std::string Server::Loop::closing_reason() const {
    return drain_ ? drain_->reason : "the server is closing";
}

} // namespace engine_net
