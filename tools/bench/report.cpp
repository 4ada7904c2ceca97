#include "benchmark.hpp"

#include <cstdio>

namespace bench {

void Report::add(std::string key, double value, int decimals) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    lines_.push_back({std::move(key), text, false});
}

void Report::add(std::string key, std::uint64_t value) {
    lines_.push_back({std::move(key), std::to_string(value), false});
}

void Report::add(std::string key, std::string_view text) {
    lines_.push_back({std::move(key), std::string(text), true});
}

void Report::print(bool as_json) const {
    if (!as_json) {
        for (const Line& line : lines_)
            std::printf("%s: %s\n", line.key.c_str(), line.value.c_str());
        return;
    }
    const char* separator = "{";
    for (const Line& line : lines_) {
        const char* quote = line.is_text ? "\"" : "";
        std::printf(
            "%s\"%s\": %s%s%s", separator, line.key.c_str(), quote, line.value.c_str(), quote);
        separator = ", ";
    }
    std::printf("}\n");
}

} // namespace bench
