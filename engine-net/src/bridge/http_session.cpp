#include "bridge/http_session.hpp"

#include "bridge/routes.hpp"

#include <utility>

namespace engine_net::bridge {
namespace {

/// Whether a list of tags, or *, has this one. A weak tag of the same text is good enough.
bool has_tag(std::string_view list, std::string_view tag) {
    return list == "*" || (!tag.empty() && list.find(tag) != std::string_view::npos);
}

std::string tag_of(const HttpResponse& response) {
    for (const auto& [name, value] : response.headers) {
        if (name == "ETag") return value;
    }
    return {};
}

/// Several events of the Pusher API may come at once.
LongBodies long_bodies(const BridgeConfig& config) {
    if (!config.pusher) return {};
    return {"/apps/", config.pusher->max_request_bytes};
}

} // namespace

HttpSession::HttpSession(Hub& hub, Link& link)
    : hub_(&hub)
    , link_(&link)
    , reader_(hub.config.max_header_bytes, hub.config.max_message_bytes, long_bodies(hub.config))
    , rate_(hub.message_rate())
    , begun_(hub.now) {}

void HttpSession::on_bytes(Bytes bytes) {
    if (is_over_) return;
    hub_->stats.bytes_in += bytes.size();
    const std::size_t most = hub_->config.max_header_bytes + hub_->config.max_message_bytes;
    if (bytes_.size() + bytes.size() > 2 * most) {
        refuse(413);
        return;
    }
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    read_requests();
}

void HttpSession::read_requests() {
    if (is_reading_) return; // an answer that came at once; the loop below goes on
    is_reading_ = true;
    const auto self = shared_from_this(); // what is handled may end it
    while (!is_over_ && !is_answering_ && !bytes_.empty() && is_keeping_up()) {
        if (std::exchange(is_waiting_, false)) begun_ = hub_->now;
        std::string_view rest = bytes_;
        const auto request = reader_.read(rest);
        bytes_.erase(0, bytes_.size() - rest.size());
        if (!request) {
            if (reader_.refusal() != 0) refuse(reader_.refusal());
            break;
        }
        handle(*request);
    }
    is_reading_ = false;
}

bool HttpSession::is_keeping_up() const {
    return link_ && link_->outbox().waiting_bytes() <= hub_->config.max_waiting_bytes;
}

void HttpSession::handle(const HttpRequest& request) {
    ++hub_->stats.requests;
    is_answering_ = true;
    keeps_alive_ = request.keeps_alive;
    is_head_ = request.method == "HEAD";
    tag_ = request.header("if-none-match").value_or("");
    origin_ = hub_->allows_origin(request) ? request.header("origin").value_or("") : "";
    if (rate_.take(hub_->now) || is_of_proxy()) return route(*this, request);
    ++hub_->stats.refused_messages;
    answer(refusal_response(429));
}

/// By its connections come many people's requests.
bool HttpSession::is_of_proxy() const {
    if (!link_) return false;
    return client_address(link_->address(), "0.0.0.0", hub_->config.trusted_proxies) !=
           link_->address();
}

void HttpSession::answer(HttpResponse response) {
    if (!link_ || is_over_) return;
    end_held();
    if (!origin_.empty()) {
        response.headers.emplace_back("Access-Control-Allow-Origin", origin_);
        response.headers.emplace_back("Vary", "Origin");
    }
    if (response.status == 200 && !tag_.empty() && has_tag(tag_, tag_of(response))) {
        response.status = 304;
        response.content_type.clear();
    }
    link_->send(make_head(response, {.keeps_alive = keeps_alive_}));
    if (!is_head_) link_->send(make_body(response));
    is_answering_ = false;
    is_waiting_ = true;
    begun_ = hub_->now;
    if (!keeps_alive_) {
        is_over_ = true;
        link_->finish();
        return;
    }
    read_requests();
}

void HttpSession::refuse(int status) {
    ++hub_->stats.refused_handshakes;
    keeps_alive_ = false;
    origin_.clear();
    is_head_ = false;
    tag_.clear();
    if (is_answering_) {
        // The answer is not out yet, and none may come before it.
        is_over_ = true;
        if (link_) link_->drop();
        return;
    }
    answer(refusal_response(status));
}

void HttpSession::begin_stream(const HttpResponse& response) {
    if (!link_) return;
    HttpResponse with_origin = response;
    if (!origin_.empty()) {
        with_origin.headers.emplace_back("Access-Control-Allow-Origin", origin_);
        with_origin.headers.emplace_back("Vary", "Origin");
    }
    keeps_alive_ = false;
    link_->send(make_head(with_origin, {.keeps_alive = false, .has_length = false}));
}

void HttpSession::upgrade(const HttpResponse& response, std::shared_ptr<Protocol> protocol) {
    if (!link_) return;
    is_over_ = true;
    Link& link = *std::exchange(link_, nullptr);
    link.send(make_head(response, {.has_length = false}));
    const std::string rest = std::exchange(bytes_, {});
    const std::shared_ptr<Protocol> next = protocol;
    link.become(std::move(protocol));
    if (!rest.empty()) {
        next->on_bytes({reinterpret_cast<const std::uint8_t*>(rest.data()), rest.size()});
    }
}

bool HttpSession::take_place(const HttpRequest& request) {
    if (!link_ || place_) return true;
    const std::string from = client_address(link_->address(),
                                            request.header("x-forwarded-for").value_or(""),
                                            hub_->config.trusted_proxies);
    if (from == link_->address()) return true; // counted when it came
    place_ = hub_->addresses.take(from);
    if (!place_) ++hub_->stats.refused_connections;
    return place_ != nullptr;
}

void HttpSession::end_held() {
    if (const auto held = std::exchange(held_, nullptr)) held->on_gone();
    place_.reset();
}

void HttpSession::on_time(Time now) {
    if (is_over_) return;
    if (is_answering_) {
        if (const auto held = held_) held->on_time(now);
        return;
    }
    if (!bytes_.empty() && is_waiting_) read_requests(); // held back while much was to be sent
    if (is_over_ || is_answering_ || !is_keeping_up()) return;
    if (is_waiting_ && !reader_.has_begun()) {
        if (now < begun_ + hub_->config.idle_timeout || !link_) return;
        is_over_ = true;
        link_->finish();
    } else if (now >= begun_ + hub_->config.handshake_timeout) {
        refuse(408);
    }
}

void HttpSession::on_stuck() {
    if (link_) link_->drop();
}

void HttpSession::on_stop(std::string_view reason) {
    if (is_over_ || !link_) return;
    keeps_alive_ = false;
    if (const auto held = held_) held->on_stop(reason);
    is_over_ = true;
    if (link_) link_->finish();
}

void HttpSession::on_gone() {
    end_held();
    link_ = nullptr;
    is_over_ = true;
}

std::shared_ptr<Protocol> begin_http(Hub& hub, Link& link) {
    return std::make_shared<HttpSession>(hub, link);
}

void refuse_http(Link& link, bool is_of_address) {
    HttpResponse response = refusal_response(is_of_address ? 429 : 503);
    response.headers.emplace_back("Retry-After", "5");
    link.send(make_head(response, {.keeps_alive = false}));
    link.send(make_body(response));
}

} // namespace engine_net::bridge
