#include "process/demo_programs.hpp"

#include <doctest/doctest.h>

#include <csignal>

using namespace std::chrono_literals;

TEST_CASE("demo-server: it says its port, takes a player in, and ends politely on SIGTERM") {
    DemoServer server;
    REQUIRE_MESSAGE(!server.port.empty(), server.program.errors());

    Program client(ours("demo-client"), headless_client(server.port, 60));
    CHECK(client.exit_code() == 0);
    CHECK(client.errors() == "");

    server.program.send_signal(SIGTERM);
    CHECK(server.program.exit_code(3s) == 0);
}

TEST_CASE("demo-server: its bots play over UDP, and more signals than one end it as politely") {
    DemoServer server({"--bots", "3"});
    CHECK(server.program.line_with("all 3 bots play"));
    server.program.send_signal(SIGINT);
    server.program.send_signal(SIGTERM);
    server.program.send_signal(SIGINT);
    CHECK(server.program.exit_code(3s) == 0);
    CHECK(server.program.line_with("3 of 3 bots were told that the server closes"));
}

// A04
TEST_CASE("demo-server: on an interrupt fifty players are told why, over a bad link") {
    DemoServer server({"--bots", "50", "--net-sim", "loss=5"});
    REQUIRE(server.program.line_with("all 50 bots play", 30s));
    server.program.send_signal(SIGINT);
    CHECK(server.program.exit_code(3s) == 0);
    CHECK(server.program.line_with("50 of 50 bots were told that the server closes"));
}

// A41
TEST_CASE("demo-server: a port in use is named, and whoever has it is not disturbed") {
    DemoServer first;
    REQUIRE(!first.port.empty());

    Program second(ours("demo-server"), {"--port", first.port, "--bind", "127.0.0.1"});
    CHECK(second.exit_code() == 1);
    CHECK(second.errors().find(first.port) != std::string::npos);
    CHECK(second.errors().find("in use") != std::string::npos);

    Program client(ours("demo-client"), headless_client(first.port, 30));
    CHECK(client.exit_code() == 0);
    CHECK(first.program.is_running());
}

TEST_CASE("demo-server: a second of --check says that all is well, with figures") {
    Program check(ours("demo-server"), {"--check", "2"});
    CHECK_MESSAGE(check.exit_code(30s) == 0, check.output(), check.errors());
    for (const char* figure : {"players: 16",
                               "ticks: 1",
                               "tick_p99_us: ",
                               "snapshots_received: ",
                               "bytes_per_client_per_s: ",
                               "late_ticks: ",
                               "state_checks: ",
                               "state_mismatches: 0",
                               "result: ok"}) {
        CHECK_MESSAGE(check.line_with(figure), figure);
    }
}

TEST_CASE("demo-server: a check that is interrupted has failed, and says so") {
    Program check(ours("demo-server"), {"--check", "60", "--log-level", "info"});
    REQUIRE(check.line_with("all 16 bots play"));
    check.send_signal(SIGTERM);
    CHECK(check.exit_code(3s) == 1);
    CHECK(check.line_with("failure: interrupted"));
    CHECK(check.line_with("result: failed"));
}
