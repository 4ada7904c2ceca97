#include "bridge/mqtt_session.hpp"

#include "bridge/http_session.hpp"
#include "bridge/mqtt_topic.hpp"
#include "bridge/ws_handshake.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <utility>

namespace engine_net::bridge {

using mqtt::Reason;

namespace {

constexpr std::size_t max_client_id_bytes = 256;
/// Between two looks at the clock a client may be late by half of its time.
constexpr int keep_alive_halves = 3;

} // namespace

MqttSession::MqttSession(Hub& hub, Link& link, Carrier carrier, AddressCounts::Place place)
    : hub_(&hub)
    , link_(&link)
    , address_place_(std::move(place))
    , reader_(hub.config.mqtt->max_packet_bytes)
    , rate_(hub.message_rate())
    , opened_(hub.now)
    , heard_(hub.now)
    , window_([this](SharedBytes packet) {
        send(std::move(packet));
    }) {
    if (carrier == Carrier::websocket) frames_.emplace(2 * hub.config.mqtt->max_packet_bytes);
    ++hub.stats.mqtt_sessions;
}

MqttSession::~MqttSession() {
    --hub_->stats.mqtt_sessions;
}

void MqttSession::on_bytes(Bytes bytes) {
    const auto self = shared_from_this(); // what is handled may end it
    hub_->stats.bytes_in += bytes.size();
    if (frames_) return take_frames(bytes);
    take(bytes);
}

void MqttSession::take_frames(Bytes bytes) {
    while (state_ != State::over) {
        const auto message = frames_->read(bytes);
        if (!message) break;
        switch (message->opcode) {
        case Opcode::binary: take(message->payload); break;
        case Opcode::ping: answer_ping(message->payload); break;
        case Opcode::text:
        case Opcode::close:
            end(true);
            return finish(message->opcode == Opcode::text ? CloseCode::unsupported
                                                          : CloseCode::normal);
        default: break;
        }
    }
    if (state_ == State::over || frames_->error() == CloseCode::none) return;
    ++hub_->stats.refused_messages;
    end(true);
    finish(frames_->error());
}

/// Of WebSockets: it counts as a packet does.
void MqttSession::answer_ping(Bytes payload) {
    if (!rate_.take(hub_->now)) {
        ++hub_->stats.refused_messages;
        return close(Reason::message_rate_too_high);
    }
    link_->send(make_frame(Opcode::pong, payload));
    if (waiting_bytes() > hub_->config.max_waiting_bytes) on_stuck();
}

void MqttSession::take(Bytes bytes) {
    while (state_ == State::greeting || state_ == State::open) {
        auto packet = reader_.read(bytes);
        if (!packet) break;
        heard_ = hub_->now;
        handle_packet(*packet);
    }
    if (state_ == State::over) return;
    if (state_ == State::entering) {
        early_.insert(early_.end(), bytes.begin(), bytes.end());
        if (early_.size() <= 2 * limits().max_packet_bytes) return;
        ++hub_->stats.refused_messages;
        return refuse(Reason::packet_too_large);
    }
    if (reader_.error() == Reason::success) return;
    ++hub_->stats.refused_messages;
    if (state_ == State::open) return close(reader_.error());
    version_ = reader_.version();
    refuse(reader_.error());
}

void MqttSession::handle_packet(mqtt::Packet& packet) {
    // What was asked for comes as often as messages go out.
    const auto* const puback = std::get_if<mqtt::Puback>(&packet);
    if (puback && window_.acknowledge(puback->id)) return send_stale();
    if (!rate_.take(hub_->now)) {
        ++hub_->stats.refused_messages;
        return close(Reason::message_rate_too_high);
    }
    std::visit(
        [this](auto& one) {
            handle(one);
        },
        packet);
}

void MqttSession::handle(mqtt::Connect& connect) {
    version_ = connect.version;
    if (const Reason reason = refusal_of(connect); reason != Reason::success) return refuse(reason);
    was_given_id_ = connect.client_id.empty();
    identity_.client_id = was_given_id_ ? make_secret(hub_->secrets) : connect.client_id;
    has_password_ = connect.password.has_value();
    const Duration longest = limits().max_keep_alive;
    keep_alive_ = std::chrono::seconds(connect.keep_alive);
    if (keep_alive_ == Duration{} || keep_alive_ > longest) {
        keep_alive_ = longest;
        told_keep_alive_ = static_cast<std::uint16_t>(
            std::chrono::duration_cast<std::chrono::seconds>(longest).count());
    }
    window_.set_limit(
        std::clamp<std::size_t>(limits().max_inflight, 1, connect.properties.receive_maximum));
    max_packet_bytes_ = connect.properties.maximum_packet_size;
    will_ = std::move(connect.will);

    state_ = State::entering;
    guest_ = hub_->asks.new_guest();
    ask::Enter enter{0, guest_, connect.user_name.value_or(""), connect.password.value_or("")};
    hub_->asks.ask(
        std::move(enter),
        [weak = weak_from_this(), hub = hub_, guest = guest_](const tell::Answer& answer) {
            const auto self = weak.lock();
            if (self && self->state_ == State::entering) return self->on_entered(answer);
            if (answer.error == tell::Error::none) hub->channels.leave(guest);
        });
}

Reason MqttSession::refusal_of(const mqtt::Connect& connect) const {
    if (hub_->is_moving()) return Reason::use_another_server;
    if (connect.properties.has_authentication_method) return Reason::bad_authentication_method;
    const bool can_be_given_id = connect.version == mqtt::version_5 || connect.is_clean;
    if (connect.client_id.size() > max_client_id_bytes ||
        (connect.client_id.empty() && !can_be_given_id))
        return Reason::client_identifier_not_valid;
    return connect.will ? check(*connect.will) : Reason::success;
}

void MqttSession::on_entered(const tell::Answer& answer) {
    switch (answer.error) {
    case tell::Error::none: break;
    case tell::Error::bad_request: return refuse(Reason::bad_user_name_or_password);
    case tell::Error::not_allowed:
        return refuse(has_password_ ? Reason::bad_user_name_or_password : Reason::not_authorised);
    default: return refuse(Reason::server_busy);
    }
    is_in_ = true;
    user_ = answer.user;
    name_ = answer.name;
    identity_.user = answer.is_anonymous ? "" : answer.user;
    const auto self = shared_from_this();
    if (!hub_->mqtt.claim(identity_, *this)) return refuse(Reason::client_identifier_not_valid);
    state_ = State::open;
    heard_ = hub_->now;
    welcome();
    take(std::exchange(early_, {}));
}

void MqttSession::welcome() {
    mqtt::Welcome welcome;
    welcome.receive_maximum = std::max<std::uint16_t>(1, limits().max_inflight);
    welcome.maximum_packet_size = static_cast<std::uint32_t>(limits().max_packet_bytes);
    welcome.topic_alias_maximum = limits().max_topic_aliases;
    welcome.keep_alive = told_keep_alive_;
    if (was_given_id_) welcome.client_id = identity_.client_id;
    send(make_welcome(version_, welcome));
}

void MqttSession::handle(const mqtt::Puback& /*puback*/) {
    // Of a message that is not on its way: no harm, and charged.
}

void MqttSession::handle(const mqtt::Pingreq& /*ping*/) {
    send(mqtt::make_pingresp());
}

void MqttSession::handle(const mqtt::Disconnect& disconnect) {
    end(disconnect.reason == static_cast<std::uint8_t>(Reason::disconnect_with_will));
    finish();
}

void MqttSession::on_time(Time now) {
    if (state_ == State::greeting && now >= opened_ + hub_->config.handshake_timeout) {
        ++hub_->stats.refused_handshakes;
        end(false);
        if (link_) link_->drop();
    }
    if (state_ != State::open) return;
    const auto self = shared_from_this();
    if (now >= heard_ + keep_alive_halves * keep_alive_ / 2)
        return close(Reason::keep_alive_timeout);
    rejoin();
    send_stale();
}

void MqttSession::on_stuck() {
    if (state_ == State::over) return;
    const auto self = shared_from_this();
    ++hub_->stats.closed_stuck;
    close(Reason::quota_exceeded);
}

void MqttSession::on_stop(std::string_view /*reason*/) {
    if (state_ == State::over || !link_) return;
    if (state_ == State::open && version_ == mqtt::version_5)
        send(mqtt::make_disconnect(Reason::server_shutting_down));
    end(false); // nobody would hear of a will
    finish(CloseCode::going_away);
}

void MqttSession::on_gone() {
    const auto self = shared_from_this();
    end(true);
    link_ = nullptr;
}

void MqttSession::on_taken_over() {
    close(Reason::session_taken_over);
}

void MqttSession::on_moving() {
    // Version 4 can't be told where to: it stays until the end.
    if (version_ == mqtt::version_5) close(Reason::use_another_server);
}

std::size_t MqttSession::waiting_bytes() const {
    return (link_ ? link_->outbox().waiting_bytes() : 0) + window_.waiting_bytes();
}

void MqttSession::send(SharedBytes packet) {
    if (state_ == State::over || !link_) return;
    link_->send(frames_ ? make_frame(Opcode::binary, *packet) : std::move(packet));
    if (waiting_bytes() > hub_->config.max_waiting_bytes) on_stuck();
}

void MqttSession::refuse(Reason reason) {
    if (state_ == State::over) return;
    ++hub_->stats.refused_handshakes;
    // Who speaks something else would make nothing of an answer.
    const bool is_said = version_ == mqtt::version_5 ||
                         reason == Reason::unsupported_protocol_version ||
                         (version_ == mqtt::version_4 && reader_.error() == Reason::success);
    if (is_said) send(make_refusal(version_, reason));
    end(false);
    finish();
}

void MqttSession::close(Reason reason) {
    if (state_ == State::over || !link_) return;
    link_->outbox().drop();
    if (version_ == mqtt::version_5) {
        SharedBytes packet = mqtt::make_disconnect(reason);
        link_->send(frames_ ? make_frame(Opcode::binary, *packet) : std::move(packet));
    }
    end(true);
    finish();
}

void MqttSession::finish(CloseCode code) {
    if (!link_) return;
    if (frames_) link_->send(make_close(code, ""));
    link_->finish();
}

void MqttSession::end(bool has_will) {
    if (std::exchange(state_, State::over) == State::over || !is_in_) return;
    hub_->mqtt.release(identity_, *this);
    if (has_will && will_) {
        hub_->mqtt.bury(identity_, saying_of(std::move(*will_)));
    } else {
        hub_->channels.leave(guest_);
    }
}

std::shared_ptr<Protocol> begin_mqtt(Hub& hub, Link& link) {
    return std::make_shared<MqttSession>(hub, link, MqttSession::Carrier::tcp, nullptr);
}

void refuse_mqtt(Link& /*link*/, bool /*is_of_address*/) {}

void open_mqtt(HttpSession& session, const HttpRequest& request, std::string_view /*part*/) {
    if (!session.hub().config.mqtt) return session.answer(refusal_response(404));
    upgrade_to_websocket(
        session, request, "mqtt", [](Hub& hub, Link& link, AddressCounts::Place place) {
            return std::make_shared<MqttSession>(
                hub, link, MqttSession::Carrier::websocket, std::move(place));
        });
}

} // namespace engine_net::bridge
