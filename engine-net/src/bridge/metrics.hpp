#pragma once

#include "bridge/http_request.hpp"

#include <engine_net/server_view.hpp>

#include <string>
#include <string_view>

namespace engine_net::bridge {

class HttpSession;

/// Prometheus' text of what the server and the bridge count.
std::string metrics_of(const ServerView& view, const BridgeStats& bridge);

/// Of `/metrics`, when there is a view that is young enough.
void answer_metrics(HttpSession& session, const HttpRequest& request, std::string_view part);

} // namespace engine_net::bridge
