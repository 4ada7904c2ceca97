#include "model/input_tape.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

using arena::Button;

namespace {

int held(const InputTape& tape, std::uint64_t tick) {
    return tape.at(tick).buttons();
}

int sum(std::initializer_list<Button> buttons) {
    int all = 0;
    for (const Button button : buttons) all |= static_cast<int>(button);
    return all;
}

std::string error_of(const std::string& text) {
    const auto tape = InputTape::read(text);
    return tape ? "" : tape.error();
}

} // namespace

TEST_CASE("input_tape: each line holds its buttons for so many ticks") {
    const auto tape = InputTape::read("2 thrust\n1 left+fire\n");
    REQUIRE(tape);
    CHECK(tape->length() == 3);
    CHECK(held(*tape, 0) == sum({Button::thrust}));
    CHECK(held(*tape, 1) == sum({Button::thrust}));
    CHECK(held(*tape, 2) == sum({Button::left, Button::fire}));
}

TEST_CASE("input_tape: after its end, and in an empty one, nothing is held") {
    CHECK(held(InputTape{}, 0) == 0);
    const auto tape = InputTape::read("1 thrust");
    REQUIRE(tape);
    CHECK(held(*tape, 1) == 0);
    CHECK(held(*tape, 1'000'000'000'000) == 0);
}

TEST_CASE("input_tape: remarks, blank lines and other systems' line ends are no matter") {
    const auto tape = InputTape::read("# a turn\r\n\r\n  3   right # hard\r\n\t4 none\r\n");
    REQUIRE(tape);
    CHECK(tape->length() == 7);
    CHECK(held(*tape, 2) == sum({Button::right}));
    CHECK(held(*tape, 3) == 0);
}

TEST_CASE("input_tape: an error names the line and what is wrong there") {
    CHECK(error_of("1 thrust\nx left") == "line 2: \"x\" is no number of ticks, 1 to 10000000");
    CHECK(error_of("0 left").find("\"0\" is no number") != std::string::npos);
    CHECK(error_of("-1 left").find("\"-1\" is no number") != std::string::npos);
    CHECK(error_of("10000001 left").find("is no number") != std::string::npos);
    CHECK(error_of("99999999999999999999 left").find("is no number") != std::string::npos);
    CHECK(error_of("5").find("line 1: \"\" is not made of thrust") == 0);
    CHECK(error_of("5 jump").find("\"jump\" is not made of") != std::string::npos);
    CHECK(error_of("5 left+").find("\"left+\" is not made of") != std::string::npos);
    CHECK(error_of("5 left right").find("is not made of") != std::string::npos);
}

TEST_CASE("input_tape: a file that is not there is an error") {
    CHECK_FALSE(InputTape::read_file("/nonexistent/tape"));
}
