#pragma once

#include "core/bytes.hpp"
#include "room/change_log.hpp"
#include "wire/people_encoder.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/people.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace engine_net {

/// The users of one server, over all their sessions, and who watches them. Of a cluster it knows
/// the other servers' users too.
class UserTable {
public:
    /// Users whose state has changed that are kept for `changes`.
    static constexpr std::size_t max_changes = 4096;

    /// Where a session is.
    struct Place {
        RoomId room{};          ///< unset: in none
        bool is_hidden = false; ///< which room it is
        bool plays = false;

        friend bool operator==(const Place&, const Place&) = default;
    };

    void enter(SessionId session, const std::string& user, const std::string& name);
    /// The session is over.
    void leave(SessionId session);
    void set_place(SessionId session, const Place& place);
    void set_status(SessionId session, bool is_away, std::string text);
    /// `offline` for one that is not here.
    [[nodiscard]] UserSummary summary(std::string_view user) const;
    /// Everyone who is here, by user.
    [[nodiscard]] std::vector<UserSummary> all() const;
    [[nodiscard]] std::size_t size() const { return users_.size(); }
    /// As this server alone knows it.
    [[nodiscard]] UserSummary own_summary(std::string_view user) const;
    /// Whose `own_summary` may be another.
    [[nodiscard]] const ChangeLog<std::string>& changes() const { return changes_; }
    /// How a user is at another server of the cluster; `offline`: not there.
    void put_remote(std::uint16_t node, UserSummary user);
    /// That server has nobody any more.
    void forget_remote(std::uint16_t node);

    /// From now on the session is told of these, and how they are now. `request` is its own number
    /// for it. None: no more.
    void watch(SessionId session, std::uint32_t request, const std::set<std::string>& users);
    [[nodiscard]] bool has_news(SessionId session) const;
    /// Calls `send(Bytes)` for the next messages, at most `count`.
    void send(SessionId session,
              std::size_t count,
              wire::PeopleEncoder& encoder,
              const std::function<void(Bytes)>& send);
    /// Calls `visit(SessionId)` for each that watches.
    template <class Visit>
    void each_watcher(Visit&& visit) const {
        for (const auto& [session, watch] : watches_) visit(session);
    }

private:
    struct Stay {
        std::string user{};
        std::string name{};
        Place place{};
        bool is_away = false;
        std::string status{};
    };
    struct Watch {
        std::uint32_t request = 0;
        std::set<std::string> users{};
        std::set<std::string> news{}; ///< of whom something is to be told
    };

    void note_change(const std::string& user);
    void tell_watchers(const std::string& user);
    [[nodiscard]] static UserState state_of(const Stay& stay);

    std::map<SessionId, Stay> stays_;
    std::map<std::string, std::set<SessionId>, std::less<>> users_;
    /// By user, then by server.
    std::map<std::string, std::map<std::uint16_t, UserSummary>, std::less<>> remote_;
    ChangeLog<std::string> changes_{max_changes};
    std::map<SessionId, Watch> watches_;
    std::unordered_map<std::string, std::set<SessionId>> watchers_; ///< by user
};

} // namespace engine_net
