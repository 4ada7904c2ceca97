#pragma once

#include "bridge/exchange.hpp"
#include "bridge/mqtt_packet.hpp"
#include "bridge/mqtt_retained.hpp"
#include "bridge/mqtt_states.hpp"

#include <engine_net/clock.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net::bridge {

class Hub;
class MqttSession;

/// Who a connection of MQTT is, for others with the same client id.
struct MqttIdentity {
    std::string client_id{};
    std::string user{}; ///< "": anonymous

    bool operator==(const MqttIdentity&) const = default;
};

/// What the connections of MQTT share.
class MqttGate {
public:
    /// What a message with the retain flag is called on its channel, if by nothing else: so that
    /// the bridges of other servers know it.
    static constexpr std::string_view retained_event = "retained";

    explicit MqttGate(Hub& hub);

    /// The client id is this connection's from now on; one of the same user that had it is closed,
    /// and its will cancelled if it was still to come. False: it is another user's.
    bool claim(const MqttIdentity& identity, MqttSession& session);
    void release(const MqttIdentity& identity, MqttSession& session);
    /// Whether it is to hear of channels that there are from now on, of documents and states.
    void follow(MqttSession& session, const MqttSubscriptions& subscriptions);

    /// Says it for a guest, and keeps it if it is to be kept. Those with a wildcard for a channel
    /// that nobody here knew are on it first.
    struct Saying {
        GuestId guest;
        std::string user{};
        std::string name{};
        std::string channel{};
        bool is_chat = false;
        bool to_self = false;
        mqtt::Publish publish{};
    };
    using OnAnswer = std::function<void(const tell::Answer&)>;
    void publish(const Saying& saying, const OnAnswer& on_answer);
    /// Publishes what a guest that is gone has left, after its delay; then the guest leaves.
    void bury(const MqttIdentity& identity, Saying will);

    [[nodiscard]] const MqttRetained& retained() const { return retained_; }
    /// JSON of the bridge's own, by topic.
    using Documents = std::map<std::string, std::string, std::less<>>;
    [[nodiscard]] const Documents& documents() const { return documents_; }
    [[nodiscard]] const MqttStates& states() const { return states_; }

    /// There is one that nobody was on until now.
    void on_channel(const std::string& channel) { invite(channel); }
    void on_told(const tell::ChannelOpened& opened);
    void on_told(const tell::ChannelNews& news);
    void on_rooms();
    void on_state(RoomId room) { tell(states_.on_state(room)); }
    void on_draining();
    void on_time();

private:
    struct Will {
        MqttIdentity identity{};
        Saying saying{};
        Time due{};
        int attempts_left = 3;
    };
    struct Holder {
        std::string user{};
        MqttSession* session = nullptr;
    };

    void
    note_retained(const std::string& channel, std::uint64_t epoch, const tell::ChannelItem& item);
    void invite(const std::string& channel);
    void tell(const std::vector<std::string>& topics, const MqttSession* but_not = nullptr);
    void publish_will(const Will& will);
    /// Gives the topics of those that have changed.
    std::vector<std::string> renew_documents();

    Hub* hub_;
    MqttRetained retained_;
    MqttStates states_;
    std::map<std::string, Holder> holders_; ///< by client id
    std::set<MqttSession*> with_wildcards_;
    std::set<MqttSession*> readers_; ///< of documents and states
    std::vector<Will> wills_;
    Documents documents_; ///< while somebody reads them
    Documents ageless_;   ///< those of rooms, but for their ages
    Time swept_{};
};

} // namespace engine_net::bridge
