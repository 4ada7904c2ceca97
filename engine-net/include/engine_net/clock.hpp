#pragma once

#include <chrono>

namespace engine_net {

/// Monotonic time in microseconds. The library reads it in `Clock::now` alone, to wait in
/// `Server::run_until` and to measure how long work takes; nothing it does depends on that.
/// Everything else takes the time as a parameter, so that a test can play minutes in milliseconds.
struct Clock {
    using duration = std::chrono::microseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<Clock>;
    static constexpr bool is_steady = true;

    /// The system's monotonic clock. Unaffected by changes of the wall clock.
    static time_point now();
    /// Blocks the calling thread until `deadline`; at once if it has passed.
    static void sleep_until(time_point deadline);
};

using Time = Clock::time_point;
using Duration = Clock::duration;

/// By the calendar, in UTC, to the second.
using UnixTime = std::chrono::sys_seconds;
/// The system's, which may be wrong, and jump. Whatever asks the library for it takes another
/// function in its place.
UnixTime unix_time_now();

} // namespace engine_net
