#include "client/admin_watch.hpp"

#include <utility>

namespace engine_net {

AdminClient::AdminClient(AdminClientConfig config)
    : watch_(std::make_unique<Watch>(std::move(config))) {}

AdminClient::~AdminClient() = default;

void AdminClient::poll(Time now) {
    watch_->poll(now);
}

void AdminClient::leave() {
    watch_->leave();
}

AdminState AdminClient::state() const {
    return watch_->state;
}

const std::string& AdminClient::problem() const {
    return watch_->problem;
}

AdminRights AdminClient::rights() const {
    return watch_->rights;
}

std::uint32_t AdminClient::tick_rate() const {
    return watch_->tick_rate;
}

const ServerStats& AdminClient::stats() const {
    return watch_->stats;
}

const AdminLinks& AdminClient::links() const {
    return watch_->links;
}

const std::vector<TickRecord>& AdminClient::ticks() const {
    return watch_->ticks;
}

const std::map<RoomId, AdminRoom>& AdminClient::rooms() const {
    return watch_->rooms;
}

bool AdminClient::has_all_rooms() const {
    return watch_->has_all_rooms;
}

void AdminClient::look_at(RoomId room) {
    watch_->look_at(room);
}

const AdminRoomView* AdminClient::room_view() const {
    return watch_->view ? &*watch_->view : nullptr;
}

void AdminClient::inspect(bool is_wanted, PresenceId viewer) {
    watch_->inspect(is_wanted, viewer);
}

const AdminEntities* AdminClient::seen() const {
    return watch_->inspection ? watch_->inspection->seen() : nullptr;
}

const AdminEntities* AdminClient::entities() const {
    return watch_->inspection ? watch_->inspection->entities() : nullptr;
}

void AdminClient::watch_bytes(bool is_wanted, PresenceId viewer) {
    watch_->watch_bytes(is_wanted, viewer);
}

const AdminBytes* AdminClient::bytes() const {
    return watch_->bytes ? &*watch_->bytes : nullptr;
}

const std::vector<MessageTraffic>& AdminClient::messages() const {
    return watch_->messages;
}

void AdminClient::act(const AdminAction& action,
                      std::function<void(const std::string& problem)> done) {
    watch_->act(action, std::move(done));
}

} // namespace engine_net
