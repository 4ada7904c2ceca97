#include "bridge/metrics.hpp"

#include "bridge/http_session.hpp"

#include <memory>
#include <utility>

namespace engine_net::bridge {
namespace {

using namespace std::chrono_literals;

/// After that the server is not waited for any more.
constexpr Duration longest_wait = 2s;

class Text {
public:
    void gauge(std::string_view name, std::string_view help, double value) {
        add(name, help, "gauge", value);
    }
    void counter(std::string_view name, std::string_view help, std::uint64_t value) {
        add(name, help, "counter", static_cast<double>(value));
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    void add(std::string_view name, std::string_view help, std::string_view type, double value) {
        const std::string full = "engine_net_" + std::string(name);
        text_ += "# HELP " + full + " " + std::string(help) + "\n";
        text_ += "# TYPE " + full + " " + std::string(type) + "\n";
        const bool is_whole = value == static_cast<double>(static_cast<std::int64_t>(value));
        text_ += full + " ";
        text_ +=
            is_whole ? std::to_string(static_cast<std::int64_t>(value)) : std::to_string(value);
        text_ += "\n";
    }

    std::string text_;
};

double seconds(std::int64_t microseconds) {
    return static_cast<double>(microseconds) * 1e-6;
}

void write_server(Text& out, const ServerStats& stats) {
    out.gauge("draining", "1 while nobody is let in any more.", stats.is_draining ? 1 : 0);
    out.counter("ticks_total", "Ticks simulated.", stats.ticks);
    out.counter("late_ticks_total", "Ticks that began late.", stats.late_ticks);
    out.counter("dropped_ticks_total", "Ticks given up.", stats.dropped_ticks);
    out.gauge("simulation_p99_seconds",
              "Simulating and encoding a tick, of the last 1,024.",
              seconds(stats.simulation.p99_us));
    out.gauge("network_p99_seconds",
              "Receiving and sending of a tick, of the last 1,024.",
              seconds(stats.network.p99_us));
    out.counter("joins_total", "Players who joined a room.", stats.joins);
    out.counter("leaves_total", "Players who left.", stats.leaves);
    out.counter("resumes_total", "Sessions resumed.", stats.resumes);
    out.counter("snapshot_datagrams_total", "Datagrams of snapshots.", stats.snapshot_datagrams);
    out.counter("snapshot_bytes_total", "Bytes of snapshots.", stats.snapshot_bytes);
    out.counter(
        "feed_pieces_dropped_total", "Pieces of feeds not told.", stats.feed_pieces_dropped);
    out.counter("recording_ticks_dropped_total",
                "Ticks missing in recordings.",
                stats.recording_ticks_dropped);
    out.counter("malformed_messages_total", "Refused.", stats.refused.malformed_messages);
    out.counter("unexpected_messages_total", "Refused.", stats.refused.unexpected_messages);
    out.counter("oversize_messages_total", "Refused.", stats.refused.oversize_messages);
    out.counter("late_inputs_total", "Inputs for a tick that was over.", stats.refused.late_inputs);
    out.counter("too_fast_total", "Requests beyond their limits.", stats.refused.too_fast);
    out.counter("peers_dropped_total", "For too many errors.", stats.refused.peers_dropped);
    out.counter(
        "connect_tokens_refused_total", "Missing or no good.", stats.refused.connect_tokens);
    out.counter("connect_tokens_unremembered_total",
                "Refused because too many are remembered.",
                stats.refused.unremembered_tokens);
}

void write_peers(Text& out, const ServerView& view) {
    const ServerStats& stats = view.stats;
    out.gauge("peers", "Connections of the game.", static_cast<double>(stats.peers));
    out.gauge("sessions", "Sessions of the game.", static_cast<double>(stats.sessions));
    out.gauge("players", "In rooms.", static_cast<double>(stats.players));
    out.gauge("spectators", "In rooms, of the game.", static_cast<double>(stats.spectators));
    out.gauge("rooms", "Rooms.", static_cast<double>(stats.rooms));
    out.gauge("channels", "Channels.", static_cast<double>(view.channels.size()));
    std::size_t waiting = 0;
    for (const QueueDetails& queue : view.queues) waiting += queue.waiting;
    out.gauge("queued_players", "Who waits for a match.", static_cast<double>(waiting));
}

void write_link(Text& out, const LinkStats& link) {
    out.counter("datagrams_in_total", "UDP datagrams.", link.datagrams_in);
    out.counter("datagrams_out_total", "UDP datagrams.", link.datagrams_out);
    out.counter("bytes_in_total", "Of UDP payloads.", link.bytes_in);
    out.counter("bytes_out_total", "Of UDP payloads.", link.bytes_out);
    out.counter("receive_errors_total", "Of the socket.", link.receive_errors);
    out.counter("send_errors_total", "Of the socket.", link.send_errors);
    out.counter("service_errors_total", "Datagrams that ENet refused.", link.service_errors);
    const SecureStats& secure = link.secure;
    out.counter("handshakes_total", "Connections that got their keys.", secure.handshakes);
    out.counter("migrations_total", "Clients whose address changed.", secure.migrations);
    out.counter("banned_datagrams_total", "From banned addresses.", secure.banned);
    out.counter("malformed_datagrams_total", "None of ours.", secure.malformed);
    out.counter("unknown_datagrams_total", "Of a connection that is not.", secure.unknown);
    out.counter("forged_datagrams_total", "Not sealed by the other end.", secure.forged);
    out.counter("replayed_datagrams_total", "Came before, or too late.", secure.replayed);
    out.counter("surplus_datagrams_total", "Beyond a client's share.", secure.over_share);
    out.counter("unproved_requests_total", "Without proof of their address.", secure.unproved);
    out.counter("surplus_requests_total", "Beyond those that may wait.", secure.too_many);
    out.counter("unchallenged_hellos_total", "Beyond a tick's.", secure.unchallenged);
    out.counter("over_limit_requests_total", "Beyond their address's.", secure.over_limit);
    out.counter("full_requests_total", "While all peers were in use.", secure.server_full);
}

void write_bridge(Text& out, const BridgeStats& stats) {
    out.gauge("web_connections", "Open now.", static_cast<double>(stats.connections));
    out.gauge("web_sockets", "WebSockets open now.", static_cast<double>(stats.websockets));
    out.gauge("web_streams", "Event streams open now.", static_cast<double>(stats.streams));
    out.gauge("web_viewers", "Who watches a room.", static_cast<double>(stats.viewers));
    out.counter("web_requests_total", "HTTP requests.", stats.requests);
    out.counter("web_messages_in_total", "On WebSockets.", stats.messages_in);
    out.counter("web_messages_out_total", "Messages and parts of answers.", stats.messages_out);
    out.counter("web_bytes_in_total", "Received.", stats.bytes_in);
    out.counter("web_bytes_out_total", "Sent.", stats.bytes_out);
    out.counter("web_frames_sent_total", "Of feeds, to all viewers.", stats.frames_sent);
    out.counter("web_frames_skipped_total", "By slow viewers.", stats.frames_skipped);
    out.counter("web_resumes_total", "WebSocket sessions resumed.", stats.resumes);
    out.counter("web_refused_handshakes_total", "Late or malformed.", stats.refused_handshakes);
    out.counter("web_refused_origins_total", "Pages of other origins.", stats.refused_origins);
    out.counter("web_refused_connections_total", "Too many.", stats.refused_connections);
    out.counter("web_refused_messages_total", "Malformed or too fast.", stats.refused_messages);
    out.counter("web_closed_stuck_total", "Who read nothing any more.", stats.closed_stuck);
    out.gauge("mqtt_sessions", "Open now.", static_cast<double>(stats.mqtt_sessions));
    out.gauge("mqtt_retained", "Messages kept.", static_cast<double>(stats.mqtt_retained));
    out.counter("mqtt_messages_in_total", "Published.", stats.mqtt_messages_in);
    out.counter("mqtt_messages_out_total", "To subscribers.", stats.mqtt_messages_out);
    out.counter("mqtt_refused_total", "Messages and subscriptions.", stats.mqtt_refused);
    out.counter(
        "mqtt_states_untold_total", "Rooms' states that JSON can't say.", stats.mqtt_states_untold);
    out.counter("mqtt_oversize_total", "Not sent: above what they take.", stats.mqtt_oversize);
    out.counter("backend_asked_total", "Who may join, and be on a channel.", stats.backend_asked);
    out.counter("backend_cached_total", "Answers that were known.", stats.backend_cached);
    out.counter("backend_failures_total", "Not answered.", stats.backend_failures);
    out.counter("backend_cut_off_total", "Not asked after failures.", stats.backend_cut_off);
    out.gauge(
        "webhooks_waiting", "Not delivered yet.", static_cast<double>(stats.webhooks_waiting));
    out.counter("webhooks_delivered_total", "Events.", stats.webhooks_delivered);
    out.counter("webhooks_lost_total", "Queue full, or refused for good.", stats.webhooks_lost);
    out.counter("webhook_failures_total", "Requests without success.", stats.webhook_failures);
    out.gauge(
        "adapters_waiting", "Not passed on yet.", static_cast<double>(stats.adapters_waiting));
    out.counter("adapters_delivered_total", "Messages.", stats.adapters_delivered);
    out.counter("adapters_lost_total", "Queue full, or not read in time.", stats.adapters_lost);
    out.counter("adapters_unfit_total", "What a service can't have.", stats.adapters_unfit);
    out.counter("adapters_dropped_total", "Refused for good.", stats.adapters_dropped);
    out.counter("adapter_failures_total", "Requests without success.", stats.adapter_failures);
}

/// Waits for the server's view.
class HeldMetrics final : public HeldRequest {
public:
    explicit HeldMetrics(HttpSession& session)
        : session_(session.shared_from_this()), answered_by_(session.hub().now + longest_wait) {}

    void on_time(Time now) override {
        if (now >= answered_by_) answer(refusal_response(503));
    }
    void on_stop(std::string_view /*reason*/) override { answer(refusal_response(503)); }
    void on_gone() override { session_.reset(); }
    void on_view(const ServerView& view) {
        if (!session_) return;
        HttpResponse response;
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        response.headers.emplace_back("Cache-Control", "no-store");
        response.body = metrics_of(view, session_->hub().stats);
        answer(std::move(response));
    }

private:
    void answer(HttpResponse response) {
        // Answering lets go of it.
        if (const auto session = session_) session->answer(std::move(response));
    }

    std::shared_ptr<HttpSession> session_;
    Time answered_by_;
};

} // namespace

std::string metrics_of(const ServerView& view, const BridgeStats& bridge) {
    Text out;
    write_peers(out, view);
    write_server(out, view.stats);
    write_link(out, view.stats.link);
    write_bridge(out, bridge);
    return out.text();
}

void answer_metrics(HttpSession& session,
                    const HttpRequest& /*request*/,
                    std::string_view /*part*/) {
    const auto held = std::make_shared<HeldMetrics>(session);
    session.hold(held);
    session.hub().ask_view([weak = std::weak_ptr(held)](const ServerView& view) {
        if (const auto waiting = weak.lock()) waiting->on_view(view);
    });
}

} // namespace engine_net::bridge
