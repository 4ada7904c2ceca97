#include "program/log.hpp"

#include "program/terminal.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <atomic>

namespace program {

using engine_net::LogLevel;

namespace {

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

} // namespace

class Log::Lines {
public:
    explicit Lines(LogLevel least)
        : logger_("", std::make_shared<spdlog::sinks::stderr_color_sink_mt>()) {
        const std::string pattern = "%Y-%m-%d %H:%M:%S.%e %^%-7l%$ %v";
        logger_.set_pattern(is_terminal(Stream::error) ? std::string(erase_line) + pattern
                                                       : pattern);
        logger_.set_level(level_of(least));
        logger_.flush_on(spdlog::level::info);
    }
    void write(LogLevel level, std::string_view text) {
        if (level == LogLevel::error) ++errors_;
        logger_.log(level_of(level), spdlog::string_view_t(text.data(), text.size()));
    }
    [[nodiscard]] std::uint64_t errors() const { return errors_; }

private:
    spdlog::logger logger_;
    std::atomic<std::uint64_t> errors_{0};
};

Log::Log(LogLevel least) : lines_(std::make_shared<Lines>(least)) {}

void Log::write(LogLevel level, std::string_view text) {
    lines_->write(level, text);
}

engine_net::LogSink Log::sink() const {
    return [lines = lines_](LogLevel level, std::string_view text) {
        lines->write(level, text);
    };
}

std::uint64_t Log::errors() const {
    return lines_->errors();
}

} // namespace program
