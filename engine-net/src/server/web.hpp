#pragma once

#include "bridge/bridge.hpp"
#include "bridge/exchange.hpp"
#include "server/loop.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

/// The server and its web bridge: what that asks, and is told once for all who are there from the
/// web. `web.cpp` lets guests in, `web_channels.cpp` is what they say and hear.
class Server::Loop::Web final {
public:
    /// As the configuration says: null, without a bridge. `loop` outlives it.
    static Result<std::unique_ptr<Web>, StartError> start(Loop& loop);
    explicit Web(Loop& loop) : loop_(loop) {}

    /// Everything that came since the last step.
    void hear();
    /// False: the answer is about nobody from the web.
    bool take_answer(AuthInbox::Answer& answer);
    /// What has happened in this step.
    void tell();
    /// What the channel has said so far: it is about to be removed.
    void tell_last(const std::string& channel);

    [[nodiscard]] bridge::Bridge& bridge() { return *bridge_; }

    bridge::Exchange exchange{};
    std::set<RoomId> watched{}; ///< rooms of this server that browsers watch

private:
    /// How someone is on a channel.
    struct Membership {
        Player player{}; ///< as who
        bool may_publish = false;
    };
    /// Someone from the web. To channels and users it is a session like others.
    struct Guest {
        SessionId session;
        Player player{};
        std::map<std::string, Membership, std::less<>> channels{};
        std::uint32_t last_request = 0; ///< by which the channels tell its subscriptions apart
        SessionLimits limits{};
    };
    /// One that is being asked about.
    struct PendingGuest {
        bridge::GuestId guest;
        std::uint64_t ask = 0;
        Player player{};
        Time until{};
    };
    /// A channel that has guests, is observed, or heard by an adapter.
    struct ChannelReader {
        std::size_t guests = 0;
        bool is_observed = false;
        bool is_heard = false;                ///< by an adapter
        std::uint64_t epoch = 0;              ///< that was told; 0: it was not opened yet
        std::uint64_t next = 0;               ///< the first message that was not told
        std::vector<std::uint64_t> waiting{}; ///< tickets that are answered when it is opened
    };

    void answer(const bridge::ask::Enter& ask);
    void answer(const bridge::ask::Leave& ask);
    void answer(const bridge::ask::Subscribe& ask);
    void answer(const bridge::ask::Unsubscribe& ask);
    void answer(const bridge::ask::Observe& ask);
    void answer(const bridge::ask::Publish& ask);
    void answer(const bridge::ask::Announce& ask);
    void answer(const bridge::ask::Call& ask);
    void answer(const bridge::ask::Watch& ask);
    void answer(const bridge::ask::View& ask);
    void answer(const bridge::ask::Answered& ask);
    void answer(const bridge::ask::Log& ask);
    void reply(std::uint64_t ticket, wire::RequestError error, std::string_view detail = {});
    void let_in_by_token(const bridge::ask::Enter& ask, Player player);
    /// Its session; nothing: it is here already.
    std::optional<SessionId> let_in(std::uint64_t ticket, bridge::GuestId id, Player player);
    void leave(Guest& guest, const std::string& channel);
    void forget_unread(const std::string& channel);
    void tell_rooms();
    void tell_channels();
    void tell_heard();
    void tell_channel_use();
    bool tell_channel(const std::string& name, ChannelReader& reader);

    Loop& loop_;
    std::unique_ptr<bridge::Bridge> bridge_; ///< since `start`
    bool tells_channel_use_ = false;
    std::vector<std::string> heard_{}; ///< channels of adapters, until the first step
    std::map<bridge::GuestId, Guest> guests_;
    std::map<SessionId, bridge::GuestId> by_session_;
    std::map<std::uint64_t, PendingGuest> pending_; ///< by ticket of `AuthInbox`
    std::map<std::string, ChannelReader, std::less<>> channels_;
    std::optional<std::uint64_t> told_rooms_; ///< change of the directory that was told last
    Time next_rooms_{};
};

} // namespace engine_net
