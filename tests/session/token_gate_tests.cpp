#include "session/token_gate.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

const std::string server(64, 'e');

/// A gate, and the backend before it.
struct Gate {
    explicit Gate(std::size_t most = 100, std::vector<std::string> keys = {std::string(64, '1')})
        : gate(config(most, std::move(keys)), server) {}

    TokenConfig config(std::size_t most, std::vector<std::string> keys) {
        TokenConfig config;
        config.keys = std::move(keys);
        config.max_remembered = most;
        config.unix_time = [this] {
            return now;
        };
        return config;
    }
    [[nodiscard]] std::vector<std::uint8_t> token(const std::string& key = std::string(64, '1'),
                                                  std::chrono::seconds life = 60s) const {
        ConnectGrant grant;
        grant.user = "ada";
        grant.issued_at = now;
        grant.expires_at = now + life;
        grant.servers = {{server, ""}};
        return *token_bytes(*seal_connect_token(key, grant));
    }
    /// What comes of it; a good one is used.
    TokenVerdict show(const std::vector<std::uint8_t>& token) {
        const TokenGate::Shown shown = gate.look(token);
        if (shown.verdict == TokenVerdict::good) gate.use(shown, SessionId{++sessions});
        return shown.verdict;
    }

    UnixTime now{1'800'000'000s};
    std::uint64_t sessions = 0;
    TokenGate gate;
};

} // namespace

TEST_CASE("token gate: one for another server is refused, one for several is good at each") {
    Gate gate;
    ConnectGrant grant;
    grant.user = "ada";
    grant.issued_at = gate.now;
    grant.expires_at = gate.now + 60s;
    grant.servers = {{std::string(64, 'd'), ""}};
    const std::string key(64, '1');
    CHECK(gate.show(*token_bytes(*seal_connect_token(key, grant))) == TokenVerdict::other_server);
    grant.servers.push_back({server, ""});
    CHECK(gate.show(*token_bytes(*seal_connect_token(key, grant))) == TokenVerdict::good);
}

TEST_CASE("token gate: a key can be replaced while tokens of the old one are out") {
    const std::string old_key(64, '1');
    const std::string new_key(64, '2');
    Gate both(100, {old_key, new_key});
    CHECK(both.show(both.token(old_key)) == TokenVerdict::good);
    CHECK(both.show(both.token(new_key)) == TokenVerdict::good);
    CHECK(both.show(both.token(std::string(64, '3'))) == TokenVerdict::invalid);
    Gate later(100, {new_key});
    CHECK(later.show(later.token(old_key)) == TokenVerdict::invalid);
}

TEST_CASE("token gate: what has expired is forgotten, and is not good when the clock goes back") {
    Gate gate;
    const UnixTime begin = gate.now;
    const auto early = gate.token();
    CHECK(gate.show(early) == TokenVerdict::good);
    CHECK(gate.show(early) == TokenVerdict::used);
    gate.now += 91s;
    CHECK(gate.show(gate.token()) == TokenVerdict::good);
    CHECK(gate.gate.remembered() == 1);
    gate.now = begin;
    CHECK(gate.show(early) == TokenVerdict::expired);
}

TEST_CASE("token gate: it remembers no more than it may, and forgets none for a new one") {
    Gate gate(50);
    std::vector<std::vector<std::uint8_t>> tokens;
    for (int i = 0; i < 200; ++i) {
        tokens.push_back(gate.token());
        CHECK(gate.show(tokens.back()) == (i < 50 ? TokenVerdict::good : TokenVerdict::too_many));
    }
    CHECK(gate.gate.remembered() == 50);
    for (std::size_t i = 0; i < 50; ++i) CHECK(gate.show(tokens[i]) == TokenVerdict::used);
}

TEST_CASE("token gate: looking at one does not use it") {
    Gate gate;
    const auto token = gate.token();
    for (int i = 0; i < 3; ++i) CHECK(gate.gate.look(token).verdict == TokenVerdict::good);
    CHECK(gate.gate.look({}).verdict == TokenVerdict::missing);
    CHECK(gate.gate.remembered() == 0);
}

TEST_CASE("token gate: each verdict has a sentence of its own") {
    std::vector<std::string_view> sentences;
    for (int i = 0; i <= static_cast<int>(TokenVerdict::too_many); ++i) {
        const std::string_view sentence = message(static_cast<TokenVerdict>(i));
        CHECK(sentence != "unknown");
        for (const std::string_view other : sentences) CHECK(sentence != other);
        sentences.push_back(sentence);
    }
}

TEST_CASE("token gate: a configuration that can't be is named") {
    const auto problem = [](auto change) {
        TokenConfig config;
        config.keys = {std::string(64, '1')};
        change(config);
        return problem_of(config).value_or("");
    };
    CHECK(problem([](TokenConfig&) {}).empty());
    CHECK(problem([](TokenConfig& c) {
              c.keys.clear();
          }).find("keys") != std::string::npos);
    CHECK(problem([](TokenConfig& c) {
              c.keys = {"12"};
          }).find("keys") != std::string::npos);
    CHECK(problem([](TokenConfig& c) {
              c.keys.resize(5, c.keys[0]);
          }).find("keys") != std::string::npos);
    CHECK(problem([](TokenConfig& c) {
              c.clock_tolerance = 601s;
          }).find("clock") != std::string::npos);
    CHECK(problem([](TokenConfig& c) {
              c.max_remembered = 0;
          }).find("max_remembered") != std::string::npos);
    CHECK(problem([](TokenConfig& c) {
              c.unix_time = nullptr;
          }).find("unix_time") != std::string::npos);
}
