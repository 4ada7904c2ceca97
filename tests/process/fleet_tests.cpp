// A real server in a fleet: what it says to its sidecar from its start to its end.

#include "process/demo_programs.hpp"
#include "support/sidecar.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <string>

TEST_CASE(
    "demo-server: with --agones it is ready, well, allocated while one plays, and shut down") {
    Sidecar sidecar;
    DemoServer server({"--agones", "--drain-seconds", "600"},
                      {{"AGONES_SDK_HTTP_PORT", std::to_string(sidecar.port())}});
    REQUIRE(sidecar.wait_for("POST /ready"));
    REQUIRE(sidecar.wait_for("POST /health"));
    CHECK(sidecar.count("POST /allocate") == 0);

    Program client(ours("demo-client"), headless_client(server.port, 400));
    REQUIRE(sidecar.wait_for("POST /allocate"));
    CHECK(Sidecar::wait([&] {
        return sidecar.body_of("PATCH /v1beta1/counters/players") ==
               R"({"capacity":"1024","count":"1"})";
    }));
    server.program.send_signal(SIGTERM);
    REQUIRE(server.program.line_with("draining: "));
    CHECK(server.program.is_running());
    CHECK(sidecar.count("POST /shutdown") == 0);

    CHECK(client.exit_code() == 0);
    CHECK(server.program.exit_code() == 0);
    CHECK(sidecar.count("POST /shutdown") == 1);
}

TEST_CASE("demo-server: with --agones it plays all the same where there is no sidecar") {
    DemoServer server({"--agones"}, {{"AGONES_SDK_HTTP_PORT", std::to_string(free_tcp_port())}});
    CHECK(server.program.line_with("fleet: /ready can't be told yet"));
    Program client(ours("demo-client"), headless_client(server.port, 60));
    CHECK(client.exit_code() == 0);
    server.program.send_signal(SIGTERM);
    CHECK(server.program.exit_code() == 0);
}
