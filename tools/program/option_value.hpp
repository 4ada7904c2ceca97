#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace program {

/// A number's bounds, both of them allowed, and its unit.
struct Bounds {
    double least = 0;
    double most = 0;
    std::string unit; ///< "ms", "Hz"; empty for a plain number
};

/// An option's variable: reads it from text and writes it as TOML does.
struct OptionValue {
    /// Takes over the text; otherwise says what is wrong with it and changes nothing.
    std::function<std::optional<std::string>(std::string_view text)> read;
    /// As a TOML value; empty when it is not set.
    std::function<std::string()> write;
    std::string type;    ///< what stands for the value in `--help`
    std::string allowed; ///< "1 to 240"; empty when anything goes
};

OptionValue value_of(std::uint16_t& number, const Bounds& bounds);
OptionValue value_of(std::uint32_t& number, const Bounds& bounds);
OptionValue value_of(std::optional<std::uint16_t>& number, const Bounds& bounds);
OptionValue value_of(std::optional<std::uint64_t>& number);
OptionValue value_of(double& number, const Bounds& bounds);
/// The unit is ms.
OptionValue value_of(std::chrono::milliseconds& time, Bounds bounds);
OptionValue value_of(bool& flag);
/// `type` is what stands for the text in `--help`, such as "FILE".
OptionValue value_of(std::string& text, std::string type);
/// Several stand with commas between, or the option is given for each of them.
OptionValue value_of(std::vector<std::string>& texts, std::string type);

} // namespace program
