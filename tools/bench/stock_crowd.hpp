#pragma once

#include "helper_process.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bench {

/// Whom the crowd is connected to, and by what.
enum class StockGroup : std::uint8_t { mqtt, mosquitto, pusher };

/// Shared with the crowd's process.
struct StockCounts {
    struct Group {
        std::atomic<std::uint16_t> port = 0; ///< set, its subscribers come
        std::atomic<bool> is_connected = false;
        std::atomic<std::uint64_t> heard = 0;
        std::atomic<std::uint64_t> doubled = 0;
    };

    [[nodiscard]] Group& group(StockGroup which) { return groups[static_cast<std::size_t>(which)]; }

    std::array<Group, 3> groups{};
    std::atomic<std::uint16_t> web_port = 0; ///< of the server, to speak by
    /// Messages that are to be said to the server, in turn by Pusher's HTTP API, by MQTT and by
    /// `/ws`; and to mosquitto, by MQTT.
    std::atomic<std::uint64_t> wanted = 0;
    std::atomic<std::uint64_t> wanted_of_mosquitto = 0;
};

/// Subscribers of one channel as stock clients are, and who speaks on it, in a process of their
/// own. What fails ends it.
class StockCrowd {
public:
    static constexpr std::size_t subscribers = 1'000; ///< of each group
    static constexpr std::size_t max_messages = 4'096;
    static constexpr std::string_view channel = "score";
    static constexpr std::string_view app_key = "bench-key";
    static constexpr std::string_view app_secret = "bench-secret-of-the-app";

    /// To be made before there are threads.
    StockCrowd();

    [[nodiscard]] StockCounts& counts() { return process_.shared(); }
    [[nodiscard]] bool is_running() const { return process_.is_running(); }

private:
    HelperProcess<StockCounts> process_;
};

} // namespace bench
