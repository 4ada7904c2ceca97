#include "session/session.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr Time start{1h};
constexpr std::uint64_t issuer = 99;

SecretHash secret(std::uint8_t number) {
    return hash_of(Secret{number}, issuer);
}

Session admitted() {
    Session session(PeerId{1}, start);
    session.admit(SessionId{5}, {.name = "Ada"}, secret(1), start + 1s);
    return session;
}

Session active() {
    Session session = admitted();
    session.confirm(start + 2s);
    return session;
}

} // namespace

TEST_CASE("session: begins with a peer that has proved nothing") {
    const Session session(PeerId{1}, start);
    CHECK(session.state() == SessionState::connecting);
    CHECK(session.peer() == PeerId{1});
    CHECK_FALSE(session.id().is_set());
    CHECK(session.name().empty());
    CHECK(session.entered() == start);
    CHECK(session.last_heard() == start);
    CHECK_FALSE(session.accepts(secret(1)));
    CHECK_FALSE(session.accepts(SecretHash{}));
}

TEST_CASE("session: is admitted, confirmed, loses its peer and ends") {
    Session session = admitted();
    CHECK(session.state() == SessionState::joining);
    CHECK(session.id() == SessionId{5});
    CHECK(session.name() == "Ada");
    CHECK(session.peer() == PeerId{1});
    CHECK(session.entered() == start + 1s);

    session.confirm(start + 2s);
    CHECK(session.state() == SessionState::active);
    CHECK(session.entered() == start + 2s);

    session.linger(start + 3s);
    CHECK(session.state() == SessionState::lingering);
    CHECK_FALSE(session.peer().is_set());
    CHECK(session.accepts(secret(1)));

    session.close(start + 4s);
    CHECK(session.state() == SessionState::closed);
    CHECK_FALSE(session.accepts(secret(1)));
}

TEST_CASE("session: a confirm counts only while joining") {
    Session session = active();
    session.confirm(start + 9s);
    CHECK(session.entered() == start + 2s);
    session.linger(start + 10s);
    session.confirm(start + 11s);
    CHECK(session.state() == SessionState::lingering);
}

TEST_CASE("session: the secret that resumed it holds until the fresh one is confirmed") {
    Session session = active();
    session.linger(start + 3s);
    session.resume(PeerId{2}, secret(1), secret(2), start + 4s);
    CHECK(session.state() == SessionState::joining);
    CHECK(session.peer() == PeerId{2});
    CHECK(session.accepts(secret(1)));
    CHECK(session.accepts(secret(2)));
    CHECK_FALSE(session.accepts(secret(3)));

    session.confirm(start + 5s);
    CHECK_FALSE(session.accepts(secret(1)));
    CHECK(session.accepts(secret(2)));
}

TEST_CASE("session: an answer lost with its peer does not lock the player out") {
    Session session = active();
    // Each Welcome is lost, and the client tries again with the secret it has.
    for (std::uint8_t fresh = 2; fresh < 9; ++fresh) {
        session.resume(PeerId{fresh}, secret(1), secret(fresh), start + 1min);
        CHECK(session.accepts(secret(1)));
        CHECK(session.accepts(secret(fresh)));
        const auto lost = static_cast<std::uint8_t>(fresh - 1);
        if (fresh > 2) CHECK_FALSE(session.accepts(secret(lost)));
    }
}

TEST_CASE("session: a secret is void once a newer one was used") {
    Session session = active();
    session.resume(PeerId{2}, secret(1), secret(2), start + 1min);
    session.resume(PeerId{3}, secret(2), secret(3), start + 2min);
    CHECK_FALSE(session.accepts(secret(1)));
    CHECK(session.accepts(secret(2)));
    CHECK(session.accepts(secret(3)));
}

TEST_CASE("session: a resume keeps who it is and what is logged, and begins anew with the peer") {
    Session session = active();
    session.outgoing.append(std::vector<std::uint8_t>{1});
    session.incoming.accept(1);
    session.heartbeats.next(start, 0);
    session.owe_heartbeat();
    session.mark_stuck();
    session.charge();

    session.resume(PeerId{2}, secret(1), secret(2), start + 1min);
    CHECK(session.id() == SessionId{5});
    CHECK(session.name() == "Ada");
    CHECK(session.outgoing.next_offset() == 2);
    CHECK(session.incoming.received() == 1);
    CHECK(session.last_heard() == start + 1min);
    CHECK_FALSE(session.heartbeats.last_sent());
    CHECK_FALSE(session.take_owed_heartbeat());
    CHECK_FALSE(session.is_stuck());
    CHECK(session.charge() == 1);
}

TEST_CASE("session: only what comes from the peer is heard") {
    Session session = active();
    CHECK(session.last_heard() == start);
    session.hear(start + 5s);
    CHECK(session.last_heard() == start + 5s);
    session.heartbeats.next(start + 9s, 0);
    session.outgoing.append(std::vector<std::uint8_t>{1});
    CHECK(session.last_heard() == start + 5s);
}

TEST_CASE("session: a heartbeat that is owed is paid once") {
    Session session = active();
    CHECK_FALSE(session.take_owed_heartbeat());
    session.owe_heartbeat();
    session.owe_heartbeat();
    CHECK(session.take_owed_heartbeat());
    CHECK_FALSE(session.take_owed_heartbeat());
}

TEST_CASE("session: unusable messages are counted") {
    Session session = active();
    CHECK(session.charge() == 1);
    CHECK(session.charge() == 2);
}
