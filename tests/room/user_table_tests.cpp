#include "client/user_list.hpp"
#include "core/random.hpp"
#include "room/user_table.hpp"
#include "wire/bulk.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

using namespace engine_net;

namespace {

auto tied(const UserSummary& user) {
    return std::tie(user.user, user.name, user.state, user.status, user.room);
}

constexpr SessionId watcher{1000};

/// The users, one who watches some, and what that one's client was told.
struct Users {
    void enter(std::uint64_t session, const std::string& user) {
        table.enter(SessionId{session}, user, user + " " + std::to_string(session));
    }
    void watch(const std::set<std::string>& users) {
        list.watch({users.begin(), users.end()}, [this](const UserSummary& user) {
            told.push_back(user);
        });
        list.ask(++request);
        table.watch(watcher, request, users);
    }
    /// What the client hears of, in the messages that it takes.
    std::vector<UserSummary> tell() {
        told.clear();
        messages = 0;
        table.send(watcher, 1'000, encoder, [&](Bytes message) {
            ++messages;
            REQUIRE(list.receive(message));
        });
        return told;
    }
    [[nodiscard]] UserState state(const std::string& user) const {
        return table.summary(user).state;
    }

    UserTable table;
    UserList list;
    wire::PeopleEncoder encoder;
    std::uint32_t request = 0;
    std::size_t messages = 0;
    std::vector<UserSummary> told;
};

/// Users with several sessions each, who watch each other over links that break.
class Story {
public:
    explicit Story(std::uint64_t seed) : random_(seed) {}

    /// What went wrong, or nothing.
    std::string play() {
        for (int i = 0; i < 200; ++i) {
            step();
            if (std::string wrong = check(); !wrong.empty())
                return wrong + " at step " + std::to_string(i);
        }
        for (auto& [session, stay] : stays_) {
            send(session, stay, 1'000);
            deliver(stay, stay.underway.size());
        }
        return check();
    }

private:
    struct Stay {
        std::string user{};
        std::string name{};
        UserTable::Place place{};
        bool is_away = false;
        std::string status{};
        UserList list{};
        std::deque<std::vector<std::uint8_t>> underway{};
    };

    std::string some_user() { return "user" + std::to_string(random_.next_below(5)); }
    void step() {
        const std::uint64_t what = random_.next_below(10);
        if (stays_.empty() || what == 0) return enter();
        auto any = stays_.begin();
        std::advance(any, static_cast<std::ptrdiff_t>(random_.next_below(stays_.size())));
        auto& [session, stay] = *any;
        if (what == 1) {
            table_.leave(session);
            stays_.erase(any);
            return;
        }
        if (what < 4) place(session, stay);
        if (what == 4) {
            stay.is_away = random_.next_chance(0.5);
            stay.status = random_.next_chance(0.5) ? "busy" : "";
            table_.set_status(session, stay.is_away, stay.status);
        }
        if (what == 5) watch(session, stay);
        if (what == 6 && random_.next_chance(0.3)) resume(session, stay);
        if (what == 7 || what == 8) send(session, stay, random_.next_below(3));
        if (what == 9) deliver(stay, random_.next_below(stay.underway.size() + 1));
    }
    void enter() {
        const SessionId session{++last_session_};
        Stay& stay = stays_[session];
        stay.user = some_user();
        stay.name = "name" + std::to_string(session.value);
        table_.enter(session, stay.user, stay.name);
    }
    void place(SessionId session, Stay& stay) {
        stay.place = {};
        if (random_.next_chance(0.7)) {
            stay.place = {RoomId{static_cast<std::uint32_t>(1 + random_.next_below(3))},
                          random_.next_chance(0.3),
                          random_.next_chance(0.5)};
        }
        table_.set_place(session, stay.place);
    }
    void watch(SessionId session, Stay& stay) {
        std::set<std::string> users;
        for (std::uint64_t n = random_.next_below(5); n > 0; --n) users.insert(some_user());
        stay.list.watch({users.begin(), users.end()}, [](const UserSummary&) {});
        ask(session, stay);
    }
    void ask(SessionId session, Stay& stay) {
        stay.list.ask(++last_request_);
        table_.watch(
            session, last_request_, {stay.list.watched().begin(), stay.list.watched().end()});
    }
    /// Over another link: what was underway is lost.
    void resume(SessionId session, Stay& stay) {
        stay.underway.clear();
        table_.watch(session, 0, {});
        ask(session, stay);
    }
    void send(SessionId session, Stay& stay, std::size_t count) {
        table_.send(session, count, encoder_, [&](Bytes message) {
            stay.underway.emplace_back(message.begin(), message.end());
        });
    }
    static void deliver(Stay& stay, std::size_t count) {
        for (; count > 0; --count) {
            REQUIRE(stay.list.receive(stay.underway.front()));
            stay.underway.pop_front();
        }
    }

    /// Of all its sessions, from the oldest on, the last that says no less than those before.
    [[nodiscard]] UserSummary truth(const std::string& user) const {
        UserSummary truth{.user = user};
        for (const auto& [session, stay] : stays_) {
            if (stay.user != user) continue;
            UserState state = stay.is_away ? UserState::away : UserState::online;
            if (stay.place.room.is_set())
                state = stay.place.plays ? UserState::in_match : UserState::in_room;
            if (state < truth.state) continue;
            truth = {user,
                     stay.name,
                     state,
                     stay.status,
                     stay.place.is_hidden ? RoomId{} : stay.place.room};
        }
        return truth;
    }
    [[nodiscard]] std::string check() const {
        std::size_t here = 0;
        for (int i = 0; i < 5; ++i) {
            const std::string user = "user" + std::to_string(i);
            const UserSummary summary = truth(user);
            here += summary.state == UserState::offline ? 0 : 1;
            if (tied(table_.summary(user)) != tied(summary)) return user + " is another";
        }
        if (table_.size() != here || table_.all().size() != here) return "another number of users";
        for (const auto& [session, stay] : stays_) {
            if (stay.list.all().size() > stay.list.watched().size()) return "too many are known";
            if (!stay.underway.empty() || table_.has_news(session)) continue;
            for (const std::string& user : stay.list.watched()) {
                const auto known = stay.list.all().find(user);
                if (known == stay.list.all().end()) return user + " was not told";
                if (tied(known->second) != tied(truth(user))) return user + " is not as told";
            }
        }
        return {};
    }

    Random random_;
    UserTable table_;
    wire::PeopleEncoder encoder_;
    std::map<SessionId, Stay> stays_;
    std::uint64_t last_session_ = 0;
    std::uint32_t last_request_ = 0;
};

void play_seeds(std::uint64_t first, std::uint64_t count) {
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const std::string wrong = Story(seed).play();
        REQUIRE_MESSAGE(wrong.empty(), "seed ", seed, ": ", wrong);
    }
}

} // namespace

TEST_CASE("users: of several sessions the most telling one says where the user is") {
    Users users;
    CHECK(users.state("ada") == UserState::offline);
    users.enter(1, "ada");
    users.table.set_status(SessionId{1}, true, "asleep");
    CHECK(users.state("ada") == UserState::away);
    CHECK(users.table.summary("ada").status == "asleep");
    users.enter(2, "ada");
    CHECK(users.state("ada") == UserState::online);
    CHECK(users.table.summary("ada").name == "ada 2");
    users.table.set_place(SessionId{1}, {RoomId{7}});
    CHECK(users.state("ada") == UserState::in_room);
    CHECK(users.table.summary("ada").name == "ada 1");
    users.table.set_place(SessionId{2}, {.room = RoomId{8}, .plays = true});
    CHECK(users.state("ada") == UserState::in_match);
    CHECK(users.table.summary("ada").room == RoomId{8});
    CHECK(users.table.size() == 1);
    users.table.leave(SessionId{2});
    CHECK(users.table.summary("ada").room == RoomId{7});
    users.table.leave(SessionId{1});
    CHECK(users.state("ada") == UserState::offline);
    CHECK(users.table.all().empty());
    CHECK(users.table.summary("ada").user == "ada");
}

TEST_CASE("users: of sessions that say the same the newest one counts") {
    Users users;
    users.enter(2, "ada");
    users.enter(1, "ada");
    CHECK(users.table.summary("ada").name == "ada 2");
}

TEST_CASE("users: which private room a user is in is not told") {
    Users users;
    users.enter(1, "ada");
    users.table.set_place(SessionId{1}, {RoomId{7}, true, false});
    CHECK(users.state("ada") == UserState::in_room);
    CHECK(users.table.summary("ada").room == RoomId{});
}

TEST_CASE("users: who watches is told how they are, then each change once") {
    Users users;
    users.enter(1, "ada");
    users.watch({"ada", "bob"});
    auto told = users.tell();
    REQUIRE(told.size() == 2);
    CHECK(told[0].state == UserState::online);
    CHECK(told[1].state == UserState::offline);
    CHECK(users.tell().empty());

    users.table.set_place(SessionId{1}, {RoomId{7}});
    users.table.set_status(SessionId{1}, false, "hello");
    users.enter(5, "eli"); // whom nobody watches
    told = users.tell();
    REQUIRE(told.size() == 1);
    CHECK(told[0].state == UserState::in_room);
    CHECK(told[0].status == "hello");

    users.table.set_place(SessionId{1}, {RoomId{7}}); // as it is
    users.table.set_status(SessionId{1}, false, "hello");
    CHECK_FALSE(users.table.has_news(watcher));

    users.table.leave(SessionId{1});
    CHECK(users.tell().at(0).state == UserState::offline);
}

TEST_CASE("users: who watches others is told of these alone, and who stops of none") {
    Users users;
    users.enter(1, "ada");
    users.enter(2, "bob");
    users.watch({"ada"});
    users.tell();
    users.watch({"bob"});
    users.table.set_status(SessionId{1}, true, "");
    CHECK(users.list.all().empty()); // Ada is forgotten
    CHECK(users.tell().size() == 1);
    CHECK(users.list.all().contains("bob"));
    users.watch({});
    users.table.leave(SessionId{2});
    CHECK_FALSE(users.table.has_news(watcher));
    std::size_t watchers = 0;
    users.table.each_watcher([&](SessionId) {
        ++watchers;
    });
    CHECK(watchers == 0);
}

TEST_CASE("users: a session that is over watches no more, and says nothing of itself") {
    Users users;
    users.table.enter(watcher, "ada", "Ada");
    users.watch({"ada", "bob"});
    users.table.leave(watcher);
    CHECK_FALSE(users.table.has_news(watcher));
    users.table.leave(watcher);
    users.table.set_place(watcher, {RoomId{7}});
    users.table.set_status(watcher, true, "");
    CHECK(users.state("ada") == UserState::offline);
    users.enter(2, "bob");
    CHECK_FALSE(users.table.has_news(watcher));
}

TEST_CASE("users: many come in messages of a few") {
    Users users;
    std::set<std::string> names;
    for (int i = 0; i < 100; ++i) names.insert("user" + std::to_string(i));
    users.watch(names);
    CHECK(users.tell().size() == 100);
    CHECK(users.messages == 13);
}

TEST_CASE("user list: what answers an earlier watch, or is no news, changes nothing") {
    Users users;
    users.watch({"ada"});
    users.tell();
    std::vector<std::uint8_t> message;
    ByteWriter writer(message);
    writer.write(wire::UserNewsHeader(wire::BulkKind::users, users.request - 1));
    const UserSummary line{.user = "ada", .name = "Ada", .state = UserState::online};
    writer.write_bytes(users.encoder.user_news({&line, 1}));
    CHECK(users.list.receive(message));
    CHECK(users.list.all().at("ada").state == UserState::offline);
    CHECK_FALSE(users.list.receive(Bytes(message).first(4)));
    CHECK_FALSE(users.list.receive(Bytes(message).first(12)));
}

TEST_CASE("users: whatever they do, whoever watches ends up knowing it") {
    play_seeds(1, 20);
}

TEST_SUITE("long, many seeds") {
    TEST_CASE("users: whoever watches ends up knowing it, 1,000 seeds long") {
        play_seeds(1'000, 1'000);
    }
}
