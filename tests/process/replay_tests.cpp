#include "process/demo_programs.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A match of a second and more, recorded.
const TemporaryFile& recorded_match() {
    static const TemporaryFile file(".match");
    static const bool is_recorded = [] {
        Program check(ours("demo-server"),
                      {"--check", "2", "--bots", "4", "--record", file.path()});
        REQUIRE(check.exit_code());
        return true;
    }();
    REQUIRE(is_recorded);
    return file;
}

/// The exit code of `replay` and all it said.
struct Run {
    int code = -1;
    std::string output{};
    std::string errors{};
};
Run replay(std::vector<std::string> arguments) {
    Program program(ours("replay"), std::move(arguments));
    const int code = program.exit_code().value_or(-1);
    return {code, program.output(), program.errors()};
}

} // namespace

TEST_CASE("replay: --help says what it does") {
    const Run help = replay({"--help"});
    CHECK(help.code == 0);
    CHECK(has(help.output, "replay [OPTION...] info|verify|export FILE"));
}

TEST_CASE("replay: what it can't do is said, with the file") {
    const TemporaryFile nonsense(".match", "nonsense");
    const Run unknown = replay({"look", nonsense.path()});
    CHECK(unknown.code == 2);
    CHECK(has(unknown.errors, "\"look\" is none of info, verify, export"));
    const Run missing = replay({"info", "/nowhere.match"});
    CHECK(missing.code == 1);
    CHECK(has(missing.errors, "/nowhere.match: there is no such file"));
    const Run none = replay({"verify", nonsense.path()});
    CHECK(none.code == 1);
    CHECK(has(none.errors, nonsense.path() + ": it is no recording"));
}

TEST_CASE("replay: a match that demo-server recorded is sound, and says what is in it") {
    const Run info = replay({"info", recorded_match().path()});
    CHECK(info.code == 0);
    CHECK(has(info.output, "of kind arena"));
    CHECK(has(info.output, "  arena.Ship: "));
    CHECK(has(info.output, "ticks left out: 0"));
    CHECK(has(info.output, "players: 4 at most"));
    CHECK_FALSE(has(info.output, "its end is missing"));
    const Run sound = replay({"verify", recorded_match().path()});
    CHECK(sound.code == 0);
    CHECK(has(sound.output, "ok: "));
}

TEST_CASE("replay: an export has the entities by the names of their fields") {
    const std::vector<std::string> some{"export", recorded_match().path(), "--from", "30", "--to"};
    std::vector<std::string> csv = some;
    csv.emplace_back("30");
    const Run table = replay(csv);
    CHECK(table.code == 0);
    CHECK(table.output.starts_with("tick,type,id,"));
    CHECK(has(table.output, "\n30,arena.Asteroid,"));
    csv.emplace_back("--json");
    const Run lines = replay(csv);
    CHECK(lines.code == 0);
    CHECK(has(lines.output, R"({"tick":30,"type":"arena.Asteroid","id":)"));
}

TEST_CASE("replay: a damaged file is not sound") {
    std::ifstream in(recorded_match().path(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    REQUIRE(bytes.size() > 2000);
    bytes[bytes.size() - 2000] ^= 1;
    const TemporaryFile damaged(".match", bytes);
    const Run run = replay({"verify", damaged.path()});
    CHECK(run.code == 1);
    CHECK(has(run.output, "failed: a block is damaged at byte "));
}
