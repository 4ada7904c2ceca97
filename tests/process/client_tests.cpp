#include "process/demo_programs.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>

using namespace std::chrono_literals;

namespace {

/// How many colours the pixels of a PNG file have; 0 when it is none.
int colours_of(const std::string& file) {
    // Only unpacks: 8 bits and 4 or 3 values a pixel, which is what SDL_image writes.
    const std::string script = R"(
import struct, sys, zlib
data = open(sys.argv[1], 'rb').read()
width, height, depth, kind = struct.unpack('>IIBB', data[16:26])
at, packed = 8, b''
while at < len(data):
    size, name = struct.unpack('>I4s', data[at:at + 8])
    packed += data[at + 8:at + 8 + size] if name == b'IDAT' else b''
    at += size + 12
raw, step = zlib.decompress(packed), {2: 3, 6: 4}[kind]
above, colours = bytes(width * step), set()
for row in range(height):
    start = row * (width * step + 1)
    way, line = raw[start], bytearray(raw[start + 1:start + 1 + width * step])
    for i in range(len(line)):
        a = line[i - step] if i >= step else 0
        b, c = above[i], above[i - step] if i >= step else 0
        p = a + b - c
        near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        line[i] = (line[i] + [0, a, b, (a + b) // 2, near][way]) & 255
    colours.update(bytes(line[i:i + step]) for i in range(0, len(line), step))
    above = line
print('colours', len(colours))
)";
    Program python("python3", {"-c", script, file});
    const auto line = python.line_with("colours ");
    CHECK_MESSAGE(line, python.errors());
    return line ? std::atoi(line->substr(8).c_str()) : 0;
}

} // namespace

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
    server.program.send_signal(SIGTERM);
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
    CHECK(colours_of(picture.path()) > 100);
}

TEST_CASE("demo-client: where there is no display it says so, and how to do without") {
    Program client(ours("demo-client"), {}, {{"DISPLAY", ""}, {"WAYLAND_DISPLAY", ""}});
    CHECK(client.exit_code() == 1);
    CHECK(client.errors().find("no window (") != std::string::npos);
    CHECK(client.errors().find("--headless") != std::string::npos);
}

TEST_CASE("demo-client: its window shows the game, on a display that is there") {
    Program display("Xvfb", {"-displayfd", "1", "-screen", "0", "1280x720x24", "-nolisten", "tcp"});
    REQUIRE_MESSAGE(display.line_with(""), display.errors());
    const std::string number = display.output().substr(0, display.output().find('\n'));

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
                   {{"DISPLAY", ":" + number}, {"SDL_VIDEODRIVER", "x11"}});
    CHECK_MESSAGE(client.exit_code() == 0, client.errors());
    CHECK(colours_of(picture.path()) > 100);
}
