#include "session/secrets.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace engine_net;

namespace {

std::vector<std::uint8_t> drawn(SecretSource& source, std::size_t bytes) {
    std::vector<std::uint8_t> out(bytes);
    source.fill(out);
    return out;
}

} // namespace

TEST_CASE("secrets: the same seed gives the same stream") {
    SecretSource a(7);
    SecretSource b(7);
    for (int i = 0; i < 100; ++i) {
        CHECK(a.next() == b.next());
        CHECK(drawn(a, 16) == drawn(b, 16));
    }
}

TEST_CASE("secrets: another seed gives another stream") {
    SecretSource a(7);
    SecretSource b(8);
    for (int i = 0; i < 100; ++i) CHECK(a.next() != b.next());
}

TEST_CASE("secrets: nothing is drawn twice") {
    const auto count_distinct = [](SecretSource source) {
        std::set<std::uint64_t> seen;
        for (int i = 0; i < 1'000; ++i) seen.insert(source.next());
        return seen.size();
    };
    CHECK(count_distinct(SecretSource(7)) == 1'000);
    CHECK(count_distinct(SecretSource(std::nullopt)) == 1'000);
}

TEST_CASE("secrets: without a seed two sources differ") {
    SecretSource a(std::nullopt);
    SecretSource b(std::nullopt);
    CHECK(drawn(a, 16) != drawn(b, 16));
}

TEST_CASE("secrets: a hash is of the secret and of who issued it") {
    const std::vector<std::uint8_t> secret(16, 5);
    std::vector<std::uint8_t> other = secret;
    other.back() ^= 1;
    CHECK(is_same(hash_of(secret, 1), hash_of(secret, 1)));
    CHECK_FALSE(is_same(hash_of(secret, 1), hash_of(secret, 2)));
    CHECK_FALSE(is_same(hash_of(secret, 1), hash_of(other, 1)));
    CHECK_FALSE(is_same(hash_of(secret, 1), hash_of(Bytes(secret).first(15), 1)));
    CHECK_FALSE(is_same(hash_of({}, 1), hash_of(secret, 1)));
    CHECK_FALSE(is_same(hash_of({}, 1), SecretHash{}));
}

TEST_CASE("secrets: a difference in any byte of a hash is seen") {
    const SecretHash hash = hash_of(std::vector<std::uint8_t>{1, 2, 3}, 1);
    for (std::size_t i = 0; i < hash.size(); ++i) {
        SecretHash other = hash;
        other[i] ^= 0x80;
        CHECK_FALSE(is_same(hash, other));
    }
}

TEST_CASE("secrets: a hash does not show the secret") {
    const std::vector<std::uint8_t> secret(16, 0);
    const SecretHash hash = hash_of(secret, 0);
    std::size_t zeros = 0;
    for (const std::uint8_t byte : hash) zeros += byte == 0 ? 1 : 0;
    CHECK(zeros < 8);
}

TEST_CASE("secrets: an invite code is ten characters that are not mistaken for others") {
    SecretSource source(std::nullopt);
    std::set<std::string> codes;
    for (int i = 0; i < 1000; ++i) {
        const std::string code = invite_code(source);
        CHECK(code.size() == 10);
        CHECK(code.find_first_not_of("ABCDEFGHJKMNPQRSTVWXYZ0123456789") == std::string::npos);
        codes.insert(code);
    }
    CHECK(codes.size() == 1000);
}

TEST_CASE("secrets: texts are the same only to the last byte") {
    CHECK(is_same_text("", ""));
    CHECK(is_same_text("abc", "abc"));
    CHECK_FALSE(is_same_text("abc", "abd"));
    CHECK_FALSE(is_same_text("abc", "ab"));
    CHECK_FALSE(is_same_text("", "a"));
}
