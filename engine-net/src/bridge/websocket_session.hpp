#pragma once

#include "bridge/framed_session.hpp"
#include "bridge/web_guest.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace engine_net::bridge {

/// One connection at `/ws`: see `BRIDGE.md`.
class WebSocketSession final : public FramedSession, public GuestSocket, public RoomViewer {
public:
    using FramedSession::FramedSession;

    void send(SharedBytes message) override { send_frame(std::move(message)); }
    void on_taken_over() override;

    [[nodiscard]] Link& feed_link() override { return *link(); }
    void on_skip(const FeedCursor::Skip& skip) override;

private:
    using Json = nlohmann::json;

    void on_message(Opcode opcode, Bytes payload) override;
    void on_tick(Time now) override;
    CloseCode on_server_end(std::string_view reason) override;
    void on_end(bool can_come_back) override;
    std::weak_ptr<WebSocketSession> weak_self() {
        return std::static_pointer_cast<WebSocketSession>(shared_from_this());
    }

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

    std::shared_ptr<WebGuest> guest_; ///< null: it has not said hello
    std::string resume_;
    bool is_entering_ = false;
    std::optional<RoomId> watched_;
};

} // namespace engine_net::bridge
