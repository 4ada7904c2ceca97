// Rooms, chat and matches as players of the demo meet them.

#include "process/demo_programs.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

std::vector<std::string>
player(const DemoServer& server, const std::string& name, std::vector<std::string> more) {
    auto arguments = headless_client(server.port, 30);
    arguments.insert(arguments.end(), {"--autopilot", "--name", name});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

} // namespace

TEST_CASE("demo-client: two friends meet in a private room, talk, get ready and play") {
    DemoServer server;
    Program ada(ours("demo-client"),
                player(server, "ada", {"--create", "ours", "--private", "--ready"}));
    const auto told = ada.line_with("invite code is ");
    REQUIRE_MESSAGE(told, ada.errors());
    const std::string code = told->substr(told->rfind(' ') + 1);
    Program bob(ours("demo-client"),
                player(server, "bob", {"--invite", code, "--ready", "--say", "here I am"}));
    CHECK_MESSAGE(ada.line_with("bob is here"), ada.output());
    CHECK(ada.line_with("bob: here I am"));
    CHECK(bob.line_with("the match is about to begin"));
    CHECK(ada.line_with("playing in room "));
    CHECK(bob.exit_code() == 0);
    CHECK(ada.exit_code() == 0);
    CHECK(ada.errors() == "");
    CHECK(bob.errors() == "");
}

TEST_CASE("demo-client: four who queue are brought into one match") {
    DemoServer server;
    std::vector<std::unique_ptr<Program>> players;
    for (const char* name : {"ada", "bob", "eli", "eve"}) {
        auto arguments = player(server, name, {"--queue", "--rank", "1200", "--ready"});
        players.push_back(std::make_unique<Program>(ours("demo-client"), arguments));
    }
    std::string room;
    for (const auto& one : players) {
        const auto line = one->line_with("playing in room ");
        REQUIRE_MESSAGE(line, one->output(), one->errors());
        const std::string where = line->substr(line->rfind(' ') + 1);
        CHECK((room.empty() || room == where));
        room = where;
    }
    for (const auto& one : players) CHECK(one->exit_code() == 0);
}

TEST_CASE("demo-client: one looks on without a seat") {
    DemoServer server({"--capacity", "1"});
    auto endless = player(server, "ada", {});
    endless[4] = "0"; // frames
    Program ada(ours("demo-client"), endless);
    const auto playing = ada.line_with("playing in room ");
    REQUIRE_MESSAGE(playing, ada.errors());
    const std::string room = playing->substr(playing->rfind(' ') + 1);
    Program full(ours("demo-client"), player(server, "bob", {"--room", room}));
    CHECK(full.exit_code() == 1);
    CHECK(full.errors().find("the room is full") != std::string::npos);
    Program eve(ours("demo-client"), player(server, "eve", {"--room", room, "--watch"}));
    CHECK(ada.line_with("eve is here"));
    CHECK(eve.exit_code() == 0);
    CHECK(ada.line_with("eve is gone"));
}

TEST_CASE("bots: a tournament whose books agree with the server's") {
    DemoServer server;
    Program bots(ours("bots"),
                 {"--players", "30", "--seconds", "12", "--connect", "127.0.0.1:" + server.port});
    CHECK_MESSAGE(bots.exit_code(60s) == 0, bots.output(), bots.errors());
    CHECK(bots.output().find("differences: 0") != std::string::npos);
    CHECK(bots.output().find("joins:") != std::string::npos);
}

TEST_CASE("bots: where there is no server they say so, and fail") {
    Program bots(ours("bots"), {"--players", "1", "--connect", "127.0.0.1:1"});
    CHECK(bots.exit_code(30s) == 1);
    CHECK(bots.errors().find("is a demo-server running there?") != std::string::npos);
}
