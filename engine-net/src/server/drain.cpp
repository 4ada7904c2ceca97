#include "server/cluster.hpp"
#include "server/web.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

// How a server takes nobody in any more and waits for its rooms to end. Of a cluster it sends those
// who are in none to the others.

namespace {

/// That players may take to go to another server when the last room has ended.
constexpr Duration moving_time = std::chrono::seconds(5);

} // namespace

void Server::Loop::drain(Duration deadline, std::string reason) {
    if (is_stopping_) return;
    drain_ = Drain{now_ + deadline, std::move(reason)};
    const auto ticks = static_cast<std::uint32_t>(
        std::max<std::int64_t>(0, deadline.count() * config_.tick_rate / 1'000'000));
    log(LogLevel::info,
        "draining: " + std::to_string(directory_.size()) + " rooms have at most " +
            std::to_string(milliseconds_of(deadline)) + " ms: " + drain_->reason);
    if (web_) web_->exchange.tell(bridge::tell::Draining{});
    if (cluster_) cluster_->tell_of_drain();
    sessions_.each([&](Session& session) {
        if (session.state() == SessionState::connecting && session.auth_ticket != 0)
            return refuse(session, wire::RefuseReason::server_closing, drain_->reason);
        cancel_queue(session);
    });
    for (const auto& [id, room] : directory_.rooms()) room->drain(ticks, drain_->reason);
}

/// Those whose time is up go on at another server of the cluster, or end.
void Server::Loop::close_drained_rooms(Time now) {
    if (!drain_ || now < drain_->deadline) return;
    std::vector<RoomInstance*> rooms;
    rooms.reserve(directory_.size());
    for (const auto& [id, room] : directory_.rooms()) rooms.push_back(room.get());
    for (RoomInstance* room : rooms) {
        const bool has_ended = room->is_over(now, config_.empty_room_linger);
        if (!has_ended && (!cluster_ || !cluster_->move_away(*room))) room->close(drain_->reason);
    }
}

bool Server::Loop::is_drained() const {
    if (!drain_ || directory_.size() > 0) return false;
    const bool can_move = cluster_ && cluster_->other_node() && sessions_.count() > 0;
    return !can_move || now_ >= drain_->deadline + moving_time;
}

/// Each once, as soon as it is in no room.
void Server::Loop::move_idle_sessions() {
    if (!drain_ || !cluster_) return;
    sessions_.each([&](Session& session) {
        const bool is_idle = session.state() == SessionState::active && !seat_of(session);
        if (!is_idle || session.is_moved || session.player().is_admin) return;
        const ClusterGate::Node* const node = cluster_->other_node();
        if (!node) return;
        session.is_moved = true;
        cluster_->send_move(session, *node, SeatGrant{}, drain_->reason);
    });
}

std::string Server::Loop::closing_reason() const {
    return drain_ ? drain_->reason : "the server is closing";
}

} // namespace engine_net
