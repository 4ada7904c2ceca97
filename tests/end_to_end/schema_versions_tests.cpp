#include <engine_net/client.hpp>
#include <engine_net/server.hpp>
#include <engine_net/simulated_network.hpp>

#include "replication_generated.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

// Versions of one game, which a program has one of at a time.
namespace old_version {
#include "fleet_old_bfbs_generated.h"
#include "fleet_old_generated.h"
} // namespace old_version
namespace new_version {
#include "fleet_new_bfbs_generated.h"
#include "fleet_new_generated.h"
} // namespace new_version
namespace other_version {
#include "fleet_other_bfbs_generated.h"
} // namespace other_version

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

namespace older = old_version::fleet;
namespace newer = new_version::fleet;

const CompiledSchema old_schema = compiled_schema<older::HailBinarySchema>();
const CompiledSchema new_schema = compiled_schema<newer::HailBinarySchema>();
const CompiledSchema other_schema = compiled_schema<other_version::fleet::HailBinarySchema>();

/// Where the ship of that number is at that time.
float x_of(std::uint32_t ship, Tick tick) {
    return static_cast<float>(std::sin(static_cast<double>(tick.value + 40 * ship) / 30) * 90);
}

/// Three ships, the first one the first player's.
template <class Order, class Hail>
class Fleet : public RoomOf<Order, Hail> {
public:
    void on_input(Presence&, const Order& order) override { orders.push_back(order); }
    void on_event(Presence&, const Hail& hail) override { hails.push_back(hail.number()); }
    void on_tick(Tick) override {}

    std::vector<Order> orders;
    std::vector<std::uint32_t> hails;

protected:
    [[nodiscard]] PresenceId owner_of(std::uint32_t ship) const {
        return ship == 1 && !this->presences().empty() ? this->presences()[0]->id() : PresenceId{};
    }
};

class OldFleet final : public Fleet<older::Order, older::Hail> {
public:
    void describe(SnapshotBuilder& snapshot) const override {
        for (std::uint32_t i = 1; i <= 3; ++i) {
            const older::Ship ship({x_of(i, tick()), 1}, older::Kind::frigate, 50, 1000);
            snapshot.add(EntityId{i}, ship, owner_of(i));
        }
        snapshot.add(EntityId{4}, older::Buoy(older::Vec2(7, 8)));
    }
    void hail() {
        flatbuffers::FlatBufferBuilder builder;
        builder.Finish(older::CreateHail(builder, 77));
        broadcast_event(bytes_of(builder));
    }
};

class NewFleet final : public Fleet<newer::Order, newer::Hail> {
public:
    void describe(SnapshotBuilder& snapshot) const override {
        for (std::uint32_t i = 1; i <= 3; ++i) {
            const auto kind = i == 3 ? newer::Kind::carrier : newer::Kind::frigate;
            const newer::Ship ship(1.5f, 60, 30, {x_of(i, tick()), 1}, {5, 5}, 2000, kind);
            snapshot.add(EntityId{i}, ship, owner_of(i));
        }
        snapshot.add(EntityId{5}, newer::Mine(newer::Vec2(9, 9)));
    }
    void hail() {
        flatbuffers::FlatBufferBuilder builder;
        builder.Finish(newer::CreateHailDirect(builder, 78, "ahoy"));
        broadcast_event(bytes_of(builder));
    }
};

/// A server of one version, and clients of any.
template <class Room>
class Harbour {
public:
    explicit Harbour(CompiledSchema schema, Duration delay = 20ms, double loss = 0)
        : network({.seed = 5, .link = {.delay = delay, .loss = loss}}), server(config()) {
        server.define_room("harbour", schema, {}, [this] {
            auto made = std::make_unique<Room>();
            room = made.get();
            return made;
        });
        network.advance_to(now);
        REQUIRE(server.start());
    }
    Client& add_client(CompiledSchema schema, const std::string& token = {}) {
        ClientConfig config;
        config.host = "10.0.0.1";
        config.schema = schema;
        config.network = &network;
        config.seed = 10 + clients.size();
        config.resume_token = token;
        config.log = [this](LogLevel level, std::string_view text) {
            if (level == LogLevel::error) errors.emplace_back(text);
        };
        clients.push_back(std::make_unique<Client>(std::move(config)));
        clients.back()->poll(now);
        return *clients.back();
    }
    Client& add_player(CompiledSchema schema) {
        Client& client = add_client(schema);
        client.join_or_create("harbour", keep);
        return client;
    }
    void run(Duration time) {
        for (const Time end = now + time; now < end; now += 1ms) {
            network.advance_to(now);
            if (now >= server.next_step()) server.step(now);
            for (const auto& client : clients) client->poll(now);
        }
    }
    template <class Condition>
    bool run_until(Condition is_true, Duration limit = 20s) {
        for (const Time end = now + limit; now < end && !is_true();) run(1ms);
        return is_true();
    }
    bool join() {
        return run_until([this] {
            return results.size() == clients.size();
        });
    }

    SimulatedNetwork network;
    Time now{1s};
    Room* room = nullptr;
    Server server;
    std::vector<std::unique_ptr<Client>> clients;
    std::vector<JoinResult> results;
    std::vector<std::string> errors;
    Client::JoinHandler keep = [this](const JoinResult& result) {
        results.push_back(result);
    };

private:
    ServerConfig config() {
        ServerConfig config;
        config.network = &network;
        config.seed = 1;
        config.state_check_interval = 200ms;
        return config;
    }
};

/// All that both ends counted as wrong.
template <class Room>
std::uint64_t faults(const Harbour<Room>& harbour) {
    const RefusedStats refused = harbour.server.stats().refused;
    std::uint64_t sum = refused.malformed_messages + refused.malformed_inputs +
                        refused.unexpected_messages + harbour.errors.size();
    for (const auto& client : harbour.clients) {
        const ClientStats stats = client->stats();
        sum += stats.state_mismatches + stats.snapshots_refused + stats.refused.malformed_messages +
               stats.refused.unexpected_messages;
    }
    return sum;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_SUITE("end_to_end") {

    TEST_CASE("schema versions: an old client sees what it knows of a newer server (A35)") {
        Harbour<NewFleet> harbour(new_schema, 20ms, 0.05);
        Client& ada = harbour.add_player(old_schema);
        REQUIRE(harbour.join());
        REQUIRE(harbour.results[0].error == RequestError::none);
        harbour.run(2s);
        for (std::uint32_t i = 1; i <= 3; ++i) {
            const auto ship = ada.find<older::Ship>(EntityId{i}, harbour.now, Shown::newest);
            REQUIRE(ship.has_value());
            const double x = static_cast<double>(x_of(i, ada.stats().newest_tick));
            CHECK(static_cast<double>(ship->position().x()) == doctest::Approx(x).epsilon(0.01));
            CHECK(ship->position().y() == 1);
            CHECK(ship->hull() == 60);
            // A kind that the client does not know of is its first one.
            CHECK(ship->kind() == (i == 3 ? older::Kind::scout : older::Kind::frigate));
            CHECK(ship->gold() == (i == 1 ? 2000 : 0));
        }
        std::size_t ships = 0;
        ada.each<older::Ship>(harbour.now, [&](EntityId, const older::Ship& ship) {
            ships += ship.hull() == 60 ? 1 : 0;
        });
        CHECK(ships == 3);
        ada.each<older::Buoy>(harbour.now, [&](EntityId, const older::Buoy&) {
            FAIL_CHECK("there are no buoys any more");
        });
        CHECK(ada.stats().state_checks > 3);
        CHECK(faults(harbour) == 0);
    }

    TEST_CASE("schema versions: a new client has its defaults for what an old server lacks (A35)") {
        Harbour<OldFleet> harbour(old_schema, 20ms, 0.05);
        Client& ada = harbour.add_player(new_schema);
        REQUIRE(harbour.join());
        REQUIRE(harbour.results[0].error == RequestError::none);
        harbour.run(2s);
        for (std::uint32_t i = 1; i <= 3; ++i) {
            const auto ship = ada.find<newer::Ship>(EntityId{i}, harbour.now, Shown::newest);
            REQUIRE(ship.has_value());
            const double x = static_cast<double>(x_of(i, ada.stats().newest_tick));
            CHECK(static_cast<double>(ship->position().x()) == doctest::Approx(x).epsilon(0.01));
            CHECK(ship->hull() == 50);
            CHECK(ship->shield() == 100);
            CHECK(ship->heading() == 0);
            CHECK(ship->velocity().x() == 0);
            CHECK(ship->kind() == newer::Kind::frigate);
            CHECK(ship->gold() == (i == 1 ? 1000 : 0));
        }
        ada.each<newer::Mine>(harbour.now, [&](EntityId, const newer::Mine&) {
            FAIL_CHECK("there are no mines yet");
        });
        CHECK(ada.stats().state_checks > 3);
        CHECK(faults(harbour) == 0);
    }

    TEST_CASE("schema versions: inputs and events reach a newer server") {
        Harbour<NewFleet> harbour(new_schema);
        Client& ada = harbour.add_player(old_schema);
        std::vector<std::uint32_t> hails;
        ada.on_event<older::Hail>([&](const older::Hail& hail) {
            hails.push_back(hail.number());
        });
        ada.send_input(older::Order(-3, older::Kind::frigate)); // before its room is known
        REQUIRE(harbour.join());
        flatbuffers::FlatBufferBuilder builder;
        builder.Finish(older::CreateHail(builder, 5));
        ada.send_event(bytes_of(builder));
        harbour.room->hail();
        harbour.run(500ms);
        REQUIRE(harbour.room->orders.size() > 20);
        const newer::Order& order = harbour.room->orders.back();
        CHECK(order.turn() == -3);
        CHECK(order.kind() == newer::Kind::frigate);
        CHECK(order.thrust() == 7);
        CHECK_FALSE(order.fires());
        CHECK(harbour.room->hails == std::vector<std::uint32_t>{5});
        CHECK(hails == std::vector<std::uint32_t>{78});
        CHECK(faults(harbour) == 0);
    }

    TEST_CASE("schema versions: an old server takes no offence at what it can't know") {
        Harbour<OldFleet> harbour(old_schema);
        Client& ada = harbour.add_player(new_schema);
        std::vector<std::uint32_t> hails;
        ada.on_event<newer::Hail>([&](const newer::Hail& hail) {
            hails.push_back(hail.number());
            CHECK(hail.text() == nullptr);
        });
        REQUIRE(harbour.join());
        ada.send_input(newer::Order(1, newer::Kind::carrier, 9, true));
        harbour.room->hail();
        harbour.run(500ms);
        REQUIRE(harbour.room->orders.size() > 20);
        CHECK(harbour.room->orders.back().turn() == 9);
        CHECK(harbour.room->orders.back().kind() == older::Kind::scout);
        CHECK(hails == std::vector<std::uint32_t>{77});
        CHECK(faults(harbour) == 0);
    }

    TEST_CASE("schema versions: a field of another type is refused by name, both ways (A35)") {
        const auto refusal = [](auto& harbour, CompiledSchema schema) {
            Client& ada = harbour.add_player(schema);
            REQUIRE(harbour.join());
            harbour.run(1s);
            CHECK(harbour.results[0].error == RequestError::schema_mismatch);
            CHECK(ada.state() == ClientState::online);
            CHECK(ada.stats().snapshot_datagrams == 0);
            CHECK(harbour.server.rooms().empty());
            CHECK(faults(harbour) == 0);
            return harbour.results[0].detail;
        };
        Harbour<OldFleet> old_harbour(old_schema);
        const std::string old_detail = refusal(old_harbour, other_schema);
        CHECK_MESSAGE(contains(old_detail, "fleet.Ship.hull is float here and ubyte there"),
                      old_detail);
        Harbour<OldFleet> other_harbour(other_schema);
        const std::string other_detail = refusal(other_harbour, old_schema);
        CHECK_MESSAGE(contains(other_detail, "fleet.Ship.hull is ubyte here and float there"),
                      other_detail);
        // Asked again, it knows without being told.
        JoinResult again;
        other_harbour.clients[0]->join_or_create("harbour", [&](const JoinResult& result) {
            again = result;
        });
        other_harbour.run(100ms);
        CHECK(again.error == RequestError::schema_mismatch);
        CHECK(again.detail == other_detail);
    }

    TEST_CASE("schema versions: the second join asks for what the first one learned") {
        Harbour<NewFleet> harbour(new_schema);
        Client& ada = harbour.add_player(old_schema);
        REQUIRE(harbour.join());
        ada.leave_room();
        REQUIRE(harbour.run_until([&] {
            return !ada.room().is_set();
        }));
        harbour.results.clear();
        const Time asked = harbour.now;
        ada.join_or_create("harbour", harbour.keep);
        REQUIRE(harbour.join());
        CHECK(harbour.results[0].error == RequestError::none);
        CHECK(harbour.now - asked < 70ms); // one round trip of 40 ms, and a tick
    }

    TEST_CASE("schema versions: a link that is cut at any time while the schema comes") {
        for (Duration when{0}; when < 200ms; when += 7ms) {
            CAPTURE(when.count());
            Harbour<NewFleet> harbour(new_schema);
            Client& ada = harbour.add_player(old_schema);
            REQUIRE(harbour.run_until([&] {
                return ada.state() == ClientState::online;
            }));
            harbour.run(when);
            harbour.network.set_conditions({.blackout = true});
            harbour.run(3s);
            harbour.network.set_conditions({.delay = 20ms});
            REQUIRE(harbour.join());
            CHECK(harbour.results[0].error == RequestError::none);
            harbour.run(500ms);
            CHECK(ada.find<older::Ship>(EntityId{2}, harbour.now).has_value());
            CHECK(harbour.server.stats().refused.unexpected_messages == 0);
        }
    }

    TEST_CASE("schema versions: a process of another version takes over a crashed one's seat") {
        Harbour<NewFleet> harbour(new_schema);
        Client& ada = harbour.add_player(new_schema);
        REQUIRE(harbour.join());
        harbour.run(200ms);
        const std::string token = ada.resume_token();
        harbour.clients.clear();

        SUBCASE("one that goes with it plays on") {
            Client& again = harbour.add_client(old_schema, token);
            harbour.run(1s);
            CHECK(again.room().is_set());
            REQUIRE(again.find<older::Ship>(EntityId{1}, harbour.now).has_value());
            CHECK(again.find<older::Ship>(EntityId{1}, harbour.now)->gold() == 2000);
            again.send_input(older::Order(4, older::Kind::scout));
            harbour.run(500ms);
            REQUIRE_FALSE(harbour.room->orders.empty());
            CHECK(harbour.room->orders.back().turn() == 4);
        }
        SUBCASE("one that does not leaves the room, and says why") {
            Client& again = harbour.add_client(other_schema, token);
            LeaveReason reason = LeaveReason::left;
            std::string detail;
            again.on_room_left([&](LeaveReason why, const std::string& text) {
                reason = why;
                detail = text;
            });
            harbour.run(1s);
            CHECK(again.state() == ClientState::online);
            CHECK_FALSE(again.room().is_set());
            CHECK(reason == LeaveReason::protocol_error);
            CHECK_MESSAGE(contains(detail, "fleet.Ship.hull is float here and ubyte there"),
                          detail);
            CHECK(harbour.server.stats().players == 0);
        }
    }
}
