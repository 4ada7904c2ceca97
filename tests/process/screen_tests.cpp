// What the client's screens look like, on a display of their own.

#include "process/demo_programs.hpp"
#include "process/display.hpp"
#include "process/picture.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using Pixel = Picture::Pixel;

namespace {

/// Where the light of what is drawn in the first player's colour is.
bool is_cyan(const Pixel& pixel) {
    return pixel.b > 180 && pixel.g > 150 && pixel.r < 120;
}
bool is_button(const Pixel& pixel) {
    return pixel.b > 60 && pixel.b < 140 && pixel.g > 40 && pixel.g < 85 && pixel.r < 40;
}
bool is_main_button(const Pixel& pixel) {
    return pixel.g > 110 && pixel.g < 145 && pixel.b > 120 && pixel.b < 160 && pixel.r < 40;
}
/// Of neon letters.
bool is_stroke(const Pixel& pixel) {
    return pixel.g > 200 && pixel.b > 200;
}
bool is_letter(const Pixel& pixel) {
    return pixel.r > 150 && pixel.g > 170 && pixel.b > 180;
}

/// A server that people play and talk on, and a display to look at it.
struct Stage {
    Display display;
    DemoServer server{{"--bots", "6", "--rooms", "4"}};

    Stage() { REQUIRE(server.program.line_with("all 6 bots play")); }

    /// The picture of a screen after so many frames of it.
    [[nodiscard]] Picture
    picture_of(const std::string& screen, int frames, std::vector<std::string> more = {}) const {
        const TemporaryFile file(".png");
        std::vector<std::string> arguments{"--connect",
                                           "127.0.0.1:" + server.port,
                                           "--name",
                                           "Ada",
                                           "--screen",
                                           screen,
                                           "--frames",
                                           std::to_string(frames),
                                           "--screenshot",
                                           file.path()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        Program client(ours("demo-client"), arguments, display.environment());
        CHECK_MESSAGE(client.exit_code(60s) == 0, client.errors());
        CHECK(client.errors() == "");
        Picture picture = Picture::read(file.path());
        CHECK(picture.width() == 1280);
        CHECK(picture.height() == 720);
        return picture;
    }
};

} // namespace

TEST_CASE("demo-client: the menu has its title, its fields and its buttons") {
    const Stage stage;
    const Picture menu = stage.picture_of("menu", 20);
    CHECK(menu.colours() > 500);
    CHECK(menu.count({450, 60, 830, 160}, is_stroke) > 1500);         // the title
    CHECK(menu.count({440, 400, 840, 450}, is_main_button) > 10'000); // play
    CHECK(menu.count({440, 450, 840, 560}, is_button) > 20'000);      // lobby, quit
    CHECK(menu.count({540, 270, 830, 340}, is_letter) > 100);         // name and server
}

TEST_CASE("demo-client: the lobby lists the rooms that there are") {
    const Stage stage;
    const Picture lobby = stage.picture_of("lobby", 20);
    CHECK(lobby.colours() > 300);
    // The four rooms' lines, and none below them.
    for (int line = 0; line < 4; ++line) {
        CAPTURE(line);
        const int top = 157 + 26 * line;
        CHECK(lobby.count({60, top, 470, top + 22}, is_letter) > 30);
    }
    CHECK(lobby.count({60, 290, 860, 620}, is_letter) == 0);
    const auto green = [](const Pixel& pixel) {
        return pixel.g > 180 && pixel.r < 140 && pixel.b < 190;
    };
    CHECK(lobby.count({710, 157, 860, 262}, green) > 60); // "playing"
}

TEST_CASE("demo-client: the ready room shows who is there, and what they say") {
    const Stage stage;
    Program grace(ours("demo-client"),
                  {"--headless",
                   "--connect",
                   "127.0.0.1:" + stage.server.port,
                   "--name",
                   "Grace",
                   "--create",
                   "ours",
                   "--say",
                   "anyone for a match?",
                   "--ready"});
    const auto told = grace.line_with("invite code is ");
    REQUIRE_MESSAGE(told, grace.errors());
    const std::string code = told->substr(told->rfind(' ') + 1);
    const Picture room = stage.picture_of("ready", 40, {"--invite", code});
    CHECK(room.count({120, 600, 320, 645}, is_main_button) > 5000);
    for (int line = 0; line < 2; ++line) {
        CAPTURE(line);
        const int top = 152 + 34 * line;
        CHECK(room.count({168, top, 560, top + 28}, is_letter) > 20);
    }
    CHECK(room.count({168, 225, 560, 580}, is_letter) == 0);
    CHECK(room.count({790, 120, 1150, 230}, is_letter) > 150); // what Grace says
}

TEST_CASE("demo-client: the match has graphs of the link below it; a lost link dims it all") {
    const Stage stage;
    const std::vector<std::string> more{"--autopilot", "--net-hud", "graphs"};
    const Picture match = stage.picture_of("match", 120, more);
    CHECK(match.colours() > 1000);
    const Picture::Area graphs{210, 505, 1066, 695};
    CHECK(match.count(graphs, is_cyan) > 300); // the curves
    CHECK(match.count(graphs, is_letter) > 400);
    const Picture::Area scores{1040, 20, 1260, 160};
    const auto is_bright = [](const Pixel& pixel) {
        return pixel.light() > 250;
    };
    CHECK(match.count(scores, is_bright) > 300);

    const Picture lost = stage.picture_of("reconnect", 30, more);
    CHECK(4 * lost.count(scores, is_bright) < match.count(scores, is_bright));
    CHECK(lost.count({600, 110, 680, 200}, is_cyan) > 60);    // what goes round
    CHECK(lost.count({290, 205, 990, 245}, is_stroke) > 800); // the words
}

TEST_CASE("demo-client: ghosts have a key below the own ship, in the colours of their outlines") {
    const Stage stage;
    const Picture::Area key{580, 400, 700, 450};
    const auto is_yellow = [](const Pixel& pixel) {
        return pixel.r > 150 && pixel.g > 110 && pixel.b < 100;
    };
    const auto is_green = [](const Pixel& pixel) {
        return pixel.g > 150 && pixel.r < 110 && pixel.b > 90 && pixel.b < 190;
    };
    const Picture with = stage.picture_of("match", 40, {"--ghosts"});
    CHECK(with.count(key, is_yellow) > 40);
    CHECK(with.count(key, is_green) > 60);
    const Picture without = stage.picture_of("match", 40);
    CHECK(without.count(key, is_yellow) < 20);
    CHECK(without.count(key, is_green) < 30);
}
