#include "bridge/channel_positions.hpp"

#include "bridge/json_text.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

namespace engine_net::bridge {

ChannelPositions::ChannelPositions(std::string path) : path_(std::move(path)) {
    std::ifstream file(path_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto saved = parse_json(text);
    if (!saved || !saved->is_object()) return;
    for (const auto& [channel, at] : saved->items()) {
        if (const auto position = parse_position(text_of(*saved, channel)))
            places_[channel] = {position->epoch, position->number + 1, false};
    }
}

std::uint64_t
ChannelPositions::open(const std::string& channel, std::uint64_t epoch, std::uint64_t begin) {
    Place& place = places_[channel];
    place.is_open = true;
    if (std::exchange(place.epoch, epoch) != epoch) {
        place.next = begin;
        return 0;
    }
    const std::uint64_t missing = begin > place.next ? begin - place.next : 0;
    place.next = std::max(place.next, begin);
    return missing;
}

void ChannelPositions::close(const std::string& channel) {
    const auto found = places_.find(channel);
    if (found != places_.end()) found->second.is_open = false;
    if (places_.size() <= max_channels) return;
    std::erase_if(places_, [](const auto& one) {
        return !one.second.is_open;
    });
}

bool ChannelPositions::read(const std::string& channel, Position at) {
    const auto found = places_.find(channel);
    if (found == places_.end() || found->second.epoch != at.epoch) return false;
    if (at.number < found->second.next) return false;
    found->second.next = at.number + 1;
    is_changed_ = true;
    return true;
}

void ChannelPositions::note_read(const std::string& channel, Position at) {
    Place& place = places_[channel];
    if (place.epoch != at.epoch) place.next = 0;
    place.epoch = at.epoch;
    place.next = std::max(place.next, at.number + 1);
}

bool ChannelPositions::save() {
    if (!is_changed_) return true;
    Json all = Json::object();
    for (const auto& [channel, place] : places_) {
        if (place.next > 0) all[channel] = to_text(Position{place.epoch, place.next - 1});
    }
    const std::string fresh = path_ + ".new";
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    file << bridge::to_text(all);
    file.close();
    if (!file || std::rename(fresh.c_str(), path_.c_str()) != 0) return false;
    is_changed_ = false;
    return true;
}

} // namespace engine_net::bridge
