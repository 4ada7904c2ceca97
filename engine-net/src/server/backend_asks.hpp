#pragma once

#include "bridge/exchange.hpp"
#include "server/loop.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine_net {

/// What players ask for that the game's web backend decides: to join, and to be on private and
/// presence channels. The bridge asks it and answers in some later step; until then the request
/// waits here, and nothing else does. What it asked for is looked at anew then.
class Server::Loop::BackendAsks final {
public:
    /// Null: nobody is asked. `loop` outlives it.
    static std::unique_ptr<BackendAsks> make(Loop& loop);
    explicit BackendAsks(Loop& loop);

    /// True: the join waits for the backend, or was refused. False: nobody has to be asked.
    bool hold_join(Session& session, const wire::JoinRoom& request);
    /// A join that waits is answered with `cancelled`.
    void cancel_join(Session& session);
    /// The same, of one that asks for a match.
    void cancel_queue(Session& session);

    /// Whether the backend says if the session may be on this channel.
    [[nodiscard]] static bool decides(std::string_view channel);
    void hold_subscribe(Session& session, const wire::Subscribe& request);
    void cancel_subscribe(SessionId session, std::uint32_t request);
    /// As who, and with which rights, it is on that channel, if the backend has said so.
    void identify(Speaker& who, std::string_view channel) const;

    void take(const bridge::ask::Answered& answered);
    void forget(SessionId session) { visitors_.erase(session); }

private:
    /// More than that of all sessions are refused, those that ended meanwhile included.
    static constexpr std::size_t max_asked = 1024;

    struct HeldJoin {
        std::uint64_t ticket = 0;
        std::vector<std::uint8_t> message{}; ///< in its envelope
    };
    struct HeldSubscribe {
        std::string channel{};
        std::uint32_t request = 0;
        ChannelTable::Position position{};
    };
    /// How a session is on a channel.
    struct Membership {
        Player player{}; ///< as who
        bool may_publish = false;
    };
    /// A session that the backend was asked about.
    struct Visitor {
        std::optional<HeldJoin> join{};                            ///< one at a time
        std::map<std::uint64_t, HeldSubscribe> subscribes{};       ///< by ticket
        std::map<std::string, Membership, std::less<>> channels{}; ///< some may be left already
    };

    std::optional<bridge::JoinQuestion> question_of(Session& session,
                                                    const wire::JoinRoom& request,
                                                    wire::ControlEncoder::JoinAnswer& refusal);
    std::optional<bridge::JoinQuestion> question_of_named(
        Session& session, const wire::JoinRoom& request, wire::ControlEncoder::JoinAnswer& refusal);
    /// 0: too much is asked already.
    std::uint64_t ask(const Session& session, bridge::Question question);
    void go_on(Session& session, const HeldJoin& join, const bridge::Verdict& verdict);
    void go_on(Session& session, const HeldSubscribe& held, const bridge::Verdict& verdict);
    void refuse_join(Session& session,
                     std::uint32_t request,
                     wire::RequestError error,
                     std::string_view detail);

    Loop& loop_;
    const bool asks_joins_;
    std::uint64_t last_ticket_ = 0;
    std::map<std::uint64_t, SessionId> asked_{}; ///< who, by ticket, until the answer comes
    std::map<SessionId, Visitor> visitors_{};
};

} // namespace engine_net
