#pragma once

#include "bridge/hub.hpp"
#include "bridge/link.hpp"
#include "bridge/mqtt_packet.hpp"
#include "bridge/mqtt_subscriptions.hpp"
#include "bridge/mqtt_window.hpp"
#include "bridge/mqtt_writer.hpp"
#include "bridge/ws_frame.hpp"
#include "session/rate_limit.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net::bridge {

class HttpSession;

/// One connection of MQTT, over TCP or in the binary frames of a WebSocket: see `BRIDGE.md`.
class MqttSession final : public Protocol,
                          public Subscriber,
                          public std::enable_shared_from_this<MqttSession> {
public:
    enum class Carrier { tcp, websocket };

    MqttSession(Hub& hub, Link& link, Carrier carrier, AddressCounts::Place place);
    ~MqttSession() override;
    MqttSession(const MqttSession&) = delete;
    MqttSession& operator=(const MqttSession&) = delete;

    void on_bytes(Bytes bytes) override;
    void on_time(Time now) override;
    void on_stuck() override;
    void on_stop(std::string_view reason) override;
    void on_gone() override;

    void on_news(const ChannelLog& log) override;
    void on_over(const std::string& channel) override;

    /// Another connection has the client id.
    void on_taken_over();
    /// The server sends all to others.
    void on_moving();
    /// There is a channel that it may want.
    void on_channel(const std::string& channel);
    /// A topic of the bridge's own has changed.
    void on_document(const std::string& topic);

private:
    enum class State { greeting, entering, open, over };
    /// Called once the server has answered, unless the connection is over by then.
    using OnJoined = std::function<void(const tell::Answer&)>;
    /// Of a channel that it is on, or will be when the server has answered.
    struct Place {
        bool is_open = false;
        std::uint64_t epoch = 0;
        std::uint64_t next = 0;
        std::vector<OnJoined> waiting{};
    };
    /// A SUBSCRIBE that is answered when all its channels are.
    struct PendingSubscribe {
        mqtt::Subscribe packet{};
        std::vector<mqtt::Reason> reasons{};
        std::vector<bool> wants_retained{};
        std::size_t missing = 0;
    };

    // The connection: `mqtt_session.cpp`.
    void take(Bytes bytes);
    void take_frames(Bytes bytes);
    void answer_ping(Bytes payload);
    void handle_packet(mqtt::Packet& packet);
    void handle(mqtt::Connect& connect);
    void handle(mqtt::Publish& publish);
    void handle(const mqtt::Puback& puback);
    void handle(mqtt::Subscribe& subscribe);
    void handle(const mqtt::Unsubscribe& unsubscribe);
    void handle(const mqtt::Pingreq& ping);
    void handle(const mqtt::Disconnect& disconnect);
    [[nodiscard]] mqtt::Reason refusal_of(const mqtt::Connect& connect) const;
    void on_entered(const tell::Answer& answer);
    void welcome();
    void send(SharedBytes packet);
    /// Instead of a welcome.
    void refuse(mqtt::Reason reason);
    /// Says why, if the version has a way to, and closes when that is out.
    void close(mqtt::Reason reason);
    void finish(CloseCode code = CloseCode::normal);
    void end(bool has_will);

    // What the client asks: `mqtt_requests.cpp`.
    [[nodiscard]] bool resolve_alias(mqtt::Publish& publish);
    [[nodiscard]] mqtt::Reason check(const mqtt::Publish& publish) const;
    [[nodiscard]] MqttGate::Saying saying_of(mqtt::Publish publish) const;
    void on_published(std::uint16_t id, mqtt::Reason reason);
    void subscribe(const std::shared_ptr<PendingSubscribe>& pending, std::size_t index);
    void on_subscribed(PendingSubscribe& pending, std::size_t index, mqtt::Reason reason);
    void answer(const PendingSubscribe& pending);
    void join(const std::string& channel, OnJoined on_joined);
    void take_place(const std::string& channel, const tell::Answer& answer, const ChannelLog* log);
    void join_known(const std::string& filter, bool wants_retained);
    void join_by_wildcard(const std::string& channel, std::function<void()> on_joined);
    void leave_unwanted();
    void rejoin();
    void follow();

    // What it is sent: `mqtt_delivery.cpp`.
    void send_said(const ChannelLog& log, const Said& said);
    void send_retained(const std::string& filter);
    void send_retained_of(const std::string& channel, const std::string& filter);
    void send_stale();
    void send_document(const std::string& topic, bool is_retained);
    [[nodiscard]] std::string document_of(const std::string& topic) const;
    void deliver(mqtt::Delivery delivery, const MqttSubscriptions::Wanted& wanted);
    void send_message(SharedBytes packet, std::uint16_t id = 0);

    [[nodiscard]] const MqttConfig& limits() const { return *hub_->config.mqtt; }
    [[nodiscard]] std::size_t waiting_bytes() const;

    Hub* hub_;
    Link* link_; ///< null: it is gone
    AddressCounts::Place address_place_;
    std::optional<FrameReader> frames_; ///< of a WebSocket
    mqtt::PacketReader reader_;
    RateLimit rate_;
    Time opened_;
    Time heard_;
    State state_ = State::greeting;
    std::vector<std::uint8_t> early_; ///< that came while the server was asked who it is

    std::uint8_t version_ = 0;
    MqttIdentity identity_;
    std::string user_;
    std::string name_;
    GuestId guest_;
    bool is_in_ = false; ///< the server knows the guest
    bool was_given_id_ = false;
    bool has_password_ = false;                    ///< and is refused for a wrong one
    Duration keep_alive_{};                        ///< 0: none
    std::optional<std::uint16_t> told_keep_alive_; ///< seconds, instead of its own
    std::optional<mqtt::Publish> will_;
    std::optional<std::uint32_t> max_packet_bytes_; ///< that it takes
    std::map<std::uint16_t, std::string> aliases_;
    std::size_t unanswered_ = 0; ///< messages of QoS 1 from it
    MqttWindow window_;

    MqttSubscriptions subscriptions_;
    std::map<std::string, Place> places_;   ///< by channel
    std::map<std::string, Time> refused_;   ///< channels that it may not be on, until then
    std::map<std::string, Time> rejoining_; ///< channels that were over
    std::map<std::string, bool> stale_;     ///< documents to be sent, and whether as retained
};

/// MQTT over TCP, for a connection that was taken.
std::shared_ptr<Protocol> begin_mqtt(Hub& hub, Link& link);
/// Nothing is said before the client has.
void refuse_mqtt(Link& link, bool is_of_address);

/// `/mqtt`
void open_mqtt(HttpSession& session, const HttpRequest& request, std::string_view part);

} // namespace engine_net::bridge
