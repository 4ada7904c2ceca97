#include "client/state_inbox.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

using namespace engine_net;
using wire::BulkKind;

namespace {

using Message = std::vector<std::uint8_t>;

constexpr PresenceId seat{5};
constexpr std::size_t run_bytes = 1'000;

Message bytes_from(std::uint8_t first, std::size_t size) {
    Message bytes(size);
    std::iota(bytes.begin(), bytes.end(), first);
    return bytes;
}

bool take_all(Bytes) {
    return true;
}
bool begins_with_one(Bytes bytes) {
    return bytes[0] == 1;
}

/// An inbox and who fills it.
struct Filling {
    StateInbox inbox;

    explicit Filling(bool has_seat = true) {
        if (has_seat) inbox.enter(seat);
    }
    bool piece(const Message& state,
               std::size_t offset,
               std::uint32_t version = 1,
               PresenceId to = seat) {
        const Bytes run = Bytes(state).subspan(offset, std::min(run_bytes, state.size() - offset));
        return inbox.receive({{BulkKind::room_state,
                               to.value,
                               version,
                               static_cast<std::uint32_t>(state.size()),
                               static_cast<std::uint32_t>(offset)},
                              run});
    }
    void all_but_last(const Message& state, std::uint32_t version = 1, PresenceId to = seat) {
        for (std::size_t at = 0; at + run_bytes < state.size(); at += run_bytes)
            CHECK(piece(state, at, version, to));
    }
    void all(const Message& state, std::uint32_t version = 1, PresenceId to = seat) {
        for (std::size_t at = 0; at < state.size(); at += run_bytes)
            CHECK(piece(state, at, version, to));
    }
    bool shows(const Message& state) { return std::ranges::equal(inbox.newest(take_all), state); }
};

} // namespace

TEST_CASE("state inbox: a state is there once all of its pieces are") {
    Filling filling;
    const Message state = bytes_from(1, max_state_bytes);
    filling.all_but_last(state);
    CHECK(filling.inbox.newest(take_all).empty());
    CHECK_FALSE(filling.inbox.take_news());
    CHECK(filling.piece(state, 65'000));
    CHECK(filling.shows(state));
    CHECK(filling.inbox.take_news());
    CHECK_FALSE(filling.inbox.take_news());
}

TEST_CASE("state inbox: the old version is shown until the new one is whole") {
    Filling filling;
    const Message old_state = bytes_from(1, 1'500);
    const Message new_state = bytes_from(2, 2'500);
    filling.all(old_state, 1);
    filling.all_but_last(new_state, 2);
    CHECK(filling.shows(old_state));
    CHECK(filling.piece(new_state, 2'000, 2));
    CHECK(filling.shows(new_state));
}

TEST_CASE("state inbox: a piece that does not go on where the last one ended is refused") {
    Filling filling;
    const Message state = bytes_from(1, 3'500);
    SUBCASE("none came before it") {
        CHECK_FALSE(filling.piece(state, 1'000));
    }
    SUBCASE("one is missing") {
        CHECK(filling.piece(state, 0));
        CHECK_FALSE(filling.piece(state, 2'000));
    }
    SUBCASE("it came before") {
        CHECK(filling.piece(state, 0));
        CHECK(filling.piece(state, 1'000));
        CHECK_FALSE(filling.piece(state, 1'000));
    }
    SUBCASE("it is of another version") {
        CHECK(filling.piece(state, 0, 1));
        CHECK_FALSE(filling.piece(state, 1'000, 2));
    }
    SUBCASE("it tells of another length") {
        CHECK(filling.piece(state, 0));
        CHECK_FALSE(filling.piece(bytes_from(1, 3'400), 1'000));
    }
    SUBCASE("it is for another seat") {
        CHECK(filling.piece(state, 0));
        CHECK_FALSE(filling.piece(state, 1'000, 1, PresenceId{6}));
    }
    SUBCASE("the state is whole") {
        filling.all(state);
        CHECK_FALSE(filling.piece(state, 3'000));
        CHECK(filling.shows(state));
        return;
    }
    CHECK(filling.inbox.newest(take_all).empty());
}

TEST_CASE("state inbox: a piece that is refused does not keep the others from coming whole") {
    Filling filling;
    const Message state = bytes_from(1, 2'500);
    CHECK(filling.piece(state, 0));
    CHECK_FALSE(filling.piece(state, 2'000));
    CHECK(filling.piece(state, 1'000));
    CHECK_FALSE(filling.piece(state, 1'000, 7));
    CHECK(filling.piece(state, 2'000));
    CHECK(filling.shows(state));
}

TEST_CASE("state inbox: a newer version ends the one that was arriving") {
    Filling filling;
    filling.all_but_last(bytes_from(1, 9'500), 1);
    const Message newer = bytes_from(2, 1'500);
    filling.all(newer, 2);
    CHECK(filling.shows(newer));
}

TEST_CASE("state inbox: what is there already is no news when a resume brings it again") {
    Filling filling;
    const Message state = bytes_from(1, 2'500);
    filling.all(state);
    CHECK(filling.inbox.take_news());
    filling.inbox.enter(seat);
    CHECK(filling.shows(state));
    filling.all(state);
    CHECK(filling.shows(state));
    CHECK_FALSE(filling.inbox.take_news());
}

TEST_CASE("state inbox: a link that broke within a version begins it anew on the next one") {
    Filling filling;
    const Message state = bytes_from(1, 3'500);
    filling.all_but_last(state);
    filling.all(state);
    CHECK(filling.shows(state));
}

TEST_CASE("state inbox: pieces for a seat given up are refused") {
    Filling filling;
    CHECK_FALSE(filling.piece(bytes_from(1, 500), 0, 1, PresenceId{4}));
    CHECK(filling.inbox.newest(take_all).empty());
}

TEST_CASE("state inbox: a state may come before one is told of the seat") {
    const Message state = bytes_from(1, 1'500);
    SUBCASE("of the first room") {
        Filling filling(false);
        filling.all(state);
        CHECK(filling.inbox.newest(take_all).empty());
        CHECK_FALSE(filling.inbox.take_news());
        filling.inbox.enter(seat);
        CHECK(filling.shows(state));
        CHECK(filling.inbox.take_news());
    }
    SUBCASE("of the next room, while one is still in another") {
        Filling filling;
        const Message old_state = bytes_from(2, 800);
        filling.all(old_state, 1);
        filling.all(state, 1, PresenceId{6});
        CHECK(filling.shows(old_state));
        filling.inbox.enter(PresenceId{6});
        CHECK(filling.shows(state));
    }
    SUBCASE("in part") {
        Filling filling(false);
        filling.all_but_last(state);
        filling.inbox.enter(seat);
        CHECK(filling.piece(state, 1'000));
        CHECK(filling.shows(state));
    }
    SUBCASE("of a room that one does not get into") {
        Filling filling(false);
        filling.all(state);
        filling.inbox.enter(PresenceId{6});
        CHECK(filling.inbox.newest(take_all).empty());
    }
}

TEST_CASE("state inbox: with the seat its state is gone") {
    Filling filling;
    filling.all(bytes_from(1, 500));
    filling.inbox.leave();
    CHECK(filling.inbox.newest(take_all).empty());
    CHECK_FALSE(filling.inbox.take_news());
}

TEST_CASE("state inbox: what fails its check is not handed out, and counted once") {
    Filling filling;
    filling.all(bytes_from(2, 500), 1);
    CHECK(filling.inbox.newest(begins_with_one).empty());
    CHECK(filling.inbox.newest(begins_with_one).empty());
    CHECK(filling.inbox.versions_refused() == 1);
    filling.all(bytes_from(1, 500), 2);
    CHECK_FALSE(filling.inbox.newest(begins_with_one).empty());
    CHECK(filling.inbox.versions_refused() == 1);
}
