#include "process/demo_programs.hpp"

#include "test_game_bfbs_generated.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using Schema = test_game::CallBinarySchema;

TEST_CASE("c api: a server and two clients in a C program see each other move") {
    const TemporaryFile schema(
        ".bfbs", std::string(reinterpret_cast<const char*>(Schema::data()), Schema::size()));
    Program program(ours("two-players"), {schema.path()});
    CHECK(program.exit_code(std::chrono::seconds(90)) == 0);
    CHECK(program.output() == "ada saw the other move\nbob saw the other move\n");
    CHECK(program.errors().empty());
}
