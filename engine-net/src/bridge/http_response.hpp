#pragma once

#include "bridge/exchange.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_net::bridge {

struct HttpResponse {
    int status = 200;
    std::string content_type{};
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
    SharedBytes shared_body{}; ///< instead of `body`, if not null
};

HttpResponse json_response(std::string body);
/// {"error": ..., "detail": ...}
HttpResponse error_response(int status, std::string_view error, std::string_view detail);
/// The same for a status that says it all.
HttpResponse refusal_response(int status);
/// A quoted hash of a body.
std::string etag_of(std::string_view body);

/// What stands before the body, with its empty line.
struct HeadOptions {
    bool keeps_alive = true;
    bool has_length = true; ///< else the body goes on until the connection ends
};
SharedBytes make_head(const HttpResponse& response, HeadOptions options);
SharedBytes make_body(const HttpResponse& response);

} // namespace engine_net::bridge
