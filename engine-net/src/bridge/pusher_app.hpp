#pragma once

#include "bridge/pusher_signatures.hpp"
#include "bridge/web_channels.hpp"

#include <engine_net/bridge.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net::bridge {

class Hub;

namespace pusher {

class Session;

/// What a user came with by Pusher, JSON; it lasts as long as someone holds it.
using UserInfo = std::shared_ptr<const std::string>;

/// All that the Pusher connections share, and the HTTP API. Belongs to the bridge's thread.
class App {
public:
    /// `hub` outlives it.
    App(Hub& hub, const PusherConfig& config);

    [[nodiscard]] Hub& hub() { return *hub_; }
    [[nodiscard]] const PusherConfig& config() const { return *config_; }

    /// An id that no connection has.
    std::string new_socket_id();
    void add(const std::string& socket_id, Session& session);
    void remove(const std::string& socket_id);
    /// Null: there is none such.
    [[nodiscard]] Session* find(std::string_view socket_id);
    /// Closes all connections of a user who has signed in, for good.
    void close_user(const std::string& user);

    /// To be told of a user on a channel, as it came with `info`.
    UserInfo hold(const std::string& channel, const std::string& user, std::string info);
    /// JSON: what it came with, or its name, if it came by something else.
    [[nodiscard]] std::string
    info_of(const std::string& channel, const std::string& user, const std::string& name) const;

    void on_told(const tell::ChannelUse& use);
    void on_time(Time now);

    SeenRequests seen{};

private:
    Hub* hub_;
    const PusherConfig* config_;
    std::map<std::string, Session*, std::less<>> sessions_; ///< by socket id
    std::map<std::pair<std::string, std::string>, std::weak_ptr<const std::string>> infos_;
    std::set<std::string> observed_;    ///< presence channels
    std::set<std::string> changed_use_; ///< channels whose subscribers are to be told how many
    Time counts_told_{};
};

} // namespace pusher
} // namespace engine_net::bridge
