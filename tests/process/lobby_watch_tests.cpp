// What lobby-watch shows of a real server, on a display of its own.

#include "process/demo_programs.hpp"
#include "process/display.hpp"
#include "process/picture.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using Pixel = Picture::Pixel;

namespace {

const std::string key(64, 'a');

bool is_letter(const Pixel& pixel) {
    return pixel.r > 190 && pixel.g > 195 && pixel.b > 200;
}
/// "playing", and what is well.
bool is_green(const Pixel& pixel) {
    return pixel.g > 160 && pixel.r < 130 && pixel.b < 160;
}
/// What the games' ticks take, in the graph of stages.
bool is_simulation(const Pixel& pixel) {
    return pixel.g > 180 && pixel.r > 90 && pixel.r < 115 && pixel.b > 95 && pixel.b < 120;
}

/// A display, and what lobby-watch shows there.
struct Stage : Display {
    /// After three seconds of it.
    [[nodiscard]] Picture picture_of(std::vector<std::string> arguments) const {
        const TemporaryFile file(".png");
        for (const std::string& more : {std::string("--frames"),
                                        std::string("180"),
                                        std::string("--screenshot"),
                                        file.path()})
            arguments.push_back(more);
        Program watch(ours("lobby-watch"), std::move(arguments), environment());
        CHECK_MESSAGE(watch.exit_code(60s) == 0, watch.errors());
        CHECK(watch.errors() == "");
        return Picture::read(file.path());
    }
};

} // namespace

TEST_CASE("lobby-watch: lists the rooms of a server, and draws where its ticks' time goes") {
    const Stage display;
    DemoServer server({"--bots", "6", "--rooms", "4", "--admin-key", key});
    REQUIRE(server.program.line_with("all 6 bots play"));
    const std::vector<std::string> arguments{
        "--connect", "127.0.0.1:" + server.port, "--admin-key", key, "--tab"};
    auto lobbies = arguments;
    lobbies.emplace_back("lobbies");
    const Picture list = display.picture_of(lobbies);
    REQUIRE(list.width() == 1280);
    CHECK(list.count({0, 130, 1280, 270}, is_green) > 100);  // "playing", four times
    CHECK(list.count({0, 130, 1280, 270}, is_letter) > 500); // their figures
    CHECK(list.count({0, 300, 1280, 680}, is_letter) == 0);  // no fifth
    CHECK(list.count({0, 0, 1280, 60}, is_letter) > 200);    // the totals

    auto time = arguments;
    time.emplace_back("time");
    const Picture graph = display.picture_of(time);
    CHECK(graph.count({640, 300, 1280, 680}, is_simulation) > 20);
}

TEST_CASE("lobby-watch: a wrong key, or no server, shows what to do instead") {
    const Stage display;
    DemoServer server({"--admin-key", key});
    for (const std::string& port : {server.port, std::string("9")}) {
        const Picture welcome = display.picture_of(
            {"--connect", "127.0.0.1:" + port, "--admin-key", std::string(64, 'b')});
        CHECK(welcome.count({0, 80, 1280, 400}, is_letter) > 500);
        CHECK(welcome.count({0, 0, 1280, 680}, is_green) == 0);
    }
}

TEST_CASE("demo-server: without a home it keeps no admin key, and says so") {
    Program server(
        ours("demo-server"), {"--port", "0"}, {{"HOME", ""}, {"XDG_STATE_HOME", "relative"}});
    CHECK(server.line_with("no home folder to keep the admin key in"));
    server.send_signal(SIGINT);
    CHECK(server.exit_code() == 0);
}

TEST_CASE("lobby-watch: an interrupt ends it, and the server goes on") {
    const Stage display;
    DemoServer server({"--admin-key", key, "--log-level", "info"});
    Program watch(ours("lobby-watch"),
                  {"--connect", "127.0.0.1:" + server.port, "--admin-key", key},
                  display.environment());
    REQUIRE(server.program.line_with("admin: one from"));
    watch.send_signal(SIGINT);
    CHECK(watch.exit_code() == 0);
    CHECK(server.program.is_running());
}

TEST_CASE(
    "lobby-watch: takes a server more with each --connect, and the environment's without one") {
    const auto servers = [](std::vector<std::string> arguments) {
        arguments.emplace_back("--print-config");
        Program watch(
            ours("lobby-watch"), std::move(arguments), {{"ENGINE_NET_CONNECT", "a:1,b:2"}});
        CHECK(watch.exit_code() == 0);
        return watch.line_with("connect = ").value_or("");
    };
    CHECK(servers({}) == R"(connect = "a:1,b:2")");
    CHECK(servers({"--connect", "c", "--connect", "d:4"}) == R"(connect = "c:7777,d:4")");
}

TEST_CASE("lobby-watch: options that make no sense are refused") {
    const std::vector<std::pair<std::vector<std::string>, std::string>> refused{
        {{"--tab", "cellar"}, "--tab is lobbies, room, time, entities or bytes"},
        {{"--connect", ":"}, "is not HOST:PORT"},
        {{"--admin-key", key, "--admin-key-file", "f"}, "either --admin-key or"},
        {{"--screenshot", "f.png"}, "--screenshot needs --frames"},
        {{"--headless"}, "--headless needs"},
    };
    for (const auto& [arguments, why] : refused) {
        Program watch(ours("lobby-watch"), arguments);
        CHECK(watch.exit_code() == 2);
        CHECK(watch.errors().find(why) != std::string::npos);
    }
}

TEST_CASE("lobby-watch: a recording has its room, its entities and a bar of its time") {
    const TemporaryFile match(".match");
    {
        DemoServer server({"--bots", "6", "--record", match.path()});
        REQUIRE(server.program.line_with("all 6 bots play"));
        auto arguments = headless_client(server.port, 120);
        arguments.insert(arguments.end(), {"--name", "Ada", "--say", "hello", "--autopilot"});
        Program ada(ours("demo-client"), arguments);
        REQUIRE_MESSAGE(ada.exit_code() == 0, ada.errors());
        server.program.send_signal(SIGINT);
        REQUIRE(server.program.exit_code() == 0);
    }
    const auto is_blue = [](const Pixel& pixel) {
        return pixel.b > 220 && pixel.r < 110 && pixel.g > 120 && pixel.g < 190;
    };
    const Stage display;
    const Picture room = display.picture_of({match.path()});
    REQUIRE(room.width() == 1280);
    CHECK(room.count({90, 135, 330, 265}, is_letter) > 100); // the names of those in it
    CHECK(room.count({600, 135, 1250, 300}, is_blue) > 100); // who came
    CHECK(room.count({250, 660, 1120, 684}, is_blue) > 500); // the time that has passed
    const Picture entities = display.picture_of({match.path(), "--tab", "entities"});
    CHECK(entities.count({800, 120, 1266, 590}, is_blue) > 1000); // asteroids on the map
    CHECK(entities.count({90, 135, 780, 640}, is_letter) > 500);
    CHECK(entities.count({250, 660, 1120, 684}, is_blue) > 500);
}

TEST_CASE("lobby-watch: what is no recording is refused, with the file and why") {
    const TemporaryFile nonsense(".match", "nonsense");
    Program watch(ours("lobby-watch"), {nonsense.path()});
    CHECK(watch.exit_code() == 1);
    CHECK(watch.errors() ==
          "lobby-watch: can't show " + nonsense.path() + ": it is no recording\n");
    Program both(ours("lobby-watch"), {nonsense.path(), "--connect", "127.0.0.1:7777"});
    CHECK(both.exit_code() == 2);
}
