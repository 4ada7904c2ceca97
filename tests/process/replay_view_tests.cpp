// A recording as demo-client shows it, on a display of its own.

#include "process/demo_programs.hpp"
#include "process/display.hpp"
#include "process/picture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using Pixel = Picture::Pixel;

namespace {

/// Some seconds of a match that a server recorded, in which Ada says hello.
const TemporaryFile& recorded_match() {
    static const TemporaryFile file(".match");
    static const bool is_recorded = [] {
        DemoServer server({"--bots", "6", "--record", file.path()});
        REQUIRE(server.program.line_with("all 6 bots play"));
        auto arguments = headless_client(server.port, 180);
        arguments.insert(arguments.end(), {"--name", "Ada", "--say", "hello", "--autopilot"});
        Program ada(ours("demo-client"), arguments);
        REQUIRE_MESSAGE(ada.exit_code() == 0, ada.errors());
        server.program.send_signal(SIGINT);
        REQUIRE(server.program.exit_code() == 0);
        return true;
    }();
    REQUIRE(is_recorded);
    return file;
}

bool is_played_part(const Pixel& pixel) {
    return pixel.g > 110 && pixel.b > 130 && pixel.r < 80;
}
bool is_unplayed_part(const Pixel& pixel) {
    return pixel.r > 20 && pixel.r < 60 && pixel.b > 35 && pixel.b < 90 && pixel.g < 75;
}
bool is_coloured(const Pixel& pixel) {
    const auto [least, most] = std::minmax({pixel.r, pixel.g, pixel.b});
    return most > 170 && most - least > 90;
}

/// A display, and what demo-client shows of the recording there.
struct Stage : Display {
    [[nodiscard]] Picture picture_of(std::vector<std::string> more) const {
        const TemporaryFile file(".png");
        std::vector<std::string> arguments{
            "--replay", recorded_match().path(), "--frames", "30", "--screenshot", file.path()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        Program client(ours("demo-client"), arguments, environment());
        CHECK_MESSAGE(client.exit_code(60s) == 0, client.errors());
        CHECK(client.errors() == "");
        return Picture::read(file.path());
    }
};

constexpr Picture::Area bar{268, 634, 1100, 648};
constexpr Picture::Area scores{1040, 20, 1260, 160};
constexpr Picture::Area names{34, 440, 64, 590}; ///< of those who chat

} // namespace

TEST_CASE("demo-client: a recording is shown as the match was, above a bar of its time") {
    const Stage display;
    const Picture begin = display.picture_of({"--replay-speed", "0.25"});
    CHECK(begin.width() == 1280);
    CHECK(begin.colours() > 1000);
    CHECK(begin.count(scores, is_coloured) > 200);
    CHECK(begin.count({0, 0, 1280, 600}, is_coloured) > 500);
    const Picture late = display.picture_of({"--replay-from", "3", "--replay-speed", "0.25"});
    CHECK(late.count(bar, is_played_part) > 2 * begin.count(bar, is_played_part));
    CHECK(late.count(bar, is_unplayed_part) < begin.count(bar, is_unplayed_part));
    CHECK(late.count(names, is_coloured) > 10); // Ada, who says hello; who has come is in grey
}

TEST_CASE("demo-client: of a recording it can show the whole field") {
    const Stage display;
    const Picture field = display.picture_of({"--replay-from", "2", "--whole-field"});
    CHECK(field.colours() > 1000);
    const auto is_bright = [](const Pixel& pixel) {
        return pixel.light() > 400;
    };
    CHECK(field.count({332, 10, 948, 610}, is_bright) > 2000);
    CHECK(field.count({20, 250, 300, 450}, is_bright) < 100); // beside it there is nothing
}

TEST_CASE("demo-client: without a window it prints what people did in a recording, to its end") {
    Program client(ours("demo-client"),
                   {"--headless", "--replay", recorded_match().path(), "--replay-speed", "8"});
    CHECK(client.exit_code() == 0);
    CHECK(client.errors() == "");
    CHECK(client.output().find("plays " + recorded_match().path()) != std::string::npos);
    CHECK(client.output().find(" Ada: hello\n") != std::string::npos);
    CHECK(client.output().find(" Ada is here\n") != std::string::npos);
}

TEST_CASE("demo-client: what is no recording of its game is refused, with the file and why") {
    const TemporaryFile nonsense(".match", "nonsense");
    const auto complaint_about = [](const std::string& file) {
        Program client(ours("demo-client"), {"--headless", "--replay", file});
        CHECK(client.exit_code() == 1);
        return client.errors();
    };
    CHECK(complaint_about(nonsense.path()) ==
          "demo-client: can't show " + nonsense.path() + ": it is no recording\n");
    CHECK(complaint_about("/nowhere.match") ==
          "demo-client: can't show /nowhere.match: there is no such file\n");
    Program both(ours("demo-client"), {"--replay", nonsense.path(), "--autopilot"});
    CHECK(both.exit_code() == 2);
}
