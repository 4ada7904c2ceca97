#pragma once

#include "bridge/http_request.hpp"

#include <span>
#include <string_view>

namespace engine_net::bridge {

class HttpSession;

/// One row of the table in `BRIDGE.md`.
struct Route {
    std::string_view path{}; ///< with at most one {name}, which may hold slashes
    bool checks_origin = false;
    bool takes_posts = false;
    /// With what stood for the name.
    void (*answer)(HttpSession& session,
                   const HttpRequest& request,
                   std::string_view part) = nullptr;
};

/// All paths but those of files.
std::span<const Route> routes();
/// What stands for the name in a route's path. Nothing: it is another path.
bool matches(const Route& route, std::string_view path, std::string_view& part);

/// Answers a request, or sees to it that somebody does.
void route(HttpSession& session, const HttpRequest& request);

/// The text of `/api/openapi.json`.
std::string_view openapi();

} // namespace engine_net::bridge
