#include "room/state_sender.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

using namespace engine_net;
using wire::BulkKind;

namespace {

using Message = std::vector<std::uint8_t>;

constexpr PresenceId ada{5};

Message bytes_from(std::uint8_t first, std::size_t size) {
    Message bytes(size);
    std::iota(bytes.begin(), bytes.end(), first);
    return bytes;
}

/// One presence's sender, with what it was sent.
struct Sending {
    PublishedState room;
    PublishedState own;
    StateSender sender;
    std::vector<Message> sent;

    void send(std::size_t count) {
        sender.send(ada, {room, own}, count, [this](Bytes message) {
            sent.emplace_back(message.begin(), message.end());
        });
    }
    [[nodiscard]] bool has_sent() const { return sender.has_sent({room, own}); }
    [[nodiscard]] wire::StatePiece piece(std::size_t index) const {
        const auto piece = wire::decode_state_piece(sent.at(index));
        REQUIRE(piece.has_value());
        return *piece;
    }
    /// What the pieces of a kind, put together in their order, come to.
    [[nodiscard]] Message whole(BulkKind kind) const {
        Message bytes;
        for (std::size_t i = 0; i < sent.size(); ++i) {
            if (piece(i).header.kind() != kind) continue;
            CHECK(piece(i).header.offset() == bytes.size());
            bytes.insert(bytes.end(), piece(i).run.begin(), piece(i).run.end());
        }
        return bytes;
    }
};

} // namespace

TEST_CASE("states: nothing is sent before there is one") {
    Sending sending;
    CHECK(sending.has_sent());
    sending.send(4);
    CHECK(sending.sent.empty());
}

TEST_CASE("states: the pieces come to the whole, in order, a few at a time") {
    Sending sending;
    const Message state = bytes_from(3, max_state_bytes);
    sending.room.set(state);
    std::size_t rounds = 0;
    for (; !sending.has_sent(); ++rounds) {
        sending.send(4);
        REQUIRE(sending.sent.size() <= 4 * (rounds + 1));
    }
    CHECK(rounds == 15);
    CHECK(sending.whole(BulkKind::room_state) == state);
    for (std::size_t i = 0; i < sending.sent.size(); ++i) {
        CHECK(sending.piece(i).header.presence() == ada.value);
        CHECK(sending.piece(i).header.bytes() == state.size());
        CHECK(sending.piece(i).header.version() == 1);
    }
}

TEST_CASE("states: one that fits a message is one piece, and is sent once") {
    Sending sending;
    sending.room.set(bytes_from(1, wire::max_state_run_bytes));
    sending.send(4);
    CHECK(sending.sent.size() == 1);
    sending.send(4);
    CHECK(sending.sent.size() == 1);
}

TEST_CASE("states: bytes that are the same are not sent again") {
    Sending sending;
    sending.room.set(bytes_from(1, 100));
    sending.send(4);
    sending.room.set(bytes_from(1, 100));
    CHECK(sending.room.version() == 1);
    CHECK(sending.has_sent());
    sending.room.set(bytes_from(2, 100));
    CHECK_FALSE(sending.has_sent());
}

TEST_CASE("states: a newer version ends the one that is being sent") {
    Sending sending;
    sending.room.set(bytes_from(1, 10'000));
    sending.send(3);
    const Message newer = bytes_from(2, 5'000);
    sending.room.set(newer);
    sending.sent.clear();
    sending.send(100);
    CHECK(sending.whole(BulkKind::room_state) == newer);
    CHECK(sending.piece(0).header.version() == 2);
    CHECK(sending.has_sent());
}

TEST_CASE("states: the room's and one's own take turns") {
    Sending sending;
    const Message room = bytes_from(1, 9'000);
    const Message own = bytes_from(2, 3'000);
    sending.room.set(room);
    sending.own.set(own);
    sending.send(4);
    std::vector<BulkKind> kinds;
    for (std::size_t i = 0; i < 4; ++i) kinds.push_back(sending.piece(i).header.kind());
    CHECK(kinds == std::vector<BulkKind>{BulkKind::room_state,
                                         BulkKind::own_state,
                                         BulkKind::room_state,
                                         BulkKind::own_state});
    while (!sending.has_sent()) sending.send(4);
    CHECK(sending.whole(BulkKind::room_state) == room);
    CHECK(sending.whole(BulkKind::own_state) == own);
}

TEST_CASE("states: one that never rests does not keep the other from coming whole") {
    Sending sending;
    const Message own = bytes_from(2, 20'000);
    sending.own.set(own);
    for (std::uint8_t i = 0; i < 20; ++i) {
        sending.room.set(bytes_from(i, 60'000));
        sending.send(2);
    }
    CHECK(sending.whole(BulkKind::own_state) == own);
}

TEST_CASE("states: another peer gets both from the beginning") {
    Sending sending;
    sending.room.set(bytes_from(1, 2'000));
    sending.own.set(bytes_from(2, 2'000));
    while (!sending.has_sent()) sending.send(1);
    sending.sender.restart();
    sending.sent.clear();
    while (!sending.has_sent()) sending.send(1);
    CHECK(sending.whole(BulkKind::room_state) == bytes_from(1, 2'000));
    CHECK(sending.whole(BulkKind::own_state) == bytes_from(2, 2'000));
}
