#include "model/input_tape.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

using arena::Button;
using engine_net::Result;
using engine_net::Unexpected;

namespace {

constexpr std::string_view blanks = " \t\r";

struct Word {
    std::string_view text;
    std::uint8_t buttons;
};

constexpr std::array words{
    Word{"thrust", static_cast<std::uint8_t>(Button::thrust)},
    Word{"left", static_cast<std::uint8_t>(Button::left)},
    Word{"right", static_cast<std::uint8_t>(Button::right)},
    Word{"fire", static_cast<std::uint8_t>(Button::fire)},
    Word{"none", 0},
};

/// Without its remark, and the blanks around it.
std::string_view meat_of(std::string_view line) {
    line = line.substr(0, line.find('#'));
    const std::size_t begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return line.substr(begin, line.find_last_not_of(blanks) + 1 - begin);
}

/// What stands before `end`, which is taken away with it.
std::string_view take_until(std::string_view& text, std::string_view end) {
    const std::size_t at = std::min(text.find_first_of(end), text.size());
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return taken;
}

std::optional<std::uint8_t> buttons_of(std::string_view text) {
    std::uint8_t buttons = 0;
    if (text.ends_with('+')) return std::nullopt;
    do {
        const auto* const word = std::ranges::find(words, take_until(text, "+"), &Word::text);
        if (word == words.end()) return std::nullopt;
        buttons |= word->buttons;
    } while (!text.empty());
    return buttons;
}

std::string wrong(int line, const std::string& what) {
    return "line " + std::to_string(line) + ": " + what;
}

} // namespace

Result<InputTape, std::string> InputTape::read(std::string_view text) {
    InputTape tape;
    for (int line = 1; !text.empty(); ++line) {
        std::string_view meat = meat_of(take_until(text, "\n"));
        if (meat.empty()) continue;

        const std::string_view count = take_until(meat, blanks);
        std::uint32_t ticks = 0;
        const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), ticks);
        const bool is_number = error == std::errc{} && end == count.data() + count.size();
        if (!is_number || ticks == 0 || ticks > max_ticks) {
            return Unexpected(wrong(line,
                                    "\"" + std::string(count) + "\" is no number of ticks, 1 to " +
                                        std::to_string(max_ticks)));
        }
        meat = meat_of(meat);
        const auto buttons = buttons_of(meat);
        if (!buttons) {
            return Unexpected(wrong(line,
                                    "\"" + std::string(meat) +
                                        "\" is not made of thrust, left, right, fire and none, "
                                        "joined by +"));
        }
        tape.runs_.push_back({.end = tape.length() + ticks, .buttons = *buttons});
    }
    return tape;
}

Result<InputTape, std::string> InputTape::read_file(const std::string& file) {
    const std::ifstream stream(file);
    std::ostringstream text;
    if (stream) text << stream.rdbuf();
    if (!stream) return Unexpected(std::string("it can't be read"));
    return read(text.str());
}

arena::Input InputTape::at(std::uint64_t tick) const {
    const auto run = std::ranges::upper_bound(runs_, tick, {}, &Run::end);
    return arena::Input(run == runs_.end() ? std::uint8_t{0} : run->buttons);
}
