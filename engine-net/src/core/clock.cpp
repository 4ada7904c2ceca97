#include <engine_net/clock.hpp>

#include <thread>

namespace engine_net {

Time Clock::now() {
    const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
    return Time(std::chrono::duration_cast<duration>(since_boot));
}

void Clock::sleep_until(Time deadline) {
    std::this_thread::sleep_until(
        std::chrono::steady_clock::time_point(deadline.time_since_epoch()));
}

UnixTime unix_time_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

} // namespace engine_net
