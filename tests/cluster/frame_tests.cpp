#include "cluster/frame.hpp"
#include "cluster/redis_address.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::cluster;

namespace {

using Kind = FramePurpose::Kind;

constexpr NodeStay from{NodeId{7}, 123'456};
const ByteVector hello{'h', 'e', 'l', 'l', 'o'};

ClusterKey key_of(std::uint8_t value) {
    ClusterKey key{};
    key.fill(value);
    return key;
}

} // namespace

TEST_CASE("frame: what was sealed is opened as it was, with a higher sequence each time") {
    FrameSeal seal(key_of(1));
    const std::string first = seal.seal({Kind::said, "lobby"}, from, hello);
    const std::string second = seal.seal({Kind::said, "lobby"}, from, {});
    const auto opened = seal.open({Kind::said, "lobby"}, first, 5);
    REQUIRE(opened);
    CHECK(opened->from == from);
    CHECK(ByteVector(opened->bytes.begin(), opened->bytes.end()) == hello);
    const auto empty = seal.open({Kind::said, "lobby"}, second, 0);
    REQUIRE(empty);
    CHECK(empty->bytes.empty());
    CHECK(empty->sequence > opened->sequence);
}

TEST_CASE("frame: any other bit, length, purpose or key is no good") {
    FrameSeal seal(key_of(1));
    const FramePurpose purpose{Kind::member, "lobby", "ada"};
    const std::string frame = seal.seal(purpose, from, hello);
    for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
        std::string damaged = frame;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        CHECK_FALSE(seal.open(purpose, damaged, 100));
    }
    for (std::size_t size = 0; size < frame.size(); ++size)
        CHECK_FALSE(seal.open(purpose, frame.substr(0, size), 100));
    CHECK_FALSE(seal.open(purpose, frame + "x", 100));
    CHECK_FALSE(seal.open(purpose, frame, 4));
    CHECK_FALSE(seal.open({Kind::said, "lobby", "ada"}, frame, 100));
    CHECK_FALSE(seal.open({Kind::member, "lobb", "yada"}, frame, 100));
    CHECK_FALSE(seal.open({Kind::member, "lobby", "bob"}, frame, 100));
    CHECK_FALSE(FrameSeal(key_of(2)).open(purpose, frame, 100));
    CHECK(seal.open(purpose, frame, 100));
}

TEST_CASE("redis address: a URL says where, who and which database") {
    const auto plain = RedisAddress::parse("redis://redis.example");
    REQUIRE(plain);
    CHECK(plain->host == "redis.example");
    CHECK(plain->port == 6379);
    CHECK(plain->user.empty());
    CHECK(plain->password.empty());
    CHECK(plain->database == 0);
    const auto full = RedisAddress::parse("redis://ada:a%40b:c@[::1]:7000/3");
    REQUIRE(full);
    CHECK(full->host == "::1");
    CHECK(full->port == 7000);
    CHECK(full->user == "ada");
    CHECK(full->password == "a@b:c");
    CHECK(full->database == 3);
    const auto by_password = RedisAddress::parse("redis://:secret@10.0.0.1/");
    REQUIRE(by_password);
    CHECK(by_password->user.empty());
    CHECK(by_password->password == "secret");
    const auto with_password = RedisAddress::parse("redis://ada@a", "s%3cret");
    REQUIRE(with_password);
    CHECK(with_password->user == "ada");
    CHECK(with_password->password == "s%3cret");
    CHECK(RedisAddress::parse("redis://a", "secret")->password == "secret");
    CHECK_FALSE(RedisAddress::parse("redis://ada:secret@a", "secret"));
}

TEST_CASE("redis address: what is no such URL is refused") {
    for (const char* url : {"",
                            "redis://",
                            "http://a",
                            "redis://a:0",
                            "redis://a:x",
                            "redis://a:70000",
                            "redis://ada@a",
                            "redis://a/x",
                            "redis://[::1",
                            "redis://[::1]7",
                            "redis://ada:%4@a",
                            "redis://ada:%zz@a",
                            "redis://:@a"}) {
        CAPTURE(url);
        CHECK_FALSE(RedisAddress::parse(url));
    }
}
