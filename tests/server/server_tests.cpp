#include "support/pond.hpp"

#include <engine_net/server.hpp>
#include <engine_net/simulated_network.hpp>

#include <doctest/doctest.h>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

struct OneServer {
    SimulatedNetwork network{{.seed = 1}};
    test_game::Books books;
    Server server;

    explicit OneServer(const std::function<void(ServerConfig&)>& change = {})
        : server(config(network, change)) {}

    static ServerConfig config(SimulatedNetwork& network,
                               const std::function<void(ServerConfig&)>& change) {
        ServerConfig config;
        config.network = &network;
        config.seed = 1;
        config.max_rooms = 3;
        if (change) change(config);
        return config;
    }
    void define(std::string name,
                CompiledSchema schema = test_game::schema(),
                RoomKindConfig kind = {}) {
        server.define_room(std::move(name), schema, std::move(kind), [this] {
            return std::make_unique<test_game::Pond>(books);
        });
    }
};

} // namespace

TEST_CASE("server: does not start with a bad configuration, and says which field") {
    OneServer one([](ServerConfig& config) {
        config.tick_rate = 0;
    });
    const auto started = one.server.start();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == StartErrorCode::bad_config);
    CHECK(started.error().detail.find("tick_rate") != std::string::npos);
}

TEST_CASE("server: does not start with a room kind that can't be, and names it") {
    OneServer one;
    StartErrorCode code = StartErrorCode::bad_config;
    std::string name = "pond";
    const std::vector<std::uint8_t> noise(100, 0x5A);
    SUBCASE("without a seat") {
        one.define(name, test_game::schema(), {.capacity = 0});
    }
    SUBCASE("with too many seats") {
        one.define(name, test_game::schema(), {.capacity = 1025});
    }
    SUBCASE("without a name") {
        one.define(name = "");
    }
    SUBCASE("with a name that can't be shown") {
        one.define(name = "a\nb");
    }
    SUBCASE("with a name that is too long") {
        one.define(name = std::string(65, 'x'));
    }
    SUBCASE("twice") {
        one.define(name);
        one.define(name);
    }
    SUBCASE("with a schema that is none") {
        one.define(name, {noise});
        code = StartErrorCode::bad_schema;
    }
    const auto started = one.server.start();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == code);
    CHECK(started.error().detail.find("\"" + name + "\"") != std::string::npos);
}

TEST_CASE("server: a second one on a port is told so, and the first goes on") {
    OneServer first;
    REQUIRE(first.server.start());
    ServerConfig config;
    config.network = &first.network;
    Server second(config);
    const auto started = second.start();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == StartErrorCode::port_in_use);
    CHECK(started.error().detail.find("7777") != std::string::npos);
    first.server.step(Time{1s});
    CHECK(first.server.stats().ticks == 1);
}

TEST_CASE("server: opens rooms of the kinds it has, as many as it may") {
    OneServer one;
    one.define("pond");
    REQUIRE(one.server.start());
    CHECK_FALSE(one.server.create_room("lake", "x"));
    CHECK(one.server.create_room("pond", "first"));
    CHECK(one.server.create_room("pond", "\xFF"));
    CHECK(one.server.create_room("pond", ""));
    CHECK_FALSE(one.server.create_room("pond", "fourth"));
    const std::vector<RoomSummary> rooms = one.server.rooms();
    REQUIRE(rooms.size() == 3);
    CHECK(rooms[0].name == "first");
    CHECK(rooms[0].kind == "pond");
    CHECK(rooms[0].capacity == 16);
    CHECK(rooms[1].name == "pond 2");
    CHECK(rooms[2].name == "pond 3");
}

TEST_CASE("server: rooms that it opened itself stay while they are empty") {
    OneServer one;
    one.define("pond");
    REQUIRE(one.server.start());
    one.server.create_room("pond", "first");
    for (Time now{1s}; now < Time{10s}; now += 10ms) one.server.step(now);
    CHECK(one.server.rooms().size() == 1);
}

TEST_CASE("server: steps when it says, and its ticks keep to the rate") {
    OneServer one([](ServerConfig& config) {
        config.tick_rate = 50;
    });
    REQUIRE(one.server.start());
    const Time start{100s};
    CHECK(one.server.next_step() <= start);
    one.server.step(start);
    CHECK(one.server.next_step() == start + 20ms);
    one.server.step(start + 19ms);
    CHECK(one.server.stats().ticks == 1);
    while (one.server.next_step() < start + 10s) one.server.step(one.server.next_step());
    CHECK(one.server.stats().ticks == 500);
    CHECK(one.server.stats().tick == Tick{500});
    CHECK(one.server.stats().late_ticks == 0);
    CHECK(one.server.stats().dropped_ticks == 0);
    CHECK(one.server.stats().simulation.max_us >= 0);
}

TEST_CASE("server: after a stop of 5 s it counts what it gave up, and tick numbers have no gap") {
    OneServer one;
    REQUIRE(one.server.start());
    one.server.step(Time{1s});
    one.server.step(Time{6s});
    const ServerStats stats = one.server.stats();
    CHECK(stats.ticks == 6);
    CHECK(stats.tick == Tick{6});
    CHECK(stats.dropped_ticks == 295);
    CHECK(stats.late_ticks == 1);
}

TEST_CASE("server: begins after the tick it is told, also where ticks wrap") {
    OneServer one([](ServerConfig& config) {
        config.first_tick = Tick{0xFFFFFFFE};
    });
    REQUIRE(one.server.start());
    one.server.step(Time{1s});
    CHECK(one.server.stats().tick == Tick{0xFFFFFFFF});
    one.server.step(one.server.next_step());
    CHECK(one.server.stats().tick == Tick{0});
}

TEST_CASE("server: without peers it stops at once") {
    OneServer one;
    REQUIRE(one.server.start());
    one.server.step(Time{1s});
    CHECK_FALSE(one.server.has_stopped());
    one.server.stop("enough");
    CHECK(one.server.has_stopped());
    one.server.step(Time{2s});
    CHECK(one.server.stats().ticks == 1);
}
