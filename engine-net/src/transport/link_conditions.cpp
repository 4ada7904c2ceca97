#include <engine_net/link_conditions.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace engine_net {
namespace {

using namespace std::chrono_literals;

/// One word of the text: the numbers that it takes, and what it says.
struct Word {
    std::string_view name;
    std::string_view takes;
    double largest;
    void (*set)(LinkConditions&, double);
    double (*get)(const LinkConditions&);
};

std::chrono::microseconds from_ms(double ms) {
    return std::chrono::microseconds(static_cast<std::chrono::microseconds::rep>(ms * 1000));
}

template <std::chrono::microseconds LinkConditions::*time>
constexpr Word milliseconds(std::string_view name) {
    return {name,
            "milliseconds from 0 to 60000",
            60'000,
            [](LinkConditions& link, double n) {
                link.*time = from_ms(n);
            },
            [](const LinkConditions& link) {
                return static_cast<double>((link.*time).count()) / 1000;
            }};
}

template <double LinkConditions::*chance>
constexpr Word percent(std::string_view name) {
    return {name,
            "percent from 0 to 100",
            100,
            [](LinkConditions& link, double n) {
                link.*chance = n / 100;
            },
            [](const LinkConditions& link) {
                return link.*chance * 100;
            }};
}

constexpr std::array words{
    milliseconds<&LinkConditions::delay>("delay"),
    milliseconds<&LinkConditions::jitter>("jitter"),
    percent<&LinkConditions::loss>("loss"),
    percent<&LinkConditions::duplicate>("dup"),
    percent<&LinkConditions::reorder>("reorder"),
    percent<&LinkConditions::corrupt>("corrupt"),
    Word{"rate",
         "bytes per second from 0 to 4000000000",
         4e9,
         [](LinkConditions& link, double n) {
             link.bytes_per_second = static_cast<std::uint32_t>(n);
         },
         [](const LinkConditions& link) {
             return static_cast<double>(link.bytes_per_second);
         }},
    Word{"blackout",
         "0 or 1",
         1,
         [](LinkConditions& link, double n) {
             link.blackout = n != 0;
         },
         [](const LinkConditions& link) {
             return link.blackout ? 1.0 : 0.0;
         }},
};

constexpr std::array presets{
    LinkPreset{"lan", {.delay = 500us}},
    LinkPreset{"wifi", {.delay = 4ms, .jitter = 8ms, .loss = 0.003}},
    LinkPreset{"home", {.delay = 20ms, .jitter = 5ms, .loss = 0.002}},
    LinkPreset{"mobile", {.delay = 45ms, .jitter = 30ms, .loss = 0.01, .reorder = 0.005}},
    LinkPreset{"bad",
               {.delay = 80ms, .jitter = 50ms, .loss = 0.04, .duplicate = 0.01, .reorder = 0.02}},
    LinkPreset{"terrible",
               {.delay = 180ms, .jitter = 120ms, .loss = 0.12, .duplicate = 0.02, .reorder = 0.05}},
};

std::string quoted(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional(number) : std::nullopt;
}

/// Which of the directions a word is about.
struct Directions {
    bool out = true;
    bool in = true;
};

/// Takes `out.` or `in.` from the name.
Directions take_directions(std::string_view& name) {
    const Directions directions{!name.starts_with("in."), !name.starts_with("out.")};
    if (!directions.out || !directions.in) name.remove_prefix(name.find('.') + 1);
    return directions;
}

std::optional<std::string> apply_preset(std::string_view setting, LinkSimulation& simulation) {
    std::string_view name = setting;
    const Directions directions = take_directions(name);
    const auto* const found = std::ranges::find(presets, name, &LinkPreset::name);
    if (found == presets.end()) {
        return quoted(setting) + ": expected word=number, or lan, wifi, home, mobile, bad or "
                                 "terrible";
    }
    if (directions.out) simulation.out = found->conditions;
    if (directions.in) simulation.in = found->conditions;
    return std::nullopt;
}

/// `loss=5`, `out.loss=5`, `in.loss=5` or `mobile`; what is wrong with it, if anything.
std::optional<std::string> apply(std::string_view setting, LinkSimulation& simulation) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string_view::npos) return apply_preset(setting, simulation);
    std::string_view name = setting.substr(0, equals);
    const std::string_view value = setting.substr(equals + 1);

    if (name == "seed") {
        const auto seed = parse_number<std::uint64_t>(value);
        if (!seed) return quoted(setting) + ": a seed is a whole number from 0";
        simulation.seed = *seed;
        return std::nullopt;
    }
    const Directions directions = take_directions(name);
    const auto* const word = std::ranges::find(words, name, &Word::name);
    if (word == words.end()) {
        return quoted(name) +
               " is none of delay, jitter, loss, dup, reorder, corrupt, rate, blackout, seed";
    }
    const auto number = parse_number<double>(value);
    if (!number || !(*number >= 0 && *number <= word->largest))
        return quoted(setting) + ": " + std::string(name) + " takes " + std::string(word->takes);
    if (directions.out) word->set(simulation.out, *number);
    if (directions.in) word->set(simulation.in, *number);
    return std::nullopt;
}

void add(std::string& text, std::string_view direction, const Word& word, double number) {
    // As it was written: 0.07 is not 7.000000000000001 percent.
    constexpr double finest = 1e6;
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.begin(),
                                   digits.end(),
                                   std::round(number * finest) / finest,
                                   std::chars_format::fixed);
    if (!text.empty()) text += ',';
    text.append(direction).append(word.name).append("=").append(digits.data(), end.ptr);
}

} // namespace

Result<LinkSimulation, std::string> parse_link_simulation(std::string_view text) {
    LinkSimulation simulation;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        if (auto error = apply(text.substr(0, comma), simulation)) {
            return Unexpected(std::move(*error));
        }
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    return simulation;
}

std::string text_of(const LinkSimulation& simulation) {
    std::string text;
    for (const Word& word : words) {
        const double out = word.get(simulation.out);
        const double in = word.get(simulation.in);
        if (out == in && out != 0) {
            add(text, "", word, out);
            continue;
        }
        if (out != 0) add(text, "out.", word, out);
        if (in != 0) add(text, "in.", word, in);
    }
    return text;
}

std::span<const LinkPreset> link_presets() {
    return presets;
}

} // namespace engine_net
