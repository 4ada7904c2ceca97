#pragma once

#include "room/hall.hpp"
#include "room/room_instance.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

namespace engine_net::testing {

using Book = std::vector<std::string>;
using InputVerdict = RoomInstance::InputVerdict;

inline constexpr Time start{std::chrono::hours(1)};
inline constexpr PresenceId ada{1};
inline constexpr PresenceId bob{2};
inline constexpr PresenceId eli{3};
using Ids = std::vector<PresenceId>;

/// A hall and who sits in it.
struct OneRoom {
    Hall* hall = nullptr;
    RoomKind kind = hall_kind(hall);
    RoomInstance room;

    explicit OneRoom(RoomInstance::Settings settings = {.id = RoomId{9},
                                                        .name = "the hall",
                                                        .capacity = 2,
                                                        .seed = 5,
                                                        .tick_rate = 50,
                                                        .input_window_ticks = 8},
                     Tick tick = Tick{100})
        : room(kind, std::move(settings), tick, start) {}

    bool join(PresenceId id, const std::string& name) {
        return room.join({.id = id, .session = SessionId{id.value + 1000ull}, .name = name})
            .has_value();
    }
    /// Both are in, and what led there is forgotten.
    void join_both() {
        REQUIRE(join(ada, "Ada"));
        REQUIRE(join(bob, "Bob"));
        hall->take_book();
    }
    InputVerdict order(PresenceId who, Tick tick, float speed) {
        const auto bytes = bytes_of(room_game::Order(speed, {}, true));
        return room.queue_input(who, {tick, bytes}, next());
    }
    /// Whom each event in the outbox goes to.
    std::vector<Ids> sent_to() {
        std::vector<Ids> ids;
        for (const auto& event : room.take_outbox().events) ids.push_back(event.to);
        return ids;
    }
    [[nodiscard]] Tick next() const { return room.tick() + 1; }
    Book tick() {
        room.simulate(next());
        return hall->take_book();
    }
    static std::vector<std::uint8_t> bytes_of(const room_game::Order& order) {
        std::vector<std::uint8_t> bytes;
        ByteWriter(bytes).write(order);
        return bytes;
    }
};

} // namespace engine_net::testing
