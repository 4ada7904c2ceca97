#pragma once

#include "bridge/http_request.hpp"

#include <string_view>

namespace engine_net::bridge {

class HttpSession;

/// `/api/channels/{name}/events`: answered when there is something after where the caller is, or
/// when it has waited as long as it wants.
void hold_long_poll(HttpSession& session, const HttpRequest& request, std::string_view channel);
/// `/api/channels/{name}/stream`: server-sent events until either end has enough.
void hold_stream(HttpSession& session, const HttpRequest& request, std::string_view channel);

} // namespace engine_net::bridge
