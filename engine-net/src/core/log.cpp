#include <engine_net/log.hpp>

#include <cstdio>

namespace engine_net {

std::string_view name_of(LogLevel level) {
    switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    }
    return "unknown";
}

void log_to_stderr(LogLevel level, std::string_view text) {
    if (level < LogLevel::warning) return;
    const std::string_view name = name_of(level);
    std::fprintf(stderr,
                 "engine-net: %.*s: %.*s\n",
                 static_cast<int>(name.size()),
                 name.data(),
                 static_cast<int>(text.size()),
                 text.data());
}

} // namespace engine_net
