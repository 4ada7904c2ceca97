#include "bridge/websocket_session.hpp"

#include "bridge/json_text.hpp"

#include <utility>

namespace engine_net::bridge {

void WebSocketSession::on_message(Opcode opcode, Bytes payload) {
    if (opcode != Opcode::text) {
        ++hub().stats.refused_messages;
        return close(CloseCode::unsupported, "Only text is understood.");
    }
    const auto request =
        parse_json({reinterpret_cast<const char*>(payload.data()), payload.size()});
    if (!request || !request->is_object()) {
        ++hub().stats.refused_messages;
        return refuse(0, "bad_request", "That is no JSON object, or one too deep.");
    }
    run(*request, number_of(*request, "id").value_or(0));
}

void WebSocketSession::on_tick(Time now) {
    if (guest_ || is_entering_ || now < opened() + hub().config.handshake_timeout) return;
    ++hub().stats.refused_handshakes;
    close(CloseCode::late_hello, "No hello came.");
}

CloseCode WebSocketSession::on_server_end(std::string_view reason) {
    if (guest_) send_json({{"op", "closing"}, {"reason", reason}});
    return CloseCode::going_away;
}

void WebSocketSession::on_taken_over() {
    guest_.reset();
    close(CloseCode::resumed_elsewhere, "Another connection has resumed the session.");
}

void WebSocketSession::on_skip(const FeedCursor::Skip& skip) {
    if (skip.frames > 0) send_json({{"op", "skipped"}, {"frames", skip.frames}});
    if (skip.state) send(skip.state);
}

void WebSocketSession::on_end(bool can_come_back) {
    unwatch();
    const auto guest = std::exchange(guest_, nullptr);
    if (!guest) return;
    if (can_come_back) {
        hub().guests.lose(*guest);
    } else {
        hub().guests.forget(guest);
    }
}

void WebSocketSession::send_json(const Json& json) {
    send(make_text(to_text(json)));
}

void WebSocketSession::acknowledge(std::uint64_t id) {
    acknowledge(id, Json::object());
}

void WebSocketSession::acknowledge(std::uint64_t id, Json fields) {
    fields["op"] = "ack";
    fields["id"] = id;
    send_json(fields);
}

void WebSocketSession::refuse(std::uint64_t id, std::string_view error, std::string_view detail) {
    send_json({{"op", "error"}, {"id", id}, {"error", error}, {"detail", detail}});
}

} // namespace engine_net::bridge
