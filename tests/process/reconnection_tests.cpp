#include "process/demo_programs.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

namespace {

std::vector<std::string> player(const DemoServer& server, int frames, const std::string& session) {
    auto arguments = headless_client(server.port, frames);
    arguments.insert(arguments.end(), {"--autopilot", "--session", session});
    return arguments;
}

} // namespace

TEST_CASE("demo-client: one that was killed comes back to its seat, and leaves without a trace") {
    DemoServer server;
    const TemporaryFile session(".session");
    Program first(ours("demo-client"), player(server, 0, session.path()));
    const auto playing = first.line_with("playing in room ");
    REQUIRE_MESSAGE(playing, first.errors());
    first.send_signal(SIGKILL);
    CHECK(first.exit_code() == 128 + SIGKILL);

    Program second(ours("demo-client"), player(server, 60, session.path()));
    const auto back = second.line_with("back in room ");
    REQUIRE_MESSAGE(back, second.output(), second.errors());
    CHECK(back->substr(back->find("in room")) == playing->substr(playing->find("in room")));
    CHECK(second.exit_code() == 0);
    CHECK(second.errors() == "");
    CHECK_FALSE(std::filesystem::exists(session.path()));
}

TEST_CASE("demo-client: a session that is long over does not keep anyone from playing") {
    const TemporaryFile session(".session");
    {
        DemoServer server;
        Program first(ours("demo-client"), player(server, 0, session.path()));
        REQUIRE(first.line_with("playing in room "));
        first.send_signal(SIGKILL);
        CHECK(first.exit_code() == 128 + SIGKILL);
    }
    DemoServer another;
    Program second(ours("demo-client"), player(another, 60, session.path()));
    CHECK_MESSAGE(second.line_with("playing in room "), second.errors());
    CHECK(second.exit_code() == 0);
}

TEST_CASE("demo-client: stopped for less than the grace time it plays on") {
    DemoServer server(
        {"--session-timeout", "1000", "--grace-time", "20000", "--log-level", "debug"});
    const TemporaryFile session(".session");
    Program client(ours("demo-client"), player(server, 120, session.path()));
    REQUIRE(client.line_with("playing in room "));
    client.send_signal(SIGSTOP);
    CHECK(server.program.line_with("a link is lost"));
    client.send_signal(SIGCONT);
    CHECK(server.program.line_with("a session is back"));
    CHECK(client.exit_code() == 0);
    CHECK(client.errors() == "");
}

TEST_CASE("demo-client: stopped for longer it says that its seat is gone, and none is held") {
    DemoServer server({"--session-timeout", "1000", "--grace-time", "500"});
    const TemporaryFile session(".session");
    Program client(ours("demo-client"), player(server, 0, session.path()));
    REQUIRE(client.line_with("playing in room "));
    client.send_signal(SIGSTOP);
    CHECK(server.program.line_with("players 0"));
    client.send_signal(SIGCONT);
    CHECK(client.exit_code() == 1);
    CHECK(client.errors().find("start over") != std::string::npos);
}
