#include <engine_net/ids.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <unordered_set>

using namespace engine_net;

static_assert(!std::is_convertible_v<RoomId, EntityId>, "kinds of ids do not mix");
static_assert(!std::is_constructible_v<PeerId, SessionId>, "kinds of ids do not mix");

TEST_CASE("ids: 0 names nothing, and ids are ordered by number") {
    CHECK_FALSE(RoomId{}.is_set());
    CHECK(RoomId{1}.is_set());
    CHECK(RoomId{1} < RoomId{2});
    CHECK(RoomId{2} == RoomId{2});
}

TEST_CASE("ids: can be looked up by hash") {
    const std::unordered_set<PeerId> peers{PeerId{1}, PeerId{2}, PeerId{1}};
    CHECK(peers.size() == 2);
    CHECK(peers.contains(PeerId{2}));
    CHECK_FALSE(peers.contains(PeerId{3}));
}
