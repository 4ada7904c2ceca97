#pragma once

#include <functional>
#include <string_view>

namespace engine_net {

/// How much a line of the log matters.
enum class LogLevel { debug, info, warning, error };

/// Where the library's log lines go. Called on the thread that calls `step` or `poll`; the text is
/// one line without a line end and lives for the call. It never holds a token, a key or a password.
using LogSink = std::function<void(LogLevel, std::string_view)>;

/// "debug", "info", "warning", "error".
std::string_view name_of(LogLevel level);

/// The default: warnings and errors to the standard error stream.
void log_to_stderr(LogLevel level, std::string_view text);

} // namespace engine_net
