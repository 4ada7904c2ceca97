#include "bridge/pusher_session.hpp"

#include "bridge/http_session.hpp"
#include "bridge/json_text.hpp"
#include "bridge/tell_errors.hpp"
#include "bridge/webhook_events.hpp"
#include "bridge/ws_handshake.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <utility>

namespace engine_net::bridge::pusher {

Session::Session(App& app, Link& link, AddressCounts::Place place)
    : FramedSession(app.hub(), link, std::move(place))
    , app_(&app)
    , guest_(app.hub().asks.new_guest())
    , socket_id_(app.new_socket_id())
    , said_(app.hub().now) {}

void Session::begin(std::optional<Close> refusal, std::string_view why) {
    app_->add(socket_id_, *this);
    if (refusal) {
        ++hub().stats.refused_handshakes;
        return end_with(*refusal, why);
    }
    ask::Enter enter{.guest = guest_, .is_of_app = true};
    hub().asks.ask(std::move(enter),
                   [weak = weak_self(), hub = &hub(), guest = guest_](const tell::Answer& answer) {
                       const auto self = weak.lock();
                       if (self && !self->is_over()) return self->on_entered(answer);
                       if (answer.error == tell::Error::none) hub->channels.leave(guest);
                   });
}

void Session::on_entered(const tell::Answer& answer) {
    if (answer.error != tell::Error::none) return end_with(Close::over_capacity, detail_of(answer));
    is_in_ = true;
    if (hub().webhooks) hub().webhooks->add_socket(guest_, socket_id_);
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(app_->config().activity_timeout).count();
    send_event("pusher:connection_established",
               {{"socket_id", socket_id_}, {"activity_timeout", seconds}});
}

void Session::on_message(Opcode opcode, Bytes payload) {
    if (opcode != Opcode::text) {
        ++hub().stats.refused_messages;
        return close(CloseCode::unsupported, "Only text is understood.");
    }
    said_ = hub().now;
    is_asked_ = false;
    const auto message =
        parse_json({reinterpret_cast<const char*>(payload.data()), payload.size()});
    const std::string event = message ? text_of(*message, "event") : "";
    if (event.empty()) {
        ++hub().stats.refused_messages;
        return send_error("That is no JSON object with an event, or one too deep.");
    }
    // What is asked may come as an object or as its text.
    Json data = message->value("data", Json());
    const bool is_of_client = event.starts_with(client_prefix);
    if (data.is_string() && !is_of_client)
        data = parse_json(data.get_ref<const std::string&>()).value_or(Json());
    if (event == "pusher:ping") return send_event("pusher:pong", Json::object());
    if (event == "pusher:pong") return;
    if (!is_in_) return send_error("Wait for pusher:connection_established first.");
    if (event == "pusher:subscribe") return subscribe(data);
    if (event == "pusher:unsubscribe") return unsubscribe(data);
    if (event == "pusher:signin") return sign_in(data);
    if (is_of_client) return publish(event, text_of(*message, "channel"), data);
    ++hub().stats.refused_messages;
    send_error("There is no such event to send: those of clients begin with client-.");
}

void Session::on_tick(Time now) {
    const PusherConfig& config = app_->config();
    if (!is_in_) {
        if (now >= opened() + hub().config.handshake_timeout)
            end_with(Close::over_capacity, "The server has too much to do.");
        return;
    }
    if (is_asked_ && now >= asked_ + config.pong_timeout)
        return end_with(Close::no_pong, "No pong came.");
    if (is_asked_ || now < said_ + config.activity_timeout) return;
    is_asked_ = true;
    asked_ = now;
    send_event("pusher:ping", Json::object());
}

CloseCode Session::on_server_end(std::string_view /*reason*/) {
    return static_cast<CloseCode>(Close::server_ends);
}

CloseCode Session::too_fast() const {
    return static_cast<CloseCode>(Close::over_capacity);
}

CloseCode Session::too_slow() const {
    return static_cast<CloseCode>(Close::no_pong);
}

void Session::on_end(bool /*can_come_back*/) {
    app_->remove(socket_id_);
    if (hub().webhooks) hub().webhooks->remove_socket(guest_);
    places_.clear();
    names_.clear();
    if (std::exchange(is_in_, false)) hub().channels.leave(guest_);
}

void Session::terminate() {
    end_with(Close::unauthorised, "The game's backend has ended the connection.");
}

void Session::end_with(Close code, std::string_view why) {
    send_error(why, static_cast<int>(code));
    finish(static_cast<CloseCode>(code), why);
}

void Session::sign_in(const Json& data) {
    const std::string user_data = text_of(data, "user_data");
    const auto user = parse_json(user_data);
    const std::string id = user ? text_of(*user, "id") : "";
    if (!is_signed_user(app_->config(), text_of(data, "auth"), socket_id_, user_data) ||
        id.empty() || id.size() > max_user_bytes) {
        ++hub().stats.refused_messages;
        return end_with(Close::unauthorised, "The sign-in's signature or user is wrong.");
    }
    if (!user_.empty() && user_ != id)
        return send_error("This connection is of another user already.");
    user_ = id;
    send_event("pusher:signin_success", {{"user_data", user_data}});
}

bool Session::may_speak(Kind kind) const {
    if (kind == Kind::open) return hub().info.has_channel_rules; // they are asked
    return kind != Kind::own;
}

void Session::publish(const std::string& event, const std::string& channel, const Json& data) {
    const auto place = places_.find(channel);
    const bool is_on = place != places_.end() && place->second.is_on;
    const bool may = is_on && app_->config().client_events && may_speak(place->second.name.kind);
    if (!may) {
        return send_error("Clients may speak on private and presence channels that they are on, "
                          "if the app allows it, and on others by the game's own rules.",
                          refused_client_event);
    }
    ask::Publish said{.guest = guest_,
                      .channel = place->second.name.channel,
                      .event = event.substr(client_prefix.size())};
    const std::string line = data.is_object() ? text_of(data, "text") : "";
    if (event == chat_event && !line.empty()) {
        said.kind = ChannelKind::chat;
        said.event.clear();
        said.payload = {line.begin(), line.end()};
    } else {
        const std::string text = data.is_string() ? data.get<std::string>() : to_text(data);
        said.payload = {text.begin(), text.end()};
    }
    if (said.payload.size() > max_channel_payload_bytes || event.size() > max_event_name_bytes)
        return send_error("An event has 10 kB at most, its name 200 bytes.", refused_client_event);
    if (said.channel == WebChannels::room_list || event.size() == client_prefix.size())
        return send_error("That can't be said.", refused_client_event);
    hub().asks.ask(std::move(said), [weak = weak_self()](const tell::Answer& answer) {
        const auto self = weak.lock();
        if (self && answer.error != tell::Error::none)
            self->send_error(detail_of(answer), refused_client_event);
    });
}

void Session::send_event(std::string_view event, const Json& data, const std::string& channel) {
    Json message{{"event", event}, {"data", to_text(data)}};
    if (!channel.empty()) message["channel"] = channel;
    send_frame(make_text(to_text(message)));
}

void Session::send_error(std::string_view message, int code) {
    Json data{{"message", message}, {"code", nullptr}};
    if (code != 0) data["code"] = code;
    send_frame(make_text(to_text(Json{{"event", "pusher:error"}, {"data", data}})));
}

namespace {

struct Refusal {
    std::optional<Close> code{};
    std::string_view why{};
};

Refusal refusal_of(const PusherConfig& app, const HttpRequest& request, std::string_view key) {
    if (key != app.key) return {Close::no_such_app, "There is no app with this key."};
    const std::string_view version = request.parameter("protocol");
    if (version.empty()) return {Close::no_version, "The address says no protocol version."};
    const bool is_number = std::all_of(version.begin(), version.end(), [](char letter) {
        return letter >= '0' && letter <= '9';
    });
    if (!is_number) return {Close::bad_version, "The protocol version is no number."};
    if (version != "5" && version != "6" && version != "7")
        return {Close::unsupported_version, "Protocol versions 5 to 7 are spoken here."};
    return {};
}

} // namespace

void open_session(HttpSession& session, const HttpRequest& request, std::string_view key) {
    App* const app = session.hub().pusher.get();
    if (!app) return session.answer(refusal_response(404));
    const Refusal refusal = refusal_of(app->config(), request, key);
    std::shared_ptr<Session> made;
    upgrade_to_websocket(
        session, request, "", [&](Hub& /*hub*/, Link& link, AddressCounts::Place place) {
            made = std::make_shared<Session>(*app, link, std::move(place));
            return made;
        });
    if (made) made->begin(refusal.code, refusal.why);
}

} // namespace engine_net::bridge::pusher
