#include "c_api/c_pond.hpp"
#include "c_api/misuses.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using test_game::Body;

namespace {

/// A client in C, and what it was told.
struct Swimmer {
    explicit Swimmer(const engine_net_server* server, const char* name = "ada") {
        engine_net_client_config config;
        REQUIRE(engine_net_client_config_init(&config, sizeof config) == ENGINE_NET_OK);
        config.port = engine_net_server_port(server);
        config.name = name;
        config.schema = test_game::CallBinarySchema::data();
        config.schema_size = test_game::CallBinarySchema::size();
        config.state_table = "test_game.Board";
        config.log = [](void*, engine_net_log_level, const char*) {};
        engine_net_client_callbacks callbacks{};
        callbacks.struct_size = sizeof callbacks;
        callbacks.user = this;
        callbacks.on_event =
            [](void* user, engine_net_client*, const std::uint8_t* event, std::size_t) {
                of(user).calls.push_back(flatbuffers::GetRoot<test_game::Call>(event)->number());
            };
        callbacks.on_room_state = [](void* user, engine_net_client*) {
            ++of(user).states;
        };
        callbacks.on_rooms = [](void* user, engine_net_client*) {
            ++of(user).room_lists;
        };
        callbacks.on_room_left =
            [](void* user, engine_net_client*, engine_net_leave_reason reason, const char* words) {
                of(user).left =
                    std::string(engine_net_leave_reason_text(reason)).append(": ").append(words);
            };
        callbacks.on_closed =
            [](void* user, engine_net_client*, engine_net_close_reason reason, const char*) {
                of(user).closed = reason;
            };
        REQUIRE(engine_net_client_create(&config, &callbacks, &client) == ENGINE_NET_OK);
    }
    ~Swimmer() { engine_net_client_destroy(client); }
    Swimmer(const Swimmer&) = delete;
    Swimmer& operator=(const Swimmer&) = delete;

    static Swimmer& of(void* user) { return *static_cast<Swimmer*>(user); }
    static void keep(void* user, engine_net_client*, const engine_net_join_result* result) {
        of(user).error = result->error;
        of(user).detail = result->detail;
        of(user).invite = result->invite;
    }
    [[nodiscard]] std::function<void(engine_net_time)> steps() const {
        return [this](engine_net_time now) {
            CHECK(engine_net_client_step(client, now) == ENGINE_NET_OK);
        };
    }
    [[nodiscard]] std::vector<Body> bodies(engine_net_time now) const {
        const engine_net_entity* entities = nullptr;
        std::size_t count = 0;
        std::size_t size = 0;
        REQUIRE(engine_net_client_view(
                    client, "test_game.Body", now, ENGINE_NET_NEWEST, &entities, &count, &size) ==
                ENGINE_NET_OK);
        CHECK(size == sizeof(Body));
        std::vector<Body> all;
        all.reserve(count);
        for (std::size_t i = 0; i < count; ++i)
            all.push_back(*static_cast<const Body*>(entities[i].state));
        return all;
    }

    engine_net_client* client = nullptr;
    std::optional<engine_net_request_error> error{};
    std::string detail{};
    std::string invite{};
    std::vector<std::uint32_t> calls{};
    std::string left{};
    std::optional<engine_net_close_reason> closed{};
    int states = 0;
    int room_lists = 0;
};

std::vector<std::uint8_t> finished(flatbuffers::FlatBufferBuilder& builder) {
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

} // namespace

TEST_CASE("c api: two clients in C see each other move, and are told each other's names") {
    CPond pond;
    engine_net_server* const server = started_server(pond);
    StepTime time;
    {
        const Swimmer ada(server);
        const Swimmer bob(server, "bob");
        const auto both = [&](engine_net_time now) {
            ada.steps()(now);
            bob.steps()(now);
        };
        for (const Swimmer* one : {&ada, &bob}) {
            CHECK(engine_net_client_join_or_create(one->client, "pond", nullptr, nullptr) ==
                  ENGINE_NET_OK);
        }
        REQUIRE(time.run_until(server, both, [&] {
            return pond.bodies.size() == 2 && engine_net_client_presence(bob.client) != 0;
        }));
        const test_game::Push push(100, 0);
        CHECK(engine_net_client_send_input(ada.client, "test_game.Push", &push, sizeof push) ==
              ENGINE_NET_OK);
        CHECK(time.run_until(server, both, [&] {
            const auto seen = bob.bodies(time.now());
            return seen.size() == 2 && seen[0].position().x() + seen[1].position().x() > 5;
        }));
        const engine_net_member* members = nullptr;
        std::size_t count = 0;
        CHECK(engine_net_client_members(bob.client, &members, &count, nullptr) == ENGINE_NET_OK);
        REQUIRE(count == 2);
        CHECK(std::string(members[0].name) + members[1].name == "adabob");
        engine_net_client_stats stats{};
        stats.struct_size = sizeof stats;
        CHECK(engine_net_client_get_stats(ada.client, &stats) == ENGINE_NET_OK);
        CHECK(stats.inputs_sent > 0);
        CHECK(stats.snapshot_datagrams > 0);
        CHECK(engine_net_client_leave_room(ada.client) == ENGINE_NET_OK);
        CHECK(time.run_until(server, both, [&] {
            return bob.bodies(time.now()).size() == 1;
        }));
        CHECK(ada.bodies(time.now()).empty());
        CHECK(engine_net_client_room(ada.client) == 0);
    }
    engine_net_server_destroy(server);
}

TEST_CASE(
    "c api: a client in C is told of events and of the room's state, if they are the game's") {
    CPond pond;
    engine_net_server* const server = started_server(pond);
    StepTime time;
    {
        const Swimmer ada(server);
        engine_net_client_join_or_create(ada.client, "pond", nullptr, nullptr);
        REQUIRE(time.run_until(server, ada.steps(), [&] {
            return engine_net_client_room(ada.client) != 0;
        }));
        flatbuffers::FlatBufferBuilder call;
        call.Finish(test_game::CreateCall(call, 8));
        const auto event = finished(call);
        const std::vector<std::uint8_t> noise(64, 0xEE);
        engine_net_room_broadcast_event(pond.room, noise.data(), noise.size(), ENGINE_NET_RELIABLE);
        engine_net_room_broadcast_event(pond.room, event.data(), event.size(), ENGINE_NET_RELIABLE);
        engine_net_room_set_state(pond.room, noise.data(), noise.size());
        CHECK(time.run_until(server, ada.steps(), [&] {
            return !ada.calls.empty();
        }));
        CHECK(ada.calls == std::vector<std::uint32_t>{8});
        engine_net_client_stats stats{};
        stats.struct_size = sizeof stats;
        CHECK(time.run_until(server, ada.steps(), [&] {
            engine_net_client_get_stats(ada.client, &stats);
            return stats.malformed_messages == 2;
        }));
        CHECK(ada.states == 0);
        const std::uint8_t* state = noise.data();
        std::size_t size = 1;
        CHECK(engine_net_client_room_state(ada.client, &state, &size) == ENGINE_NET_OK);
        CHECK(state == nullptr);
        CHECK(size == 0);

        flatbuffers::FlatBufferBuilder board;
        const auto title = board.CreateString("low tide");
        board.Finish(test_game::CreateBoard(board, title));
        const auto shown = finished(board);
        engine_net_room_set_state(pond.room, shown.data(), shown.size());
        CHECK(time.run_until(server, ada.steps(), [&] {
            return ada.states == 1;
        }));
        CHECK(engine_net_client_room_state(ada.client, &state, &size) == ENGINE_NET_OK);
        REQUIRE(state != nullptr);
        CHECK(flatbuffers::GetRoot<test_game::Board>(state)->title()->str() == "low tide");

        CHECK(engine_net_client_send_event(
                  ada.client, event.data(), event.size(), ENGINE_NET_RELIABLE) == ENGINE_NET_OK);
        CHECK(time.run_until(server, ada.steps(), [&] {
            return !pond.calls.empty();
        }));
        engine_net_room_close(pond.room, "dry");
        CHECK(time.run_until(server, ada.steps(), [&] {
            return !ada.left.empty();
        }));
        CHECK(ada.left.find(": dry") != std::string::npos);
    }
    engine_net_server_destroy(server);
}

TEST_CASE("c api: rooms are listed, made, found by invite; refusals are told") {
    CPond pond;
    engine_net_server* const server = started_server(pond);
    StepTime time;
    {
        Swimmer ada(server);
        Swimmer bob(server, "bob");
        const auto both = [&](engine_net_time now) {
            ada.steps()(now);
            bob.steps()(now);
        };
        engine_net_client_join_or_create(ada.client, "lake", Swimmer::keep, &ada);
        engine_net_client_watch_rooms(ada.client);
        REQUIRE(time.run_until(server, both, [&] {
            return ada.error && engine_net_client_has_all_rooms(ada.client);
        }));
        CHECK(ada.error == ENGINE_NET_REQUEST_UNKNOWN_KIND);

        engine_net_client_create_room(
            bob.client, "pond", "deep", 1, false, nullptr, Swimmer::keep, &bob);
        const engine_net_room_info* rooms = nullptr;
        std::size_t count = 0;
        std::size_t stride = 0;
        REQUIRE(time.run_until(server, both, [&] {
            engine_net_client_rooms(ada.client, &rooms, &count, &stride);
            return count == 1 && rooms[0].players == 1;
        }));
        CHECK(stride == sizeof *rooms);
        CHECK(std::string(rooms[0].name) == "deep");
        CHECK(rooms[0].capacity == 1);
        CHECK(ada.room_lists > 0);
        CHECK(bob.error == ENGINE_NET_REQUEST_OK);

        ada.error.reset();
        engine_net_client_join_by_invite(
            ada.client, bob.invite.c_str(), nullptr, Swimmer::keep, &ada);
        REQUIRE(time.run_until(server, both, [&] {
            return ada.error.has_value();
        }));
        CHECK(ada.error == ENGINE_NET_REQUEST_ROOM_FULL);
        CHECK(std::string(engine_net_request_error_text(*ada.error)).size() > 5);

        engine_net_client_leave(bob.client);
        engine_net_server_stop(server, "bye");
        CHECK(time.run_until(server, both, [&] {
            return engine_net_client_get_state(bob.client) == ENGINE_NET_CLOSED && ada.closed;
        }));
        CHECK(engine_net_client_close_reason(bob.client) == ENGINE_NET_CLOSE_LEFT);
        CHECK(ada.closed == ENGINE_NET_CLOSE_SERVER_CLOSING);
        CHECK_FALSE(bob.closed);
    }
    engine_net_server_destroy(server);
}

TEST_CASE("c api: what is wrong with a client's arguments is said") {
    CPond pond;
    engine_net_server* const server = started_server(pond);
    const Swimmer ada(server);
    const Body body;
    CHECK(engine_net_client_send_input(ada.client, "test_game.Shove", &body, 2) ==
          ENGINE_NET_ERROR_NOT_FOUND);
    CHECK(engine_net_client_send_input(ada.client, "test_game.Push", &body, 3) ==
          ENGINE_NET_ERROR_BAD_SIZE);
    const engine_net_entity* entities = nullptr;
    std::size_t count = 0;
    CHECK(engine_net_client_view(
              ada.client, "test_game.Push", 0, ENGINE_NET_NEWEST, &entities, &count, nullptr) ==
          ENGINE_NET_ERROR_NOT_FOUND);
    const std::string password(65, 'x');
    CHECK(engine_net_client_create_room(
              ada.client, "pond", "", 0, true, password.c_str(), nullptr, nullptr) ==
          ENGINE_NET_ERROR_BAD_SIZE);
    engine_net_client_config config;
    CHECK(engine_net_client_config_init(&config, sizeof config) == ENGINE_NET_OK);
    config.host = "";
    engine_net_client* client = nullptr;
    CHECK(engine_net_client_create(&config, nullptr, &client) == ENGINE_NET_ERROR_BAD_CONFIG);
    config.host = "127.0.0.1";
    config.state_table = "test_game.Board";
    CHECK(engine_net_client_create(&config, nullptr, &client) == ENGINE_NET_ERROR_BAD_SCHEMA);
    CHECK(client == nullptr);

    const Misuses misuses;
    CHECK(engine_net_client_step(nullptr, 0) == ENGINE_NET_ERROR_MISUSE);
    CHECK(engine_net_client_join_or_create(ada.client, nullptr, nullptr, nullptr) ==
          ENGINE_NET_ERROR_MISUSE);
    CHECK(engine_net_client_view(
              ada.client, nullptr, 0, ENGINE_NET_NEWEST, &entities, &count, nullptr) ==
          ENGINE_NET_ERROR_MISUSE);
    CHECK(engine_net_client_get_state(nullptr) == ENGINE_NET_CLOSED);
    CHECK(Misuses::heard().size() == 4);
    engine_net_server_destroy(server);
}
