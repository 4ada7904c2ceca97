#pragma once

#include "bridge/http_request.hpp"

#include <string_view>

namespace engine_net::bridge {

class HttpSession;

namespace pusher {

/// `/apps/{rest}`: the HTTP API, for the game's web backend.
void answer_api(HttpSession& session, const HttpRequest& request, std::string_view rest);

} // namespace pusher
} // namespace engine_net::bridge
