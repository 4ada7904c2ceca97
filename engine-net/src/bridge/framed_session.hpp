#pragma once

#include "bridge/hub.hpp"
#include "bridge/link.hpp"
#include "bridge/ws_frame.hpp"
#include "session/rate_limit.hpp"

#include <memory>
#include <string_view>

namespace engine_net::bridge {

/// What all that is spoken on WebSockets has in common: whole messages at a bounded rate, pings, an
/// end that the other side hears of. It is closed when it reads too slowly or is silent.
class FramedSession : public Protocol, public std::enable_shared_from_this<FramedSession> {
public:
    FramedSession(Hub& hub, Link& link, AddressCounts::Place place);
    ~FramedSession() override;
    FramedSession(const FramedSession&) = delete;
    FramedSession& operator=(const FramedSession&) = delete;

    void on_bytes(Bytes bytes) final;
    void on_time(Time now) final;
    void on_stuck() final;
    void on_stop(std::string_view reason) final;
    void on_gone() final;

protected:
    /// Text or binary, valid for the call.
    virtual void on_message(Opcode opcode, Bytes payload) = 0;
    /// A few times a second, while it is not over.
    virtual void on_tick(Time now) = 0;
    /// The server ends: what there is to say before the close. Gives the code to close with.
    virtual CloseCode on_server_end(std::string_view reason) = 0;
    /// It is over, for whatever reason. Called once, while the link may still be there.
    virtual void on_end(bool can_come_back) = 0;
    /// What it is closed with that is too fast, or too slow to read.
    [[nodiscard]] virtual CloseCode too_fast() const { return CloseCode::too_fast; }
    [[nodiscard]] virtual CloseCode too_slow() const { return CloseCode::too_slow; }

    void send_frame(SharedBytes frame);
    /// Says why, and closes when that is out. What waits is dropped.
    void close(CloseCode code, std::string_view reason);
    /// The same, after what waits.
    void finish(CloseCode code, std::string_view reason);

    [[nodiscard]] Hub& hub() const { return *hub_; }
    /// Null: it is gone.
    [[nodiscard]] Link* link() const { return link_; }
    [[nodiscard]] bool is_over() const { return is_over_; }
    [[nodiscard]] Time opened() const { return opened_; }
    [[nodiscard]] Time heard() const { return heard_; }

private:
    void handle(const FrameReader::Message& message);
    void handle_close(Bytes payload);
    void end(bool can_come_back);

    Hub* hub_;
    Link* link_;
    AddressCounts::Place place_;
    FrameReader reader_;
    RateLimit rate_;
    Time opened_;
    Time heard_;
    Time pinged_;
    bool is_over_ = false;
};

} // namespace engine_net::bridge
