#include <engine_net/log.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace engine_net;

TEST_CASE("log: each level has its name") {
    CHECK(std::string(name_of(LogLevel::debug)) == "debug");
    CHECK(std::string(name_of(LogLevel::info)) == "info");
    CHECK(std::string(name_of(LogLevel::warning)) == "warning");
    CHECK(std::string(name_of(LogLevel::error)) == "error");
    CHECK(std::string(name_of(static_cast<LogLevel>(99))) == "unknown");
}
