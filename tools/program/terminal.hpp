#pragma once

namespace program {

enum class Stream { output, error };

/// Whether a person looks at what is written to the stream.
bool is_terminal(Stream stream);

/// Moves to the start of the line and takes away what stands there.
inline constexpr const char* erase_line = "\r\x1b[K";

} // namespace program
