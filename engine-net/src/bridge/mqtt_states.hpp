#pragma once

#include "bridge/exchange.hpp"
#include "bridge/mqtt_subscriptions.hpp"
#include "bridge/state_text.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace engine_net::bridge {

class Hub;
class MqttSession;

/// The states of rooms that MQTT wants, as JSON.
class MqttStates {
public:
    explicit MqttStates(Hub& hub) : hub_(&hub) {}

    /// What a session wants from now on.
    void want(MqttSession& session, MqttSubscriptions::States states);
    void forget(MqttSession& session);
    /// By topic: those that are known.
    [[nodiscard]] const std::map<std::string, std::string>& all() const { return texts_; }

    /// Gives the topics of those that have changed: the rooms, or who wants them, are others.
    std::vector<std::string> renew();
    /// The same. There is a state of a room.
    std::vector<std::string> on_state(RoomId room);

private:
    [[nodiscard]] std::set<RoomId> wanted() const;
    [[nodiscard]] const StateText* text_of(const RoomSummary& room) const;

    Hub* hub_;
    std::map<MqttSession*, MqttSubscriptions::States> wishes_;
    std::set<RoomId> watched_;
    std::map<std::string, std::string> texts_;
};

} // namespace engine_net::bridge
