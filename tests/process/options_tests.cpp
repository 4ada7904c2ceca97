#include "process/demo_programs.hpp"

#include <doctest/doctest.h>

namespace {

/// What --print-config says with these arguments and variables.
std::string settings_of(std::vector<std::string> arguments, const Program::Environment& more = {}) {
    arguments.emplace_back("--print-config");
    Program program(ours("demo-server"), std::move(arguments), more);
    CHECK(program.exit_code() == 0);
    return program.output();
}

/// What it complains about with these arguments.
std::string complaint_about(std::vector<std::string> arguments,
                            const Program::Environment& more = {}) {
    Program program(ours("demo-server"), std::move(arguments), more);
    CHECK(program.exit_code() == 2);
    CHECK(program.output() == "");
    return program.errors();
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("options: what --print-config prints means the same as --config") {
    const std::vector<std::string> arguments{"--port",
                                             "9",
                                             "--bots=3",
                                             "--bind",
                                             R"(10."0".\#0)",
                                             "--net-sim",
                                             "delay=4,loss=2",
                                             "--seed",
                                             "18446744073709551615"};
    const std::string settings = settings_of(arguments);
    const TemporaryFile file(".toml", settings);
    CHECK(settings_of({"--config", file.path()}) == settings);
    CHECK(settings_of({}) != settings);
    CHECK(settings_of({}, {{"ENGINE_NET_CONFIG", file.path()}}) == settings);
}

TEST_CASE("options: the environment overrules the file, a flag the environment") {
    const TemporaryFile file(".toml", "tick-rate = 20 # a comment\nport = 1\nbots = 5\n");
    const Program::Environment variables{{"ENGINE_NET_TICK_RATE", "30"}, {"ENGINE_NET_PORT", "2"}};
    const std::string settings = settings_of({"--port", "3", "--config", file.path()}, variables);
    CHECK(has(settings, "\nbots = 5\n"));
    CHECK(has(settings, "\ntick-rate = 30\n"));
    CHECK(has(settings, "\nport = 3\n"));
}

TEST_CASE("options: of a flag that is given twice the last one counts") {
    CHECK(has(settings_of({"--port", "3", "--port", "4"}), "\nport = 4\n"));
}

TEST_CASE("options: an unknown flag is refused, with the one that was meant") {
    const std::string complaint = complaint_about({"--prot", "5"});
    CHECK(has(complaint, "there is no option --prot; did you mean --port?"));
    CHECK(has(complaint_about({"--xyzzy"}), "there is no option --xyzzy\n"));
    CHECK(has(complaint_about({"7777"}), "7777"));
}

TEST_CASE("options: a value out of bounds is refused, with its place and the bounds") {
    CHECK(has(complaint_about({"--port", "70000"}),
              "--port: \"70000\" is not a whole number from 0 to 65535"));
    CHECK(has(complaint_about({"--tick-rate", "0"}), "from 1 to 240, in Hz"));
    CHECK(has(complaint_about({"--port"}), "--port needs a value"));
    CHECK(has(complaint_about({"--net-sim", "delay=x"}), "milliseconds"));
    CHECK(has(complaint_about({}, {{"ENGINE_NET_BOTS", "many"}}), "ENGINE_NET_BOTS: \"many\""));
}

TEST_CASE("options: a settings file that can't be used is refused, with the line") {
    const auto complaint = [](const std::string& content) {
        const TemporaryFile file(".toml", content);
        return complaint_about({"--config", file.path()});
    };
    CHECK(has(complaint("\nprot = 5\n"), "line 2: there is no option prot; did you mean port?"));
    CHECK(has(complaint("port = \"5\n"), "line 1: the value of port"));
    CHECK(has(complaint("port = [5]\n"), "line 1: the value of port"));
    CHECK(has(complaint("port\n"), "line 1: \"name = value\" is expected"));
    CHECK(has(complaint("[server]\nport = 1\n"), "line 1: settings stand outside of tables"));
    CHECK(has(complaint("port = 1\nport = 2\n"), "line 2: port is set a second time"));
    CHECK(has(complaint("# fine\nport = 70000\n"), "line 2: port: \"70000\""));
    CHECK(has(complaint_about({"--config", "/nowhere.toml"}), "can't read /nowhere.toml"));
}

TEST_CASE("options: --help and --version say what there is, with units and defaults") {
    Program help(ours("demo-server"), {"--help"});
    CHECK(help.exit_code() == 0);
    CHECK(has(help.output(), "--tick-rate Hz"));
    CHECK(has(help.output(), "steps of the game per second (1 to 240)"));
    Program version(ours("demo-client"), {"--version"});
    CHECK(version.exit_code() == 0);
    CHECK(has(version.output(), "demo-client "));
}
