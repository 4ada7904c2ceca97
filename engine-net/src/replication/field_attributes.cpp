#include "replication/field_attributes.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>

namespace engine_net {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

template <class Number>
std::optional<Number> parse(std::string_view text) {
    text = trimmed(text);
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<Interpolation> parse_interpolation(std::string_view text) {
    if (text == "none") return Interpolation::none;
    if (text == "linear") return Interpolation::linear;
    if (text == "angle") return Interpolation::angle;
    if (text == "rotation") return Interpolation::rotation;
    return std::nullopt;
}

std::string quoted(std::string_view key, std::string_view value) {
    return std::string(key) + " \"" + std::string(value) + "\"";
}

/// Reads one attribute after another; the first bad one stays.
class AttributeReader {
public:
    void read(std::string_view key, std::string_view value) {
        if (!result.reason.empty()) return;
        if (key == "step") return read_step(value);
        if (key == "range") return read_range(value);
        if (key == "bits") return read_bits(key, value, 1, 32, result.attributes.bits);
        if (key == "angle")
            return read_bits(key, value, 1, max_turn_bits, result.attributes.angle_bits);
        if (key == "rotation")
            return read_bits(key, value, 2, max_turn_bits, result.attributes.rotation_bits);
        if (key == "interpolate") return read_interpolation(value);
        if (key == "velocity_of") return read_name(value);
        if (key == "default") return read_default(value);
        if (key == "owner_only") return read_flag(key, value, result.attributes.owner_only);
        if (key == "spawn_only") return read_flag(key, value, result.attributes.spawn_only);
        if (key == "wrap") return read_flag(key, value, result.attributes.wrap);
        if (key == "teleport") return read_flag(key, value, result.attributes.teleport);
        if (key == "replicated") result.reason = "replicated is for structs, not for fields";
    }

    AttributesOrReason result;

private:
    void read_step(std::string_view value) {
        const auto step = parse_real(value);
        if (!step || *step <= 0) {
            result.reason = quoted("step", value) + " is not a number above 0";
            return;
        }
        result.attributes.step = step;
    }
    void read_range(std::string_view value) {
        const std::size_t dots = value.find("..");
        if (dots == std::string_view::npos || !parse_real(value.substr(0, dots)) ||
            !parse_real(value.substr(dots + 2))) {
            result.reason = quoted("range", value) + " is not of the form \"-10..10\"";
            return;
        }
        result.attributes.range = {std::string(trimmed(value.substr(0, dots))),
                                   std::string(trimmed(value.substr(dots + 2)))};
    }
    void read_bits(std::string_view key,
                   std::string_view value,
                   unsigned least,
                   unsigned most,
                   std::optional<unsigned>& bits) {
        bits = parse_whole<unsigned>(value);
        if (bits && *bits >= least && *bits <= most) return;
        result.reason = quoted(key, value) + " is not a number of bits from " +
                        std::to_string(least) + " to " + std::to_string(most);
    }
    void read_interpolation(std::string_view value) {
        result.attributes.interpolation = parse_interpolation(value);
        if (result.attributes.interpolation) return;
        result.reason =
            quoted("interpolate", value) + R"( is none of "none", "linear", "angle", "rotation")";
    }
    void read_name(std::string_view value) {
        result.attributes.velocity_of = std::string(value);
        if (value.empty() || value == "0") result.reason = "velocity_of needs the name of a field";
    }
    void read_default(std::string_view value) {
        result.attributes.initial = std::string(trimmed(value));
        if (!parse_real(value)) result.reason = quoted("default", value) + " is not a number";
    }
    /// flatc gives a mark without a value the value "0".
    void read_flag(std::string_view key, std::string_view value, bool& flag) {
        flag = true;
        if (value.empty() || value == "0") return;
        result.reason =
            std::string(key) + " takes no value, but has \"" + std::string(value) + "\"";
    }
};

} // namespace

FieldAttributes FieldAttributes::within(const FieldAttributes& outer) const {
    FieldAttributes both = *this;
    if (!says_how_exactly()) {
        both.step = outer.step;
        both.range = outer.range;
        both.bits = outer.bits;
        both.angle_bits = outer.angle_bits;
    }
    if (!both.interpolation) both.interpolation = outer.interpolation;
    if (!both.initial) both.initial = outer.initial;
    both.owner_only = owner_only || outer.owner_only;
    both.spawn_only = spawn_only || outer.spawn_only;
    both.wrap = wrap || outer.wrap;
    both.teleport = teleport || outer.teleport;
    return both;
}

AttributesOrReason read_attributes(const std::vector<AttributeText>& texts) {
    AttributeReader reader;
    for (const auto& [key, value] : texts) reader.read(key, value);
    return std::move(reader.result);
}

std::optional<double> parse_real(std::string_view text) {
    const auto number = parse<double>(text);
    return number && std::isfinite(*number) ? number : std::nullopt;
}

template <class Whole>
std::optional<Whole> parse_whole(std::string_view text) {
    return parse<Whole>(text);
}
template std::optional<unsigned> parse_whole<unsigned>(std::string_view);
template std::optional<std::int64_t> parse_whole<std::int64_t>(std::string_view);
template std::optional<std::uint64_t> parse_whole<std::uint64_t>(std::string_view);

} // namespace engine_net
