#include "process/demo_programs.hpp"

#include <doctest/doctest.h>

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// What it complains about with these arguments.
std::string complaint_about(std::vector<std::string> arguments, int code) {
    Program program(ours("train-prior"), std::move(arguments));
    CHECK(program.exit_code() == code);
    return program.errors();
}

} // namespace

TEST_CASE("train-prior: --help says what it takes and gives") {
    Program help(ours("train-prior"), {"--help"});
    CHECK(help.exit_code() == 0);
    CHECK(has(help.output(), "train-prior [OPTION...] SCHEMA.bfbs RECORDING..."));
    CHECK(has(help.output(), "--out FILE"));
}

TEST_CASE("train-prior: what is missing is named") {
    CHECK(has(complaint_about({"--out", "p"}, 2), "SCHEMA.bfbs is missing"));
    CHECK(has(complaint_about({"--out", "p", "s"}, 2), "RECORDING... is missing"));
    CHECK(has(complaint_about({"s", "r"}, 2), "--out FILE is missing"));
}

TEST_CASE("train-prior: a file that can't be used is named, with the reason") {
    const TemporaryFile nonsense(".bfbs", "nonsense");
    CHECK(
        has(complaint_about({"--out", "p", "/nowhere.bfbs", "r"}, 1), "can't read /nowhere.bfbs"));
    CHECK(has(complaint_about({"--out", "p", nonsense.path(), "r"}, 1),
              nonsense.path() + ": not a compiled schema"));
}
