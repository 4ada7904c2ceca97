#include "c_api/c_pond.hpp"
#include "c_api/misuses.hpp"

#include <engine_net/client.hpp>
#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

using namespace engine_net;
using test_game::Body;

namespace {

std::unique_ptr<Client> client_of(const engine_net_server* server, const std::string& name) {
    ClientConfig config;
    config.port = engine_net_server_port(server);
    config.name = name;
    config.schema = compiled_schema<test_game::CallBinarySchema>();
    return std::make_unique<Client>(config);
}

std::function<void(engine_net_time)> polls(Client& client) {
    return [&client](engine_net_time now) {
        client.poll(Time(Duration(now)));
    };
}

std::vector<std::uint8_t> call(std::uint32_t number) {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(test_game::CreateCall(builder, number));
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

bool says(const std::string& part) {
    return std::string(engine_net_last_error()).find(part) != std::string::npos;
}

} // namespace

TEST_CASE("c api: a room in C has players, takes their inputs and shows them its entities") {
    CPond pond;
    engine_net_server* const server = started_server(pond);
    StepTime time;
    const auto client = client_of(server, "ada");
    client->join_or_create("pond");
    REQUIRE(time.run_until(server, polls(*client), [&] {
        return client->room().is_set() && !pond.bodies.empty();
    }));
    CHECK(pond.log == std::vector<std::string>{"create", "join ada"});
    CHECK(engine_net_room_id(pond.room) == client->room().value);
    CHECK(engine_net_room_presence_count(pond.room) == 1);

    client->send_input(test_game::Push(100, 0));
    const EntityId own{pond.bodies.begin()->second};
    const auto body = [&] {
        return client->find<Body>(own, Time(Duration(time.now())), Shown::newest);
    };
    CHECK(time.run_until(server, polls(*client), [&] {
        return body() && body()->position().x() > 5;
    }));
    CHECK(pond.inputs >= 6);
    REQUIRE(body());
    CHECK(body()->secret() == 7);
    CHECK(engine_net_room_set_owner(pond.room, own.value, 0) == ENGINE_NET_OK);
    CHECK(time.run_until(server, polls(*client), [&] {
        return body()->secret() == 0;
    }));

    client->leave();
    CHECK(time.run_until(server, polls(*client), [&] {
        return pond.log.back() == "end";
    }));
    CHECK(pond.log == std::vector<std::string>{"create", "join ada", "leave ada 0", "end"});
    engine_net_server_destroy(server);
}

TEST_CASE("c api: events go both ways, what is no event of the game reaches nobody") {
    CPond pond;
    engine_net_server* const server = started_server(pond);
    StepTime time;
    const auto client = client_of(server, "ada");
    std::vector<std::uint32_t> heard;
    client->on_event<test_game::Call>([&](const test_game::Call& call) {
        heard.push_back(call.number());
    });
    client->join_or_create("pond");
    REQUIRE(time.run_until(server, polls(*client), [&] {
        return client->room().is_set();
    }));
    client->send_event(std::vector<std::uint8_t>(40, 0xFF));
    client->send_event(call(3));
    CHECK(time.run_until(server, polls(*client), [&] {
        return !pond.calls.empty();
    }));
    CHECK(pond.calls == std::vector<std::uint32_t>{3});
    engine_net_server_stats stats{};
    stats.struct_size = sizeof stats;
    CHECK(engine_net_server_get_stats(server, &stats) == ENGINE_NET_OK);
    CHECK(stats.malformed_messages == 1);
    CHECK(stats.players == 1);

    const auto first = call(4);
    const auto second = call(5);
    CHECK(engine_net_room_broadcast_event(
              pond.room, first.data(), first.size(), ENGINE_NET_RELIABLE) == ENGINE_NET_OK);
    CHECK(engine_net_room_send_event(pond.room,
                                     client->presence().value,
                                     second.data(),
                                     second.size(),
                                     ENGINE_NET_RELIABLE) == ENGINE_NET_OK);
    CHECK(time.run_until(server, polls(*client), [&] {
        return heard.size() == 2;
    }));
    CHECK(heard == std::vector<std::uint32_t>{4, 5});
    engine_net_server_destroy(server);
}

TEST_CASE("c api: a game in C refuses, kicks and closes with its own words") {
    CPond pond;
    engine_net_server* const server = started_server(pond);
    StepTime time;
    const auto client = client_of(server, "ada");
    pond.refusal = "no ada here";
    std::optional<JoinResult> result;
    const auto keep = [&](const JoinResult& joined) {
        result = joined;
    };
    const auto is_answered = [&] {
        return result.has_value();
    };
    client->join_or_create("pond", keep);
    REQUIRE(time.run_until(server, polls(*client), is_answered));
    CHECK(result->error == RequestError::refused_by_game);
    CHECK(result->detail == "no ada here");

    pond.refusal.clear();
    std::vector<std::string> left;
    client->on_room_left([&](LeaveReason reason, const std::string& detail) {
        left.push_back(std::to_string(static_cast<int>(reason)) + detail);
    });
    const auto join_again = [&] {
        result.reset();
        client->join_or_create("pond", keep);
        REQUIRE(time.run_until(server, polls(*client), is_answered));
    };
    join_again();
    CHECK(engine_net_room_kick(pond.room, client->presence().value, "out") == ENGINE_NET_OK);
    CHECK(time.run_until(server, polls(*client), [&] {
        return left.size() == 1;
    }));
    join_again();
    CHECK(engine_net_room_close(pond.room, "dry") == ENGINE_NET_OK);
    CHECK(time.run_until(server, polls(*client), [&] {
        return left.size() == 2;
    }));
    CHECK(left == std::vector<std::string>{"2out", "3dry"});
    engine_net_server_destroy(server);
}

TEST_CASE("c api: entities are told apart by type, size and number") {
    CPond pond;
    engine_net_server* const server = started_server(pond);
    std::uint32_t room = 0;
    CHECK(engine_net_server_create_room(server, "lake", nullptr, &room) ==
          ENGINE_NET_ERROR_NOT_FOUND);
    REQUIRE(engine_net_server_create_room(server, "pond", nullptr, &room) == ENGINE_NET_OK);
    CHECK(engine_net_room_id(pond.room) == room);

    const Body body;
    std::uint32_t entity = 0;
    CHECK(engine_net_room_spawn(pond.room, "test_game.Fish", &body, sizeof body, 0, &entity) ==
          ENGINE_NET_ERROR_NOT_FOUND);
    CHECK(says("no replicated struct test_game.Fish"));
    CHECK(engine_net_room_spawn(pond.room, "test_game.Push", &body, sizeof body, 0, &entity) ==
          ENGINE_NET_ERROR_NOT_FOUND);
    CHECK(engine_net_room_spawn(pond.room, "test_game.Body", &body, 3, 0, &entity) ==
          ENGINE_NET_ERROR_BAD_SIZE);
    CHECK(says("test_game.Body has 12 bytes, not 3"));
    CHECK(entity == 0);
    CHECK(engine_net_room_write(pond.room, 1, &body, sizeof body) == ENGINE_NET_ERROR_NOT_FOUND);
    CHECK(engine_net_room_read(pond.room, 1) == nullptr);
    for (std::size_t i = 0; i < max_entities; ++i) {
        REQUIRE(engine_net_room_spawn(
                    pond.room, "test_game.Body", &body, sizeof body, 0, &entity) == ENGINE_NET_OK);
    }
    CHECK(engine_net_room_spawn(pond.room, "test_game.Body", &body, sizeof body, 0, &entity) ==
          ENGINE_NET_ERROR_LIMIT);
    CHECK(engine_net_room_despawn(pond.room, 5) == ENGINE_NET_OK);
    CHECK(engine_net_room_despawn(pond.room, 5) == ENGINE_NET_ERROR_NOT_FOUND);
    CHECK(engine_net_room_spawn(pond.room, "test_game.Body", &body, sizeof body, 0, &entity) ==
          ENGINE_NET_OK);
    CHECK(entity == max_entities + 1);

    std::vector<std::uint8_t> large(max_state_bytes + 1);
    CHECK(engine_net_room_set_state(pond.room, large.data(), large.size()) ==
          ENGINE_NET_ERROR_BAD_SIZE);
    CHECK(engine_net_room_broadcast_event(
              pond.room, large.data(), max_unreliable_event_bytes + 1, ENGINE_NET_UNRELIABLE) ==
          ENGINE_NET_ERROR_BAD_SIZE);
    CHECK(engine_net_room_kick(pond.room, 77, nullptr) == ENGINE_NET_ERROR_NOT_FOUND);
    engine_net_server_destroy(server);
    CHECK(pond.room == nullptr);
}

TEST_CASE("c api: what is wrong with a server or its rooms is said where it is given") {
    CPond pond;
    engine_net_server_config config = CPond::server();
    engine_net_server* server = nullptr;
    config.tick_rate = 1000;
    CHECK(engine_net_server_create(&config, &server) == ENGINE_NET_ERROR_BAD_CONFIG);
    CHECK(says("tick_rate"));
    CHECK(server == nullptr);
    config.tick_rate = 30;
    REQUIRE(engine_net_server_create(&config, &server) == ENGINE_NET_OK);
    CHECK(engine_net_server_step(server, 1) == ENGINE_NET_ERROR_WRONG_STATE);
    CHECK(engine_net_server_port(server) == 0);

    const auto define = [&](const engine_net_room_kind_config& kind) {
        const engine_net_room_callbacks callbacks = pond.callbacks();
        return engine_net_server_define_room(server, "pond", &kind, &callbacks);
    };
    engine_net_room_kind_config kind = CPond::kind();
    kind.schema_size = 20;
    CHECK(define(kind) == ENGINE_NET_ERROR_BAD_SCHEMA);
    kind = CPond::kind();
    kind.input_type = "test_game.Shove";
    CHECK(define(kind) == ENGINE_NET_ERROR_BAD_SCHEMA);
    CHECK(says("test_game.Shove"));
    kind = CPond::kind();
    kind.event_table = "test_game.Body";
    CHECK(define(kind) == ENGINE_NET_ERROR_BAD_SCHEMA);
    CHECK(says("no table test_game.Body"));
    CHECK(define(CPond::kind()) == ENGINE_NET_OK);
    CHECK(define(CPond::kind()) == ENGINE_NET_ERROR_BAD_CONFIG);
    CHECK(engine_net_server_start(server) == ENGINE_NET_OK);
    CHECK(engine_net_server_start(server) == ENGINE_NET_ERROR_WRONG_STATE);
    CHECK(define(CPond::kind()) == ENGINE_NET_ERROR_WRONG_STATE);

    config.port = engine_net_server_port(server);
    engine_net_server* other = nullptr;
    REQUIRE(engine_net_server_create(&config, &other) == ENGINE_NET_OK);
    CHECK(engine_net_server_start(other) == ENGINE_NET_ERROR_PORT_IN_USE);
    CHECK(engine_net_server_step(other, 1) == ENGINE_NET_ERROR_WRONG_STATE);
    engine_net_server_destroy(other);
    engine_net_server_destroy(server);
}

TEST_CASE("c api: within a callback the server is not to be changed") {
    CPond pond;
    engine_net_server* const server = started_server(pond);
    REQUIRE(engine_net_server_create_room(server, "pond", "one", nullptr) == ENGINE_NET_OK);
    std::vector<engine_net_result> results;
    pond.on_tick = [&](engine_net_room*) {
        results = {engine_net_server_step(server, 1),
                   engine_net_server_stop(server, nullptr),
                   engine_net_server_create_room(server, "pond", "two", nullptr)};
        const Misuses misuses;
        engine_net_server_destroy(server);
        CHECK(Misuses::heard().size() == 1);
    };
    StepTime time;
    CHECK(time.run_until(
        server,
        [](engine_net_time) {},
        [&] {
            return !results.empty();
        }));
    CHECK(results == std::vector(3, ENGINE_NET_ERROR_WRONG_STATE));
    pond.on_tick = nullptr;
    CHECK(engine_net_server_stop(server, "bye") == ENGINE_NET_OK);
    CHECK(time.run_until(
        server,
        [](engine_net_time) {},
        [&] {
            return engine_net_server_has_stopped(server);
        }));
    engine_net_server_destroy(server);
}

TEST_CASE("c api: null arguments are misuse, and change nothing") {
    const Misuses misuses;
    engine_net_server_config config = CPond::server();
    engine_net_server* server = nullptr;
    CHECK(engine_net_server_config_init(nullptr, sizeof config) == ENGINE_NET_ERROR_MISUSE);
    CHECK(engine_net_server_create(nullptr, &server) == ENGINE_NET_ERROR_MISUSE);
    CHECK(engine_net_server_create(&config, nullptr) == ENGINE_NET_ERROR_MISUSE);
    config.struct_size = 0;
    CHECK(engine_net_server_create(&config, &server) == ENGINE_NET_ERROR_MISUSE);
    CHECK(says("engine_net_server_create: config is null or without its size"));
    CHECK(engine_net_server_start(nullptr) == ENGINE_NET_ERROR_MISUSE);
    CHECK(engine_net_server_step(nullptr, 0) == ENGINE_NET_ERROR_MISUSE);
    CHECK(engine_net_server_next_step(nullptr) == INT64_MAX);
    CHECK(engine_net_server_port(nullptr) == 0);
    CHECK_FALSE(engine_net_server_is_drained(nullptr));
    CHECK(engine_net_room_user(nullptr) == nullptr);
    CHECK(engine_net_room_tick(nullptr) == 0);
    CHECK(engine_net_room_despawn(nullptr, 1) == ENGINE_NET_ERROR_MISUSE);
    CHECK(Misuses::heard().size() == 12);
    engine_net_server_destroy(nullptr);

    CPond pond;
    server = started_server(pond);
    REQUIRE(engine_net_server_create_room(server, "pond", nullptr, nullptr) == ENGINE_NET_OK);
    std::uint32_t entity = 0;
    CHECK(engine_net_room_spawn(pond.room, nullptr, "", 0, 0, &entity) == ENGINE_NET_ERROR_MISUSE);
    CHECK(engine_net_room_set_state(pond.room, nullptr, 4) == ENGINE_NET_ERROR_MISUSE);
    CHECK(engine_net_room_presence_at(pond.room, 0, nullptr, 8) == ENGINE_NET_ERROR_MISUSE);
    CHECK(engine_net_server_get_stats(server, nullptr) == ENGINE_NET_ERROR_MISUSE);
    engine_net_server_destroy(server);
}

TEST_CASE("c api: structs of an older and of a newer version are taken") {
    struct Newer {
        engine_net_server_config known;
        std::array<std::uint8_t, 16> more;
    } newer{};
    CHECK(engine_net_server_config_init(&newer.known, sizeof newer) == ENGINE_NET_OK);
    CHECK(newer.known.struct_size == sizeof newer);
    CHECK(newer.known.tick_rate == 60);
    CHECK(newer.more == std::array<std::uint8_t, 16>{});
    engine_net_server* server = nullptr;
    CHECK(engine_net_server_create(&newer.known, &server) == ENGINE_NET_OK);
    engine_net_server_destroy(server);

    engine_net_server_config older{};
    CHECK(engine_net_server_config_init(&older, offsetof(engine_net_server_config, bind_address)) ==
          ENGINE_NET_OK);
    CHECK(older.port == 7777);
    CHECK(older.bind_address == nullptr);
    CHECK(engine_net_server_create(&older, &server) == ENGINE_NET_OK);
    engine_net_server_destroy(server);
}
