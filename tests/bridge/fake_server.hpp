#pragma once

#include "bridge/bridge.hpp"
#include "bridge/web_host.hpp"

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

/// Answers what the bridge asks, on the thread of the test: everyone may come in, by the token
/// "user NAME" as that user; channels have what was said on them, calls are echoed.
class FakeServer final : public WebHost {
public:
    explicit FakeServer(engine_net::BridgeConfig config = {}, bool is_in_cluster = false);
    ~FakeServer() override;
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;

    [[nodiscard]] engine_net::bridge::Bridge& bridge() { return *bridge_; }
    [[nodiscard]] std::uint16_t port() const override { return bridge_->port(); }

    /// One step: takes what was asked, and tells.
    void step();
    /// Steps until it holds; false: it did not within five seconds.
    bool step_until(const std::function<bool()>& holds) override;

    /// Public rooms of the kind "arena", with these ids.
    void list_rooms(const std::vector<std::uint32_t>& ids);
    void set_rooms(std::vector<engine_net::RoomSummary> rooms);
    void drain() { exchange_.tell(engine_net::bridge::tell::Draining{}); }
    /// So many sessions are on it, of players maybe.
    void use(const std::string& channel, std::size_t subscribers) {
        exchange_.tell(engine_net::bridge::tell::ChannelUse{channel, subscribers});
    }
    void say(const std::string& channel, const std::string& event, const std::string& payload);
    /// The channel is another one from now on, without history.
    void renew(const std::string& name);
    void close(const std::string& name);
    void feed(std::uint32_t room,
              engine_net::wire::FeedKind kind,
              std::uint32_t tick,
              std::size_t bytes = 32);
    /// The state of a room: a Board of the tests' game, or anything else.
    void feed_state(std::uint32_t room, std::span<const std::uint8_t> state);

    /// Rooms whose feed is wanted, with how many viewers.
    std::map<std::uint32_t, std::size_t> wanted{};
    std::size_t guests = 0; ///< that are in
    bool refuses_all = false;

private:
    struct Channel {
        std::uint64_t epoch = 1;
        std::vector<engine_net::bridge::tell::ChannelItem> items{};
        std::map<engine_net::bridge::GuestId, bool> guests{};
        bool is_open = false; ///< the bridge has it
    };

    void take(const engine_net::bridge::ask::Enter& enter);
    void take(const engine_net::bridge::ask::Leave& gone);
    void take(const engine_net::bridge::ask::Subscribe& subscribe);
    void take(const engine_net::bridge::ask::Unsubscribe& unsubscribe);
    static void take(const engine_net::bridge::ask::Observe& observe);
    static void take(const engine_net::bridge::ask::Answered& answered);
    void take(const engine_net::bridge::ask::Publish& publish);
    void take(const engine_net::bridge::ask::Announce& announce);
    void take(const engine_net::bridge::ask::Call& call);
    void take(const engine_net::bridge::ask::Watch& watch);
    void take(const engine_net::bridge::ask::View& view);
    void take(const engine_net::bridge::ask::Log& log);
    void open(const std::string& name, Channel& channel);
    void add(const std::string& name, engine_net::bridge::tell::ChannelItem item);
    void leave(engine_net::bridge::GuestId guest, const std::string& name, Channel& channel);

    engine_net::bridge::Exchange exchange_;
    std::map<std::string, Channel> channels_;
    std::map<engine_net::bridge::GuestId, std::string> names_;
    std::unique_ptr<engine_net::bridge::Bridge> bridge_;
};
