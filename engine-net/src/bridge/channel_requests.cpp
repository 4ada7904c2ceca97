#include "bridge/channel_requests.hpp"

#include "bridge/http_session.hpp"
#include "bridge/json_text.hpp"
#include "bridge/tell_errors.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace engine_net::bridge {
namespace {

using namespace std::chrono_literals;

constexpr Duration longest_wait = 60s;
/// The server answers within a step, if it runs.
constexpr Duration longest_subscribing = 5s;
constexpr std::size_t recent = 20; ///< messages for who does not say where it is
/// After a break of a stream, browsers wait so long.
constexpr std::string_view retry = "retry: 2000\n\n";

HttpResponse stream_head() {
    HttpResponse response;
    response.content_type = "text/event-stream";
    // nginx would keep events back until its buffer is full.
    response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    return response;
}

/// A request that reads a channel as a guest of its own, from where its caller is.
class ChannelReader : public HeldRequest,
                      public Subscriber,
                      public std::enable_shared_from_this<ChannelReader> {
public:
    ChannelReader(HttpSession& session, std::string channel, std::string_view after)
        : hub_(&session.hub())
        , session_(session.shared_from_this())
        , channel_(std::move(channel))
        , guest_(hub_->asks.new_guest())
        , is_lost_(!after.empty() && !parse_position(after))
        , after_(parse_position(after)) {}

    void begin(std::string_view name, std::string_view token) {
        const std::weak_ptr<ChannelReader> weak = weak_from_this();
        const auto subscribe = [weak](const tell::Answer& answer) {
            if (const auto self = weak.lock()) self->on_entered(answer);
        };
        // Who only reads the bridge's own channel is no business of the server's.
        if (channel_ == WebChannels::room_list) return subscribe({});
        is_in_ = true;
        hub_->asks.ask(ask::Enter{0, guest_, std::string(name), std::string(token)}, subscribe);
    }

    void on_gone() override {
        session_.reset();
        if (std::exchange(is_in_, false)) return hub_->channels.leave(guest_);
        if (channel_ == WebChannels::room_list) hub_->channels.unsubscribe(guest_, channel_);
    }

protected:
    /// It is on the channel, and begins there.
    virtual void on_begun(const ChannelLog& log, const ChannelLog::Start& start) = 0;

    [[nodiscard]] Hub& hub() { return *hub_; }
    /// Null: its connection is gone.
    [[nodiscard]] const std::shared_ptr<HttpSession>& session() const { return session_; }
    [[nodiscard]] GuestId guest() const { return guest_; }
    [[nodiscard]] bool has_begun() const { return has_begun_; }
    void answer(HttpResponse response) {
        // Answering lets go of it.
        if (const auto session = session_) session->answer(std::move(response));
    }

private:
    void on_entered(const tell::Answer& entered) {
        if (!session_) return;
        if (entered.error != tell::Error::none) return refuse(entered);
        const std::weak_ptr<ChannelReader> weak = weak_from_this();
        hub_->channels.subscribe(
            {.guest = guest_, .channel = channel_, .user = entered.user, .name = entered.name},
            weak,
            [weak](const tell::Answer& answer, const ChannelLog* log) {
                const auto self = weak.lock();
                if (!self || !self->session_) return;
                if (!log) return self->refuse(answer);
                ChannelLog::Start start =
                    self->after_ ? log->start_after(*self->after_) : log->start_with_newest(recent);
                start.is_reset |= self->is_lost_;
                self->has_begun_ = true;
                self->on_begun(*log, start);
            });
    }
    void refuse(const tell::Answer& answer) {
        const bool is_over =
            after_ && answer.error == tell::Error::not_found; // nothing will ever follow
        this->answer(is_over ? HttpResponse{204}
                             : error_response(status_of(answer.error),
                                              name_of(answer.error),
                                              detail_of(answer)));
    }

    Hub* hub_;
    std::shared_ptr<HttpSession> session_;
    std::string channel_;
    GuestId guest_;
    bool is_lost_;
    std::optional<Position> after_;
    bool is_in_ = false; ///< the server knows the guest
    bool has_begun_ = false;
};

class LongPoll final : public ChannelReader {
public:
    LongPoll(HttpSession& session, std::string channel, std::string_view after, Duration wait)
        : ChannelReader(session, std::move(channel), after)
        , answered_by_(session.hub().now + wait) {}

    void on_time(Time now) override {
        if (has_begun() ? now >= answered_by_ : now >= answered_by_ + longest_subscribing)
            give_up();
    }
    void on_stop(std::string_view /*reason*/) override { answer(refusal_response(503)); }
    void on_news(const ChannelLog& log) override {
        if (!has_begun()) return;
        if (epoch_ != log.epoch() || next_ < log.begin()) {
            const auto start = log.start_after({epoch_, next_ - 1});
            epoch_ = log.epoch();
            next_ = start.next;
            is_reset_ |= start.is_reset;
        }
        give(log, false);
    }
    void on_over(const std::string& /*channel*/) override { answer(HttpResponse{204}); }

private:
    void on_begun(const ChannelLog& log, const ChannelLog::Start& start) override {
        next_ = start.next;
        epoch_ = log.epoch();
        is_reset_ = start.is_reset;
        name_ = log.name();
        give(log, is_reset_);
    }
    void give_up() {
        const ChannelLog* log = has_begun() ? hub().channels.find(name_) : nullptr;
        if (!log) return answer(refusal_response(503));
        give(*log, true);
    }
    /// Answers if there is something, or in any case.
    void give(const ChannelLog& log, bool in_any_case) {
        std::string events;
        for (std::uint64_t i = next_; i < log.next(); ++i) {
            if (log[i].not_to() == guest()) continue;
            if (!events.empty()) events += ",";
            events += log[i].json();
        }
        if (events.empty() && !in_any_case) return;
        HttpResponse response =
            json_response(R"({"events":[)" + events + R"(],"next":")" +
                          to_text(log.before(std::max(next_, log.next()))) + R"(","reset":)" +
                          (is_reset_ ? "true" : "false") + "}");
        response.headers[0].second = "no-store";
        answer(std::move(response));
    }

    Time answered_by_;
    std::uint64_t epoch_ = 0;
    std::uint64_t next_ = 1;
    bool is_reset_ = false;
    std::string name_;
};

class EventStream final : public ChannelReader {
public:
    EventStream(HttpSession& session, std::string channel, std::string_view after)
        : ChannelReader(session, std::move(channel), after)
        , said_(session.hub().now)
        , answered_by_(session.hub().now + longest_subscribing) {}
    ~EventStream() override { set_open(false); }
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    void on_time(Time now) override {
        if (!has_begun()) {
            if (now >= answered_by_) answer(refusal_response(503));
        } else if (now >= said_ + hub().config.heartbeat_interval) {
            send_text(": ping\n\n");
        }
    }
    void on_stop(std::string_view /*reason*/) override {
        if (!has_begun()) answer(refusal_response(503));
    }
    void on_gone() override {
        set_open(false);
        ChannelReader::on_gone();
    }
    void on_news(const ChannelLog& log) override {
        if (!has_begun()) return;
        if (epoch_ != log.epoch() || next_ < log.begin()) {
            const auto start = log.start_after({epoch_, next_ - 1});
            epoch_ = log.epoch();
            next_ = start.next;
            if (start.is_reset) send_reset(log);
        }
        send_new(log);
    }
    void on_over(const std::string& /*channel*/) override { finish(); }

private:
    void on_begun(const ChannelLog& log, const ChannelLog::Start& start) override {
        session()->begin_stream(stream_head());
        set_open(true);
        send_text(retry);
        epoch_ = log.epoch();
        next_ = start.next;
        if (start.is_reset) send_reset(log);
        for (const auto& [user, member] : log.members()) send(member.on_stream());
        send_new(log);
    }
    void set_open(bool is_open) {
        if (std::exchange(is_open_, is_open) == is_open) return;
        std::size_t& streams = hub().stats.streams;
        streams = is_open ? streams + 1 : streams - 1;
    }
    void finish() {
        if (session() && session()->link()) session()->link()->finish();
    }
    void send(const SharedBytes& bytes) {
        if (!session() || !session()->link()) return;
        Link& link = *session()->link();
        link.send(bytes);
        said_ = hub().now;
        if (link.outbox().waiting_bytes() <= hub().config.max_waiting_bytes) return;
        ++hub().stats.closed_stuck;
        link.drop();
    }
    void send_text(std::string_view text) {
        send(std::make_shared<std::vector<std::uint8_t>>(text.begin(), text.end()));
    }
    void send_reset(const ChannelLog& log) {
        const std::string at = to_text(log.before(next_));
        send(make_stream_event(
            "reset", at, bridge::to_text(Json{{"channel", log.name()}, {"at", at}})));
    }
    void send_new(const ChannelLog& log) {
        for (; next_ < log.next(); ++next_) {
            if (log[next_].not_to() != guest()) send(log[next_].on_stream());
        }
    }

    Time said_;
    Time answered_by_;
    std::uint64_t epoch_ = 0;
    std::uint64_t next_ = 1;
    bool is_open_ = false;
};

/// Where the caller is: what a browser says after a break counts more than the address.
std::string_view place_of(const HttpRequest& request) {
    const std::string_view id = request.header("last-event-id").value_or("");
    return id.empty() ? request.parameter("after") : id;
}

bool can_be_held(HttpSession& session, const HttpRequest& request, std::string_view channel) {
    if (channel.size() > max_channel_name_bytes) {
        session.answer(error_response(400, "bad_request", "A channel's name has 1 to 164 bytes."));
        return false;
    }
    if (session.take_place(request)) return true;
    session.answer(refusal_response(429));
    return false;
}

} // namespace

void hold_long_poll(HttpSession& session, const HttpRequest& request, std::string_view channel) {
    if (!can_be_held(session, request, channel)) return;
    const std::string_view wait = request.parameter("wait");
    unsigned seconds = wait.empty() ? 25 : 0;
    std::from_chars(wait.data(), wait.data() + wait.size(), seconds);
    const auto poll = std::make_shared<LongPoll>(
        session,
        std::string(channel),
        request.parameter("after"),
        std::min<Duration>(longest_wait, std::chrono::seconds(std::min(seconds, 60U))));
    session.hold(poll);
    poll->begin(request.parameter("name"), request.parameter("token"));
}

void hold_stream(HttpSession& session, const HttpRequest& request, std::string_view channel) {
    if (request.method == "HEAD") return session.answer(stream_head());
    if (!can_be_held(session, request, channel)) return;
    const std::string name(channel);
    const std::string_view after = place_of(request);
    const auto position = parse_position(after);
    if (position && session.hub().channels.is_over(name, position->epoch)) {
        return session.answer(HttpResponse{204}); // browsers don't come back then
    }
    const auto stream = std::make_shared<EventStream>(session, name, after);
    session.hold(stream);
    stream->begin(request.parameter("name"), request.parameter("token"));
}

} // namespace engine_net::bridge
