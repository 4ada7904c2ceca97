#include "core/random.hpp"
#include "session/session_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr Time start{1h};

/// One player with a session that lingers, and what opens it.
struct Lingering {
    SecretSource secrets{1};
    SessionTable table{secrets};
    SessionId id;
    Secret secret{};

    Lingering() {
        Session& session = table.open(PeerId{1}, start);
        const auto admitted = table.admit(session, {.name = "Ada"}, start);
        id = admitted.session->id();
        secret = admitted.secret;
        admitted.session->confirm(start);
        table.linger(*admitted.session, start);
    }
};

} // namespace

TEST_CASE("session table: a session is found by its peer, and by its id once it has one") {
    SecretSource secrets(1);
    SessionTable table(secrets);
    Session& session = table.open(PeerId{1}, start);
    CHECK(table.find(PeerId{1}) == &session);
    CHECK_FALSE(table.find(PeerId{2}));
    CHECK_FALSE(table.find(SessionId{}));
    CHECK(table.count() == 0);

    const auto admitted = table.admit(session, {.name = "Ada"}, start);
    CHECK(admitted.session == &session);
    CHECK_FALSE(admitted.replaced.is_set());
    CHECK(session.id().is_set());
    CHECK(table.find(session.id()) == &session);
    CHECK(table.find(PeerId{1}) == &session);
    CHECK(table.count() == 1);
}

TEST_CASE("session table: one that lingers is found by its id alone, a closed one not at all") {
    Lingering l;
    CHECK_FALSE(l.table.find(PeerId{1}));
    REQUIRE(l.table.find(l.id));
    CHECK(l.table.count() == 1);
    l.table.close(*l.table.find(l.id), start);
    CHECK_FALSE(l.table.find(l.id));
    CHECK(l.table.count() == 0);
}

TEST_CASE("session table: the right secret brings a session to its new peer") {
    Lingering l;
    Session& incoming = l.table.open(PeerId{2}, start);
    const auto resumed = l.table.resume(incoming, l.id, l.secret, start + 1s);
    REQUIRE(resumed);
    CHECK(resumed->session == l.table.find(l.id));
    CHECK(resumed->session->id() == l.id);
    CHECK(resumed->session->name() == "Ada");
    CHECK(resumed->session->state() == SessionState::joining);
    CHECK(resumed->session->peer() == PeerId{2});
    CHECK(l.table.find(PeerId{2}) == resumed->session);
    CHECK_FALSE(resumed->replaced.is_set());
    CHECK(resumed->secret != l.secret);
    CHECK(l.table.count() == 1);
}

TEST_CASE("session table: a resume replaces the peer that is still there") {
    Lingering l;
    REQUIRE(l.table.resume(l.table.open(PeerId{2}, start), l.id, l.secret, start));
    const auto resumed = l.table.resume(l.table.open(PeerId{3}, start), l.id, l.secret, start + 1s);
    REQUIRE(resumed);
    CHECK(resumed->replaced == PeerId{2});
    CHECK_FALSE(l.table.find(PeerId{2}));
    CHECK(l.table.find(PeerId{3}) == l.table.find(l.id));
}

TEST_CASE("session table: a secret opens its session until the next one is confirmed") {
    Lingering l;
    const auto resumed = l.table.resume(l.table.open(PeerId{2}, start), l.id, l.secret, start);
    REQUIRE(resumed);
    resumed->session->confirm(start);
    CHECK_FALSE(l.table.resume(l.table.open(PeerId{3}, start), l.id, l.secret, start));
    CHECK(l.table.resume(*l.table.find(PeerId{3}), l.id, resumed->secret, start));
}

TEST_CASE("session table: a wrong secret changes nothing, and never becomes a join") {
    Lingering l;
    Session& other = l.table.open(PeerId{8}, start);
    const auto admitted = l.table.admit(other, {.name = "Eve"}, start);
    const std::vector<std::uint8_t> right(l.secret.begin(), l.secret.end());

    SessionId id = l.id;
    std::vector<std::uint8_t> secret = right;
    SUBCASE("one bit off") {
        secret[15] ^= 1;
    }
    SUBCASE("empty") {
        secret.clear();
    }
    SUBCASE("zeros") {
        secret.assign(16, 0);
    }
    SUBCASE("cut short") {
        secret.pop_back();
    }
    SUBCASE("longer") {
        secret.push_back(0);
    }
    SUBCASE("a megabyte") {
        secret.resize(std::size_t{1024} * 1024);
    }
    SUBCASE("another session's") {
        secret.assign(admitted.secret.begin(), admitted.secret.end());
    }
    SUBCASE("right, for another session") {
        id = other.id();
    }
    SUBCASE("right, for no session") {
        id = SessionId{};
    }
    SUBCASE("right, for a session that never was") {
        id = SessionId{12'345};
    }

    Session& incoming = l.table.open(PeerId{2}, start);
    CHECK_FALSE(l.table.resume(incoming, id, secret, start + 1s));
    CHECK(incoming.state() == SessionState::connecting);
    CHECK_FALSE(incoming.id().is_set());
    CHECK(l.table.find(PeerId{2}) == &incoming);
    CHECK(l.table.count() == 2);
    REQUIRE(l.table.find(l.id));
    CHECK(l.table.find(l.id)->state() == SessionState::lingering);
    CHECK(l.table.find(l.id)->entered() == start);
    CHECK(other.peer() == PeerId{8});
    // Neither has the right secret been used up.
    CHECK(l.table.resume(incoming, l.id, right, start + 2s));
}

TEST_CASE("session table: another server's secret opens nothing") {
    Lingering here;
    SecretSource other_secrets(2);
    SessionTable there(other_secrets);
    const auto admitted = there.admit(there.open(PeerId{1}, start), {.name = "Ada"}, start);
    CHECK_FALSE(here.table.resume(
        here.table.open(PeerId{2}, start), admitted.session->id(), admitted.secret, start));
    CHECK_FALSE(here.table.resume(*here.table.find(PeerId{2}), here.id, admitted.secret, start));
}

TEST_CASE("session table: a closed session can't be resumed") {
    Lingering l;
    l.table.close(*l.table.find(l.id), start);
    CHECK_FALSE(l.table.resume(l.table.open(PeerId{2}, start), l.id, l.secret, start));
}

TEST_CASE("session table: all are visited in the order of opening, and may be closed meanwhile") {
    SecretSource secrets(1);
    SessionTable table(secrets);
    for (std::uint64_t peer = 1; peer <= 6; ++peer) table.open(PeerId{peer}, start);
    std::vector<std::uint64_t> visited;
    table.each([&](Session& session) {
        visited.push_back(session.peer().value);
        if (session.peer().value % 2 == 0) table.close(session, start);
    });
    CHECK(visited == std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6});
    visited.clear();
    table.each([&](Session& session) {
        visited.push_back(session.peer().value);
    });
    CHECK(visited == std::vector<std::uint64_t>{1, 3, 5});
}

namespace {

/// The table beside a model that keeps the same in plain lists, under random use.
class TableModel {
public:
    explicit TableModel(std::uint64_t seed) : random_(seed), secrets_(seed), table_(secrets_) {}

    void play(int rounds) {
        for (int round = 0; round < rounds; ++round) {
            now_ += 1ms;
            switch (random_.next_below(7)) {
            case 0:
            case 1: open(); break;
            case 2: admit(); break;
            case 3: resume(); break;
            case 4: confirm(); break;
            case 5: linger(); break;
            default: close(); break;
            }
            check();
        }
    }
    [[nodiscard]] int resumes() const { return resumes_; }

private:
    struct Entry {
        PeerId peer;
        SessionId id;
        SessionState state = SessionState::connecting;
        Secret secret{};
        std::optional<Secret> previous{};
    };
    using Entries = std::vector<Entry>;

    template <class Predicate>
    Entries::iterator pick(Predicate fits) {
        std::vector<Entries::iterator> fitting;
        for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
            if (fits(*entry)) fitting.push_back(entry);
        }
        return fitting.empty() ? entries_.end() : fitting[random_.next_below(fitting.size())];
    }
    Entries::iterator pick(SessionState state) {
        return pick([&](const Entry& entry) {
            return entry.state == state;
        });
    }

    void open() {
        if (entries_.size() > 30) return;
        entries_.push_back({PeerId{++last_peer_}, {}});
        table_.open(entries_.back().peer, now_);
    }
    void admit() {
        const auto entry = pick(SessionState::connecting);
        if (entry == entries_.end()) return;
        const auto admitted = table_.admit(*table_.find(entry->peer), {.name = "Ada"}, now_);
        entry->id = admitted.session->id();
        entry->secret = admitted.secret;
        entry->state = SessionState::joining;
    }
    void resume() {
        const auto incoming = pick(SessionState::connecting);
        const auto held = pick([](const Entry& entry) {
            return entry.id.is_set();
        });
        if (incoming == entries_.end() || held == entries_.end()) return;
        const bool is_right = random_.next_chance(0.7);
        const bool uses_previous = held->previous && random_.next_chance(0.5);
        Secret used = uses_previous ? *held->previous : held->secret;
        if (!is_right) used[random_.next_below(used.size())] ^= 1;
        const auto resumed = table_.resume(*table_.find(incoming->peer), held->id, used, now_);
        REQUIRE(resumed.has_value() == is_right);
        if (!is_right) return;
        ++resumes_;
        REQUIRE(resumed->replaced == held->peer);
        held->peer = incoming->peer;
        held->state = SessionState::joining;
        held->previous = used;
        held->secret = resumed->secret;
        entries_.erase(incoming);
    }
    void confirm() {
        const auto entry = pick(SessionState::joining);
        if (entry == entries_.end()) return;
        table_.find(entry->id)->confirm(now_);
        entry->state = SessionState::active;
        entry->previous.reset();
    }
    void linger() {
        const auto entry = pick([](const Entry& e) {
            return e.state == SessionState::joining || e.state == SessionState::active;
        });
        if (entry == entries_.end()) return;
        table_.linger(*table_.find(entry->id), now_);
        entry->peer = {};
        entry->state = SessionState::lingering;
    }
    void close() {
        const auto entry = pick([](const Entry&) {
            return true;
        });
        if (entry == entries_.end()) return;
        Session* session = entry->peer.is_set() ? table_.find(entry->peer) : table_.find(entry->id);
        table_.close(*session, now_);
        entries_.erase(entry);
    }

    void check() {
        std::size_t admitted = 0;
        for (const Entry& entry : entries_) {
            admitted += entry.id.is_set() ? 1 : 0;
            const Session* by_id = table_.find(entry.id);
            const Session* by_peer = table_.find(entry.peer);
            REQUIRE((by_id != nullptr) == entry.id.is_set());
            REQUIRE((by_peer != nullptr) == entry.peer.is_set());
            if (by_id && by_peer) REQUIRE(by_id == by_peer);
            const Session& session = by_id ? *by_id : *by_peer;
            REQUIRE(session.id() == entry.id);
            REQUIRE(session.peer() == entry.peer);
            REQUIRE(session.state() == entry.state);
        }
        REQUIRE(table_.count() == admitted);
        std::size_t visited = 0;
        table_.each([&](Session&) {
            ++visited;
        });
        REQUIRE(visited == entries_.size());
        for (std::uint64_t peer = 1; peer <= last_peer_; ++peer) {
            const bool is_known =
                std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
                    return entry.peer == PeerId{peer};
                });
            if (!is_known) REQUIRE(!table_.find(PeerId{peer}));
        }
    }

    Random random_;
    SecretSource secrets_;
    SessionTable table_;
    Time now_ = start;
    std::uint64_t last_peer_ = 0;
    Entries entries_;
    int resumes_ = 0;
};

} // namespace

TEST_CASE("session table: under random use it agrees with a simple model") {
    int resumes = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        TableModel model(seed);
        model.play(600);
        resumes += model.resumes();
    }
    CHECK(resumes > 100);
}
