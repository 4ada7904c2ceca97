#pragma once

#include <cstddef>

namespace engine_net {

/// Begins to bring an object into the cache, so that it is there when it is read some hundred
/// nanoseconds later. It changes nothing but the time that takes.
template <class T>
void fetch(const T& object) {
    constexpr std::size_t line = 64;
    const void* const begin = &object;
    for (std::size_t at = 0; at < sizeof(T); at += line)
        __builtin_prefetch(static_cast<const char*>(begin) + at);
}

} // namespace engine_net
