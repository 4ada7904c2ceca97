#pragma once

#include <engine_net/result.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace engine_net::fleet {

/// What is asked of the SDK's sidecar.
struct Request {
    std::string method{}; ///< "POST"
    std::string path{};
    std::string body{}; ///< JSON
};

/// Asks on a connection of its own and waits for the answer, at most for `timeout`: its status, or
/// for a person why there is none. Hides Boost.
Result<int, std::string> ask(const std::string& host,
                             std::uint16_t port,
                             const Request& request,
                             std::chrono::milliseconds timeout);

} // namespace engine_net::fleet
