#include <engine_net/link_conditions.hpp>

#include <array>
#include <charconv>
#include <optional>

namespace engine_net {
namespace {

/// One word of the text: what it sets, and the numbers it takes.
struct Word {
    std::string_view name;
    std::string_view takes;
    double largest;
    void (*set)(LinkConditions&, double);
};

std::chrono::microseconds from_ms(double ms) {
    return std::chrono::microseconds(static_cast<std::chrono::microseconds::rep>(ms * 1000));
}

constexpr std::string_view milliseconds = "milliseconds from 0 to 60000";
constexpr std::string_view percent = "percent from 0 to 100";

constexpr std::array words{
    Word{"delay",
         milliseconds,
         60'000,
         [](auto& link, double n) {
             link.delay = from_ms(n);
         }},
    Word{"jitter",
         milliseconds,
         60'000,
         [](auto& link, double n) {
             link.jitter = from_ms(n);
         }},
    Word{"loss",
         percent,
         100,
         [](auto& link, double n) {
             link.loss = n / 100;
         }},
    Word{"dup",
         percent,
         100,
         [](auto& link, double n) {
             link.duplicate = n / 100;
         }},
    Word{"reorder",
         percent,
         100,
         [](auto& link, double n) {
             link.reorder = n / 100;
         }},
    Word{"corrupt",
         percent,
         100,
         [](auto& link, double n) {
             link.corrupt = n / 100;
         }},
    Word{"rate",
         "bytes per second from 0 to 4000000000",
         4e9,
         [](auto& link, double n) {
             link.bytes_per_second = static_cast<std::uint32_t>(n);
         }},
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

/// `loss=5`, `out.loss=5` or `in.loss=5`; what is wrong with it, if anything.
std::optional<std::string> apply(std::string_view setting, LinkSimulation& simulation) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string_view::npos) return quoted(setting) + ": expected word=number";
    std::string_view name = setting.substr(0, equals);
    const std::string_view value = setting.substr(equals + 1);

    if (name == "seed") {
        const auto seed = parse_number<std::uint64_t>(value);
        if (!seed) return quoted(setting) + ": a seed is a whole number from 0";
        simulation.seed = *seed;
        return std::nullopt;
    }
    const bool only_out = name.starts_with("out.");
    const bool only_in = name.starts_with("in.");
    if (only_out || only_in) name.remove_prefix(name.find('.') + 1);

    for (const Word& word : words) {
        if (word.name != name) continue;
        const auto number = parse_number<double>(value);
        if (!number || !(*number >= 0 && *number <= word.largest)) {
            return quoted(setting) + ": " + std::string(name) + " takes " + std::string(word.takes);
        }
        if (!only_in) word.set(simulation.out, *number);
        if (!only_out) word.set(simulation.in, *number);
        return std::nullopt;
    }
    return quoted(name) + " is none of delay, jitter, loss, dup, reorder, corrupt, rate, seed";
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

} // namespace engine_net
