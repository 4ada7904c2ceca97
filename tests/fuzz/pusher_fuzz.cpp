// What anyone may say on a Pusher connection, one message a line. One that begins with ! is a
// subscription that the backend has signed, channel and channel_data between bars; with ?, a
// sign-in; with /, a signed request of the HTTP API, path and body between bars.

#include "bridge/exchange.hpp"
#include "bridge/http_session.hpp"
#include "bridge/hub.hpp"
#include "bridge/json_text.hpp"
#include "bridge/pusher_api.hpp"
#include "bridge/pusher_app.hpp"
#include "bridge/pusher_session.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using namespace engine_net;
using namespace engine_net::bridge;

namespace {

constexpr std::string_view key = "key";
constexpr std::string_view secret = "secret-of-the-app";
constexpr std::string_view seconds = "1700000000";

void require(bool condition) {
    if (!condition) std::abort();
}

/// Keeps nothing but what it needs to be asked for.
class DeafLink final : public Link {
public:
    void schedule() override {}
    void flush() override { outbox_.drop(); }
    Outbox& outbox() override { return outbox_; }
    void finish() override { is_over_ = true; }
    void drop() override { is_over_ = true; }
    void become(std::shared_ptr<Protocol> /*protocol*/) override {}
    [[nodiscard]] const std::string& address() const override { return address_; }
    [[nodiscard]] bool is_over() const { return is_over_; }

private:
    Outbox outbox_;
    std::string address_ = "192.0.2.1";
    bool is_over_ = false;
};

BridgeConfig config() {
    BridgeConfig config;
    config.messages_per_second = 1'000'000;
    config.pusher = PusherConfig{.key = std::string(key), .secret = std::string(secret)};
    config.pusher->unix_time = [] {
        return UnixTime{std::chrono::seconds(1'700'000'000)};
    };
    return config;
}

/// A bridge whose server lets everyone do everything.
class Stage {
public:
    ~Stage() { session_->on_gone(); }
    Stage() {
        session_->begin(std::nullopt, {});
        answer();
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    void take(std::string_view line) {
        if (link_.is_over() || line.empty()) return;
        const std::size_t bar = std::min(line.find('|'), line.size());
        const std::string first(line.substr(1, std::max<std::size_t>(bar, 1) - 1));
        const std::string second(line.substr(std::min(bar + 1, line.size())));
        switch (line[0]) {
        case '!': return subscribe(first, second);
        case '?': return sign_in(first);
        case '/': return request(first, second);
        default: say(line);
        }
    }

private:
    void say(std::string_view text) {
        std::vector<std::uint8_t> frame{0x81, 0xFE};
        frame.push_back(static_cast<std::uint8_t>(text.size() >> 8));
        frame.push_back(static_cast<std::uint8_t>(text.size()));
        frame.insert(frame.end(), 4, 0);
        frame.insert(frame.end(), text.begin(), text.end());
        if (text.size() < 126) {
            frame[1] = static_cast<std::uint8_t>(0x80 | text.size());
            frame.erase(frame.begin() + 2, frame.begin() + 4);
        }
        session_->on_bytes(frame);
        answer();
    }
    void say(const std::string& event, Json data, const std::string& to_sign) {
        data["auth"] = std::string(key) + ":" + hmac_sha256(secret, to_sign);
        say(to_text(Json{{"event", event}, {"data", data}}));
    }
    void subscribe(const std::string& channel, const std::string& channel_data) {
        if (!wire::is_utf8(channel) || !wire::is_utf8(channel_data)) return;
        Json data{{"channel", channel}};
        if (!channel_data.empty()) data["channel_data"] = channel_data;
        std::string signed_text = session_->socket_id();
        signed_text.append(":").append(channel);
        if (!channel_data.empty()) signed_text.append(":").append(channel_data);
        say("pusher:subscribe", std::move(data), signed_text);
    }
    void sign_in(const std::string& user) {
        if (!wire::is_utf8(user)) return;
        say("pusher:signin", {{"user_data", user}}, session_->socket_id() + "::user::" + user);
    }
    void request(const std::string& path, const std::string& body) {
        DeafLink link;
        const auto http = std::make_shared<HttpSession>(hub_, link);
        HttpRequest request;
        request.method = body.empty() ? "GET" : "POST";
        request.path = "/apps/engine-net/" + path;
        request.body = body;
        request.query = {{"auth_key", std::string(key)},
                         {"auth_timestamp", std::string(seconds)},
                         {"auth_version", "1.0"},
                         {"body_md5", pusher::md5(body)}};
        std::string text = request.method + "\n" + request.path + "\n";
        for (const auto& [name, value] : request.query)
            text.append(name).append("=").append(value).append("&");
        text.pop_back();
        request.query.emplace_back("auth_signature", hmac_sha256(secret, text));
        pusher::answer_api(*http, request, "engine-net/" + path);
        answer();
        http->on_gone();
    }

    void answer() {
        for (int i = 0; i < 8; ++i) {
            for (const Ask& ask : exchange_.take_asks()) {
                std::visit(
                    [this](const auto& one) {
                        answer(one);
                    },
                    ask);
            }
            exchange_.deliver();
            hub_.take_told();
        }
        hub_.now += std::chrono::milliseconds(10);
        link_.flush();
    }
    void answer(const ask::Enter& ask) { exchange_.tell(tell::Answer{.ticket = ask.ticket}); }
    void answer(const ask::Subscribe& ask) {
        require(!ask.channel.empty() && wire::is_utf8(ask.user) && wire::is_utf8(ask.name));
        tell::ChannelOpened opened{.channel = ask.channel, .epoch = 1};
        exchange_.tell(std::move(opened));
        exchange_.tell(tell::ChannelUse{ask.channel, 1});
        tell::ChannelItem joined{.number = 1, .kind = ChannelKind::joined, .user = ask.user};
        if (!ask.user.empty()) exchange_.tell(tell::ChannelNews{ask.channel, {std::move(joined)}});
        exchange_.tell(tell::Answer{.ticket = ask.ticket});
    }
    void answer(const ask::Publish& ask) {
        require(ask.payload.size() <= max_channel_payload_bytes);
        tell::ChannelItem item{
            .number = ++said_, .kind = ask.kind, .event = ask.event, .payload = ask.payload};
        exchange_.tell(tell::ChannelNews{ask.channel, {std::move(item)}});
        exchange_.tell(tell::Answer{.ticket = ask.ticket});
    }
    void answer(const ask::Announce& ask) {
        require(ask.payload.size() <= max_channel_payload_bytes);
        tell::ChannelItem item{.number = ++said_, .event = ask.event, .payload = ask.payload};
        exchange_.tell(tell::ChannelNews{ask.channel, {std::move(item)}});
        exchange_.tell(tell::Answer{.ticket = ask.ticket});
    }
    template <class Other>
    void answer(const Other& /*ask*/) {}

    Exchange exchange_;
    Hub hub_{config(), ServerInfo{.has_channel_rules = true}, exchange_};
    DeafLink link_;
    std::shared_ptr<pusher::Session> session_ =
        std::make_shared<pusher::Session>(*hub_.pusher, link_, nullptr);
    std::uint64_t said_ = 1;
};

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t most = 16 * 1024;
    if (size > most) return 0;
    Stage stage;
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        stage.take(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return 0;
}
