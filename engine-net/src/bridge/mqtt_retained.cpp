#include "bridge/mqtt_retained.hpp"

#include <utility>

namespace engine_net::bridge {
namespace {

/// What one costs beside its payload.
constexpr std::size_t other_bytes = 256;

std::size_t size_of(const MqttRetained::Message& message) {
    return message.payload.size() + other_bytes;
}

} // namespace

std::size_t MqttRetained::bytes_of(const std::string& channel) const {
    const auto found = messages_.find(channel);
    return found == messages_.end() ? 0 : size_of(found->second);
}

bool MqttRetained::has_room_for(const std::string& channel, std::size_t payload_bytes) const {
    if (payload_bytes == 0) return true;
    const bool is_new = !messages_.contains(channel);
    return messages_.size() + (is_new ? 1 : 0) <= max_count_ &&
           bytes_ - bytes_of(channel) + payload_bytes + other_bytes <= max_bytes_;
}

void MqttRetained::set(const std::string& channel, Message message) {
    const bool is_kept = !message.payload.empty() && has_room_for(channel, message.payload.size());
    if (const auto before = messages_.find(channel); before != messages_.end()) erase(before);
    if (!is_kept) return;
    bytes_ += size_of(message);
    messages_.emplace(channel, std::move(message));
    stats_->mqtt_retained = messages_.size();
}

const MqttRetained::Message* MqttRetained::find(const std::string& channel) const {
    const auto found = messages_.find(channel);
    return found == messages_.end() ? nullptr : &found->second;
}

MqttRetained::Place MqttRetained::erase(Place place) {
    bytes_ -= size_of(place->second);
    const auto next = messages_.erase(place);
    stats_->mqtt_retained = messages_.size();
    return next;
}

void MqttRetained::on_time(Time now) {
    for (auto place = messages_.begin(); place != messages_.end();) {
        const auto expires = place->second.expires;
        place = expires && now >= *expires ? erase(place) : std::next(place);
    }
}

} // namespace engine_net::bridge
