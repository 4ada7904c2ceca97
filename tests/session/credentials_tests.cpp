#include "core/random.hpp"
#include "session/credentials.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace engine_net;

namespace {

Credentials sample(Random& random) {
    Credentials credentials{SessionId{random.next()}, {}};
    for (std::uint8_t& byte : credentials.secret) byte = static_cast<std::uint8_t>(random.next());
    return credentials;
}

} // namespace

TEST_CASE("credentials: survive being text") {
    Random random(1);
    for (int i = 0; i < 1'000; ++i) {
        const Credentials credentials = sample(random);
        const std::string text = to_text(credentials);
        REQUIRE(text.size() == 48);
        REQUIRE(text.find_first_not_of("0123456789abcdef") == std::string::npos);
        const auto parsed = parse_credentials(text);
        REQUIRE(parsed);
        REQUIRE(parsed->session == credentials.session);
        REQUIRE(parsed->secret == credentials.secret);
    }
}

TEST_CASE("credentials: the text is the session's number, then the secret") {
    Credentials credentials{SessionId{0x0807060504030201}, {}};
    credentials.secret.fill(0xAB);
    CHECK(to_text(credentials) ==
          "0102030405060708" + std::string("abababababababab") + "abababababababab");
}

TEST_CASE("credentials: capital letters are read too") {
    Random random(2);
    const Credentials credentials = sample(random);
    std::string text = to_text(credentials);
    for (char& c : text) {
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    }
    const auto parsed = parse_credentials(text);
    REQUIRE(parsed);
    CHECK(parsed->secret == credentials.secret);
}

TEST_CASE("credentials: a text that is none is refused") {
    Random random(3);
    const std::string text = to_text(sample(random));
    const std::vector<std::pair<std::string, std::string>> bad{
        {"empty", ""},
        {"a digit short", text.substr(1)},
        {"a byte short", text.substr(2)},
        {"a digit too long", text + "0"},
        {"a byte too long", text + "00"},
        {"twice", text + text},
        {"half", text.substr(24)},
        {"a space before", " " + text},
        {"a line end after", text + "\n"},
        {"a space instead of a digit", " " + text.substr(1)},
        {"colons between", text.substr(0, 2) + ":" + text.substr(3)},
        {"a letter that is no digit, in front", "g" + text.substr(1)},
        {"a letter that is no digit, at the end", text.substr(0, 47) + "g"},
        {"NUL at the end", text.substr(0, 47) + std::string(1, '\0')},
        {"with a prefix", "0x" + text.substr(2)},
        {"words", "please let me in, I was here a moment ago, honest"},
        {"a megabyte", std::string(std::size_t{1024} * 1024, 'a')},
    };
    for (const auto& why_and_text : bad) {
        CAPTURE(why_and_text.first);
        CHECK_FALSE(parse_credentials(why_and_text.second));
    }
}
