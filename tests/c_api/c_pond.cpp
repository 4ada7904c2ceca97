#include "c_api/c_pond.hpp"

#include <doctest/doctest.h>
#include <flatbuffers/flatbuffers.h>

#include <cstdio>
#include <cstring>

namespace {

CPond& pond_of(void* user) {
    return *static_cast<CPond*>(user);
}

void create(void* user, engine_net_room* room) {
    pond_of(user).room = room;
    pond_of(user).log.emplace_back("create");
}

bool ask_to_join(
    void* user, engine_net_room*, const char*, bool, char* reason, std::size_t reason_size) {
    const std::string& refusal = pond_of(user).refusal;
    std::snprintf(reason, reason_size, "%s", refusal.c_str());
    return refusal.empty();
}

void join(void* user, engine_net_room* room, const engine_net_presence* who) {
    CPond& pond = pond_of(user);
    pond.log.push_back(std::string("join ") + who->name);
    const test_game::Body body(test_game::Vec2(0, 0), 0, 7);
    CHECK(engine_net_room_spawn(
              room, "test_game.Body", &body, sizeof body, who->id, &pond.bodies[who->id]) ==
          ENGINE_NET_OK);
}

void leave(void* user,
           engine_net_room* room,
           const engine_net_presence* who,
           engine_net_leave_reason reason) {
    CPond& pond = pond_of(user);
    pond.log.push_back(std::string("leave ") + who->name + " " + std::to_string(reason));
    CHECK(engine_net_room_despawn(room, pond.bodies[who->id]) == ENGINE_NET_OK);
    pond.bodies.erase(who->id);
}

void input(void* user,
           engine_net_room* room,
           std::uint32_t presence,
           const void* bytes,
           std::size_t size) {
    CPond& pond = pond_of(user);
    test_game::Push push;
    REQUIRE(size == sizeof push);
    std::memcpy(static_cast<void*>(&push), bytes, size);
    const std::uint32_t entity = pond.bodies.at(presence);
    const auto* before = static_cast<const test_game::Body*>(engine_net_room_read(room, entity));
    const test_game::Vec2 at(before->position().x() + static_cast<float>(push.x()) * 0.01F,
                             before->position().y() + static_cast<float>(push.y()) * 0.01F);
    const test_game::Body body(at, static_cast<std::uint16_t>(before->pushes() + 1), 7);
    CHECK(engine_net_room_write(room, entity, &body, sizeof body) == ENGINE_NET_OK);
    ++pond.inputs;
}

void event(void* user, engine_net_room*, std::uint32_t, const std::uint8_t* bytes, std::size_t) {
    pond_of(user).calls.push_back(flatbuffers::GetRoot<test_game::Call>(bytes)->number());
}

void tick(void* user, engine_net_room* room, std::uint32_t) {
    if (pond_of(user).on_tick) pond_of(user).on_tick(room);
}

void end(void* user, engine_net_room*) {
    pond_of(user).log.emplace_back("end");
    pond_of(user).room = nullptr;
}

} // namespace

engine_net_room_callbacks CPond::callbacks() {
    engine_net_room_callbacks all{};
    all.struct_size = sizeof all;
    all.user = this;
    all.on_create = create;
    all.on_join_request = ask_to_join;
    all.on_join = join;
    all.on_leave = leave;
    all.on_input = input;
    all.on_event = event;
    all.on_tick = tick;
    all.on_end = end;
    return all;
}

engine_net_room_kind_config CPond::kind() {
    engine_net_room_kind_config config;
    REQUIRE(engine_net_room_kind_config_init(&config, sizeof config) == ENGINE_NET_OK);
    config.schema = test_game::CallBinarySchema::data();
    config.schema_size = test_game::CallBinarySchema::size();
    config.input_type = "test_game.Push";
    return config;
}

engine_net_server_config CPond::server() {
    engine_net_server_config config;
    REQUIRE(engine_net_server_config_init(&config, sizeof config) == ENGINE_NET_OK);
    config.port = 0;
    config.bind_address = "127.0.0.1";
    config.log = [](void*, engine_net_log_level, const char*) {};
    return config;
}

engine_net_server* started_server(CPond& pond) {
    const engine_net_server_config config = CPond::server();
    const engine_net_room_kind_config kind = CPond::kind();
    const engine_net_room_callbacks callbacks = pond.callbacks();
    engine_net_server* server = nullptr;
    REQUIRE(engine_net_server_create(&config, &server) == ENGINE_NET_OK);
    REQUIRE(engine_net_server_define_room(server, "pond", &kind, &callbacks) == ENGINE_NET_OK);
    REQUIRE(engine_net_server_start(server) == ENGINE_NET_OK);
    return server;
}

bool StepTime::run_until(engine_net_server* server,
                         const std::function<void(engine_net_time)>& others,
                         const std::function<bool()>& is_true,
                         int steps) {
    for (int i = 0; i < steps && !is_true(); ++i) {
        now_ += 5'000;
        CHECK(engine_net_server_step(server, now_) == ENGINE_NET_OK);
        others(now_);
    }
    return is_true();
}
