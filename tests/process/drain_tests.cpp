// A real server that is asked to end, and lets its players finish.

#include "process/demo_programs.hpp"

#include <doctest/doctest.h>

#include <csignal>

using namespace std::chrono_literals;

TEST_CASE("demo-server: on SIGTERM its room goes on, nobody else gets in, and it ends in time") {
    DemoServer server({"--bots", "2", "--drain-seconds", "6"});
    REQUIRE(server.program.line_with("all 2 bots play"));
    server.program.send_signal(SIGTERM);
    REQUIRE(server.program.line_with("draining: 1 rooms have at most 6000 ms"));

    Program late(ours("demo-client"), headless_client(server.port, 1));
    CHECK(late.exit_code() == 0); // as whenever a server closes
    CHECK_FALSE(late.line_with("playing"));
    CHECK(server.program.is_running());

    CHECK(server.program.exit_code() == 0);
    CHECK(server.program.line_with("2 of 2 bots were told that the server closes"));
}

TEST_CASE("demo-server: on SIGTERM it waits for its players, and no longer") {
    DemoServer server({"--drain-seconds", "600"});
    Program client(ours("demo-client"), headless_client(server.port, 240));
    REQUIRE(client.line_with("playing in room"));
    server.program.send_signal(SIGTERM);
    CHECK(client.exit_code() == 0);
    CHECK(server.program.exit_code() == 0);
}

TEST_CASE("demo-server: a second signal ends a drain at once") {
    DemoServer server({"--bots", "2", "--drain-seconds", "600"});
    REQUIRE(server.program.line_with("all 2 bots play"));
    server.program.send_signal(SIGTERM);
    REQUIRE(server.program.line_with("draining: "));
    server.program.send_signal(SIGTERM);
    CHECK(server.program.exit_code(3s) == 0);
    CHECK(server.program.line_with("2 of 2 bots were told that the server closes"));
}
