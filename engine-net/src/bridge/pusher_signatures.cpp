#include "bridge/pusher_signatures.hpp"

#include "bridge/json_text.hpp"
#include "session/secrets.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <boost/uuid/detail/md5.hpp>
#include <charconv>
#include <vector>

namespace engine_net::bridge::pusher {
namespace {

bool is_signed(const PusherConfig& app, std::string_view auth, const std::string& text) {
    return is_same_text(auth, app.key + ":" + hmac_sha256(app.secret, text));
}

/// What is signed of a request: METHOD, PATH, and all parameters but the signature, by name.
std::string signed_text(const HttpRequest& request) {
    std::vector<std::pair<std::string, std::string>> parameters;
    parameters.reserve(request.query.size());
    for (auto [name, value] : request.query) {
        std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
            return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
        });
        if (name != "auth_signature") parameters.emplace_back(std::move(name), std::move(value));
    }
    std::sort(parameters.begin(), parameters.end());
    std::string text = request.method + "\n" + request.path + "\n";
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (i > 0) text += "&";
        text += parameters[i].first + "=" + parameters[i].second;
    }
    return text;
}

} // namespace

bool is_signed_subscription(const PusherConfig& app,
                            std::string_view auth,
                            std::string_view socket_id,
                            std::string_view channel,
                            std::string_view channel_data) {
    std::string text = std::string(socket_id) + ":" + std::string(channel);
    if (!channel_data.empty()) text += ":" + std::string(channel_data);
    return is_signed(app, auth, text);
}

bool is_signed_user(const PusherConfig& app,
                    std::string_view auth,
                    std::string_view socket_id,
                    std::string_view user_data) {
    return is_signed(app, auth, std::string(socket_id) + "::user::" + std::string(user_data));
}

std::string md5(std::string_view bytes) {
    boost::uuids::detail::md5 hash;
    hash.process_bytes(bytes.data(), bytes.size());
    boost::uuids::detail::md5::digest_type words{};
    hash.get_digest(words);
    // Boost's words are the digest's, the first byte the highest, on any machine.
    std::array<unsigned char, sizeof words> digest{};
    for (std::size_t i = 0; i < digest.size(); ++i)
        digest[i] = static_cast<unsigned char>(words[i / 4] >> (24 - 8 * (i % 4)));
    std::string out(2 * digest.size() + 1, '\0');
    sodium_bin2hex(out.data(), out.size(), digest.data(), digest.size());
    out.pop_back();
    return out;
}

std::string signed_target(const PusherConfig& app,
                          const std::string& path,
                          std::string_view body,
                          UnixTime now) {
    // By name, as they are signed.
    std::string query = "auth_key=" + app.key;
    query += "&auth_timestamp=" + std::to_string(now.time_since_epoch().count());
    query += "&auth_version=1.0&body_md5=" + md5(body);
    const std::string signature = hmac_sha256(app.secret, "POST\n" + path + "\n" + query);
    return path + "?" + query + "&auth_signature=" + signature;
}

bool SeenRequests::take(const std::string& signature, UnixTime expires, UnixTime now) {
    if (seen_.size() >= max_seen) {
        std::erase_if(seen_, [&](const auto& one) {
            return one.second < now;
        });
    }
    return seen_.size() < max_seen && seen_.emplace(signature, expires).second;
}

std::string_view message(RequestVerdict verdict) {
    switch (verdict) {
    case RequestVerdict::good: return "It is good.";
    case RequestVerdict::off_clock:
        return "The request's auth_timestamp is too far from this server's clock: set one of them.";
    case RequestVerdict::seen:
        return "This very request was taken before: a signature is good once. Of two that are "
               "alike "
               "within a second, let one carry something more.";
    case RequestVerdict::unsigned_or_wrong: break;
    }
    return "The request's auth_key, auth_signature or body_md5 is missing or wrong: check the "
           "app's "
           "key and secret.";
}

RequestVerdict check_request(const PusherConfig& app,
                             const HttpRequest& request,
                             SeenRequests& seen,
                             UnixTime now) {
    const std::string signature(request.parameter("auth_signature"));
    const bool is_right =
        request.parameter("auth_key") == app.key && request.parameter("auth_version") == "1.0" &&
        is_same_text(signature, hmac_sha256(app.secret, signed_text(request))) &&
        (request.body.empty() || request.parameter("body_md5") == md5(request.body));
    if (!is_right) return RequestVerdict::unsigned_or_wrong;
    const std::string_view text = request.parameter("auth_timestamp");
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    constexpr std::int64_t last = 1'000'000'000'000; // of times that one can reckon with
    if (error != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > last)
        return RequestVerdict::off_clock;
    const UnixTime said{std::chrono::seconds(seconds)};
    if (said > now + app.clock_window || said < now - app.clock_window)
        return RequestVerdict::off_clock;
    if (request.method != "POST") return RequestVerdict::good;
    const UnixTime expires = said + app.clock_window;
    return seen.take(signature, expires, now) ? RequestVerdict::good : RequestVerdict::seen;
}

} // namespace engine_net::bridge::pusher
