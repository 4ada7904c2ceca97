#pragma once

#include <cstdint>
#include <functional>

/// The server of a bridge, as its clients in a test see it: it is stepped while they wait.
class WebHost {
public:
    WebHost() = default;
    virtual ~WebHost() = default;
    WebHost(const WebHost&) = delete;
    WebHost& operator=(const WebHost&) = delete;

    [[nodiscard]] virtual std::uint16_t port() const = 0;
    /// Steps until it holds; false: it did not within some seconds.
    virtual bool step_until(const std::function<bool()>& holds) = 0;
};
