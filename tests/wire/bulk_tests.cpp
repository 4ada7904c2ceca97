#include "wire/bulk.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace engine_net;
using wire::StateKind;

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
    wire::encode_state_piece({{StateKind::own, 7, UINT32_MAX, 65'536, 65'531}, run}, message);
    REQUIRE(message.size() == sizeof(wire::StatePieceHeader) + run.size());
    const auto piece = wire::decode_state_piece(message);
    REQUIRE(piece.has_value());
    CHECK(piece->header.kind() == StateKind::own);
    CHECK(piece->header.presence() == 7);
    CHECK(piece->header.version() == UINT32_MAX);
    CHECK(piece->header.bytes() == 65'536);
    CHECK(piece->header.offset() == 65'531);
    CHECK(std::ranges::equal(piece->run, run));
}

TEST_CASE("bulk: the longest piece fills one datagram") {
    const Message message =
        piece_message({StateKind::room, 1, 1, 65'536, 0}, wire::max_state_run_bytes);
    CHECK(message.size() == max_message_bytes);
    CHECK(wire::decode_state_piece(message).has_value());
}

TEST_CASE("bulk: a piece without a run, or without all of its header, is refused") {
    const Message message = piece_message({StateKind::room, 1, 1, 100, 0}, 1);
    REQUIRE(wire::decode_state_piece(message).has_value());
    for (std::size_t size = 0; size < message.size(); ++size) {
        const Message cut(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK_FALSE(wire::decode_state_piece(cut).has_value());
    }
}

TEST_CASE("bulk: a run must lie within the whole") {
    CHECK(is_good({StateKind::room, 1, 1, 100, 0}, 100));
    CHECK_FALSE(is_good({StateKind::room, 1, 1, 100, 0}, 101));
    CHECK(is_good({StateKind::room, 1, 1, 100, 99}, 1));
    CHECK_FALSE(is_good({StateKind::room, 1, 1, 100, 99}, 2));
    CHECK_FALSE(is_good({StateKind::room, 1, 1, 100, 100}, 1));
    CHECK_FALSE(is_good({StateKind::room, 1, 1, 100, UINT32_MAX}, 1));
    CHECK_FALSE(is_good({StateKind::room, 1, 1, 0, 0}, 1));
}

TEST_CASE("bulk: a length beyond every bound is refused") {
    CHECK(is_good({StateKind::room, 1, 1, max_state_bytes, 0}, 1));
    CHECK_FALSE(is_good({StateKind::room, 1, 1, max_state_bytes + 1, 0}, 1));
    CHECK_FALSE(is_good({StateKind::room, 1, 1, UINT32_MAX, UINT32_MAX - 1}, 1));
    CHECK_FALSE(is_good({StateKind::room, 1, 1, 65'536, 0}, wire::max_state_run_bytes + 1));
}

TEST_CASE("bulk: a piece of nobody's, or of no state, is refused") {
    CHECK_FALSE(is_good({StateKind::room, 0, 1, 100, 0}, 1));
    CHECK_FALSE(is_good({StateKind::none, 1, 1, 100, 0}, 1));
    for (int kind = static_cast<int>(StateKind::MAX) + 1; kind <= 255; ++kind)
        CHECK_FALSE(is_good({static_cast<StateKind>(kind), 1, 1, 100, 0}, 1));
}
