// Who may play on a server that asks for connect tokens.

#include "end_to_end/watched_game.hpp"
#include "server/raw_peer.hpp"
#include "session/connect_token.hpp"
#include "support/answers.hpp"
#include "support/guarded_pond.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr const char* used = "the connect token was used already";
constexpr const char* expired = "the connect token has expired, or a clock is wrong";
constexpr const char* invalid = "the connect token was not made for this server";

} // namespace

TEST_CASE("connect token: it says who plays, whatever the client calls itself") {
    GuardedPond guarded;
    const std::string named = guarded.token_for("user 17", [](ConnectGrant& grant) {
        grant.name = "Ada";
    });
    Client& ada = guarded.visit(named);
    REQUIRE(guarded.is_let_in(ada));
    CHECK(ada.user() == "user 17");
    CHECK(guarded.stepper.books.log == std::vector<std::string>{"join Ada"});
    Client& other = guarded.visit(guarded.token_for("user 18"));
    REQUIRE(guarded.is_let_in(other));
    CHECK(other.user() == "user 18");
    CHECK(guarded.stepper.books.log.back() == "join whoever");
    CHECK(guarded.stepper.errors.empty());
}

TEST_CASE("connect token: without one nobody plays, and takes no session") {
    GuardedPond guarded;
    CHECK(guarded.refusal_of("") == "a connect token is needed");
    CHECK(guarded.stepper.server.stats().sessions == 0);
    CHECK(guarded.stepper.server.stats().refused.connect_tokens == 1);
    CHECK(guarded.stepper.books.log.empty());
}

TEST_CASE("connect token: it is good from its issue to its expiry, give or take the tolerance") {
    GuardedPond guarded;
    const UnixTime issue = guarded.now;
    const auto refusal_at = [&](std::chrono::seconds after) {
        guarded.now = issue;
        const std::string token = guarded.token_for("user 17");
        guarded.now = issue + after;
        return guarded.refusal_of(token);
    };
    CHECK(refusal_at(-31s) == expired);
    CHECK(refusal_at(-30s) == "");
    CHECK(refusal_at(0s) == "");
    CHECK(refusal_at(330s) == "");
    CHECK(refusal_at(331s) == expired);
}

TEST_CASE("connect token: another backend's, another server's and a changed one are refused") {
    GuardedPond guarded;
    const std::string good = guarded.token_for("user 17");
    std::string changed = good;
    changed[changed.size() - 3] = changed[changed.size() - 3] == 'A' ? 'B' : 'A';
    CHECK(guarded.refusal_of(changed) == invalid);
    const std::string key = std::exchange(guarded.key, std::string(64, '6'));
    CHECK(guarded.refusal_of(guarded.token_for("user 17")) == invalid);
    guarded.key = key;
    CHECK(guarded.refusal_of(good) == "");
}

TEST_CASE("connect token: a client shows it to no server but that which it names") {
    GuardedPond guarded;
    const std::string token = guarded.token_for("user 17", [](ConnectGrant& grant) {
        grant.servers[0].key = std::string(64, 'b');
    });
    const Client& client = guarded.visit(token);
    CHECK_FALSE(guarded.is_let_in(client));
    CHECK(client.close_reason() == CloseReason::refused);
    CHECK(client.close_detail().find("another server") != std::string::npos);
    CHECK(guarded.stepper.server.stats().peers == 0);
}

TEST_CASE("connect token: of several servers it is good for that of the address, or of the key") {
    GuardedPond guarded;
    const auto with_others = [&](const char* address) {
        return guarded.token_for("user 17", [&](ConnectGrant& grant) {
            grant.servers[0].address = address;
            grant.servers.insert(grant.servers.begin(), {std::string(64, 'b'), "10.0.0.2:7777"});
        });
    };
    CHECK(guarded.refusal_of(with_others("10.0.0.1:7777")) == "");
    const std::string elsewhere = with_others("");
    const Client& lost = guarded.visit(elsewhere);
    CHECK_FALSE(guarded.is_let_in(lost));
    CHECK(lost.close_reason() == CloseReason::bad_config);
    Client& told = guarded.stepper.add_player("ada", [&](ClientConfig& config) {
        config.connect_token = elsewhere;
        config.server_key = guarded.stepper.server.key();
    });
    CHECK(guarded.is_let_in(told));
}

TEST_CASE("connect token: stolen while its player plays, it is of no use, and changes nothing") {
    GuardedPond guarded;
    const std::string token = guarded.token_for("user 17");
    Client& ada = guarded.visit(token);
    REQUIRE(guarded.is_let_in(ada));
    guarded.stepper.run(200ms);
    CHECK(guarded.refusal_of(token) == used);
    CHECK(ada.state() == ClientState::online);
    CHECK(guarded.stepper.server.stats().sessions == 1);
}

TEST_CASE("connect token: used once, it lets nobody in again after its player has left") {
    GuardedPond guarded;
    const std::string token = guarded.token_for("user 17");
    Client& ada = guarded.visit(token);
    REQUIRE(guarded.is_let_in(ada));
    ada.leave();
    guarded.stepper.run(1s);
    CHECK(guarded.refusal_of(token) == used);
    guarded.now += 10min;
    CHECK(guarded.refusal_of(token) == expired);
    guarded.now -= 10min; // its record is gone, but the clock was put back
    CHECK(guarded.refusal_of(token) == expired);
}

TEST_CASE("connect token: who has begun comes back without it, after an outage or a crash") {
    GuardedPond guarded;
    const std::string token = guarded.token_for("user 17");
    Client& ada = guarded.visit(token);
    REQUIRE(guarded.is_let_in(ada));
    guarded.stepper.run(200ms);
    const PresenceId presence = ada.presence();
    guarded.stepper.network.set_conditions(cut);
    guarded.stepper.run(12s);
    guarded.stepper.network.set_conditions(calm);
    REQUIRE(guarded.stepper.run_until([&] {
        return ada.state() == ClientState::online && ada.stats().resumes == 1;
    }));
    CHECK(ada.presence() == presence);
    guarded.now += 1h;
    const std::string resume = ada.resume_token();
    guarded.stepper.kill(ada);
    Client& again = guarded.stepper.add_client("ada", [&](ClientConfig& config) {
        config.resume_token = resume;
        config.connect_token = token;
    });
    REQUIRE(guarded.is_let_in(again));
    CHECK(again.presence() == presence);
    CHECK(again.user() == "user 17");
}

TEST_CASE("connect token: shown again before its player knew that it was let in, it is good") {
    testing::RawServer at([](ServerConfig& config) {
        config.auth = Auth::token;
        config.tokens.keys = {std::string(64, '5')};
        config.tokens.unix_time = [] {
            return UnixTime(1'800'000'000s);
        };
    });
    ConnectGrant grant;
    grant.user = "user 17";
    grant.issued_at = UnixTime(1'800'000'000s);
    grant.expires_at = grant.issued_at + 60s;
    grant.servers = {{at.server.key(), ""}};
    const auto token = token_bytes(*seal_connect_token(std::string(64, '5'), grant));
    const auto show = [&](testing::RawPeer& peer) {
        wire::ControlEncoder::Newcomer newcomer{.name = "ada", .connect_token = *token};
        peer.send(Channel::control, peer.encoder.hello(protocol_version, newcomer, nullptr));
    };
    testing::RawPeer first(at);
    show(first);
    CHECK(first.newest<wire::Welcome>());
    testing::RawPeer second(at);
    show(second);
    CHECK(second.newest<wire::Welcome>());
    CHECK(at.server.stats().sessions == 1);
    second.send(Channel::control, second.encoder.confirm());
    testing::RawPeer third(at);
    show(third);
    CHECK_FALSE(third.newest<wire::Welcome>());
    REQUIRE(third.newest<wire::Refuse>());
    CHECK(third.newest<wire::Refuse>()->reason() == wire::RefuseReason::token_already_used);
    first.run(2s);
    CHECK_FALSE(first.is_connected());
    CHECK(at.server.stats().sessions == 1);
}

TEST_CASE("connect token: when no more can be remembered, new ones wait and old ones stay used") {
    GuardedPond guarded([](ServerConfig& config) {
        config.tokens.max_remembered = 2;
    });
    const std::string first = guarded.token_for("user 1");
    CHECK(guarded.refusal_of(first) == "");
    guarded.now += 2min;
    CHECK(guarded.refusal_of(guarded.token_for("user 2")) == "");
    const std::string third = guarded.token_for("user 3");
    CHECK(guarded.refusal_of(third).starts_with("too many connect tokens"));
    CHECK(guarded.refusal_of(first) == used);
    CHECK(guarded.stepper.server.stats().refused.unremembered_tokens == 1);
    guarded.now += 211s; // the first one has expired, and with it the need to remember it
    CHECK(guarded.refusal_of(third) == "");
    CHECK(guarded.refusal_of(first) == expired);
}

TEST_CASE("connect token: of a room, it leads into rooms of that name and no others") {
    GuardedPond guarded;
    const std::string token = guarded.token_for("user 17", [](ConnectGrant& grant) {
        grant.room = "duel";
    });
    const auto other = guarded.stepper.server.create_room("pond", "other");
    Client& ada = guarded.stepper.add_client("ada", [&](ClientConfig& config) {
        config.connect_token = token;
    });
    Answers answers;
    ada.join_room(*other, answers.keep);
    CHECK(answers.next(guarded.stepper).error == RequestError::not_allowed);
    ada.create_room("pond", {.name = "mine"}, answers.keep);
    CHECK(answers.next(guarded.stepper).error == RequestError::not_allowed);
    ada.watch_room(*other, "", answers.keep);
    CHECK(answers.next(guarded.stepper).error == RequestError::not_allowed);
    ada.join_or_create("pond", answers.keep);
    REQUIRE(answers.next(guarded.stepper));
    const std::vector<RoomSummary> rooms = guarded.stepper.server.rooms();
    const auto joined = std::ranges::find(rooms, ada.room(), &RoomSummary::id);
    REQUIRE(joined != rooms.end());
    CHECK(joined->name == "duel");

    Client& bob = guarded.visit(guarded.token_for("user 18", [](ConnectGrant& grant) {
        grant.room = "duel";
    }));
    REQUIRE(guarded.is_let_in(bob));
    CHECK(bob.room() == ada.room());
}

TEST_CASE("connect token: an admin needs none") {
    Watched game([](ServerConfig& config) {
        config.auth = Auth::token;
        config.tokens.keys = {std::string(64, '5')};
    });
    CHECK(game.is_watching(game.admin(full_key)));
    CHECK(game.stepper.server.stats().refused.connect_tokens == 0);
}

TEST_CASE("connect token: it is in no log, whatever becomes of it") {
    GuardedPond guarded;
    const std::string token = guarded.token_for("user 17");
    CHECK(guarded.refusal_of(token) == "");
    CHECK(guarded.refusal_of(token) == used);
    guarded.now += 1h;
    CHECK(guarded.refusal_of(token) == expired);
    const std::string part = token.substr(token.size() / 2, 16);
    for (const std::string& line : guarded.log) {
        CHECK(line.find(part) == std::string::npos);
        CHECK(line.find(guarded.key) == std::string::npos);
    }
}
