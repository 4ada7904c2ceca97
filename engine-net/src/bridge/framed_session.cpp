#include "bridge/framed_session.hpp"

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

FramedSession::FramedSession(Hub& hub, Link& link, AddressCounts::Place place)
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

FramedSession::~FramedSession() {
    --hub_->stats.websockets;
}

void FramedSession::on_bytes(Bytes bytes) {
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

void FramedSession::handle(const FrameReader::Message& message) {
    ++hub_->stats.messages_in;
    if (message.opcode == Opcode::close) return handle_close(message.payload);
    if (!rate_.take(hub_->now)) {
        ++hub_->stats.refused_messages;
        return close(too_fast(), "Too many messages.");
    }
    switch (message.opcode) {
    case Opcode::ping: return send_frame(make_frame(Opcode::pong, message.payload));
    case Opcode::text:
    case Opcode::binary: return on_message(message.opcode, message.payload);
    default: return;
    }
}

void FramedSession::handle_close(Bytes payload) {
    CloseCode code = CloseCode::none;
    if (payload.size() >= 2) code = static_cast<CloseCode>(payload[0] << 8 | payload[1]);
    // A page that leaves says 1001 or nothing; it may come back, as a page that is read again does.
    end(code != CloseCode::normal);
    if (!link_) return;
    link_->outbox().drop();
    link_->send(make_close(code, ""));
    link_->finish();
}

void FramedSession::on_time(Time now) {
    if (is_over_) return;
    const auto self = shared_from_this();
    on_tick(now);
    if (is_over_) return;
    if (now >= pinged_ + hub_->config.heartbeat_interval) {
        pinged_ = now;
        send_frame(make_frame(Opcode::ping, {}));
    }
    if (now >= heard_ + 2 * hub_->config.heartbeat_interval + hub_->config.stuck_timeout) {
        on_stuck();
    }
}

void FramedSession::on_stuck() {
    if (is_over_) return;
    ++hub_->stats.closed_stuck;
    close(too_slow(), "Too slow to read.");
}

void FramedSession::on_stop(std::string_view reason) {
    if (is_over_) return;
    const auto self = shared_from_this();
    finish(on_server_end(reason), reason);
}

void FramedSession::on_gone() {
    const auto self = shared_from_this();
    end(true);
    link_ = nullptr;
}

void FramedSession::end(bool can_come_back) {
    if (std::exchange(is_over_, true)) return;
    on_end(can_come_back);
}

void FramedSession::close(CloseCode code, std::string_view reason) {
    if (is_over_) return;
    if (link_) link_->outbox().drop();
    finish(code, reason);
}

void FramedSession::finish(CloseCode code, std::string_view reason) {
    if (is_over_) return;
    end(true);
    if (!link_) return;
    link_->send(make_close(code, reason));
    link_->finish();
}

void FramedSession::send_frame(SharedBytes frame) {
    if (is_over_ || !link_) return;
    link_->send(std::move(frame));
    if (link_->outbox().waiting_bytes() > hub_->config.max_waiting_bytes) on_stuck();
}

} // namespace engine_net::bridge
