#include "wire/bulk.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace engine_net;
using wire::BulkKind;

namespace {

using Message = std::vector<std::uint8_t>;

Message piece_message(const wire::StatePieceHeader& header, std::size_t run) {
    const Message bytes(run, 0xA5);
    Message message;
    wire::encode_state_piece({header, bytes}, message);
    return message;
}

bool is_good(const wire::StatePieceHeader& header, std::size_t run) {
    return wire::decode_state_piece(piece_message(header, run)).has_value();
}

} // namespace

TEST_CASE("bulk: a piece comes out as it went in") {
    const Message run{1, 2, 3, 4, 5};
    Message message;
    wire::encode_state_piece({{BulkKind::own_state, 7, UINT32_MAX, 65'536, 65'531}, run}, message);
    REQUIRE(message.size() == sizeof(wire::StatePieceHeader) + run.size());
    const auto piece = wire::decode_state_piece(message);
    REQUIRE(piece.has_value());
    CHECK(piece->header.kind() == BulkKind::own_state);
    CHECK(piece->header.presence() == 7);
    CHECK(piece->header.version() == UINT32_MAX);
    CHECK(piece->header.bytes() == 65'536);
    CHECK(piece->header.offset() == 65'531);
    CHECK(std::ranges::equal(piece->run, run));
}

TEST_CASE("bulk: the longest piece fills one datagram") {
    const Message message =
        piece_message({BulkKind::room_state, 1, 1, 65'536, 0}, wire::max_state_run_bytes);
    CHECK(message.size() == max_message_bytes);
    CHECK(wire::decode_state_piece(message).has_value());
}

TEST_CASE("bulk: a piece without a run, or without all of its header, is refused") {
    const Message message = piece_message({BulkKind::room_state, 1, 1, 100, 0}, 1);
    REQUIRE(wire::decode_state_piece(message).has_value());
    for (std::size_t size = 0; size < message.size(); ++size) {
        const Message cut(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK_FALSE(wire::decode_state_piece(cut).has_value());
    }
}

TEST_CASE("bulk: a run must lie within the whole") {
    CHECK(is_good({BulkKind::room_state, 1, 1, 100, 0}, 100));
    CHECK_FALSE(is_good({BulkKind::room_state, 1, 1, 100, 0}, 101));
    CHECK(is_good({BulkKind::room_state, 1, 1, 100, 99}, 1));
    CHECK_FALSE(is_good({BulkKind::room_state, 1, 1, 100, 99}, 2));
    CHECK_FALSE(is_good({BulkKind::room_state, 1, 1, 100, 100}, 1));
    CHECK_FALSE(is_good({BulkKind::room_state, 1, 1, 100, UINT32_MAX}, 1));
    CHECK_FALSE(is_good({BulkKind::room_state, 1, 1, 0, 0}, 1));
}

TEST_CASE("bulk: a length beyond every bound is refused") {
    CHECK(is_good({BulkKind::room_state, 1, 1, max_state_bytes, 0}, 1));
    CHECK_FALSE(is_good({BulkKind::room_state, 1, 1, max_state_bytes + 1, 0}, 1));
    CHECK_FALSE(is_good({BulkKind::room_state, 1, 1, UINT32_MAX, UINT32_MAX - 1}, 1));
    CHECK_FALSE(is_good({BulkKind::room_state, 1, 1, 65'536, 0}, wire::max_state_run_bytes + 1));
}

TEST_CASE("bulk: a piece of nobody's, or of no state, is refused") {
    CHECK_FALSE(is_good({BulkKind::room_state, 0, 1, 100, 0}, 1));
    CHECK_FALSE(is_good({BulkKind::none, 1, 1, 100, 0}, 1));
    for (int kind = static_cast<int>(BulkKind::MAX) + 1; kind <= 255; ++kind)
        CHECK_FALSE(is_good({static_cast<BulkKind>(kind), 1, 1, 100, 0}, 1));
}

namespace {

Message schema_message(const wire::SchemaPieceHeader& header, std::size_t run) {
    const Message bytes(run, 0x5A);
    Message message;
    wire::encode_schema_piece({header, bytes}, message);
    return message;
}

bool is_good_schema(const wire::SchemaPieceHeader& header, std::size_t run) {
    return wire::decode_schema_piece(schema_message(header, run)).has_value();
}

} // namespace

TEST_CASE("bulk: a schema's piece comes out as it went in") {
    const Message run{1, 2, 3};
    Message message;
    wire::encode_schema_piece({{BulkKind::schema, 4'000, 30'000, 33'997, UINT64_MAX}, run},
                              message);
    const auto piece = wire::decode_schema_piece(message);
    REQUIRE(piece.has_value());
    CHECK(piece->header.schema_bytes() == 4'000);
    CHECK(piece->header.prior_bytes() == 30'000);
    CHECK(piece->header.offset() == 33'997);
    CHECK(piece->header.digest() == UINT64_MAX);
    CHECK(std::ranges::equal(piece->run, run));
    for (std::size_t size = 0; size < message.size() - run.size() + 1; ++size)
        CHECK_FALSE(wire::decode_schema_piece({message.data(), size}).has_value());
}

TEST_CASE("bulk: a schema's run lies within what a schema and its prior may have") {
    const auto most_schema = static_cast<std::uint32_t>(max_schema_bytes);
    const auto most_prior = static_cast<std::uint32_t>(max_prior_bytes);
    CHECK(is_good_schema({BulkKind::schema, 100, 0, 0, 1}, 100));
    CHECK(is_good_schema({BulkKind::schema, 0, 0, 0, 1}, 0)); // none at all is a schema too
    CHECK_FALSE(is_good_schema({BulkKind::schema, 0, 0, 0, 1}, 1));
    CHECK_FALSE(is_good_schema({BulkKind::schema, 0, 0, 1, 1}, 0));
    CHECK_FALSE(is_good_schema({BulkKind::schema, 100, 0, 0, 1}, 0));
    CHECK_FALSE(is_good_schema({BulkKind::schema, 100, 0, 0, 1}, 101));
    CHECK_FALSE(is_good_schema({BulkKind::schema, 100, 10, 110, 1}, 1));
    CHECK_FALSE(is_good_schema({BulkKind::schema, 100, 10, UINT32_MAX, 1}, 1));
    CHECK(is_good_schema({BulkKind::schema, most_schema, most_prior, 0, 1},
                         wire::max_schema_run_bytes));
    CHECK_FALSE(
        is_good_schema({BulkKind::schema, most_schema, 0, 0, 1}, wire::max_schema_run_bytes + 1));
    CHECK_FALSE(is_good_schema({BulkKind::schema, most_schema + 1, 0, 0, 1}, 1));
    CHECK_FALSE(is_good_schema({BulkKind::schema, 1, most_prior + 1, 0, 1}, 1));
    CHECK_FALSE(is_good_schema({BulkKind::schema, UINT32_MAX, UINT32_MAX, 0, 1}, 1));
}

TEST_CASE("bulk: a piece of one kind is none of another") {
    const Message state = piece_message({BulkKind::room_state, 1, 1, 100, 0}, 50);
    const Message schema = schema_message({BulkKind::schema, 100, 0, 0, 1}, 50);
    CHECK(wire::bulk_kind_of(state) == BulkKind::room_state);
    CHECK(wire::bulk_kind_of(schema) == BulkKind::schema);
    CHECK(wire::bulk_kind_of({}) == BulkKind::none);
    CHECK(wire::bulk_kind_of(Message{9, 0, 0, 0}) == BulkKind::none);
    CHECK_FALSE(wire::decode_schema_piece(state).has_value());
    CHECK_FALSE(wire::decode_state_piece(schema).has_value());
}

TEST_CASE("bulk: pings come out as they went in, as many as a datagram holds") {
    std::vector<wire::PingLine> lines;
    for (std::uint32_t i = 0; i < wire::max_ping_lines; ++i)
        lines.emplace_back(i + 1, static_cast<std::uint16_t>(7 * i));
    Message message;
    wire::encode_pings(PresenceId{9}, lines, message);
    CHECK(message.size() <= max_message_bytes);
    const auto pings = wire::decode_pings(message);
    REQUIRE(pings.has_value());
    CHECK(pings->to == PresenceId{9});
    REQUIRE(pings->count() == lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        CHECK(pings->line_at(i).presence() == lines[i].presence());
        CHECK(pings->line_at(i).ms() == lines[i].ms());
    }
}

TEST_CASE("bulk: pings of nobody's, of another kind, or cut within a line are refused") {
    const std::vector<wire::PingLine> lines{{1, 20}, {2, 30}};
    Message message;
    wire::encode_pings(PresenceId{9}, lines, message);
    for (std::size_t size = 0; size < message.size(); ++size) {
        const Message cut(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size));
        const bool is_between = size >= sizeof(wire::PingsHeader) &&
                                (size - sizeof(wire::PingsHeader)) % sizeof(wire::PingLine) == 0;
        CHECK(wire::decode_pings(cut).has_value() == is_between);
    }
    Message other = message;
    other[0] = static_cast<std::uint8_t>(BulkKind::room_people);
    CHECK_FALSE(wire::decode_pings(other).has_value());
    Message nobody;
    wire::encode_pings(PresenceId{}, lines, nobody);
    CHECK_FALSE(wire::decode_pings(nobody).has_value());
}
