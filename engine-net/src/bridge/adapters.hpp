#pragma once

#include "bridge/adapter.hpp"
#include "bridge/exchange.hpp"

#include <engine_net/bridge.hpp>
#include <engine_net/clock.hpp>
#include <engine_net/result.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace engine_net::bridge {

/// Hands what is said on channels to the adapters that want it.
class Adapters {
public:
    /// Else why not, and of which, for a person.
    static Result<std::unique_ptr<Adapters>, std::string>
    open(const std::vector<AdapterConfig>& configs, const Adapter::Surroundings& around);

    void on_told(const tell::ChannelOpened& opened);
    void on_told(const tell::ChannelNews& news);
    void on_told(const tell::ChannelClosed& closed);
    void on_time(Time now);
    /// The server ends.
    void on_stop();

    [[nodiscard]] bool is_delivered() const { return waiting() == 0; }

private:
    explicit Adapters(BridgeStats& stats) : stats_(&stats) {}

    [[nodiscard]] bool is_wanted(const std::string& channel) const;
    [[nodiscard]] std::size_t waiting() const;
    void read(const std::string& channel,
              std::uint64_t epoch,
              const std::vector<tell::ChannelItem>& items);

    BridgeStats* stats_;
    std::vector<std::unique_ptr<Adapter>> all_{};
    std::map<std::string, std::uint64_t> epochs_{}; ///< of channels that they hear
    Time now_{};
};

} // namespace engine_net::bridge
