#include "bridge/pusher_api.hpp"

#include "bridge/http_session.hpp"
#include "bridge/json_text.hpp"
#include "bridge/pusher_app.hpp"
#include "bridge/pusher_names.hpp"
#include "bridge/pusher_session.hpp"
#include "bridge/tell_errors.hpp"

#include <engine_net/limits.hpp>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace engine_net::bridge::pusher {
namespace {

constexpr std::size_t most_channels = 100; ///< of one event
constexpr std::size_t most_events = 10;    ///< of a batch
/// The server answers within a step, if it runs.
constexpr Duration longest_wait = std::chrono::seconds(5);

HttpResponse bad_request(std::string_view detail) {
    return error_response(400, "bad_request", detail);
}

/// What one request has to say.
struct Event {
    std::string channel{}; ///< as Pusher calls it
    ask::Announce announce{};
};
using Events = std::vector<Event>;

/// Answers once the server has taken, or refused, all of it.
class Publishing final : public HeldRequest, public std::enable_shared_from_this<Publishing> {
public:
    Publishing(HttpSession& session, Json answer)
        : session_(session.shared_from_this())
        , answer_(std::move(answer))
        , until_(session.hub().now + longest_wait) {}

    void begin(Events events) {
        left_ = events.size();
        for (Event& event : events) {
            session_->hub().asks.ask(std::move(event.announce),
                                     [self = shared_from_this()](const tell::Answer& answer) {
                                         if (self->refused_.error == tell::Error::none)
                                             self->refused_ = answer;
                                         if (--self->left_ == 0) self->end();
                                     });
            if (!session_) return;
        }
    }

    void on_time(Time now) override {
        if (now >= until_) give(refusal_response(503));
    }
    void on_stop(std::string_view /*reason*/) override { give(refusal_response(503)); }
    void on_gone() override { session_.reset(); }

private:
    void end() {
        give(refused_.error == tell::Error::none ? json_response(to_text(answer_))
                                                 : error_response(status_of(refused_.error),
                                                                  bridge::name_of(refused_.error),
                                                                  detail_of(refused_)));
    }
    void give(HttpResponse response) {
        if (const auto session = session_) session->answer(std::move(response));
    }

    std::shared_ptr<HttpSession> session_; ///< null: its connection is gone
    Json answer_;
    Time until_;
    std::size_t left_ = 0;
    tell::Answer refused_{};
};

/// Why the event can't be said; "": it is added, for each of its channels.
std::string_view add_event(App& app, const Json& json, Events& events) {
    const std::string name = text_of(json, "name");
    const std::string data = text_of(json, "data");
    if (name.empty() || name.size() > max_event_name_bytes)
        return "An event needs a name, of 200 bytes at most.";
    if (name.starts_with("pusher:") || name.starts_with("pusher_internal:"))
        return "Names that begin with pusher: are the protocol's own.";
    if (!json.is_object() || !json.contains("data") || !json["data"].is_string())
        return "An event's data is a text: JSON, as a rule.";
    if (data.size() > max_channel_payload_bytes) return "";
    Json channels = json.value("channels", Json::array());
    if (json.contains("channel")) channels = Json::array({json["channel"]});
    if (!channels.is_array() || channels.empty() || channels.size() > most_channels)
        return "An event has 1 to 100 channels.";
    Session* const sender = app.find(text_of(json, "socket_id"));
    for (const Json& one : channels) {
        const std::string channel = one.is_string() ? one.get<std::string>() : "";
        const auto parsed = parse_name(channel);
        if (!parsed || parsed->channel == WebChannels::room_list)
            return "There is no channel of such a name that could be spoken on.";
        ask::Announce announce{.channel = parsed->channel,
                               .event = name,
                               .payload = {data.begin(), data.end()},
                               .not_to = sender ? sender->guest() : GuestId{}};
        events.push_back({channel, std::move(announce)});
    }
    return {};
}

bool is_too_long(const Json& event) {
    return text_of(event, "data").size() > max_channel_payload_bytes;
}

/// What the caller wants to know besides, by commas.
struct Info {
    bool users = false;
    bool subscriptions = false;
};

Info info_of(std::string_view list) {
    const std::string words = "," + std::string(list) + ",";
    return {words.find(",user_count,") != std::string::npos,
            words.find(",subscription_count,") != std::string::npos};
}

Json describe(App& app, const std::string& channel, const Info& info) {
    Json about = Json::object();
    const auto name = parse_name(channel);
    const auto use = name ? app.hub().channel_use.find(name->channel) : app.hub().channel_use.end();
    if (info.subscriptions)
        about["subscription_count"] = use == app.hub().channel_use.end() ? 0 : use->second;
    if (info.users && name && name->kind == Kind::presence) {
        const ChannelLog* const log = app.hub().channels.find(name->channel);
        about["user_count"] = log ? log->members().size() : 0;
    }
    return about;
}

void publish(App& app, HttpSession& session, const HttpRequest& request, bool is_batch) {
    const auto body = parse_json(request.body);
    if (!body || !body->is_object())
        return session.answer(bad_request("The body is no JSON object."));
    const Json batch = is_batch ? body->value("batch", Json()) : Json::array({*body});
    if (!batch.is_array() || batch.empty() || batch.size() > most_events)
        return session.answer(bad_request("A batch has 1 to 10 events."));
    Events events;
    Json about = is_batch ? Json::array() : Json::object();
    bool is_asked = false;
    for (const Json& one : batch) {
        if (is_too_long(one)) return session.answer(refusal_response(413));
        const std::size_t first = events.size();
        const std::string_view problem = add_event(app, one, events);
        if (!problem.empty()) return session.answer(bad_request(problem));
        const Info info = info_of(text_of(one, "info"));
        is_asked |= one.contains("info");
        Json channels = Json::object();
        for (std::size_t i = first; i < events.size(); ++i)
            channels[events[i].channel] = describe(app, events[i].channel, info);
        if (is_batch) about.push_back(channels.begin().value());
        if (!is_batch) about = std::move(channels);
    }
    Json answer = Json::object();
    if (is_asked) answer[is_batch ? "batch" : "channels"] = std::move(about);
    const auto publishing = std::make_shared<Publishing>(session, std::move(answer));
    session.hold(publishing);
    publishing->begin(std::move(events));
}

void list_channels(App& app, HttpSession& session, const HttpRequest& request) {
    const std::string_view prefix = request.parameter("filter_by_prefix");
    const Info info = info_of(request.parameter("info"));
    if (info.users && !prefix.starts_with("presence-")) {
        return session.answer(bad_request("user_count is known of presence channels alone: say "
                                          "filter_by_prefix=presence-."));
    }
    Json channels = Json::object();
    for (const auto& [channel, subscribers] : app.hub().channel_use) {
        const auto name = name_of(channel);
        if (!name || name->starts_with("#") || !name->starts_with(prefix)) continue;
        channels[*name] = describe(app, *name, info);
    }
    session.answer(json_response(to_text(Json{{"channels", channels}})));
}

void describe_channel(App& app,
                      HttpSession& session,
                      const HttpRequest& request,
                      std::string_view channel) {
    const auto name = parse_name(channel);
    if (!name) return session.answer(bad_request("There is no channel of such a name."));
    const Info info = info_of(request.parameter("info"));
    if (info.users && name->kind != Kind::presence)
        return session.answer(bad_request("user_count is known of presence channels alone."));
    Json about = describe(app, std::string(channel), info);
    about["occupied"] = app.hub().channel_use.contains(name->channel);
    session.answer(json_response(to_text(about)));
}

void list_users(App& app, HttpSession& session, std::string_view channel) {
    const auto name = parse_name(channel);
    if (!name || name->kind != Kind::presence)
        return session.answer(bad_request("Users are known of presence channels alone."));
    Json users = Json::array();
    if (const ChannelLog* const log = app.hub().channels.find(name->channel)) {
        for (const auto& [user, member] : log->members()) users.push_back({{"id", user}});
    }
    session.answer(json_response(to_text(Json{{"users", users}})));
}

/// What stands between two parts of a path; nothing: it is another one.
std::optional<std::string_view>
between(std::string_view path, std::string_view before, std::string_view after) {
    if (path.size() <= before.size() + after.size() || !path.starts_with(before) ||
        !path.ends_with(after))
        return std::nullopt;
    const std::string_view part =
        path.substr(before.size(), path.size() - before.size() - after.size());
    return part.find('/') == std::string_view::npos ? std::optional(part) : std::nullopt;
}

void answer_post(App& app,
                 HttpSession& session,
                 const HttpRequest& request,
                 std::string_view path) {
    if (path == "events") return publish(app, session, request, false);
    if (path == "batch_events") return publish(app, session, request, true);
    if (const auto user = between(path, "users/", "/terminate_connections")) {
        app.close_user(std::string(*user));
        return session.answer(json_response("{}"));
    }
    session.answer(refusal_response(404));
}

void answer_get(App& app, HttpSession& session, const HttpRequest& request, std::string_view path) {
    if (path == "channels") return list_channels(app, session, request);
    if (const auto channel = between(path, "channels/", "/users"))
        return list_users(app, session, *channel);
    if (const auto channel = between(path, "channels/", ""))
        return describe_channel(app, session, request, *channel);
    session.answer(refusal_response(404));
}

} // namespace

void answer_api(HttpSession& session, const HttpRequest& request, std::string_view rest) {
    App* const app = session.hub().pusher.get();
    if (!app) return session.answer(refusal_response(404));
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos || rest.substr(0, slash) != app->config().app_id)
        return session.answer(error_response(404, "not_found", "There is no app with this id."));
    const RequestVerdict verdict =
        check_request(app->config(), request, app->seen, app->config().unix_time());
    if (verdict != RequestVerdict::good) {
        ++session.hub().stats.refused_messages;
        return session.answer(error_response(401, "not_allowed", message(verdict)));
    }
    rest.remove_prefix(slash + 1);
    if (request.method == "POST") return answer_post(*app, session, request, rest);
    answer_get(*app, session, request, rest);
}

} // namespace engine_net::bridge::pusher
