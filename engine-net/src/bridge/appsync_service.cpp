#include "bridge/service.hpp"

#include <algorithm>
#include <utility>

namespace engine_net::bridge {
namespace {

constexpr std::size_t most_events = 5;
constexpr std::size_t most_bytes = 240 * 1000; ///< of all events of a request
constexpr std::size_t most_segments = 5;
constexpr std::size_t most_segment_bytes = 50;

bool is_alphanumeric(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9');
}

bool is_segment(std::string_view text) {
    return !text.empty() && text.size() <= most_segment_bytes && text.front() != '-' &&
           text.back() != '-' && std::all_of(text.begin(), text.end(), [](char letter) {
               return letter == '-' || is_alphanumeric(letter);
           });
}

/// A channel's whole name there: /NAMESPACE/A/B.
bool is_channel(std::string_view name) {
    std::size_t segments = 0;
    while (!name.empty()) {
        name.remove_prefix(1); // its slash
        const std::string_view segment = name.substr(0, name.find('/'));
        if (!is_segment(segment) || ++segments > most_segments) return false;
        name.remove_prefix(segment.size());
    }
    return segments > 0;
}

class AppSync final : public Service {
public:
    explicit AppSync(AppSyncService service) : service_(std::move(service)) {}

    [[nodiscard]] std::string_view name() const override { return "appsync"; }
    [[nodiscard]] std::size_t max_batch() const override { return most_events; }
    [[nodiscard]] bool is_by_channel() const override { return true; }
    [[nodiscard]] std::string problem_of(std::string_view channel) const override {
        return is_channel(channel_of(channel))
                   ? ""
                   : "with its namespace it must have at most five parts by slashes, each of 1 to "
                     "50 letters, digits and dashes, with no dash at its ends";
    }
    [[nodiscard]] std::string problem_of(const Passage& passage) const override {
        return to_text(passage.message).size() > most_bytes ? "it is longer than 240 kB" : "";
    }
    HttpCall call(const std::vector<const Passage*>& passages, std::size_t& count) override {
        Json events = Json::array();
        std::size_t bytes = 0;
        for (count = 0; count < passages.size(); ++count) {
            std::string event = to_text(passages[count]->message);
            bytes += event.size();
            if (count > 0 && bytes > most_bytes) break;
            events.push_back(std::move(event));
        }
        HttpCall call;
        call.url = service_.url;
        call.headers = {"Content-Type: application/json", "x-api-key: " + service_.api_key};
        call.body = to_text(Json{{"channel", channel_of(passages.front()->channel)},
                                 {"events", std::move(events)}});
        return call;
    }
    [[nodiscard]] std::optional<std::vector<std::size_t>>
    failed_of(const std::string& body, std::size_t count) const override {
        const auto answer = parse_json(body);
        if (!answer || !answer->is_object()) return std::nullopt;
        const Json successful = answer->value("successful", Json());
        if (!successful.is_array()) return std::nullopt;
        // What it does not say that it has, comes again.
        std::vector<bool> is_done(count);
        for (const Json& one : successful) {
            const auto index = number_of(one, "index");
            if (index && *index < count) is_done[static_cast<std::size_t>(*index)] = true;
        }
        std::vector<std::size_t> failed;
        for (std::size_t i = 0; i < count; ++i) {
            if (!is_done[i]) failed.push_back(i);
        }
        return failed;
    }

private:
    [[nodiscard]] std::string channel_of(std::string_view channel) const {
        return std::string("/").append(service_.name_space).append("/").append(channel);
    }

    AppSyncService service_;
};

} // namespace

std::unique_ptr<Service> make_appsync_service(const AppSyncService& service) {
    return std::make_unique<AppSync>(service);
}

} // namespace engine_net::bridge
