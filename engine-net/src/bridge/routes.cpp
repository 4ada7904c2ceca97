#include "bridge/routes.hpp"

#include "bridge/channel_requests.hpp"
#include "bridge/http_session.hpp"
#include "bridge/metrics.hpp"
#include "bridge/mqtt_session.hpp"
#include "bridge/pusher_api.hpp"
#include "bridge/pusher_session.hpp"
#include "bridge/ws_handshake.hpp"

#include <algorithm>
#include <array>

namespace engine_net::bridge {
namespace {

HttpResponse text_response(int status, std::string_view text) {
    HttpResponse response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.headers.emplace_back("Cache-Control", "no-store");
    response.body = text;
    return response;
}

void answer_health(HttpSession& session,
                   const HttpRequest& /*request*/,
                   std::string_view /*part*/) {
    session.answer(text_response(200, "ok\n"));
}

void answer_readiness(HttpSession& session,
                      const HttpRequest& /*request*/,
                      std::string_view /*part*/) {
    const bool is_ready = session.hub().is_ready();
    session.answer(text_response(is_ready ? 200 : 503, is_ready ? "ready\n" : "not ready\n"));
}

void answer_openapi(HttpSession& session,
                    const HttpRequest& /*request*/,
                    std::string_view /*part*/) {
    HttpResponse response = json_response(std::string(openapi()));
    response.headers.emplace_back("ETag", etag_of(response.body));
    session.answer(std::move(response));
}

void answer_rooms(HttpSession& session, const HttpRequest& request, std::string_view /*part*/) {
    session.answer(session.hub().rooms.page(request));
}

void answer_room(HttpSession& session, const HttpRequest& /*request*/, std::string_view part) {
    session.answer(session.hub().rooms.one(part));
}

const KindInfo* find_kind(HttpSession& session, std::string_view name) {
    const auto& kinds = session.hub().info.kinds;
    const auto found = kinds.find(std::string(name));
    return found == kinds.end() ? nullptr : &found->second;
}

void answer_schema(HttpSession& session, const HttpRequest& /*request*/, std::string_view part) {
    const KindInfo* kind = find_kind(session, part);
    if (!kind) return session.answer(refusal_response(404));
    HttpResponse response = json_response(kind->schema_json);
    response.headers.emplace_back("ETag", etag_of(response.body));
    session.answer(std::move(response));
}

void answer_prior(HttpSession& session, const HttpRequest& /*request*/, std::string_view part) {
    const KindInfo* kind = find_kind(session, part);
    if (!kind) return session.answer(refusal_response(404));
    HttpResponse response;
    response.status = kind->prior ? 200 : 204;
    if (kind->prior) {
        response.content_type = "application/octet-stream";
        response.headers = {
            {"Cache-Control", "no-cache"},
            {"ETag",
             etag_of({reinterpret_cast<const char*>(kind->prior->data()), kind->prior->size()})}};
        response.shared_body = kind->prior;
    }
    session.answer(std::move(response));
}

constexpr std::array table{
    Route{"/healthz", false, false, answer_health},
    Route{"/readyz", false, false, answer_readiness},
    Route{"/metrics", false, false, answer_metrics},
    Route{"/api/openapi.json", true, false, answer_openapi},
    Route{"/api/rooms", true, false, answer_rooms},
    Route{"/api/rooms/{id}", true, false, answer_room},
    Route{"/api/kinds/{kind}/schema", true, false, answer_schema},
    Route{"/api/kinds/{kind}/prior", true, false, answer_prior},
    Route{"/api/channels/{name}/events", true, false, hold_long_poll},
    Route{"/api/channels/{name}/stream", true, false, hold_stream},
    Route{"/ws", true, false, open_websocket},
    Route{"/mqtt", true, false, open_mqtt},
    Route{"/app/{key}", true, false, pusher::open_session},
    Route{"/apps/{rest}", false, true, pusher::answer_api},
};

/// What a browser asks before a page of another origin may.
HttpResponse preflight() {
    HttpResponse response;
    response.status = 204;
    response.headers = {{"Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"},
                        {"Access-Control-Allow-Headers", "Last-Event-ID, If-None-Match"},
                        {"Access-Control-Max-Age", "600"}};
    return response;
}

/// Of one that there is but not here, or of one that nobody knows.
HttpResponse wrong_method(std::string_view method) {
    constexpr std::array others{"POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "OPTIONS"};
    const bool is_known = std::find(others.begin(), others.end(), method) != others.end();
    if (!is_known) return refusal_response(501);
    HttpResponse response =
        error_response(405, "bad_method", "Only GET and HEAD are answered here.");
    response.headers.emplace_back("Allow", "GET, HEAD, OPTIONS");
    return response;
}

void refuse_origin(HttpSession& session) {
    ++session.hub().stats.refused_origins;
    session.answer(refusal_response(403));
}

} // namespace

std::span<const Route> routes() {
    return table;
}

bool matches(const Route& route, std::string_view path, std::string_view& part) {
    const std::size_t open = route.path.find('{');
    if (open == std::string_view::npos) return path == route.path;
    const std::string_view before = route.path.substr(0, open);
    const std::string_view after = route.path.substr(route.path.find('}') + 1);
    if (path.size() <= before.size() + after.size() || !path.starts_with(before) ||
        !path.ends_with(after)) {
        return false;
    }
    part = path.substr(before.size(), path.size() - before.size() - after.size());
    return true;
}

void route(HttpSession& session, const HttpRequest& request) {
    const bool is_read = request.method == "GET" || request.method == "HEAD";
    for (const Route& one : table) {
        std::string_view part;
        if (!matches(one, request.path, part)) continue;
        if (one.checks_origin && !session.hub().allows_origin(request)) {
            return refuse_origin(session);
        }
        if (request.method == "OPTIONS") return session.answer(preflight());
        const bool is_post = one.takes_posts && request.method == "POST";
        if (!is_read && !is_post) return session.answer(wrong_method(request.method));
        return one.answer(session, request, part);
    }
    if (!is_read) return session.answer(wrong_method(request.method));
    session.answer(session.hub().files.answer(request));
}

} // namespace engine_net::bridge
