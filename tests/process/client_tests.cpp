#include "process/demo_programs.hpp"
#include "process/display.hpp"
#include "process/picture.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <string>
#include <utility>

using namespace std::chrono_literals;

TEST_CASE("demo-client: without a window it plays its frames on autopilot, and leaves") {
    DemoServer server({"--log-level", "debug"});
    auto arguments = headless_client(server.port, 120);
    arguments.emplace_back("--autopilot");
    Program client(ours("demo-client"), arguments);
    CHECK(client.exit_code() == 0);
    CHECK(client.errors() == "");
}

// A02
TEST_CASE("demo-client: where nobody listens it says so, and fails") {
    std::string port;
    {
        DemoServer server;
        port = server.port;
        server.program.send_signal(SIGTERM);
        CHECK(server.program.exit_code() == 0);
    }
    Program client(ours("demo-client"), headless_client(port, 1));
    CHECK(client.exit_code(10s) == 1);
    CHECK(client.errors().find("can't reach a server at 127.0.0.1:" + port) != std::string::npos);
}

TEST_CASE("demo-client: a room that is not there is named, and nothing is left behind") {
    DemoServer server;
    auto arguments = headless_client(server.port, 1);
    arguments.insert(arguments.end(), {"--room", "77"});
    Program client(ours("demo-client"), arguments);
    CHECK(client.exit_code() == 1);
    CHECK(client.errors().find("no seat") != std::string::npos);
}

TEST_CASE("demo-client: when the server closes it ends without a failure") {
    DemoServer server;
    Program client(ours("demo-client"), {"--headless", "--connect", "127.0.0.1:" + server.port});
    REQUIRE(client.line_with("playing in room"));
    server.program.send_signal(SIGINT);
    CHECK(client.exit_code(3s) == 0);
}

TEST_CASE("demo-client: without a window its screenshot shows the game all the same") {
    DemoServer server({"--bots", "4"});
    REQUIRE(server.program.line_with("all 4 bots play"));
    const TemporaryFile picture(".png");
    auto arguments = headless_client(server.port, 90);
    arguments.insert(arguments.end(), {"--screenshot", picture.path()});
    Program client(ours("demo-client"), arguments);
    CHECK_MESSAGE(client.exit_code() == 0, client.errors());
    CHECK(Picture::read(picture.path()).colours() > 100);
}

TEST_CASE("demo-client: where there is no display it says so, and how to do without") {
    Program client(ours("demo-client"), {}, {{"DISPLAY", ""}, {"WAYLAND_DISPLAY", ""}});
    CHECK(client.exit_code() == 1);
    CHECK(client.errors().find("no window (") != std::string::npos);
    CHECK(client.errors().find("--headless") != std::string::npos);
}

TEST_CASE("demo-client: its window shows the game, on a display that is there") {
    const Display display;
    DemoServer server({"--bots", "4"});
    REQUIRE(server.program.line_with("all 4 bots play"));
    const TemporaryFile picture(".png");
    Program client(ours("demo-client"),
                   {"--connect",
                    "127.0.0.1:" + server.port,
                    "--autopilot",
                    "--frames",
                    "90",
                    "--screenshot",
                    picture.path()},
                   display.environment());
    CHECK_MESSAGE(client.exit_code() == 0, client.errors());
    CHECK(Picture::read(picture.path()).colours() > 100);
}

TEST_CASE("demo-client: an input tape steers it: thrust takes fuel, and fire takes shots") {
    DemoServer server;
    const auto bars_after = [&server](const std::string& line) {
        const TemporaryFile tape(".tape", line + " # all the time\n");
        const TemporaryFile file(".png");
        auto arguments = headless_client(server.port, 90);
        arguments.insert(arguments.end(),
                         {"--input-tape", tape.path(), "--screenshot", file.path()});
        Program client(ours("demo-client"), arguments);
        CHECK_MESSAGE(client.exit_code() == 0, client.errors());
        const Picture picture = Picture::read(file.path());
        const auto is_lit = [](const Picture::Pixel& pixel) {
            return pixel.light() > 300;
        };
        return std::pair(picture.count({90, 124, 241, 126}, is_lit),
                         picture.count({90, 144, 241, 146}, is_lit));
    };
    const auto [full_tank, full_magazine] = bars_after("90 none");
    const auto [fuel, all_shots] = bars_after("90 thrust");
    const auto [all_fuel, shots] = bars_after("90 fire");
    CHECK(fuel + 10 < full_tank);
    CHECK(all_shots == full_magazine);
    CHECK(shots + 10 < full_magazine);
    CHECK(all_fuel == full_tank);
}

TEST_CASE("demo-client: an input tape that makes no sense is refused, naming its line") {
    const TemporaryFile tape(".tape", "10 thrust\n10 hover\n");
    Program client(ours("demo-client"), {"--headless", "--input-tape", tape.path()});
    CHECK(client.exit_code() == 2);
    CHECK(client.errors().find("line 2: \"hover\" is not made of") != std::string::npos);
}

TEST_CASE("demo-client: a screen that it has not is refused, and one that nobody could see") {
    Program unknown(ours("demo-client"), {"--screen", "cockpit"});
    CHECK(unknown.exit_code() == 2);
    CHECK(unknown.errors().find("--screen is menu, lobby") != std::string::npos);
    Program unseen(ours("demo-client"), {"--headless", "--screen", "lobby"});
    CHECK(unseen.exit_code() == 2);
    CHECK(unseen.errors().find("needs a window") != std::string::npos);
}
