#include "bridge/adapters.hpp"

#include "bridge/bridge.hpp"

#include <algorithm>
#include <utility>

namespace engine_net::bridge {

std::vector<std::string> adapted_channels(const BridgeConfig& config) {
    std::vector<std::string> channels;
    for (const AdapterConfig& adapter : config.adapters)
        channels.insert(channels.end(), adapter.channels.begin(), adapter.channels.end());
    return channels;
}

Result<std::unique_ptr<Adapters>, std::string>
Adapters::open(const std::vector<AdapterConfig>& configs, const Adapter::Surroundings& around) {
    std::unique_ptr<Adapters> adapters(new Adapters(around.stats));
    adapters->all_.reserve(configs.size());
    for (const AdapterConfig& config : configs) {
        auto adapter = Adapter::open(config, around);
        if (!adapter) {
            return Unexpected("adapter " + std::to_string(adapters->all_.size() + 1) + ": " +
                              adapter.error());
        }
        adapters->all_.push_back(std::move(*adapter));
    }
    return adapters;
}

bool Adapters::is_wanted(const std::string& channel) const {
    return std::any_of(all_.begin(), all_.end(), [&](const auto& adapter) {
        return adapter->wants(channel);
    });
}

std::size_t Adapters::waiting() const {
    std::size_t waiting = 0;
    for (const auto& adapter : all_) waiting += adapter->waiting();
    return waiting;
}

void Adapters::on_told(const tell::ChannelOpened& opened) {
    if (!is_wanted(opened.channel)) return;
    epochs_[opened.channel] = opened.epoch;
    for (const auto& adapter : all_) {
        if (adapter->wants(opened.channel))
            adapter->begin(opened.channel, opened.epoch, opened.begin);
    }
    read(opened.channel, opened.epoch, opened.items);
}

void Adapters::on_told(const tell::ChannelNews& news) {
    const auto found = epochs_.find(news.channel);
    if (found != epochs_.end()) read(news.channel, found->second, news.items);
}

void Adapters::on_told(const tell::ChannelClosed& closed) {
    if (epochs_.erase(closed.channel) == 0) return;
    for (const auto& adapter : all_) adapter->end(closed.channel);
}

void Adapters::read(const std::string& channel,
                    std::uint64_t epoch,
                    const std::vector<tell::ChannelItem>& items) {
    for (const tell::ChannelItem& item : items) {
        const Said said(channel, {epoch, item.number}, item);
        for (const auto& adapter : all_) {
            if (adapter->wants(channel)) adapter->add(channel, epoch, said);
        }
    }
    on_time(now_);
}

void Adapters::on_time(Time now) {
    now_ = now;
    for (const auto& adapter : all_) adapter->on_time(now_);
    stats_->adapters_waiting = waiting();
}

void Adapters::on_stop() {
    for (const auto& adapter : all_) adapter->save();
}

} // namespace engine_net::bridge
