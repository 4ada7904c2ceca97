#pragma once

#include "helper_process.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace bench {

/// What the viewers read, and how far they have come. Shared with their process.
struct ViewerCounts {
    std::atomic<std::uint16_t> port = 0; ///< set by who they are to connect to
    std::atomic<std::size_t> connected = 0;
    std::atomic<std::uint64_t> bytes = 0;
};

/// How a group of viewers begins.
enum class Greeting {
    none,      ///< a plain connection
    handshake, ///< a WebSocket
    watch,     ///< of the bridge's: says hello, and watches room 1
};

/// Read everything as fast as it comes.
class WebViewers {
public:
    static constexpr std::size_t groups = 3;

    /// To be made before there are threads. `viewers` of each group, one group after the other,
    /// each when its port is set.
    WebViewers(std::size_t viewers, const std::array<Greeting, groups>& greetings);

    [[nodiscard]] ViewerCounts& group(std::size_t group) { return process_.shared()[group]; }
    [[nodiscard]] bool is_open() const { return process_.is_running(); }

private:
    using Shared = std::array<ViewerCounts, groups>;

    HelperProcess<Shared> process_;
};

} // namespace bench
