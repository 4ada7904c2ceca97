#pragma once

#include "process/program.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

/// A display of 1280 by 720 that nobody sees, for the programs of one test.
class Display {
public:
    Display() {
        // What it warns of, such as that another display is there, stands in its errors.
        const std::optional<std::string> number = program_.first_line();
        REQUIRE_MESSAGE(number, program_.errors());
        number_ = *number;
    }

    /// For those who are to show something there.
    [[nodiscard]] Program::Environment environment() const {
        return {{"DISPLAY", ":" + number_}, {"SDL_VIDEODRIVER", "x11"}};
    }

private:
    Program program_{
        "Xvfb", {"-displayfd", "1", "-screen", "0", "1280x720x24", "-nolisten", "tcp", "-noreset"}};
    std::string number_;
};
