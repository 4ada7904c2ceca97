#include "room/user_table.hpp"

#include "wire/bulk.hpp"

#include <iterator>
#include <utility>

namespace engine_net {

namespace {

constexpr std::size_t users_in_message = 8;

} // namespace

void UserTable::enter(SessionId session, const std::string& user, const std::string& name) {
    stays_[session] = {.user = user, .name = name};
    users_[user].insert(session);
    note_change(user);
}

void UserTable::leave(SessionId session) {
    watch(session, 0, {});
    const auto stay = stays_.find(session);
    if (stay == stays_.end()) return;
    const std::string user = std::move(stay->second.user);
    stays_.erase(stay);
    const auto sessions = users_.find(user);
    sessions->second.erase(session);
    if (sessions->second.empty()) users_.erase(sessions);
    note_change(user);
}

void UserTable::set_place(SessionId session, const Place& place) {
    const auto stay = stays_.find(session);
    if (stay == stays_.end() || stay->second.place == place) return;
    stay->second.place = place;
    note_change(stay->second.user);
}

void UserTable::set_status(SessionId session, bool is_away, std::string text) {
    const auto stay = stays_.find(session);
    if (stay == stays_.end()) return;
    if (stay->second.is_away == is_away && stay->second.status == text) return;
    stay->second.is_away = is_away;
    stay->second.status = std::move(text);
    note_change(stay->second.user);
}

UserState UserTable::state_of(const Stay& stay) {
    if (stay.place.room.is_set())
        return stay.place.plays ? UserState::in_match : UserState::in_room;
    return stay.is_away ? UserState::away : UserState::online;
}

void UserTable::note_change(const std::string& user) {
    changes_.note(user);
    tell_watchers(user);
}

void UserTable::put_remote(std::uint16_t node, UserSummary user) {
    const std::string name = user.user;
    if (user.state == UserState::offline) {
        const auto known = remote_.find(name);
        if (known == remote_.end() || known->second.erase(node) == 0) return;
        if (known->second.empty()) remote_.erase(known);
    } else {
        remote_[name].insert_or_assign(node, std::move(user));
    }
    tell_watchers(name);
}

void UserTable::forget_remote(std::uint16_t node) {
    for (auto user = remote_.begin(); user != remote_.end();) {
        const bool was_there = user->second.erase(node) > 0;
        if (was_there) tell_watchers(user->first);
        user = user->second.empty() ? remote_.erase(user) : std::next(user);
    }
}

/// Of several servers the one where it does most.
UserSummary UserTable::summary(std::string_view user) const {
    UserSummary summary = own_summary(user);
    const auto elsewhere = remote_.find(user);
    if (elsewhere == remote_.end()) return summary;
    for (const auto& [node, there] : elsewhere->second) {
        if (there.state > summary.state) summary = there;
    }
    return summary;
}

/// Of several sessions the one that says most; of the same, the newest.
UserSummary UserTable::own_summary(std::string_view user) const {
    UserSummary summary{.user = std::string(user)};
    const auto sessions = users_.find(user);
    if (sessions == users_.end()) return summary;
    for (const SessionId session : sessions->second) {
        const Stay& stay = stays_.at(session);
        const UserState state = state_of(stay);
        if (state < summary.state) continue;
        summary.state = state;
        summary.name = stay.name;
        summary.status = stay.status;
        summary.room = stay.place.is_hidden ? RoomId{} : stay.place.room;
    }
    return summary;
}

std::vector<UserSummary> UserTable::all() const {
    std::vector<UserSummary> users;
    users.reserve(users_.size());
    for (const auto& [user, sessions] : users_) users.push_back(summary(user));
    return users;
}

void UserTable::watch(SessionId session,
                      std::uint32_t request,
                      const std::set<std::string>& users) {
    const auto known = watches_.find(session);
    if (known != watches_.end()) {
        for (const std::string& user : known->second.users) {
            const auto watchers = watchers_.find(user);
            watchers->second.erase(session);
            if (watchers->second.empty()) watchers_.erase(watchers);
        }
        watches_.erase(known);
    }
    if (users.empty()) return;
    for (const std::string& user : users) watchers_[user].insert(session);
    watches_[session] = {request, users, users};
}

void UserTable::tell_watchers(const std::string& user) {
    const auto watchers = watchers_.find(user);
    if (watchers == watchers_.end()) return;
    for (const SessionId session : watchers->second) watches_.at(session).news.insert(user);
}

bool UserTable::has_news(SessionId session) const {
    const auto watch = watches_.find(session);
    return watch != watches_.end() && !watch->second.news.empty();
}

void UserTable::send(SessionId session,
                     std::size_t count,
                     wire::PeopleEncoder& encoder,
                     const std::function<void(Bytes)>& send) {
    std::vector<std::uint8_t> message;
    for (; count > 0 && has_news(session); --count) {
        Watch& watch = watches_.at(session);
        std::vector<UserSummary> lines;
        while (!watch.news.empty() && lines.size() < users_in_message)
            lines.push_back(summary(watch.news.extract(watch.news.begin()).value()));
        message.clear();
        ByteWriter writer(message);
        writer.write(wire::UserNewsHeader(wire::BulkKind::users, watch.request));
        writer.write_bytes(encoder.user_news(lines));
        send(message);
    }
}

} // namespace engine_net
