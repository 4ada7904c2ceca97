#include "bridge/service.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace engine_net::bridge {
namespace {

using Made = Result<std::unique_ptr<Service>, std::string>;

Unexpected<std::string> problem(std::string_view service, std::string_view what) {
    return Unexpected(std::string(service).append(" ").append(what));
}

bool is_url(std::string_view url) {
    return url.starts_with("http://") || url.starts_with("https://");
}

/// That stands in an address as it is.
bool is_word(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
    });
}

Made make(const PusherService& service, const AdapterConfig& config) {
    if (!is_url(service.url)) return problem("pusher", "needs a url, as https://api-eu.pusher.com");
    if (service.app_id.empty() || service.key.empty() || service.secret.empty())
        return problem("pusher", "needs an app_id, a key and a secret");
    if (!is_word(service.app_id) || !is_word(service.key))
        return problem("pusher", "has an app_id or key with other letters than A-Za-z0-9_-");
    return make_pusher_service(service, config.unix_time);
}

Made make(const AppSyncService& service, const AdapterConfig& /*config*/) {
    if (!is_url(service.url) || !service.url.ends_with("/event"))
        return problem("appsync", "needs the url of its HTTP endpoint, which ends in /event");
    if (service.name_space.empty() || service.api_key.empty())
        return problem("appsync", "needs a namespace and an API key");
    return make_appsync_service(service);
}

Made make(const FirebaseService& service, const AdapterConfig& /*config*/) {
    if (!is_url(service.url))
        return problem("firebase", "needs a url, as https://NAME.firebaseio.com");
    return make_firebase_service(service);
}

} // namespace

Result<std::unique_ptr<Service>, std::string> make_service(const AdapterConfig& config) {
    auto made = std::visit(
        [&](const auto& one) {
            return make(one, config);
        },
        config.service);
    if (!made) return made;
    if (config.channels.empty())
        return problem((*made)->name(), R"(needs channels, as "lobby/chat" or "room/*")");
    for (const std::string& channel : config.channels) {
        if (channel.find('*') < channel.size() - 1 || channel.empty()) {
            return problem((*made)->name(),
                           "has the channel \"" + channel + "\": a * stands at the end alone");
        }
        if (channel.ends_with('*')) continue;
        const std::string why = (*made)->problem_of(channel);
        if (why.empty()) continue;
        return problem(
            (*made)->name(),
            std::string("can't have the channel \"").append(channel).append("\": ").append(why));
    }
    return made;
}

} // namespace engine_net::bridge
