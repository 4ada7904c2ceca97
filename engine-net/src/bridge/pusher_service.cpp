#include "bridge/pusher_names.hpp"
#include "bridge/pusher_signatures.hpp"
#include "bridge/service.hpp"

#include <engine_net/limits.hpp>

#include <chrono>
#include <functional>
#include <utility>

namespace engine_net::bridge {
namespace {

constexpr std::size_t most_events = 10;
constexpr std::size_t most_data_bytes = 10 * 1024;
constexpr std::size_t most_body_bytes = 200 * 1024;

/// As Pusher's clients are told it here: see `BRIDGE.md`.
std::string event_of(const Json& message) {
    if (text_of(message, "kind") == "chat") return "client-chat";
    const std::string event = text_of(message, "event");
    return text_of(message, "user").empty() ? event : "client-" + event;
}

class Pusher final : public Service {
public:
    Pusher(PusherService service, std::function<UnixTime()> unix_time)
        : app_{.app_id = std::move(service.app_id),
               .key = std::move(service.key),
               .secret = std::move(service.secret),
               .unix_time = std::move(unix_time)}
        , url_(std::move(service.url)) {
        while (url_.ends_with('/')) url_.pop_back();
    }

    [[nodiscard]] std::string_view name() const override { return "pusher"; }
    [[nodiscard]] std::size_t max_batch() const override { return most_events; }
    [[nodiscard]] bool is_by_channel() const override { return false; }
    [[nodiscard]] std::string problem_of(std::string_view channel) const override {
        return pusher::name_of(channel) ? "" : "letters, digits and _-=@,.;/ can be in its name";
    }
    [[nodiscard]] std::string problem_of(const Passage& passage) const override {
        if (to_text(passage.message).size() > most_data_bytes) return "it is longer than 10 kB";
        const std::string event = event_of(passage.message);
        if (event.size() > max_event_name_bytes) return "its event's name is too long";
        return event.starts_with("pusher:") || event.starts_with("pusher_internal:")
                   ? "its event's name is one of the protocol's own"
                   : "";
    }
    HttpCall call(const std::vector<const Passage*>& passages, std::size_t& count) override {
        HttpCall call;
        call.body = R"({"batch":[)";
        for (count = 0; count < passages.size(); ++count) {
            const Passage& one = *passages[count];
            const std::string event =
                to_text(Json{{"channel", pusher::name_of(one.channel).value_or(one.channel)},
                             {"name", event_of(one.message)},
                             {"data", to_text(one.message)}});
            if (count > 0 && call.body.size() + event.size() > most_body_bytes) break;
            if (count > 0) call.body += ",";
            call.body += event;
        }
        call.body += "]}";
        call.url = url_ + pusher::signed_target(app_,
                                                "/apps/" + app_.app_id + "/batch_events",
                                                call.body,
                                                time_of(call.body));
        call.headers = {"Content-Type: application/json"};
        return call;
    }
    [[nodiscard]] std::optional<std::vector<std::size_t>>
    failed_of(const std::string& /*body*/, std::size_t /*count*/) const override {
        return std::vector<std::size_t>{};
    }

private:
    /// Now; later than that if the same went within this second, for a signature is good once.
    UnixTime time_of(const std::string& body) {
        const UnixTime now = app_.unix_time();
        std::string digest = pusher::md5(body);
        const bool is_again = digest == last_digest_ && now <= last_time_;
        last_digest_ = std::move(digest);
        last_time_ = is_again ? last_time_ + std::chrono::seconds(1) : now;
        return last_time_;
    }

    PusherConfig app_;
    std::string url_;
    std::string last_digest_{};
    UnixTime last_time_{};
};

} // namespace

std::unique_ptr<Service> make_pusher_service(const PusherService& service,
                                             std::function<UnixTime()> unix_time) {
    return std::make_unique<Pusher>(service, std::move(unix_time));
}

} // namespace engine_net::bridge
