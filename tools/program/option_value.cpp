#include "program/option_value.hpp"

#include "program/toml.hpp"

#include <charconv>
#include <limits>
#include <sstream>

namespace program {

namespace {

std::string shown(double number) {
    std::ostringstream out;
    out.precision(std::numeric_limits<double>::digits10);
    out << number;
    return out.str();
}

std::string range_text(const Bounds& bounds) {
    return shown(bounds.least) + " to " + shown(bounds.most);
}

std::string type_text(const Bounds& bounds) {
    return bounds.unit.empty() ? "N" : bounds.unit;
}

std::string is_not(std::string_view text, const std::string& right) {
    return '"' + std::string(text) + "\" is not " + right;
}

template <class Number>
std::optional<Number> parsed(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_all = end == text.data() + text.size();
    return error == std::errc{} && is_all ? std::optional(number) : std::nullopt;
}

std::string written(double number) {
    return shown(number);
}
std::string written(std::chrono::milliseconds time) {
    return shown(static_cast<double>(time.count()));
}
std::string written(const std::optional<std::uint16_t>& number) {
    return number ? std::to_string(*number) : std::string();
}

/// `Number` is how the text is read, `Variable` what it is kept in.
template <class Number, class Variable>
OptionValue number_value(Variable& variable, const Bounds& bounds, const char* what) {
    const auto read =
        [&variable, bounds, what](std::string_view text) -> std::optional<std::string> {
        const auto number = parsed<Number>(text);
        const auto as_double = number ? static_cast<double>(*number) : bounds.least - 1;
        if (!(as_double >= bounds.least && as_double <= bounds.most)) {
            const std::string unit = bounds.unit.empty() ? "" : ", in " + bounds.unit;
            return is_not(text, what + (" from " + range_text(bounds)) + unit);
        }
        variable = Variable(*number);
        return std::nullopt;
    };
    const auto write = [&variable] {
        return written(variable);
    };
    return {read, write, type_text(bounds), range_text(bounds)};
}

} // namespace

OptionValue value_of(std::uint16_t& number, const Bounds& bounds) {
    return number_value<std::uint16_t>(number, bounds, "a whole number");
}

OptionValue value_of(std::optional<std::uint16_t>& number, const Bounds& bounds) {
    return number_value<std::uint16_t>(number, bounds, "a whole number");
}

OptionValue value_of(std::uint32_t& number, const Bounds& bounds) {
    return number_value<std::uint32_t>(number, bounds, "a whole number");
}

OptionValue value_of(double& number, const Bounds& bounds) {
    return number_value<double>(number, bounds, "a number");
}

OptionValue value_of(std::chrono::milliseconds& time, Bounds bounds) {
    bounds.unit = "ms";
    return number_value<std::uint32_t>(time, bounds, "a whole number");
}

OptionValue value_of(std::optional<std::uint64_t>& number) {
    const auto read = [&number](std::string_view text) -> std::optional<std::string> {
        const auto parsed_number = parsed<std::uint64_t>(text);
        if (!parsed_number) return is_not(text, "a whole number");
        number = parsed_number;
        return std::nullopt;
    };
    const auto write = [&number] {
        return number ? std::to_string(*number) : std::string();
    };
    return {read, write, "N", ""};
}

OptionValue value_of(bool& flag) {
    const auto read = [&flag](std::string_view text) -> std::optional<std::string> {
        const bool is_on = text == "true" || text == "1";
        if (!is_on && text != "false" && text != "0") return is_not(text, "true or false");
        flag = is_on;
        return std::nullopt;
    };
    const auto write = [&flag] {
        return std::string(flag ? "true" : "false");
    };
    return {read, write, "", ""};
}

OptionValue value_of(std::string& text, std::string type) {
    const auto read = [&text](std::string_view value) -> std::optional<std::string> {
        text = value;
        return std::nullopt;
    };
    return {read,
            [&text] {
                return toml_quoted(text);
            },
            std::move(type),
            ""};
}

OptionValue value_of(std::vector<std::string>& texts, std::string type) {
    const auto read = [&texts](std::string_view value) -> std::optional<std::string> {
        std::istringstream list{std::string(value)};
        for (std::string one; std::getline(list, one, ',');) texts.push_back(one);
        return std::nullopt;
    };
    const auto write = [&texts] {
        std::string list;
        for (const std::string& one : texts) list.append(list.empty() ? "" : ",").append(one);
        return list.empty() ? list : toml_quoted(list);
    };
    return {read, write, std::move(type), ""};
}

} // namespace program
