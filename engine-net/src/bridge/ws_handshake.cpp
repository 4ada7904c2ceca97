#include "bridge/ws_handshake.hpp"

#include "bridge/http_session.hpp"
#include "bridge/json_text.hpp"
#include "bridge/websocket_session.hpp"

#include <array>
#include <boost/beast/core/detail/sha1.hpp>

namespace engine_net::bridge {
namespace {

constexpr std::string_view suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t key_bytes = 16;

std::string accept_of(std::string_view key) {
    namespace sha = boost::beast::detail;
    sha::sha1_context context{};
    sha::init(context);
    sha::update(context, key.data(), key.size());
    sha::update(context, suffix.data(), suffix.size());
    std::array<std::uint8_t, sha::sha1_context::digest_size> digest{};
    sha::finish(context, digest.data());
    return base64(digest);
}

} // namespace

HttpResponse websocket_handshake(const HttpRequest& request) {
    const bool is_upgrade = request.method == "GET" && !request.is_http_1_0 &&
                            request.has_word("connection", "upgrade") &&
                            request.has_word("upgrade", "websocket");
    if (!is_upgrade || request.header("sec-websocket-version").value_or("") != "13") {
        HttpResponse response = error_response(
            426, "upgrade_required", "Only WebSockets of version 13 are spoken at this path.");
        response.headers.emplace_back("Upgrade", "websocket");
        response.headers.emplace_back("Sec-WebSocket-Version", "13");
        return response;
    }
    const std::string_view key = request.header("sec-websocket-key").value_or("");
    const auto bytes = parse_base64(key);
    if (request.count("sec-websocket-key") != 1 || !bytes || bytes->size() != key_bytes ||
        !request.body.empty()) {
        return error_response(400, "bad_request", "The WebSocket's key is none.");
    }
    HttpResponse response;
    response.status = 101;
    response.headers = {{"Upgrade", "websocket"},
                        {"Connection", "Upgrade"},
                        {"Sec-WebSocket-Accept", accept_of(key)}};
    return response;
}

void upgrade_to_websocket(HttpSession& session,
                          const HttpRequest& request,
                          std::string_view subprotocol,
                          const MakeProtocol& make) {
    HttpResponse response = websocket_handshake(request);
    if (response.status != 101) {
        ++session.hub().stats.refused_handshakes;
        session.answer(std::move(response));
        return;
    }
    if (!session.take_place(request)) return session.answer(refusal_response(429));
    Link* link = session.link();
    if (!link) return;
    if (!subprotocol.empty() && request.has_word("sec-websocket-protocol", subprotocol))
        response.headers.emplace_back("Sec-WebSocket-Protocol", subprotocol);
    session.upgrade(response, make(session.hub(), *link, session.place()));
}

void open_websocket(HttpSession& session, const HttpRequest& request, std::string_view /*part*/) {
    upgrade_to_websocket(
        session, request, "", [](Hub& hub, Link& link, AddressCounts::Place place) {
            return std::make_shared<WebSocketSession>(hub, link, std::move(place));
        });
}

} // namespace engine_net::bridge
