#include "bridge/websocket_session.hpp"

#include "bridge/json_text.hpp"

#include <utility>

namespace engine_net::bridge {
namespace {

std::string_view reason_of(CloseCode code) {
    switch (code) {
    case CloseCode::not_text: return "That is not UTF-8.";
    case CloseCode::too_big: return "The message is too large.";
    default: return "That is no frame of RFC 6455.";
    }
}

} // namespace

WebSocketSession::WebSocketSession(Hub& hub, Link& link, AddressCounts::Place place)
    : hub_(&hub)
    , link_(&link)
    , place_(std::move(place))
    , reader_(hub.config.max_message_bytes)
    , rate_(hub.message_rate())
    , opened_(hub.now)
    , heard_(hub.now)
    , pinged_(hub.now) {
    ++hub.stats.websockets;
}

WebSocketSession::~WebSocketSession() {
    --hub_->stats.websockets;
}

void WebSocketSession::on_bytes(Bytes bytes) {
    const auto self = shared_from_this(); // what is handled may end it
    hub_->stats.bytes_in += bytes.size();
    heard_ = hub_->now;
    while (!is_over_) {
        const auto message = reader_.read(bytes);
        if (!message) break;
        handle(*message);
    }
    if (is_over_ || reader_.error() == CloseCode::none) return;
    ++hub_->stats.refused_messages;
    close(reader_.error(), reason_of(reader_.error()));
}

void WebSocketSession::handle(const FrameReader::Message& message) {
    ++hub_->stats.messages_in;
    if (message.opcode == Opcode::close) return handle_close(message.payload);
    if (!rate_.take(hub_->now)) {
        ++hub_->stats.refused_messages;
        return close(CloseCode::too_fast, "Too many messages.");
    }
    switch (message.opcode) {
    case Opcode::ping: return send(make_frame(Opcode::pong, message.payload));
    case Opcode::text:
        return handle_text(
            {reinterpret_cast<const char*>(message.payload.data()), message.payload.size()});
    case Opcode::binary:
        ++hub_->stats.refused_messages;
        return close(CloseCode::unsupported, "Only text is understood.");
    default: return;
    }
}

void WebSocketSession::handle_close(Bytes payload) {
    CloseCode code = CloseCode::none;
    if (payload.size() >= 2) code = static_cast<CloseCode>(payload[0] << 8 | payload[1]);
    // A page that leaves says 1001 or nothing; it may come back, as a page that is read again does.
    let_go(code != CloseCode::normal);
    is_over_ = true;
    if (!link_) return;
    link_->outbox().drop();
    link_->send(make_close(code, ""));
    link_->finish();
}

void WebSocketSession::handle_text(std::string_view text) {
    const auto request = parse_json(text);
    if (!request || !request->is_object()) {
        ++hub_->stats.refused_messages;
        return refuse(0, "bad_request", "That is no JSON object, or one too deep.");
    }
    run(*request, number_of(*request, "id").value_or(0));
}

void WebSocketSession::on_time(Time now) {
    if (is_over_) return;
    if (!guest_ && !is_entering_ && now >= opened_ + hub_->config.handshake_timeout) {
        ++hub_->stats.refused_handshakes;
        return close(CloseCode::late_hello, "No hello came.");
    }
    if (now >= pinged_ + hub_->config.heartbeat_interval) {
        pinged_ = now;
        send(make_frame(Opcode::ping, {}));
    }
    if (now >= heard_ + 2 * hub_->config.heartbeat_interval + hub_->config.stuck_timeout) {
        on_stuck();
    }
}

void WebSocketSession::on_stuck() {
    if (is_over_) return;
    ++hub_->stats.closed_stuck;
    close(CloseCode::too_slow, "Too slow to read.");
}

void WebSocketSession::on_stop(std::string_view reason) {
    if (is_over_) return;
    if (guest_) send_json({{"op", "closing"}, {"reason", reason}});
    unwatch();
    is_over_ = true;
    if (!link_) return;
    link_->send(make_close(CloseCode::going_away, reason));
    link_->finish();
}

void WebSocketSession::on_gone() {
    let_go(true);
    is_over_ = true;
    link_ = nullptr;
}

void WebSocketSession::on_taken_over() {
    guest_.reset();
    close(CloseCode::resumed_elsewhere, "Another connection has resumed the session.");
}

void WebSocketSession::on_skip(const FeedCursor::Skip& skip) {
    if (skip.frames > 0) send_json({{"op", "skipped"}, {"frames", skip.frames}});
    if (skip.state) send(skip.state);
}

void WebSocketSession::let_go(bool can_come_back) {
    if (link_) unwatch();
    const auto guest = std::exchange(guest_, nullptr);
    if (!guest) return;
    if (can_come_back) {
        hub_->guests.lose(*guest);
    } else {
        hub_->guests.forget(guest);
    }
}

void WebSocketSession::close(CloseCode code, std::string_view reason) {
    if (std::exchange(is_over_, true)) return;
    let_go(true);
    if (!link_) return;
    link_->outbox().drop();
    link_->send(make_close(code, reason));
    link_->finish();
}

void WebSocketSession::send(SharedBytes message) {
    if (is_over_ || !link_) return;
    link_->send(std::move(message));
    if (link_->outbox().waiting_bytes() > hub_->config.max_waiting_bytes) on_stuck();
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
