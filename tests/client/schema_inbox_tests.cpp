#include "client/schema_inbox.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace engine_net;

namespace {

constexpr std::uint64_t digest = 0x1234;

struct Inbox {
    SchemaInbox inbox;
    /// A run of the bytes `offset`, `offset` + 1 and so on, of 6 of a schema and 4 of its prior.
    bool receive(std::uint32_t offset, std::size_t length, std::uint64_t of = digest) {
        std::vector<std::uint8_t> run(length);
        for (std::size_t i = 0; i < length; ++i) run[i] = static_cast<std::uint8_t>(offset + i);
        return inbox.receive({{wire::BulkKind::schema, 6, 4, offset, of}, run});
    }
};

} // namespace

TEST_CASE("schema inbox: pieces make a schema and its prior") {
    Inbox inbox;
    inbox.inbox.expect(digest);
    CHECK(inbox.receive(0, 5));
    CHECK_FALSE(inbox.inbox.is_whole());
    CHECK(inbox.receive(5, 1));
    CHECK(inbox.receive(6, 4));
    REQUIRE(inbox.inbox.is_whole());
    CHECK(std::ranges::equal(inbox.inbox.schema().bytes,
                             std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5}));
    CHECK(std::ranges::equal(inbox.inbox.schema().prior, std::vector<std::uint8_t>{6, 7, 8, 9}));
}

TEST_CASE("schema inbox: what was not asked for, or does not go on, is dropped") {
    Inbox inbox;
    CHECK_FALSE(inbox.receive(0, 5)); // nothing is expected
    inbox.inbox.expect(digest);
    CHECK_FALSE(inbox.receive(0, 5, digest + 1));
    CHECK_FALSE(inbox.receive(5, 1)); // its beginning is missing
    CHECK(inbox.receive(0, 5));
    CHECK_FALSE(inbox.receive(6, 4));
    CHECK_FALSE(inbox.receive(4, 2));
    CHECK_FALSE(inbox.inbox.is_whole());
    CHECK(inbox.receive(0, 6)); // another peer: from the beginning
    CHECK(inbox.receive(6, 4));
    CHECK(inbox.inbox.is_whole());
    inbox.inbox.clear();
    CHECK_FALSE(inbox.inbox.expected().has_value());
    CHECK_FALSE(inbox.inbox.is_whole());
}
