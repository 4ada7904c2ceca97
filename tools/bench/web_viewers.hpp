#pragma once

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

/// A process of its own that reads everything as fast as it comes, so that its CPU time is not
/// measured with that of the sender.
class WebViewers {
public:
    static constexpr std::size_t groups = 3;

    /// To be made before there are threads. `viewers` of each group, one group after the other,
    /// each when its port is set.
    WebViewers(std::size_t viewers, const std::array<Greeting, groups>& greetings);
    ~WebViewers();
    WebViewers(const WebViewers&) = delete;
    WebViewers& operator=(const WebViewers&) = delete;

    [[nodiscard]] ViewerCounts& group(std::size_t group) { return (*shared_)[group]; }
    [[nodiscard]] bool is_open() const { return child_ > 0; }

private:
    using Shared = std::array<ViewerCounts, groups>;

    Shared* shared_ = nullptr;
    int child_ = -1;
};

} // namespace bench
