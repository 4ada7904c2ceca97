#pragma once

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <utility>
#include <vector>

namespace bench {

/// The time that the system has given to this thread so far, in microseconds.
inline double thread_cpu_us() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}

/// The same of all threads of the process together.
inline double process_cpu_us() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}

/// The value that so many hundredths of them lie below; 0 of nothing.
inline double percentile(std::vector<double> values, std::size_t percent) {
    if (values.empty()) return 0;
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(values.size() * percent / 100);
    std::nth_element(values.begin(), place, values.end());
    return *place;
}

inline double median(std::vector<double> values) {
    return percentile(std::move(values), 50);
}

/// Where other programs want the cores too: what it would be without them.
inline double lowest_tenth(std::vector<double> values) {
    return percentile(std::move(values), 10);
}

} // namespace bench
