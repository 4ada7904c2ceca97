#pragma once

#include <engine_net/log.hpp>

#include <cstdint>
#include <memory>
#include <string_view>

namespace program {

/// The program's log: a line each on the standard error stream, with the time. Any thread may log.
class Log {
public:
    /// Lines below `least` are left out.
    explicit Log(engine_net::LogLevel least);

    void write(engine_net::LogLevel level, std::string_view text);
    void info(std::string_view text) { write(engine_net::LogLevel::info, text); }
    void warning(std::string_view text) { write(engine_net::LogLevel::warning, text); }
    void error(std::string_view text) { write(engine_net::LogLevel::error, text); }

    /// For the library's configurations. May outlive the log.
    [[nodiscard]] engine_net::LogSink sink() const;
    /// Lines that were errors so far.
    [[nodiscard]] std::uint64_t errors() const;

private:
    class Lines;
    std::shared_ptr<Lines> lines_;
};

} // namespace program
