#include "session/connect_token.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>
#include <sodium.h>

#include <chrono>
#include <set>
#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

const std::string key(64, '7');
const std::string server_key = std::string(62, '0') + "a9";

ConnectGrant grant_of_ada() {
    return {.user = "user 17",
            .name = "Ada",
            .room = "duel 4711",
            .issued_at = UnixTime(1'800'000'000s),
            .expires_at = UnixTime(1'800'000'300s),
            .servers = {{server_key, "eu1.example.org:7777"}}};
}

ConnectGrant largest_grant() {
    const std::string text(64, 'x');
    ConnectGrant grant = grant_of_ada();
    grant.user = grant.name = grant.room = text;
    grant.servers.assign(max_token_servers, {std::string(64, 'f'), text});
    return grant;
}

std::string problem_of(const ConnectGrant& grant) {
    const auto sealed = seal_connect_token(key, grant);
    return sealed ? "" : sealed.error();
}

void check_same(const ConnectGrant& a, const ConnectGrant& b) {
    CHECK(a.user == b.user);
    CHECK(a.name == b.name);
    CHECK(a.room == b.room);
    CHECK(a.issued_at == b.issued_at);
    CHECK(a.expires_at == b.expires_at);
    REQUIRE(a.servers.size() == b.servers.size());
    for (std::size_t i = 0; i < a.servers.size(); ++i) {
        CHECK(a.servers[i].key == b.servers[i].key);
        CHECK(a.servers[i].address == b.servers[i].address);
    }
}

/// Appends a number's bytes, the lowest first.
void append_number(std::vector<std::uint8_t>& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void append_text(std::vector<std::uint8_t>& out, const std::string& text) {
    append_number(out, text.size(), 1);
    out.insert(out.end(), text.begin(), text.end());
}

} // namespace

TEST_CASE("connect token: what is sealed comes out, and what the client needs is open") {
    for (const ConnectGrant& grant : {grant_of_ada(), largest_grant()}) {
        const auto token = seal_connect_token(key, grant);
        REQUIRE(token);
        const auto opened = open_connect_token(key, *token);
        REQUIRE(opened);
        check_same(*opened, grant);
        const auto info = read_connect_token(*token);
        REQUIRE(info);
        CHECK(info->expires_at == grant.expires_at);
        REQUIRE(info->servers.size() == grant.servers.size());
        CHECK(info->servers[0].key == grant.servers[0].key);
        CHECK(info->servers[0].address == grant.servers[0].address);
    }
}

TEST_CASE("connect token: the largest has the bytes and digits that are allowed, and no more") {
    const auto token = seal_connect_token(key, largest_grant());
    REQUIRE(token);
    CHECK(token->size() == max_connect_token_digits);
    CHECK(token_bytes(*token)->size() == max_connect_token_bytes);
    CHECK_FALSE(token_bytes(*token + "A"));
}

TEST_CASE("connect token: who the player is can't be read without the key") {
    const auto token = seal_connect_token(key, grant_of_ada());
    const auto bytes = token_bytes(*token);
    const std::string text(bytes->begin(), bytes->end());
    CHECK(text.find("eu1.example.org:7777") != std::string::npos);
    for (const char* secret : {"user 17", "Ada", "duel"})
        CHECK(text.find(secret) == std::string::npos);
    CHECK_FALSE(open_connect_token(std::string(64, '8'), *token));
    CHECK_FALSE(open_connect_token("no key", *token));
}

TEST_CASE("connect token: one with any bit changed, cut anywhere or made longer is refused") {
    const auto token = seal_connect_token(key, grant_of_ada());
    const auto secret = parse_secret_key(key);
    const auto opens = [&](const std::vector<std::uint8_t>& bytes) {
        const auto read = read_token(bytes);
        return read && open_token(*read, *secret);
    };
    std::vector<std::uint8_t> bytes = *token_bytes(*token);
    REQUIRE(opens(bytes));
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        CHECK_FALSE(opens(bytes));
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    }
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE(opens({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}));
    bytes.push_back(0);
    CHECK_FALSE(opens(bytes));
}

TEST_CASE("connect token: a text that is none is refused") {
    const auto token = seal_connect_token(key, grant_of_ada());
    REQUIRE(read_connect_token(*token));
    for (const std::string& text : {std::string(),
                                    std::string("A"),
                                    std::string("AQ"),
                                    *token + "=",
                                    *token + " ",
                                    "+" + token->substr(1),
                                    std::string(1 << 20, 'A')}) {
        CHECK_FALSE(read_connect_token(text));
        CHECK_FALSE(open_connect_token(key, text));
    }
}

TEST_CASE("connect token: no two are the same") {
    std::set<std::string> tokens;
    for (int i = 0; i < 100; ++i) tokens.insert(*seal_connect_token(key, grant_of_ada()));
    CHECK(tokens.size() == 100);
    CHECK(make_connect_token_key() != make_connect_token_key());
    CHECK(seal_connect_token(make_connect_token_key(), grant_of_ada()));
}

TEST_CASE("connect token: a grant that can't be is named") {
    CHECK(problem_of(grant_of_ada()).empty());
    const auto changed = [](auto change) {
        ConnectGrant grant = grant_of_ada();
        change(grant);
        return problem_of(grant);
    };
    using G = ConnectGrant;
    CHECK(changed([](G& g) {
              g.user = "";
          }).starts_with("the user"));
    CHECK(changed([](G& g) {
              g.user = std::string(65, 'u');
          }).starts_with("the user"));
    CHECK(changed([](G& g) {
              g.name = "a\nb";
          }).starts_with("the name"));
    CHECK(changed([](G& g) {
              g.room = "\xFF";
          }).starts_with("the room"));
    CHECK(changed([](G& g) {
              g.expires_at = g.issued_at;
          }).starts_with("it must expire"));
    CHECK(changed([](G& g) {
              g.expires_at += 24h;
          }).starts_with("it must expire"));
    CHECK(changed([](G& g) {
              g.issued_at = UnixTime(-1s);
          }).starts_with("it must expire"));
    CHECK(changed([](G& g) {
              g.servers.clear();
          }).starts_with("it must be good"));
    CHECK(changed([](G& g) {
              g.servers.resize(9, g.servers[0]);
          }).starts_with("it must be good"));
    CHECK(changed([](G& g) {
              g.servers[0].key = "12";
          }).starts_with("a server's key"));
    CHECK(changed([](G& g) {
              g.servers[0].address = std::string(65, 'a');
          }).starts_with("a server's address"));
    CHECK(seal_connect_token("12", grant_of_ada()).error().starts_with("the key"));
}

// Nothing but PROTOCOL.md and libsodium, as a backend in another language has them.
TEST_CASE("connect token: one that is made by PROTOCOL.md's drawing alone opens") {
    REQUIRE(sodium_init() >= 0);
    std::vector<std::uint8_t> token;
    append_number(token, 1, 1);
    append_number(token, 1'800'000'300, 8);
    append_number(token, 1, 1);
    token.insert(token.end(), 31, 0);
    token.push_back(0xa9);
    append_text(token, "eu1.example.org:7777");
    const std::size_t open_bytes = token.size();
    for (std::uint8_t i = 0; i < 24; ++i) token.push_back(i);

    std::vector<std::uint8_t> grant;
    append_number(grant, 1'800'000'000, 8);
    append_text(grant, "user 17");
    append_text(grant, "Ada");
    append_text(grant, "duel 4711");
    std::vector<std::uint8_t> sealed(grant.size() + 16);
    const std::vector<std::uint8_t> key_bytes(32, 0x77);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(),
                                               nullptr,
                                               grant.data(),
                                               grant.size(),
                                               token.data(),
                                               open_bytes,
                                               nullptr,
                                               token.data() + open_bytes,
                                               key_bytes.data());
    token.insert(token.end(), sealed.begin(), sealed.end());
    std::string text(2 * token.size(), '\0');
    sodium_bin2base64(text.data(), text.size(), token.data(), token.size(), 7);
    const auto opened = open_connect_token(key, text.c_str());
    REQUIRE(opened);
    check_same(*opened, grant_of_ada());
}
