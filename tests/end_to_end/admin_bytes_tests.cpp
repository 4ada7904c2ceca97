// Where a server's bytes go, for who looks at it with a tool.

#include "end_to_end/watched_game.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

double bits_of(const TypeTraffic& type) {
    double bits = type.rest;
    for (const TypeTraffic::Field& field : type.fields) bits += field.bits;
    return bits;
}

double bits_of(const AdminBytes& bytes) {
    double bits = bytes.header_bits;
    for (const TypeTraffic& type : bytes.types) bits += bits_of(type);
    return bits;
}

bool has_field(const AdminBytes& bytes, const std::string& type, const std::string& field) {
    return std::ranges::any_of(bytes.types, [&](const TypeTraffic& one) {
        return one.name == type &&
               std::ranges::any_of(one.fields, [&](const TypeTraffic::Field& told) {
                   return told.name == field && told.bits > 0;
               });
    });
}

const MessageTraffic* find(const AdminClient& admin, const std::string& kind) {
    const auto found = std::ranges::find(admin.messages(), kind, &MessageTraffic::kind);
    return found == admin.messages().end() ? nullptr : &*found;
}

} // namespace

TEST_CASE("admin: the bits of types, fields and headers come to what was measured") {
    Watched game;
    Client& ada = game.stepper.add_player("ada");
    game.stepper.add_player("bob");
    REQUIRE(game.stepper.run_until_joined());
    AdminClient& admin = game.admin(read_key);
    admin.look_at(ada.room());
    admin.watch_bytes(true);
    REQUIRE(game.run_until([&] {
        return admin.bytes() && admin.bytes()->datagrams > 50;
    }));
    const AdminBytes& bytes = *admin.bytes();
    CHECK(bytes.room == ada.room());
    CHECK(bits_of(bytes) == doctest::Approx(8 * static_cast<double>(bytes.bytes)));
    CHECK(bytes.sent > bytes.bytes);
    CHECK(has_field(bytes, "test_game.Body", "position"));
    CHECK(game.stepper.errors.empty());
}

TEST_CASE("admin: one viewer's bytes are its own, and of one who is not there there are none") {
    Watched game;
    Client& ada = game.stepper.add_player("ada");
    Client& bob = game.stepper.add_player("bob");
    REQUIRE(game.stepper.run_until_joined());
    AdminClient& admin = game.admin(read_key);
    admin.look_at(ada.room());
    admin.watch_bytes(true, bob.presence());
    REQUIRE(game.run_until([&] {
        return admin.bytes() && admin.bytes()->datagrams > 50;
    }));
    CHECK(admin.bytes()->viewer == bob.presence());
    const std::uint64_t sent = admin.bytes()->sent;
    const std::uint64_t received = bob.stats().snapshot_bytes;
    CHECK(sent == doctest::Approx(static_cast<double>(received)).epsilon(0.1));

    admin.watch_bytes(true, PresenceId{999});
    game.run(1s);
    CHECK(admin.bytes() == nullptr);
    admin.watch_bytes(true);
    REQUIRE(game.run_until([&] {
        return admin.bytes() && admin.bytes()->datagrams > 10;
    }));
    admin.look_at({});
    CHECK(admin.bytes() == nullptr);
}

TEST_CASE("admin: messages are counted by channel and kind, and are less than what the link had") {
    Watched game;
    Client& ada = game.stepper.add_player("ada");
    REQUIRE(game.stepper.run_until_joined());
    game.run(2s);
    AdminClient& admin = game.admin(read_key);
    REQUIRE(game.is_watching(admin));
    admin.watch_bytes(true);
    REQUIRE(game.run_until([&] {
        return find(admin, "snapshot") && admin.stats().tick > Tick{200};
    }));
    CHECK(find(admin, "snapshot")->channel == "snapshots");
    CHECK(find(admin, "snapshot")->messages_out > 100);
    CHECK(find(admin, "snapshot")->messages_in == 0);
    REQUIRE(find(admin, "input"));
    CHECK(find(admin, "input")->messages_in > 100);
    CHECK(find(admin, "input")->bytes_in > find(admin, "input")->messages_in);
    REQUIRE(find(admin, "JoinRoom"));
    CHECK(find(admin, "JoinRoom")->channel == "events");
    CHECK(find(admin, "JoinRoom")->messages_in == 1);
    REQUIRE(find(admin, "Welcome"));
    CHECK(find(admin, "Welcome")->messages_out == 2); // ada's and the admin's
    std::uint64_t out = 0;
    for (const MessageTraffic& one : admin.messages()) out += one.bytes_out;
    const ServerStats stats = game.stepper.server.stats();
    CHECK(out <= stats.link.bytes_out);
    CHECK(find(admin, "snapshot")->bytes_out <= stats.snapshot_bytes);
    CHECK(ada.room().is_set());
}
