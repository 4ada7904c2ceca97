// Who looks at a server with a tool.

#include "end_to_end/watched_game.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

TEST_CASE("admin: who knows a key sees every room, private ones too, and who is in them") {
    Watched game;
    Client& ada = game.stepper.add_player("ada");
    Client& bob = game.stepper.add_client("bob");
    bob.create_room("pond", {.name = "hidden", .is_private = true});
    REQUIRE(game.stepper.run_until_joined());
    AdminClient& admin = game.admin(full_key);
    REQUIRE(game.is_watching(admin));
    CHECK(admin.rights() == AdminRights::full);
    CHECK(admin.tick_rate() == 60);
    CHECK(admin.rooms().size() == 2);
    CHECK(admin.rooms().at(bob.room()).is_private);
    CHECK(admin.rooms().at(bob.room()).summary.name == "hidden");

    admin.look_at(ada.room());
    REQUIRE(game.run_until([&] {
        return admin.room_view() && admin.room_view()->members.at(0).bytes_out > 0 &&
               admin.room_view()->members.at(0).inputs.taken > 10;
    }));
    const AdminMember& member = admin.room_view()->members.at(0);
    CHECK(member.member.name == "ada");
    CHECK(member.address == "10.0.0.x");
    CHECK(member.round_trip >= 35ms);
    CHECK(member.bytes_in > 0);
    CHECK(member.snapshot_age < 10);
    CHECK(admin.stats().players == 2);
    CHECK(game.stepper.errors.empty());
}

TEST_CASE("admin: ticks come without a gap, with what each took and sent") {
    Watched game;
    game.stepper.add_player("ada");
    AdminClient& admin = game.admin(read_key);
    REQUIRE(game.is_watching(admin));
    REQUIRE(game.run_until([&] {
        return admin.ticks().size() > 200;
    }));
    const std::vector<TickRecord>& ticks = admin.ticks();
    for (std::size_t i = 1; i < ticks.size(); ++i) CHECK(ticks[i].tick == ticks[i - 1].tick + 1);
    CHECK(ticks.back().bytes_out > 0);
    CHECK(std::ranges::any_of(ticks, [](const TickRecord& record) {
        return record.bytes_in > 0;
    }));
}

TEST_CASE("admin: a room's ticks come without a gap while one looks at it, with what it sent") {
    Watched game;
    Client& ada = game.stepper.add_player("ada");
    REQUIRE(game.stepper.run_until_joined());
    AdminClient& admin = game.admin(read_key);
    admin.look_at(ada.room());
    REQUIRE(game.run_until([&] {
        return admin.room_view() && admin.room_view()->ticks.size() > 200;
    }));
    const std::vector<RoomTickRecord>& ticks = admin.room_view()->ticks;
    std::uint64_t out = 0;
    for (std::size_t i = 1; i < ticks.size(); ++i) {
        CHECK(ticks[i].tick == ticks[i - 1].tick + 1);
        out += ticks[i].bytes_out;
    }
    CHECK(out > 0);
    CHECK(out <= ada.stats().snapshot_bytes + ticks.back().bytes_out * 30);
    CHECK(std::ranges::any_of(ticks, [](const RoomTickRecord& record) {
        return record.bytes_in > 0;
    }));
}

TEST_CASE("admin: a wrong key is refused for good, and written down") {
    Watched game;
    AdminClient& guesser = game.admin(std::string(64, 'c'));
    REQUIRE(game.run_until([&] {
        return guesser.state() == AdminState::refused;
    }));
    CHECK(guesser.problem() == "the key is wrong");
    CHECK(guesser.rooms().empty());
    CHECK(game.log == std::vector<std::string>{"admin: a wrong key from 10.0.0.x"});
    game.run(1s);
    CHECK(game.stepper.server.stats().sessions == 0);

    AdminClient& clueless = game.admin("not a key");
    CHECK(clueless.state() == AdminState::refused);
}

TEST_CASE("admin: a server without a key lets none in, whatever they know") {
    Watched game([](ServerConfig& config) {
        config.admin = {};
    });
    AdminClient& admin = game.admin(full_key);
    game.run(3s);
    CHECK(admin.state() == AdminState::connecting);
    CHECK(admin.problem() == "this server has no admin key");
}

TEST_CASE(
    "admin: who shows no key is out after the time of a handshake, and may do nothing before") {
    Watched game;
    Client& idler = game.stepper.add_client("idler", [](ClientConfig& config) {
        config.is_admin = true;
    });
    Client& ada = game.stepper.add_player("ada");
    RequestError error = RequestError::none;
    idler.call("admin", {}, [&](const CallAnswer& answer) {
        error = answer.error;
    });
    idler.join_or_create("pond");
    game.stepper.run(2s);
    CHECK(!idler.room().is_set());
    CHECK(ada.room().is_set());
    REQUIRE(game.stepper.run_until(
        [&] {
            return idler.state() == ClientState::closed;
        },
        30s));
    CHECK(game.stepper.server.stats().refused.unexpected_messages > 0);
    CHECK(game.stepper.server.stats().players == 1);
}

TEST_CASE("admin: one whose link is lost for a while goes on where it was") {
    Watched game;
    game.stepper.add_player("ada");
    AdminClient& admin = game.admin(full_key);
    REQUIRE(game.is_watching(admin));
    game.stepper.network.set_conditions(cut);
    game.run(12s);
    CHECK(admin.state() == AdminState::watching);
    CHECK(admin.problem() == "the server does not answer");
    game.stepper.network.set_conditions(calm);
    REQUIRE(game.run_until([&] {
        return admin.problem().empty();
    }));
    const Tick tick = admin.stats().tick;
    CHECK(game.run_until([&] {
        return admin.stats().tick > tick;
    }));
    CHECK(admin.rights() == AdminRights::full);
    CHECK(game.stepper.server.stats().resumes >= 1);
}

TEST_CASE("admin: entities are read by the schema that the server hands over") {
    Watched game;
    Client& ada = game.stepper.add_player("ada");
    REQUIRE(game.stepper.run_until_joined());
    AdminClient& admin = game.admin(read_key);
    admin.look_at(ada.room());
    admin.inspect(true);
    REQUIRE(game.run_until([&] {
        return admin.entities() != nullptr;
    }));
    const auto& types = admin.entities()->types;
    const auto body = std::ranges::find(types, "test_game.Body", &AdminEntityType::name);
    REQUIRE(body != types.end());
    CHECK(body->fields == std::vector<std::string>{"position.x", "position.y", "pushes", "secret"});
    const auto place = static_cast<std::size_t>(body - types.begin());
    REQUIRE(game.run_until([&] {
        return std::ranges::any_of(admin.entities()->of_type[place], [&](const AdminEntity& one) {
            return one.owner == ada.presence() && real_of(one.values[2]) > 10;
        });
    }));
    CHECK(admin.entities()->of_type[place].size() == game.stepper.bodies(ada).size());
    const Tick tick = admin.entities()->tick;
    CHECK(game.run_until([&] {
        return tick + 60 < admin.entities()->tick;
    }));
    admin.look_at({});
    CHECK(admin.entities() == nullptr);
}

TEST_CASE("admin: what a viewer has is as old as its way is long, and without others' secrets") {
    Watched game;
    Client& ada = game.stepper.add_player("ada");
    Client& bob = game.stepper.add_player("bob");
    REQUIRE(game.stepper.run_until_joined());
    AdminClient& admin = game.admin(read_key);
    admin.look_at(ada.room());
    admin.inspect(true, ada.presence());
    REQUIRE(game.run_until([&] {
        return admin.seen() != nullptr;
    }));
    game.run(2s);
    const auto& types = admin.entities()->types;
    CHECK(admin.seen()->types.size() == types.size());
    const auto body = std::ranges::find(types, "test_game.Body", &AdminEntityType::name);
    const auto place = static_cast<std::size_t>(body - types.begin());
    const auto& truth = admin.entities()->of_type[place];
    const auto& seen = admin.seen()->of_type[place];
    REQUIRE(seen.size() == truth.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
        CHECK(seen[i].id == truth[i].id);
        CHECK(seen[i].owner == truth[i].owner);
        CHECK(seen[i].age >= 2); // the way there and back, 35 ms and more
        CHECK(seen[i].age < 12);
        CHECK(truth[i].age == 0);
        if (seen[i].owner == bob.presence()) CHECK(real_of(seen[i].values[3]) == 0);
        if (seen[i].owner == ada.presence()) CHECK((seen[i].values[3] == truth[i].values[3]));
    }
    admin.inspect(true);
    CHECK(admin.seen() == nullptr);
}

TEST_CASE("admin: a room of thousands of entities comes in pages") {
    Watched crowded({}, 3000);
    Client& ada = crowded.stepper.add_player("ada");
    REQUIRE(crowded.stepper.run_until_joined());
    AdminClient& admin = crowded.admin(full_key);
    admin.look_at(ada.room());
    admin.inspect(true);
    const auto count = [&] {
        std::size_t all = 0;
        for (const auto& entities : admin.entities()->of_type) all += entities.size();
        return all;
    };
    REQUIRE(crowded.run_until(
        [&] {
            return admin.entities() && count() > 3000;
        },
        20s));
    std::set<std::uint32_t> ids;
    for (const auto& entities : admin.entities()->of_type) {
        for (const AdminEntity& one : entities) ids.insert(one.id.value);
    }
    CHECK(ids.size() == count());
}

TEST_CASE("admin: a thousand rooms come page by page, and those that end are gone") {
    Watched game([](ServerConfig& config) {
        config.max_rooms = 2000;
        config.empty_room_linger = 1h;
    });
    for (int i = 0; i < 1000; ++i) REQUIRE(game.stepper.server.create_room("pond", "a pond"));
    AdminClient& admin = game.admin(full_key);
    REQUIRE(game.run_until(
        [&] {
            return admin.has_all_rooms();
        },
        30s));
    CHECK(admin.rooms().size() == 1000);
    const RoomId gone = admin.rooms().begin()->first;
    CHECK(game.act(admin, {AdminVerb::close_room, gone}).empty());
    CHECK(game.run_until(
        [&] {
            return !admin.rooms().contains(gone);
        },
        30s));
    CHECK(admin.rooms().size() == 999);
}

TEST_CASE("admin: one whose server went away comes back to the next") {
    Watched game;
    AdminClient& admin = game.admin(full_key);
    REQUIRE(game.is_watching(admin));
    game.stepper.server.stop("an update");
    REQUIRE(game.run_until([&] {
        return admin.state() == AdminState::connecting;
    }));
    CHECK(admin.problem() == "an update");
    CHECK(admin.rooms().empty());
}
