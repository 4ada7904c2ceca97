#pragma once

#include "cpu_time.hpp"

#include <chrono>
#include <vector>

namespace bench {

/// How long something takes, in microseconds, as the median of many times.
class Stopwatch {
public:
    void start() { started_ = std::chrono::steady_clock::now(); }
    void stop() {
        const std::chrono::duration<double, std::micro> taken =
            std::chrono::steady_clock::now() - started_;
        times_us_.push_back(taken.count());
    }
    [[nodiscard]] double median_us() const { return median(times_us_); }

private:
    std::chrono::steady_clock::time_point started_;
    std::vector<double> times_us_;
};

} // namespace bench
