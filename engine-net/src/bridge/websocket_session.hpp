#pragma once

#include "bridge/hub.hpp"
#include "bridge/link.hpp"
#include "bridge/web_guest.hpp"
#include "bridge/ws_frame.hpp"
#include "session/rate_limit.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace engine_net::bridge {

/// One connection at `/ws`: see `BRIDGE.md`.
class WebSocketSession final : public Protocol,
                               public GuestSocket,
                               public RoomViewer,
                               public std::enable_shared_from_this<WebSocketSession> {
public:
    WebSocketSession(Hub& hub, Link& link, AddressCounts::Place place);
    ~WebSocketSession() override;
    WebSocketSession(const WebSocketSession&) = delete;
    WebSocketSession& operator=(const WebSocketSession&) = delete;

    void on_bytes(Bytes bytes) override;
    void on_time(Time now) override;
    void on_stuck() override;
    void on_stop(std::string_view reason) override;
    void on_gone() override;

    void send(SharedBytes message) override;
    void on_taken_over() override;

    [[nodiscard]] Link& feed_link() override { return *link_; }
    void on_skip(const FeedCursor::Skip& skip) override;

private:
    using Json = nlohmann::json;

    void handle(const FrameReader::Message& message);
    void handle_text(std::string_view text);
    void handle_close(Bytes payload);
    void run(const Json& request, std::uint64_t id);
    void hello(const Json& request, std::uint64_t id);
    void enter(const Json& request, std::uint64_t id);
    void resume(const Json& request, std::uint64_t id, const std::shared_ptr<WebGuest>& guest);
    void subscribe(const Json& request, std::uint64_t id);
    void unsubscribe(const Json& request, std::uint64_t id);
    void publish(const Json& request, std::uint64_t id);
    void call(const Json& request, std::uint64_t id);
    void watch(const Json& request, std::uint64_t id);
    void unwatch();

    void send_json(const Json& json);
    void acknowledge(std::uint64_t id);
    void acknowledge(std::uint64_t id, Json fields);
    void refuse(std::uint64_t id, std::string_view error, std::string_view detail);
    void refuse(std::uint64_t id, const tell::Answer& answer);
    /// Says why, and closes when that is out.
    void close(CloseCode code, std::string_view reason);
    /// The guest is nobody's or has left.
    void let_go(bool can_come_back);

    Hub* hub_;
    Link* link_;
    AddressCounts::Place place_;
    FrameReader reader_;
    RateLimit rate_;
    Time opened_;
    Time heard_;
    Time pinged_;
    std::shared_ptr<WebGuest> guest_; ///< null: it has not said hello
    std::string resume_;
    bool is_entering_ = false;
    std::optional<RoomId> watched_;
    bool is_over_ = false;
};

} // namespace engine_net::bridge
