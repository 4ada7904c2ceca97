#include "bridge/mqtt_window.hpp"

#include <utility>

namespace engine_net::bridge {

std::optional<std::uint16_t> MqttWindow::new_id() {
    constexpr std::size_t most_ids = 60'000; // so that one is soon found
    if (ids_.size() >= most_ids) return std::nullopt;
    do {
        ++last_id_;
    } while (last_id_ == 0 || ids_.contains(last_id_));
    ids_.insert(last_id_);
    return last_id_;
}

void MqttWindow::send(std::uint16_t id, SharedBytes packet) {
    if (waiting_.empty() && on_way_.size() < limit_) {
        on_way_.insert(id);
        send_(std::move(packet));
        return;
    }
    waiting_bytes_ += packet->size();
    waiting_.push_back({id, std::move(packet)});
}

bool MqttWindow::acknowledge(std::uint16_t id) {
    if (on_way_.erase(id) == 0) return false;
    ids_.erase(id);
    while (!waiting_.empty() && on_way_.size() < limit_) {
        const Waiting next = std::move(waiting_.front());
        waiting_.pop_front();
        waiting_bytes_ -= next.packet->size();
        on_way_.insert(next.id);
        send_(next.packet);
    }
    return true;
}

} // namespace engine_net::bridge
