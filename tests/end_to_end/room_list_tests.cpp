#include "support/stepper.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

/// What the client has of the list is what the server says.
bool agrees(const Stepper& stepper, const Client& client) {
    const auto rooms = stepper.server.rooms();
    return client.has_all_rooms() && rooms.size() == client.rooms().size() &&
           std::ranges::all_of(rooms, [&](const RoomSummary& room) {
               const auto known = client.rooms().find(room.id);
               return known != client.rooms().end() && known->second.name == room.name &&
                      known->second.players == room.players;
           });
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("room list: a room that is opened before the server's time begins is no older") {
        Stepper stepper;
        REQUIRE(stepper.server.create_room("pond", "the old pond"));
        stepper.run(2s);
        REQUIRE(stepper.server.rooms().size() == 1);
        CHECK(stepper.server.rooms().front().age <= 2s);
        CHECK(stepper.server.rooms().front().age > 1900ms);
    }

    TEST_CASE("room list: who watches it has it, through loss, changes and another link") {
        Stepper stepper({.link = {.delay = 20ms, .loss = 0.05}});
        for (int i = 0; i < 200; ++i)
            REQUIRE(stepper.server.create_room("pond", "pond " + std::to_string(i)));
        Client& watcher = stepper.add_client("watcher");
        std::size_t told = 0;
        watcher.watch_rooms([&] {
            ++told;
        });
        REQUIRE(stepper.run_until([&] {
            return agrees(stepper, watcher);
        }));
        CHECK(told > 1);
        // People come and go.
        for (int i = 0; i < 8; ++i) stepper.add_player("player " + std::to_string(i));
        REQUIRE(stepper.run_until([&] {
            return stepper.server.stats().players == 8;
        }));
        stepper.run(500ms);
        CHECK(agrees(stepper, watcher));
        for (std::size_t i = 1; i < 5; ++i) stepper.clients[i]->leave_room();
        stepper.run(500ms);
        CHECK(agrees(stepper, watcher));
        // On another link it goes on.
        stepper.network.set_conditions_of(first_client_port, cut, cut);
        REQUIRE(stepper.run_until([&] {
            return watcher.stats().resumes == 1;
        }));
        for (std::size_t i = 5; i < 8; ++i) stepper.clients[i]->leave_room();
        stepper.run(3s);
        CHECK(agrees(stepper, watcher));
        CHECK(watcher.stats().refused.malformed_messages == 0);
        // Who is tired of it hears no more.
        watcher.unwatch_rooms();
        stepper.run(500ms);
        told = 0;
        REQUIRE(stepper.server.create_room("pond", "another"));
        stepper.run(500ms);
        CHECK(told == 0);
        CHECK(watcher.rooms().empty());
        CHECK_FALSE(watcher.has_all_rooms());
    }

    TEST_CASE(
        "room list: a busy lobby tells of each change within 200 ms, in ten messages a second") {
        Stepper stepper;
        std::vector<RoomId> ponds;
        ponds.reserve(5);
        for (int i = 0; i < 5; ++i)
            ponds.push_back(*stepper.server.create_room("pond", "pond " + std::to_string(i)));
        Client& watcher = stepper.add_client("watcher");
        std::size_t told = 0;
        watcher.watch_rooms([&] {
            ++told;
        });
        REQUIRE(stepper.run_until([&] {
            return agrees(stepper, watcher);
        }));
        Client& restless = stepper.add_client("restless");
        told = 0;
        for (int i = 0; i < 20; ++i) {
            restless.join_room(ponds[static_cast<std::size_t>(i) % ponds.size()]);
            stepper.run(50ms);
        }
        CHECK(restless.room().is_set());
        CHECK(told > 5);
        CHECK(told <= 11);
        stepper.run(200ms);
        CHECK(agrees(stepper, watcher));
    }
}
