#pragma once

#include "model/colour.hpp"

#include <cstddef>
#include <deque>
#include <string>

/// What was said in one place lately, the oldest first.
class ChatLog {
public:
    static constexpr std::size_t max_lines = 100; ///< older ones are forgotten

    struct Line {
        std::string name{}; ///< who says it; "": what happened
        std::string text{};
        Colour colour{}; ///< of the name
        float age_s = 0;
    };

    void add(std::string name, std::string text, Colour colour);
    /// What happened, which nobody says.
    void note(std::string text) { add({}, std::move(text), pale); }
    void clear() { lines_.clear(); }
    /// Once a frame.
    void grow_older(float seconds);

    [[nodiscard]] const std::deque<Line>& lines() const { return lines_; }

private:
    std::deque<Line> lines_;
};
