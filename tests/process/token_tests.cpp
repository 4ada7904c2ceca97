#include "process/demo_programs.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// The exit code of `token` and all it said.
struct Run {
    int code = -1;
    std::string output{};
    std::string errors{};
};
Run token(std::vector<std::string> arguments) {
    Program program(ours("token"), std::move(arguments));
    const int code = program.exit_code().value_or(-1);
    return {code, program.output(), program.errors()};
}

std::string first_word(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

std::string key_of(DemoServer& server) {
    constexpr std::string_view before = "--server-key ";
    const auto line = server.program.line_with(before);
    return line ? line->substr(line->find(before) + before.size(), 64) : "";
}

} // namespace

TEST_CASE("token: --help says what it does, and what it can't do is said") {
    const Run help = token({"--help"});
    CHECK(help.code == 0);
    CHECK(has(help.output, "token [OPTION...] make|show|new-key [TOKEN|@FILE]"));
    CHECK(has(token({"look"}).errors, "\"look\" is none of make, show, new-key"));
    CHECK(has(token({"show"}).errors, "TOKEN is missing"));
    CHECK(has(token({"show", "nonsense"}).errors, "that is no connect token"));
    CHECK(has(token({"make", "--key-file", "/nowhere"}).errors, "there is no token key"));
    const TemporaryFile key(".key", std::string(64, '1'));
    CHECK(has(token({"make", "--key-file", key.path()}).errors, "the user must be"));
}

TEST_CASE("token: what is made is shown, all of it to who has the key") {
    const std::string text = token({"new-key"}).output;
    CHECK(text.size() == 65);
    const TemporaryFile key(".key", text);
    const Run made = token({"make",
                            "--key-file",
                            key.path(),
                            "--user",
                            "user 17",
                            "--room",
                            "duel",
                            "--server-key",
                            std::string(64, 'a'),
                            "--address",
                            "eu1.example.org:7777"});
    REQUIRE(made.code == 0);
    const std::string shown = first_word(made.output);
    const Run all = token({"show", shown, "--key-file", key.path()});
    CHECK(all.code == 0);
    CHECK(has(all.output, "user:    user 17\n"));
    CHECK(has(all.output, "room:    duel\n"));
    CHECK(has(all.output, " at eu1.example.org:7777\n"));
    const TemporaryFile other(".key", std::string(64, '1'));
    const TemporaryFile file(".token", made.output);
    const Run open = token({"show", "@" + file.path(), "--key-file", other.path()});
    CHECK(open.code == 1);
    CHECK(has(open.output, " at eu1.example.org:7777\n"));
    CHECK_FALSE(has(open.output, "user 17"));
}

TEST_CASE("demo-server: with --auth token a player needs one, its bots make theirs") {
    const TemporaryFile key(".key");
    std::filesystem::remove(key.path()); // made at the first start
    DemoServer server(
        {"--auth", "token", "--token-key-file", key.path(), "--bots", "2", "--log-level", "debug"});
    REQUIRE_MESSAGE(!server.port.empty(), server.program.errors());
    const std::string server_key = key_of(server);
    CHECK(server.program.line_with("all 2 bots play"));
    const Run made = token({"make",
                            "--key-file",
                            key.path(),
                            "--user",
                            "user 17",
                            "--server-key",
                            server_key,
                            "--address",
                            "127.0.0.1:" + server.port});
    REQUIRE_MESSAGE(made.code == 0, made.errors);
    const TemporaryFile file(".token", made.output);

    Program stranger(ours("demo-client"), headless_client(server.port, 30));
    CHECK(stranger.exit_code() != 0);
    CHECK(has(stranger.errors(), "a connect token is needed"));
    const std::vector<std::string> arguments{
        "--headless", "--frames", "60", "--token", "@" + file.path()};
    Program player(ours("demo-client"), arguments);
    CHECK_MESSAGE(player.exit_code() == 0, player.errors());
    Program thief(ours("demo-client"), arguments);
    CHECK(thief.exit_code() != 0);
    CHECK(has(thief.errors(), "the connect token was used already"));

    for (const std::string& text :
         {server.program.output(), server.program.errors(), player.output(), thief.errors()})
        CHECK_FALSE(has(text, made.output.substr(100, 20)));
}
