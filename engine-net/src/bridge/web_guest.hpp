#pragma once

#include "bridge/web_channels.hpp"

#include <engine_net/clock.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace engine_net::bridge {

class Hub;

/// The WebSocket that a guest has at present.
class GuestSocket {
public:
    virtual ~GuestSocket() = default;

    virtual void send(SharedBytes message) = 0;
    /// Another connection has resumed the session.
    virtual void on_taken_over() = 0;
};

/// A session over WebSockets: who it is, and where it is in its channels. Outlives its connection
/// for `BridgeConfig::resume_time`.
class WebGuest final : public Subscriber, public std::enable_shared_from_this<WebGuest> {
public:
    WebGuest(Hub& hub, GuestId its_id, std::string its_session)
        : id(its_id), session(std::move(its_session)), hub_(&hub) {}

    struct SubscribeOptions {
        std::optional<Position> after{}; ///< else the newest `recent`
        std::size_t recent = 20;
        bool is_lost = false; ///< where it was can't be said: it is told that something is missing
        bool is_authorised = false;
    };
    /// Called once, maybe at once; before what was said follows.
    using OnSubscribed =
        std::function<void(const tell::Answer&, const std::string& at, bool is_reset)>;
    void subscribe(const std::string& channel,
                   const SubscribeOptions& options,
                   OnSubscribed on_subscribed);
    void unsubscribe(const std::string& channel);
    /// What was said on its channels since where it says that it is. Of the others it is told once
    /// it subscribes again.
    void catch_up(const std::map<std::string, Position>& positions);
    void leave();

    void on_news(const ChannelLog& log) override;
    void on_over(const std::string& channel) override;

    const GuestId id;
    const std::string session;
    std::string user{};
    std::string name{};
    GuestSocket* socket = nullptr; ///< null: its connection is lost
    Time lost{};                   ///< since when

private:
    struct Place {
        std::uint64_t epoch = 0;
        std::uint64_t next = 0;
    };

    void begin(const ChannelLog& log, ChannelLog::Start start);
    void send_new(const ChannelLog& log, Place& place);
    void send_reset(const ChannelLog& log, std::uint64_t next) const;

    Hub* hub_;
    std::map<std::string, Place> places_;
};

/// All sessions, by the hashes of what resumes them.
class WebGuests {
public:
    explicit WebGuests(Hub& hub) : hub_(&hub) {}

    /// Remembered from now on, until `forget` or its connection was lost for too long.
    void add(const std::shared_ptr<WebGuest>& guest, const std::string& resume);
    [[nodiscard]] bool is_full() const;
    /// The session that this resumes, taken from its connection. Null: there is none any more.
    std::shared_ptr<WebGuest> resume(const std::string& secret);
    /// Its connection is lost.
    void lose(WebGuest& guest);
    /// It has left.
    void forget(const std::shared_ptr<WebGuest>& guest);
    void on_time();

private:
    Hub* hub_;
    std::map<std::array<std::uint8_t, 32>, std::shared_ptr<WebGuest>> guests_;
};

} // namespace engine_net::bridge
