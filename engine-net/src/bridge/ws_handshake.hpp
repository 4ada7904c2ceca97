#pragma once

#include "bridge/http_request.hpp"
#include "bridge/http_response.hpp"

#include <string_view>

namespace engine_net::bridge {

class HttpSession;

/// The answer to a request to go over to a WebSocket: 101, or why not. Extensions are never agreed
/// on, so no message is ever compressed.
HttpResponse websocket_handshake(const HttpRequest& request);

/// `/ws`
void upgrade_to_websocket(HttpSession& session, const HttpRequest& request, std::string_view part);

} // namespace engine_net::bridge
