#include "c_api/c_pond.hpp"
#include "core/own_thread.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

using namespace engine_net;

TEST_CASE("c api: another thread is refused by the handle, and hears why on its own") {
    CPond pond;
    engine_net_server* const server = started_server(pond);
    engine_net_client_config config;
    CHECK(engine_net_client_config_init(&config, sizeof config) == ENGINE_NET_OK);
    engine_net_client* client = nullptr;
    REQUIRE(engine_net_client_create(&config, nullptr, &client) == ENGINE_NET_OK);
    CHECK(engine_net_client_step(client, 1) == ENGINE_NET_OK);
    CHECK(engine_net_server_start(server) == ENGINE_NET_ERROR_WRONG_STATE);
    const std::string own = engine_net_last_error();

    const WrongThreadListener before = exchange_wrong_thread_listener([](const char*) {});
    std::vector<engine_net_result> results;
    std::string other;
    std::thread([&] {
        CHECK(std::string(engine_net_last_error()).empty());
        results = {engine_net_server_step(server, 2),
                   engine_net_server_stop(server, ""),
                   engine_net_client_step(client, 2),
                   engine_net_client_leave(client)};
        CHECK(engine_net_server_next_step(server) == INT64_MAX);
        CHECK(engine_net_server_port(server) == 0);
        other = engine_net_last_error();
    }).join();
    exchange_wrong_thread_listener(before);
    CHECK(results == std::vector(4, ENGINE_NET_ERROR_WRONG_THREAD));
    CHECK(other == "called on another thread than the server's");
    CHECK(engine_net_last_error() == own);

    std::thread([&] {
        engine_net_client_destroy(client);
        engine_net_server_destroy(server);
    }).join();
}
