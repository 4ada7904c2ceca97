#include "lobby-watch/model/room_history.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using watch::RoomHistory;

namespace {

AdminRoomView view_of(std::uint32_t ticks) {
    AdminRoomView view;
    for (std::uint32_t i = 1; i <= ticks; ++i)
        view.ticks.push_back({Tick{i}, i == 90 ? 900U : 10U, 1, 5});
    return view;
}

} // namespace

TEST_CASE("room history: a slow tick shows in its column, however many share it") {
    RoomHistory history;
    const AdminRoomView view = view_of(3600);
    history.note(&view, 60);
    const auto columns = history.columns(60);
    REQUIRE(columns.size() == 60);
    CHECK(columns[0].slowest_us == 900);
    CHECK(columns[2].slowest_us == 10);
    CHECK(columns[2].bytes_out_per_s == doctest::Approx(300));
    CHECK(columns[2].bytes_in_per_s == doctest::Approx(60));
}

TEST_CASE("room history: while it is held it stands still, and of no room there is none") {
    RoomHistory history;
    const AdminRoomView view = view_of(600);
    history.note(&view, 60);
    history.pause(true);
    history.note(nullptr, 60);
    CHECK_FALSE(history.columns(60).empty());
    history.pause(false);
    history.note(nullptr, 60);
    CHECK(history.columns(60).empty());
}
