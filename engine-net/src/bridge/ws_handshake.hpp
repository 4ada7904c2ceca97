#pragma once

#include "bridge/http_request.hpp"
#include "bridge/http_response.hpp"
#include "bridge/hub.hpp"
#include "bridge/link.hpp"

#include <functional>
#include <memory>
#include <string_view>

namespace engine_net::bridge {

class HttpSession;

/// The answer to a request to go over to a WebSocket: 101, or why not. Extensions are never agreed
/// on, so no message is ever compressed.
HttpResponse websocket_handshake(const HttpRequest& request);

/// Goes over to what `make` gives, or answers why not. `subprotocol`: what is spoken, said if the
/// request names it; "": none is.
using MakeProtocol =
    std::function<std::shared_ptr<Protocol>(Hub& hub, Link& link, AddressCounts::Place place)>;
void upgrade_to_websocket(HttpSession& session,
                          const HttpRequest& request,
                          std::string_view subprotocol,
                          const MakeProtocol& make);

/// `/ws`
void open_websocket(HttpSession& session, const HttpRequest& request, std::string_view part);

} // namespace engine_net::bridge
